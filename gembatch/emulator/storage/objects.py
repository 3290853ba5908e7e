"""Buckets and objects: rows in the database, content in blobs, and conditions that are asked inside the transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from gembatch.emulator.database import Database
from gembatch.emulator.settings import utc_now
from gembatch.emulator.storage import object_rows as rows
from gembatch.emulator.storage.blobs import Blob, Blobs
from gembatch.emulator.storage.conditions import NO_CONDITIONS, Conditions
from gembatch.emulator.storage.listing import EVERYTHING, Page, Selection, make_page
from gembatch.emulator.storage.stored import (
    DEFAULT_CONTENT_TYPE,
    Bucket,
    BucketExistsError,
    BucketNotEmptyError,
    ChecksumMismatchError,
    Checksums,
    Draft,
    NoSuchObjectError,
    PreconditionFailedError,
    StoredObject,
    StoreError,
    check_bucket_name,
    check_object_name,
)

_GRACE = timedelta(seconds=60)
"""How long replaced content can still be read by those who found it before."""


class Objects:
    """The emulated Cloud Storage, shared by all threads and processes that use the folder."""

    def __init__(self, database: Database, folder: Path, *, clock: Callable[[], datetime] = utc_now) -> None:
        database.create(rows.SCHEMA)
        self._database = database
        self._clock = clock
        self.blobs = Blobs(folder / "blobs")

    def create_bucket(self, name: str) -> Bucket:
        """Makes a bucket.

        Raises:
            InvalidNameError: The name cannot be a bucket's.
            BucketExistsError: There is one.
        """
        check_bucket_name(name)
        bucket = Bucket(name, self._clock())
        with self._database.transaction() as connection:
            if rows.find_bucket(connection, name):
                raise BucketExistsError
            rows.save_bucket(connection, bucket)
        return bucket

    def find_bucket(self, name: str) -> Bucket | None:
        """Returns the bucket; None when there is none."""
        with self._database.read() as connection:
            return rows.find_bucket(connection, name)

    def has_bucket(self, name: str) -> bool:
        """Returns whether there is a bucket of that name."""
        return self.find_bucket(name) is not None

    def list_buckets(self, selection: Selection = EVERYTHING, limit: int | None = None) -> Page[Bucket]:
        """Returns a page of the buckets, in the order of their names."""
        with self._database.read() as connection:
            return make_page(rows.buckets_from(connection, selection.first), selection, limit)

    def delete_bucket(self, name: str) -> None:
        """Deletes an empty bucket.

        Raises:
            NoSuchBucketError: There is none.
            BucketNotEmptyError: It holds objects.
        """
        with self._database.transaction() as connection:
            rows.require_bucket(connection, name)
            if next(rows.objects_from(connection, name, ""), None):
                raise BucketNotEmptyError
            rows.delete_bucket(connection, name)

    def put(
        self,
        bucket: str,
        name: str,
        content: bytes | Iterable[bytes],
        *,
        content_type: str = DEFAULT_CONTENT_TYPE,
        metadata: Mapping[str, str] | None = None,
        conditions: Conditions = NO_CONDITIONS,
    ) -> StoredObject:
        """Writes an object, in place of a live one of that name; readers see the old or the new one whole.

        Args:
            bucket: An existing bucket's name.
            name: The object's name.
            content: The bytes, or chunks of them one after the other.
            content_type: MIME type.
            metadata: The caller's own pairs.
            conditions: Asked of the live object in the transaction that replaces it.

        Raises:
            NoSuchBucketError: There is no such bucket.
            InvalidNameError: The name cannot be an object's.
            PreconditionFailedError: A condition is not true.
        """
        draft = Draft(bucket, name, content_type, metadata or {}, conditions=conditions)
        return self.put_blob(draft, self.blobs.write((content,) if isinstance(content, bytes) else content))

    def put_blob(self, draft: Draft, blob: Blob) -> StoredObject:
        """Makes a blob the content of an object, as `put` does; when that is refused the blob is removed.

        Raises:
            ChecksumMismatchError: The content is not what the draft says, besides what `put` raises.
        """
        try:
            check_object_name(draft.name)
            _check_sums(draft.expected, blob)
            stored, expired = self._replace(draft, blob)
        except (StoreError, sqlite3.Error):
            # Refused before the commit, so no row names the blob.
            self.blobs.remove(blob.name)
            raise
        for name in expired:
            # The object is written, so nothing may fail any more; what stays behind is an orphan for later.
            with suppress(OSError):
                self.blobs.remove(name)
        return stored

    def find(self, bucket: str, name: str, generation: int | None = None) -> StoredObject | None:
        """Returns the live object; None when there is none, or when it is not of that generation."""
        with self._database.read() as connection:
            stored = rows.find_object(connection, bucket, name)
        return stored if stored and generation in (None, stored.generation) else None

    def read(self, stored: StoredObject) -> bytes:
        """Returns an object's content."""
        return b"".join(self.chunks(stored))

    def chunks(self, stored: StoredObject, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """Yields an object's bytes from `start` up to `stop`, in pieces of at most 1 MiB."""
        return self.blobs.read(stored.blob, start, stop)

    def lines(self, stored: StoredObject) -> Iterator[bytes]:
        """Yields an object's lines without their ends, which may be LF or CRLF; holds one at a time."""
        return self.blobs.lines(stored.blob)

    def list(
        self, bucket: str, prefix: str = "", *, selection: Selection | None = None, limit: int | None = None
    ) -> Page[StoredObject]:
        """Returns a page of a bucket's objects, in the order of their names.

        Args:
            bucket: An existing bucket's name.
            prefix: Their names begin with it.
            selection: Says more than a prefix, and takes its place.
            limit: Entries on the page; None means all.

        Raises:
            NoSuchBucketError: There is no such bucket.
        """
        selection = selection or Selection(prefix)
        with self._database.read() as connection:
            rows.require_bucket(connection, bucket)
            return make_page(rows.objects_from(connection, bucket, selection.first), selection, limit)

    def describe(
        self,
        bucket: str,
        name: str,
        change: Callable[[StoredObject], StoredObject],
        *,
        generation: int | None = None,
        conditions: Conditions = NO_CONDITIONS,
    ) -> StoredObject:
        """Changes an object's metadata and returns it, its metageneration one higher.

        Args:
            bucket: An existing bucket's name.
            name: A live object's name.
            change: Makes the object as it should be of the object as it is; the content cannot change.
            generation: The generation that is meant; None means the live one.
            conditions: Asked of the live object in the transaction that changes it.

        Raises:
            NoSuchBucketError: There is no such bucket.
            NoSuchObjectError: There is no such object or generation.
            PreconditionFailedError: A condition is not true.
        """
        now = self._clock()
        with self._database.transaction() as connection:
            live = _require_object(connection, bucket, name, generation, conditions)
            stored = replace(change(live), metageneration=live.metageneration + 1, updated=now)
            rows.save_object(connection, stored)
        return stored

    def delete(
        self, bucket: str, name: str, *, generation: int | None = None, conditions: Conditions = NO_CONDITIONS
    ) -> None:
        """Deletes a live object.

        Raises:
            NoSuchBucketError: There is no such bucket.
            NoSuchObjectError: There is no such object or generation.
            PreconditionFailedError: A condition is not true.
        """
        now = self._clock()
        with self._database.transaction() as connection:
            live = _require_object(connection, bucket, name, generation, conditions)
            rows.delete_object(connection, live)
            rows.discard_blob(connection, live.blob, now)

    def remove_leftovers(self, also_known: frozenset[str] = frozenset()) -> None:
        """Removes files that a killed process left behind, but for those that somebody else still knows."""
        with self._database.read() as connection:
            known = rows.known_blobs(connection)
        self.blobs.remove_orphans(known | also_known)

    def _replace(self, draft: Draft, blob: Blob) -> tuple[StoredObject, tuple[str, ...]]:
        """Writes the new row if the conditions hold; returns what is stored, and the blobs to remove by now."""
        now = self._clock()
        with self._database.transaction() as connection:
            rows.require_bucket(connection, draft.bucket)
            live = rows.find_object(connection, draft.bucket, draft.name)
            if not draft.conditions.hold(live):
                raise PreconditionFailedError
            stored = _stored(draft, blob, rows.next_generation(connection, now), now)
            rows.save_object(connection, stored)
            if live:
                rows.discard_blob(connection, live.blob, now)
            return stored, rows.collect_garbage(connection, now - _GRACE)


def _stored(draft: Draft, blob: Blob, generation: int, now: datetime) -> StoredObject:
    return StoredObject(
        bucket=draft.bucket,
        name=draft.name,
        generation=generation,
        metageneration=1,
        size=blob.size,
        crc32c=blob.crc32c,
        md5=blob.md5,
        content_type=draft.content_type,
        created=now,
        updated=now,
        metadata=draft.metadata,
        headers=draft.headers,
        blob=blob.name,
    )


def _check_sums(expected: Checksums, blob: Blob) -> None:
    if expected.crc32c not in (None, blob.crc32c):
        raise ChecksumMismatchError("CRC32C", str(expected.crc32c), blob.crc32c)
    if expected.md5 not in (None, blob.md5):
        raise ChecksumMismatchError("MD5 hash", str(expected.md5), blob.md5)


def _require_object(
    connection: sqlite3.Connection, bucket: str, name: str, generation: int | None, conditions: Conditions
) -> StoredObject:
    rows.require_bucket(connection, bucket)
    live = rows.find_object(connection, bucket, name)
    if live is None or generation not in (None, live.generation):
        raise NoSuchObjectError(bucket, name)
    if not conditions.hold(live):
        raise PreconditionFailedError
    return live
