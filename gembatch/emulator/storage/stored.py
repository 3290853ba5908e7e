"""Buckets and objects as nouns, and what can be wrong with a request for one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from gembatch.emulator.storage.conditions import NO_CONDITIONS, Conditions

DEFAULT_CONTENT_TYPE = "application/octet-stream"
_MAX_NAME_BYTES = 1024
_BUCKET_NAME = re.compile(r"[a-z0-9]([a-z0-9._-]{1,220}[a-z0-9])?")
_MAX_LABEL = 63


class StoreError(Exception):
    """A request that the store does not carry out. Its text is what Cloud Storage would say."""


class NoSuchBucketError(StoreError):
    """There is no bucket of that name."""

    def __init__(self) -> None:
        super().__init__("The specified bucket does not exist.")


class NoSuchObjectError(StoreError):
    """There is no live object of that name, or it has another generation."""

    def __init__(self, bucket: str, name: str) -> None:
        super().__init__(f"No such object: {bucket}/{name}")


class NoSuchUploadError(StoreError):
    """There is no resumable upload of that id, or it was given up."""

    def __init__(self) -> None:
        super().__init__("There is no such upload, or it was cancelled, or it has expired.")


class UploadGapError(StoreError):
    """A part of a resumable upload begins after the end of what has arrived."""

    def __init__(self, first: int, received: int) -> None:
        super().__init__(
            f"Invalid request. According to the Content-Range header, the upload offset is {first} byte(s), "
            f"which exceeds already uploaded size of {received} byte(s)."
        )


class BucketExistsError(StoreError):
    """There is a bucket of that name."""

    def __init__(self) -> None:
        super().__init__("Your previous request to create the named bucket succeeded and you already own it.")


class BucketNotEmptyError(StoreError):
    """The bucket cannot be deleted, since it holds objects."""

    def __init__(self) -> None:
        super().__init__("The bucket you tried to delete is not empty.")


class InvalidNameError(StoreError, ValueError):
    """The text cannot be the name of a bucket or an object."""


class ChecksumMismatchError(StoreError):
    """The content is not what the caller says it sent."""

    def __init__(self, algorithm: str, provided: str, computed: str) -> None:
        super().__init__(f'Provided {algorithm} "{provided}" doesn\'t match calculated {algorithm} "{computed}".')


class PreconditionFailedError(StoreError):
    """One of the request's conditions is not true. Nothing was changed."""

    def __init__(self) -> None:
        super().__init__("At least one of the pre-conditions you specified did not hold.")


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
class Checksums:
    """What the caller says its content adds up to.

    Attributes:
        crc32c: Base64 of the big-endian value; None when the caller does not say.
        md5: Base64 of the 16 bytes; None when the caller does not say.
    """

    crc32c: str | None = None
    md5: str | None = None

    def over(self, other: Checksums) -> Checksums:
        """Returns these, and the other's where these do not say."""
        return Checksums(self.crc32c or other.crc32c, self.md5 or other.md5)


ANY_CHECKSUMS = Checksums()


@dataclass(frozen=True, slots=True)
class Draft:
    """An object that is about to be written: all but its content.

    Attributes:
        bucket: An existing bucket's name.
        name: The object's name.
        content_type: MIME type.
        metadata: The caller's own pairs.
        headers: Fixed fields, as in `StoredObject.headers`.
        conditions: Asked of the live object in the transaction that replaces it.
        expected: What the content must add up to.
    """

    bucket: str
    name: str
    content_type: str = DEFAULT_CONTENT_TYPE
    metadata: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    conditions: Conditions = NO_CONDITIONS
    expected: Checksums = ANY_CHECKSUMS


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
