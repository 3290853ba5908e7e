"""Resumable uploads: content that arrives part by part, over several requests and perhaps over a restart."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from gembatch.emulator.database import Database
from gembatch.emulator.settings import utc_now
from gembatch.emulator.storage.blobs import new_name
from gembatch.emulator.storage.conditions import Conditions
from gembatch.emulator.storage.object_rows import micros
from gembatch.emulator.storage.objects import Objects
from gembatch.emulator.storage.stored import (
    ANY_CHECKSUMS,
    Checksums,
    Draft,
    NoSuchBucketError,
    NoSuchObjectError,
    NoSuchUploadError,
    StoredObject,
    StoreError,
    UploadGapError,
    check_object_name,
)

SCHEMA = """
CREATE TABLE IF NOT EXISTS uploads (
    id TEXT PRIMARY KEY,
    draft TEXT NOT NULL,
    blob TEXT NOT NULL,
    received INTEGER NOT NULL,
    -- Of the object it became; null while it is under way.
    generation INTEGER,
    started INTEGER NOT NULL
) WITHOUT ROWID;
"""

_LIFETIME = timedelta(days=7)
"""How long an upload may take: https://cloud.google.com/storage/docs/resumable-uploads"""


@dataclass(frozen=True, slots=True)
class Part:
    """What one request brings.

    Attributes:
        first: Offset of its first byte.
        content: May be empty: then the request only asks how far the upload is, or says that it is whole.
        total: Size of the whole content; None while the client does not know.
        expected: What the whole content must add up to.
    """

    first: int
    content: bytes
    total: int | None
    expected: Checksums = ANY_CHECKSUMS

    @property
    def is_last(self) -> bool:
        """Whether the content is whole with it."""
        return self.first + len(self.content) == self.total


@dataclass(frozen=True, slots=True)
class Upload:
    """A resumable upload.

    Attributes:
        id: What the client was given for it.
        draft: The object it will become.
        blob: Name of the file that grows.
        received: Bytes that are safely there; the file may hold more, which then counts for nothing.
        generation: Of the object it became; None while it is under way.
    """

    id: str
    draft: Draft
    blob: str
    received: int
    generation: int | None


class Uploads:
    """The resumable uploads of a folder."""

    def __init__(self, database: Database, objects: Objects, *, clock: Callable[[], datetime] = utc_now) -> None:
        database.create(SCHEMA)
        self._database = database
        self._objects = objects
        self._clock = clock
        # Requests for one upload take turns. It belongs to one server, so that server's threads are all there are.
        # A lock may stand for several uploads; then those take turns, too.
        self._turns = tuple(threading.Lock() for _ in range(16))

    def begin(self, draft: Draft) -> Upload:
        """Starts an upload.

        Raises:
            InvalidNameError: The name cannot be an object's.
            NoSuchBucketError: There is no such bucket.
        """
        check_object_name(draft.name)
        if not self._objects.has_bucket(draft.bucket):
            raise NoSuchBucketError
        upload = Upload(new_name(), draft, new_name(), 0, None)
        self._objects.blobs.write_at(upload.blob, 0, b"")
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO uploads VALUES (?, ?, ?, 0, NULL, ?)",
                (upload.id, json.dumps(asdict(draft)), upload.blob, micros(self._clock())),
            )
        return upload

    def receive(self, upload_id: str, part: Part) -> Upload | StoredObject:
        """Adds a part; bytes that have arrived before are skipped, so that a part can be sent again.

        Returns:
            The upload as it is now, or the object it became when the part was the last one.

        Raises:
            NoSuchUploadError: There is no such upload.
            UploadGapError: The part begins too late.
            StoreError: The object is refused, as by `Objects.put_blob`; the upload is gone then.
        """
        with self._turn(upload_id):
            upload = self._require(upload_id)
            if upload.generation is not None:
                return self._result(upload)
            upload = self._append(upload, part)
            return self._finish(upload, part) if upload.received == part.total else upload

    def cancel(self, upload_id: str) -> None:
        """Gives an upload up.

        Raises:
            NoSuchUploadError: There is no such upload.
        """
        with self._turn(upload_id):
            upload = self._require(upload_id)
            self._forget(upload)
            if upload.generation is None:
                self._objects.blobs.remove(upload.blob)

    def remove_leftovers(self) -> None:
        """Forgets uploads that are too old, and removes files that a killed process left behind."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM uploads WHERE started < ?", (micros(self._clock() - _LIFETIME),))
            blobs = frozenset(row["blob"] for row in connection.execute("SELECT blob FROM uploads"))
        self._objects.remove_leftovers(also_known=blobs)

    def _turn(self, upload_id: str) -> threading.Lock:
        return self._turns[hash(upload_id) % len(self._turns)]

    def _require(self, upload_id: str) -> Upload:
        with self._database.read() as connection:
            row = connection.execute("SELECT * FROM uploads WHERE id = ?", (upload_id,)).fetchone()
        if row is None:
            raise NoSuchUploadError
        return _as_upload(row)

    def _append(self, upload: Upload, part: Part) -> Upload:
        if part.first > upload.received:
            raise UploadGapError(part.first, upload.received)
        fresh = part.content[upload.received - part.first :]
        self._objects.blobs.write_at(upload.blob, upload.received, fresh)
        upload = replace(upload, received=upload.received + len(fresh))
        with self._database.transaction() as connection:
            connection.execute("UPDATE uploads SET received = ? WHERE id = ?", (upload.received, upload.id))
        return upload

    def _finish(self, upload: Upload, part: Part) -> StoredObject:
        draft = replace(upload.draft, expected=part.expected.over(upload.draft.expected))
        try:
            stored = self._objects.put_blob(draft, self._objects.blobs.complete(upload.blob))
        except StoreError:
            self._forget(upload)
            raise
        with self._database.transaction() as connection:
            connection.execute("UPDATE uploads SET generation = ? WHERE id = ?", (stored.generation, upload.id))
        return stored

    def _result(self, upload: Upload) -> StoredObject:
        stored = self._objects.find(upload.draft.bucket, upload.draft.name, upload.generation)
        if stored is None:
            raise NoSuchObjectError(upload.draft.bucket, upload.draft.name)
        return stored

    def _forget(self, upload: Upload) -> None:
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM uploads WHERE id = ?", (upload.id,))


def _as_upload(row: sqlite3.Row) -> Upload:
    fields = json.loads(row["draft"])
    conditions = Conditions(**fields.pop("conditions"))
    expected = Checksums(**fields.pop("expected"))
    draft = Draft(**fields, conditions=conditions, expected=expected)
    return Upload(row["id"], draft, row["blob"], row["received"], row["generation"])
