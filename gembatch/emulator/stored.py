"""Buckets and objects as nouns, and what can be wrong with a request for one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

DEFAULT_CONTENT_TYPE = "application/octet-stream"
_MAX_NAME_BYTES = 1024
_BUCKET_NAME = re.compile(r"[a-z0-9]([a-z0-9._-]{1,220}[a-z0-9])?")
_MAX_LABEL = 63


class StoreError(Exception):
    """A request that the store does not carry out."""


class NoSuchBucketError(StoreError):
    """There is no bucket of that name."""


class NoSuchObjectError(StoreError):
    """There is no live object of that name, or it has another generation."""

    def __init__(self, bucket: str, name: str) -> None:
        super().__init__(f"No such object: {bucket}/{name}")


class BucketExistsError(StoreError):
    """There is a bucket of that name."""


class BucketNotEmptyError(StoreError):
    """The bucket cannot be deleted, since it holds objects."""


class InvalidNameError(StoreError):
    """The text cannot be the name of a bucket or an object."""


class PreconditionFailedError(StoreError):
    """One of the request's conditions is not true. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket.

    Attributes:
        name: Globally unique.
        created: UTC.
    """

    name: str
    created: datetime


@dataclass(frozen=True, slots=True)
class StoredObject:
    """A live object. Its name is a name only and never a path in the file system.

    Attributes:
        bucket: Its bucket's name.
        name: 1 to 1,024 bytes of UTF-8.
        generation: Identifies the content. Rises with every write in any bucket; microseconds where nothing forbids.
        metageneration: Counts changes of the metadata, from 1.
        size: Bytes.
        crc32c: Castagnoli's checksum, base64 of the big-endian value.
        md5: Base64 of the 16 bytes.
        content_type: MIME type.
        created: When this generation was written, UTC.
        updated: When its metadata last changed, UTC.
        metadata: The caller's own pairs.
        headers: The fixed fields that were set, in REST spelling: `cacheControl`, `contentDisposition`,
            `contentEncoding`, `contentLanguage`.
        blob: Name of the file that holds the content.
    """

    bucket: str
    name: str
    generation: int
    metageneration: int
    size: int
    crc32c: str
    md5: str
    content_type: str
    created: datetime
    updated: datetime
    metadata: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    blob: str = field(default="", repr=False)


def check_bucket_name(name: str) -> None:
    """Raises InvalidNameError for what Cloud Storage does not accept as a bucket's name.

    Rules: https://cloud.google.com/storage/docs/buckets#naming
    """
    labels = name.split(".")
    fits = _BUCKET_NAME.fullmatch(name) and all(0 < len(label) <= _MAX_LABEL for label in labels)
    if not fits or name.startswith("goog"):
        raise InvalidNameError(f"Invalid bucket name: '{name}'")


def check_object_name(name: str) -> None:
    """Raises InvalidNameError for what Cloud Storage does not accept as an object's name.

    Rules: https://cloud.google.com/storage/docs/objects#naming
    """
    try:
        size = len(name.encode())
    except UnicodeEncodeError as error:
        raise InvalidNameError("The object name is not valid Unicode.") from error
    if not size:
        raise InvalidNameError("Required")
    if size > _MAX_NAME_BYTES:
        raise InvalidNameError(f"The maximum object length is {_MAX_NAME_BYTES} characters, but got a name with {size}")
    if name in {".", ".."} or "\r" in name or "\n" in name:
        raise InvalidNameError(f"Invalid object name: {name!r}")
