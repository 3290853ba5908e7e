"""Reads the body of a request off a connection and undoes its encodings (RFC 9112 sections 6 and 7)."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from email.message import Message
from io import BufferedIOBase

from gembatch.emulator.http import ApiError

MAX_BODY = 256 * 1024 * 1024
"""Bytes in one request. Google's client sends larger objects as a resumable upload, 100 MiB at a time."""

_MAX_LINE = 1024


class TruncatedError(Exception):
    """The client went away before its request was whole. What arrived must not be acted on."""


def read_body(headers: Message, stream: BufferedIOBase) -> bytes:
    """Returns the body that follows the headers, decoded.

    Args:
        headers: Those of the request.
        stream: Stands behind the headers.

    Raises:
        ApiError: 400 for a broken framing or encoding, 413 for more than MAX_BODY, 415 for an unknown encoding.
            The rest of the connection cannot be used then.
        TruncatedError: The stream ends too soon.
    """
    if "chunked" in headers.get("Transfer-Encoding", "").lower():
        body = _read_chunked(stream)
    else:
        body = _read_exactly(stream, _parse_length(headers.get("Content-Length", "0")))
    return _decode(body, headers.get("Content-Encoding", "").strip().lower())


def _parse_length(text: str, base: int = 10) -> int:
    try:
        length = int(text.strip(), base)
    except ValueError:
        length = -1
    if length < 0:
        raise ApiError(400, "INVALID_ARGUMENT", f"Invalid length: {text!r}")
    if length > MAX_BODY:
        raise _too_large()
    return length


def _read_exactly(stream: BufferedIOBase, length: int) -> bytes:
    content = stream.read(length)
    if len(content) < length:
        raise TruncatedError
    return content


def _read_chunked(stream: BufferedIOBase) -> bytes:
    body = bytearray()
    for chunk in _chunks(stream):
        body += chunk
        if len(body) > MAX_BODY:
            raise _too_large()
    return bytes(body)


def _chunks(stream: BufferedIOBase) -> Iterator[bytes]:
    while size := _parse_length(_read_line(stream).partition(";")[0], 16):
        yield _read_exactly(stream, size)
        if _read_line(stream):
            raise ApiError(400, "INVALID_ARGUMENT", "A chunk is longer than it says.")
    while _read_line(stream):  # trailers, which mean nothing here
        pass


def _read_line(stream: BufferedIOBase) -> str:
    line = stream.readline(_MAX_LINE)
    if not line.endswith(b"\n"):
        raise TruncatedError
    return line.decode("latin-1").strip()


def _decode(body: bytes, encoding: str) -> bytes:
    if encoding in {"", "identity"}:
        return body
    if encoding not in {"gzip", "x-gzip"}:
        raise ApiError(415, "INVALID_ARGUMENT", f"Content-Encoding {encoding!r} is not supported.")
    decoder = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        content = decoder.decompress(body, MAX_BODY)
    except zlib.error as error:
        raise ApiError(400, "INVALID_ARGUMENT", "The body is not gzip.") from error
    if decoder.unconsumed_tail:
        raise _too_large()
    if not decoder.eof:
        raise ApiError(400, "INVALID_ARGUMENT", "The gzip body ends too soon.")
    return content


def _too_large() -> ApiError:
    return ApiError(413, "INVALID_ARGUMENT", f"The request is larger than {MAX_BODY} bytes.")
