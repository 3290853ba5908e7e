"""Which bytes of an object a download asks for, and the headers that go with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from gembatch.emulator.http import Request, Response, StreamedBody
from gembatch.emulator.storage.resources import etag
from gembatch.emulator.storage.stored import StoredObject

Reader = Callable[[StoredObject, int, int], Iterator[bytes]]
"""Yields an object's bytes from one offset up to another."""

_RANGE = re.compile(r"bytes=(?P<first>[0-9]{0,18})-(?P<last>[0-9]{0,18})")


def download(request: Request, stored: StoredObject, read: Reader) -> Response:
    """Returns an object's content, or the range of it that was asked for (RFC 9110 section 14)."""
    span = _span(request.headers.get("range", ""), stored.size)
    if span is None:
        return Response(200, _headers(stored), StreamedBody(stored.size, read(stored, 0, stored.size)))
    start, stop = span
    if start >= stop:
        return Response(416, {"Content-Range": f"bytes */{stored.size}", "Content-Type": "text/plain"})
    content_range = {"Content-Range": f"bytes {start}-{stop - 1}/{stored.size}"}
    return Response(206, {**_headers(stored), **content_range}, StreamedBody(stop - start, read(stored, start, stop)))


def _span(text: str, size: int) -> tuple[int, int] | None:
    """Returns the first offset and the one after the last, none of them past the end; None for the whole object.

    A header that is malformed, or asks for several ranges, is ignored, as the RFC allows.
    """
    match = _RANGE.fullmatch(text.strip())
    if match is None or text.strip() == "bytes=-":
        return None
    first, last = match["first"], match["last"]
    if not first:
        return max(0, size - int(last)), size
    if not last:
        return int(first), size
    return None if int(last) < int(first) else (int(first), min(size, int(last) + 1))


def _headers(stored: StoredObject) -> Mapping[str, str]:
    fixed = {
        "Cache-Control": stored.headers.get("cacheControl", "no-cache, no-store, max-age=0, must-revalidate"),
        "Content-Disposition": stored.headers.get("contentDisposition", ""),
        "Content-Encoding": stored.headers.get("contentEncoding", ""),
        "Content-Language": stored.headers.get("contentLanguage", ""),
    }
    return {
        "Content-Type": stored.content_type,
        "Accept-Ranges": "bytes",
        "ETag": etag(stored),
        "X-Goog-Generation": str(stored.generation),
        "X-Goog-Metageneration": str(stored.metageneration),
        "X-Goog-Hash": f"crc32c={stored.crc32c},md5={stored.md5}",
        "X-Goog-Storage-Class": "STANDARD",
        "X-Goog-Stored-Content-Encoding": stored.headers.get("contentEncoding", "identity"),
        "X-Goog-Stored-Content-Length": str(stored.size),
        **{name: value for name, value in fixed.items() if value},
    }
