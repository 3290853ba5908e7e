"""Buckets and objects as the resources of the Cloud Storage JSON API, and back. Pure.

The fields: https://cloud.google.com/storage/docs/json_api/v1/objects#resource
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from urllib.parse import quote

from gembatch.emulator.http import Json, Request
from gembatch.emulator.storage.conditions import Conditions
from gembatch.emulator.storage.errors import invalid
from gembatch.emulator.storage.stored import DEFAULT_CONTENT_TYPE, Bucket, Checksums, Draft, StoredObject

# JSON can spell half a surrogate pair, which is no character and has no UTF-8.
_HALF_PAIR = re.compile("[\ud800-\udfff]")
_NUMBER = re.compile(r"[0-9]{1,20}")
_HEADERS = ("cacheControl", "contentDisposition", "contentEncoding", "contentLanguage")


def base_url(request: Request) -> str:
    """Returns the address under which the client reached the emulator, for links back to it."""
    return f"http://{request.headers.get('host', '')}"


def bucket_resource(bucket: Bucket, base: str) -> Mapping[str, Json]:
    """Returns a bucket as `storage#bucket`."""
    return {
        "kind": "storage#bucket",
        "id": bucket.name,
        "name": bucket.name,
        "selfLink": f"{base}/storage/v1/b/{bucket.name}",
        "location": "US",
        "locationType": "multi-region",
        "storageClass": "STANDARD",
        "metageneration": "1",
        "timeCreated": timestamp(bucket.created),
        "updated": timestamp(bucket.created),
        "etag": "CAE=",
    }


def object_resource(stored: StoredObject, base: str) -> Mapping[str, Json]:
    """Returns an object as `storage#object`; 64-bit numbers are strings, as JSON on Google's side has them."""
    path = f"b/{stored.bucket}/o/{quote(stored.name, safe='')}"
    resource: dict[str, Json] = {
        "kind": "storage#object",
        "id": f"{stored.bucket}/{stored.name}/{stored.generation}",
        "selfLink": f"{base}/storage/v1/{path}",
        "mediaLink": f"{base}/download/storage/v1/{path}?generation={stored.generation}&alt=media",
        "name": stored.name,
        "bucket": stored.bucket,
        "generation": str(stored.generation),
        "metageneration": str(stored.metageneration),
        "contentType": stored.content_type,
        "storageClass": "STANDARD",
        "size": str(stored.size),
        "md5Hash": stored.md5,
        "crc32c": stored.crc32c,
        "etag": etag(stored),
        "timeCreated": timestamp(stored.created),
        "timeFinalized": timestamp(stored.created),
        "timeStorageClassUpdated": timestamp(stored.created),
        "updated": timestamp(stored.updated),
        **stored.headers,
    }
    if stored.metadata:
        resource["metadata"] = dict(stored.metadata)
    return resource


def etag(stored: StoredObject) -> str:
    """Returns a text that changes whenever the object or its metadata does."""
    return base64.b64encode(f"{stored.generation}/{stored.metageneration}".encode()).decode()


def timestamp(moment: datetime) -> str:
    """Returns a moment as Cloud Storage writes it: RFC 3339, UTC, milliseconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def parse_draft(bucket: str, request: Request, resource: Mapping[str, Json], media_type: str) -> Draft:
    """Returns the object that an upload is about to write.

    Args:
        bucket: From the path.
        request: Its query names the object and holds the conditions; its headers may hold checksums.
        resource: The object's metadata as sent.
        media_type: Type of the content, where the metadata does not say.

    Raises:
        StorageApiError: 400.
    """
    headers = _headers(resource)
    if encoding := request.parameter("contentEncoding"):
        headers["contentEncoding"] = encoding
    return Draft(
        bucket=bucket,
        name=request.parameter("name") or _text(resource, "name") or "",
        content_type=_text(resource, "contentType") or media_type or DEFAULT_CONTENT_TYPE,
        metadata=_merged_metadata({}, resource.get("metadata")),
        headers=headers,
        conditions=parse_conditions(request),
        expected=parse_hash_header(request).over(Checksums(_text(resource, "crc32c"), _text(resource, "md5Hash"))),
    )


def parse_hash_header(request: Request) -> Checksums:
    """Returns the checksums of `X-Goog-Hash: crc32c=…,md5=…`, as far as they were sent."""
    pairs = (part.strip().partition("=") for part in request.headers.get("x-goog-hash", "").split(","))
    sums = {name: value for name, _, value in pairs}
    return Checksums(sums.get("crc32c"), sums.get("md5"))


def patched(stored: StoredObject, resource: Mapping[str, Json]) -> StoredObject:
    """Returns the object with the fields that a PATCH names: null takes one away, `metadata` is merged by key.

    Raises:
        StorageApiError: 400.
    """
    unset = {name for name in _HEADERS if name in resource and resource[name] is None}
    headers = {name: value for name, value in stored.headers.items() if name not in unset}
    has_type = "contentType" in resource
    return replace(
        stored,
        content_type=(_text(resource, "contentType") or DEFAULT_CONTENT_TYPE) if has_type else stored.content_type,
        headers={**headers, **_headers(resource)},
        metadata=_merged_metadata(stored.metadata, resource["metadata"]) if "metadata" in resource else stored.metadata,
    )


def updated(stored: StoredObject, resource: Mapping[str, Json]) -> StoredObject:
    """Returns the object with the metadata that a PUT carries in place of all that it had.

    Raises:
        StorageApiError: 400.
    """
    return patched(replace(stored, content_type=DEFAULT_CONTENT_TYPE, headers={}, metadata={}), resource)


def parse_conditions(request: Request) -> Conditions:
    """Returns the preconditions in the query.

    Raises:
        StorageApiError: 400.
    """
    # Google's Python client, up to 3.17 at least, misspells this one when it uploads. To ignore it would be unsafe.
    misspelt = parse_int(request, "ifMetaGenerationNotMatch")
    metageneration_not_match = parse_int(request, "ifMetagenerationNotMatch")
    return Conditions(
        generation_match=parse_int(request, "ifGenerationMatch"),
        generation_not_match=parse_int(request, "ifGenerationNotMatch"),
        metageneration_match=parse_int(request, "ifMetagenerationMatch"),
        metageneration_not_match=misspelt if metageneration_not_match is None else metageneration_not_match,
    )


def parse_int(request: Request, name: str) -> int | None:
    """Returns a whole number of the query; None when it was not sent.

    Raises:
        StorageApiError: 400.
    """
    if name not in request.query:
        return None
    text = request.parameter(name)
    if not _NUMBER.fullmatch(text):
        raise invalid(f"Invalid value for {name}: {text!r} is not a whole number.")
    return int(text)


def _headers(resource: Mapping[str, Json]) -> dict[str, str]:
    values = {name: _text(resource, name) for name in _HEADERS}
    return {name: value for name, value in values.items() if value is not None}


def _merged_metadata(before: Mapping[str, str], change: Json) -> Mapping[str, str]:
    if change is None:
        return {}
    if not isinstance(change, Mapping):
        raise invalid("Invalid value for metadata: it must be an object.")
    merged: dict[str, str] = dict(before)
    for key, value in change.items():
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, str):
            merged[key] = value
        else:
            raise invalid(f"Invalid value for metadata.{key}: it must be a string.")
    return merged


def _text(resource: Mapping[str, Json], name: str) -> str | None:
    value = resource.get(name)
    if value is None or (isinstance(value, str) and not _HALF_PAIR.search(value)):
        return value
    raise invalid(f"Invalid value for {name}: it must be a string of Unicode characters.")
