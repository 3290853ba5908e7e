"""The tables of buckets and objects, and how a row becomes a noun and back. Transactions are the caller's."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from gembatch.emulator.storage.stored import Bucket, NoSuchBucketError, StoredObject

SCHEMA = """
CREATE TABLE IF NOT EXISTS buckets (
    name TEXT PRIMARY KEY,
    created INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS objects (
    bucket TEXT NOT NULL REFERENCES buckets (name),
    name TEXT NOT NULL,
    generation INTEGER NOT NULL,
    metageneration INTEGER NOT NULL,
    size INTEGER NOT NULL,
    crc32c TEXT NOT NULL,
    md5 TEXT NOT NULL,
    content_type TEXT NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    metadata TEXT NOT NULL,
    headers TEXT NOT NULL,
    blob TEXT NOT NULL,
    PRIMARY KEY (bucket, name)
) WITHOUT ROWID;

-- The last generation given away: a deleted object takes its own with it.
CREATE TABLE IF NOT EXISTS generations (last INTEGER NOT NULL);

-- Content that no object points to any more. It stays a while for those who are about to read it.
CREATE TABLE IF NOT EXISTS garbage (blob TEXT PRIMARY KEY, since INTEGER NOT NULL) WITHOUT ROWID;
"""

_SAVE = """
INSERT OR REPLACE INTO objects VALUES (
    :bucket, :name, :generation, :metageneration, :size, :crc32c, :md5, :content_type, :created, :updated,
    :metadata, :headers, :blob
)
"""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(moment: datetime) -> int:
    """Returns a moment as microseconds since 1970, the form in which the tables hold times."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(micros_since_epoch: int) -> datetime:
    """Returns a time of the tables as a moment, UTC."""
    return _EPOCH + micros_since_epoch * _MICROSECOND


def find_bucket(connection: sqlite3.Connection, name: str) -> Bucket | None:
    """Returns the bucket; None when there is none."""
    row = connection.execute("SELECT * FROM buckets WHERE name = ?", (name,)).fetchone()
    return None if row is None else _as_bucket(row)


def require_bucket(connection: sqlite3.Connection, name: str) -> None:
    """Raises NoSuchBucketError when there is none of that name."""
    if find_bucket(connection, name) is None:
        raise NoSuchBucketError


def buckets_from(connection: sqlite3.Connection, first: str) -> Iterator[Bucket]:
    """Yields the buckets in the order of their names, from the first one that may be listed."""
    rows = connection.execute("SELECT * FROM buckets WHERE name >= ? ORDER BY name", (first,))
    return map(_as_bucket, rows)


def save_bucket(connection: sqlite3.Connection, bucket: Bucket) -> None:
    """Writes a new bucket's row."""
    connection.execute("INSERT INTO buckets VALUES (?, ?)", (bucket.name, micros(bucket.created)))


def delete_bucket(connection: sqlite3.Connection, name: str) -> None:
    """Deletes the row of a bucket that holds nothing."""
    connection.execute("DELETE FROM buckets WHERE name = ?", (name,))


def find_object(connection: sqlite3.Connection, bucket: str, name: str) -> StoredObject | None:
    """Returns the live object; None when there is none."""
    row = connection.execute("SELECT * FROM objects WHERE bucket = ? AND name = ?", (bucket, name)).fetchone()
    return None if row is None else _as_object(row)


def objects_from(connection: sqlite3.Connection, bucket: str, first: str) -> Iterator[StoredObject]:
    """Yields a bucket's objects in the order of their names, from the first one that may be listed."""
    rows = connection.execute("SELECT * FROM objects WHERE bucket = ? AND name >= ? ORDER BY name", (bucket, first))
    return map(_as_object, rows)


def save_object(connection: sqlite3.Connection, stored: StoredObject) -> None:
    """Writes an object's row, in place of one of that name."""
    connection.execute(
        _SAVE,
        {
            "bucket": stored.bucket,
            "name": stored.name,
            "generation": stored.generation,
            "metageneration": stored.metageneration,
            "size": stored.size,
            "crc32c": stored.crc32c,
            "md5": stored.md5,
            "content_type": stored.content_type,
            "created": micros(stored.created),
            "updated": micros(stored.updated),
            "metadata": json.dumps(dict(stored.metadata)),
            "headers": json.dumps(dict(stored.headers)),
            "blob": stored.blob,
        },
    )


def delete_object(connection: sqlite3.Connection, stored: StoredObject) -> None:
    """Deletes an object's row."""
    connection.execute("DELETE FROM objects WHERE bucket = ? AND name = ?", (stored.bucket, stored.name))


def next_generation(connection: sqlite3.Connection, now: datetime) -> int:
    """Returns a generation above all that were given away: the time in microseconds, or the next number."""
    row = connection.execute("SELECT last FROM generations").fetchone()
    generation = micros(now) if row is None else max(micros(now), row["last"] + 1)
    connection.execute("DELETE FROM generations")
    connection.execute("INSERT INTO generations VALUES (?)", (generation,))
    return generation


def discard_blob(connection: sqlite3.Connection, blob: str, now: datetime) -> None:
    """Notes that no object points to the blob any more."""
    connection.execute("INSERT OR IGNORE INTO garbage VALUES (?, ?)", (blob, micros(now)))


def collect_garbage(connection: sqlite3.Connection, before: datetime) -> tuple[str, ...]:
    """Forgets the blobs that were discarded before then, and returns them for removal."""
    rows = connection.execute("SELECT blob FROM garbage WHERE since < ?", (micros(before),)).fetchall()
    if rows:
        connection.execute("DELETE FROM garbage WHERE since < ?", (micros(before),))
    return tuple(row["blob"] for row in rows)


def known_blobs(connection: sqlite3.Connection) -> frozenset[str]:
    """Returns every blob that an object or the garbage names."""
    blobs = connection.execute("SELECT blob FROM objects UNION SELECT blob FROM garbage")
    return frozenset(row["blob"] for row in blobs)


def _as_bucket(row: sqlite3.Row) -> Bucket:
    return Bucket(row["name"], moment(row["created"]))


def _as_object(row: sqlite3.Row) -> StoredObject:
    return StoredObject(
        bucket=row["bucket"],
        name=row["name"],
        generation=row["generation"],
        metageneration=row["metageneration"],
        size=row["size"],
        crc32c=row["crc32c"],
        md5=row["md5"],
        content_type=row["content_type"],
        created=moment(row["created"]),
        updated=moment(row["updated"]),
        metadata=json.loads(row["metadata"]),
        headers=json.loads(row["headers"]),
        blob=row["blob"],
    )
