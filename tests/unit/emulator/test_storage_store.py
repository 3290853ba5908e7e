"""The store below the API: what jobs use, and what only shows with a clock that can be set."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gembatch.emulator.database import Database
from gembatch.emulator.storage.listing import Selection
from gembatch.emulator.storage.objects import Objects
from gembatch.emulator.storage.stored import (
    Draft,
    InvalidNameError,
    NoSuchBucketError,
    NoSuchObjectError,
    NoSuchUploadError,
    PreconditionFailedError,
    StoredObject,
)
from gembatch.emulator.storage.uploads import Part, Uploads

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Clock:
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def objects(database: Database, tmp_path: Path, clock: Clock) -> Objects:
    made = Objects(database, tmp_path, clock=clock)
    made.create_bucket("demo-bucket")
    return made


def blobs(folder: Path) -> int:
    return len(list((folder / "blobs").iterdir()))


def test_content_may_come_in_chunks(objects: Objects) -> None:
    stored = objects.put("demo-bucket", "a", (b"%d\n" % number for number in range(3)))

    assert b"0\n1\n2\n" == objects.read(stored)
    assert 6 == stored.size


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", []),
        (b"one", [b"one"]),
        (b"one\ntwo\n", [b"one", b"two"]),
        (b"one\r\ntwo", [b"one", b"two"]),
        (b"\n\r\n \n", [b"", b"", b" "]),
        (b"a\rb\n", [b"a\rb"]),
    ],
)
def test_lines_come_without_their_ends(objects: Objects, content: bytes, expected: list[bytes]) -> None:
    assert expected == list(objects.lines(objects.put("demo-bucket", "a", content)))


def test_times_come_from_the_clock(objects: Objects, clock: Clock) -> None:
    stored = objects.put("demo-bucket", "a", b"")
    clock.now += timedelta(hours=1)
    patched = objects.describe("demo-bucket", "a", lambda live: replace(live, content_type="text/plain"))

    assert (NOON, NOON) == (stored.created, stored.updated)
    assert (NOON, NOON + timedelta(hours=1)) == (patched.created, patched.updated)
    assert patched == objects.find("demo-bucket", "a")


def test_generations_rise_even_if_the_clock_does_not(objects: Objects, clock: Clock) -> None:
    first = objects.put("demo-bucket", "a", b"").generation
    second = objects.put("demo-bucket", "b", b"").generation
    clock.now -= timedelta(days=1)
    third = objects.put("demo-bucket", "a", b"").generation

    assert [first, first + 1, first + 2] == [first, second, third]
    assert int(NOON.timestamp()) * 1_000_000 == first


def test_what_was_replaced_can_be_read_by_those_who_found_it_before(
    objects: Objects, clock: Clock, tmp_path: Path
) -> None:
    """For a minute; then its file is removed by the next write."""
    old = objects.put("demo-bucket", "a", b"old")
    objects.put("demo-bucket", "a", b"new")
    clock.now += timedelta(seconds=60)
    objects.put("demo-bucket", "b", b"")

    assert b"old" == objects.read(old)
    clock.now += timedelta(seconds=1)
    objects.put("demo-bucket", "c", b"")
    with pytest.raises(FileNotFoundError):
        objects.read(old)
    assert 3 == blobs(tmp_path)


def test_chunks_that_break_off_leave_nothing(objects: Objects, tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"begun"
        raise RuntimeError("the source broke")

    with pytest.raises(RuntimeError, match="the source broke"):
        objects.put("demo-bucket", "a", broken())
    assert objects.find("demo-bucket", "a") is None
    assert 0 == blobs(tmp_path)


@pytest.mark.parametrize(
    ("bucket", "name", "error"),
    [
        ("nowhere", "a", NoSuchBucketError),
        ("demo-bucket", "", InvalidNameError),
        ("demo-bucket", "\ud800", InvalidNameError),
        ("demo-bucket", "a\nb", InvalidNameError),
    ],
)
def test_a_place_that_cannot_be_is_refused(
    objects: Objects, tmp_path: Path, bucket: str, name: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        objects.put(bucket, name, b"")
    assert 0 == blobs(tmp_path)


def test_listing_or_deleting_what_is_not_there_is_refused(objects: Objects) -> None:
    with pytest.raises(NoSuchBucketError):
        objects.list("nowhere")
    with pytest.raises(NoSuchBucketError):
        objects.delete_bucket("nowhere")
    with pytest.raises(NoSuchBucketError):
        objects.delete("nowhere", "a")
    with pytest.raises(NoSuchObjectError):
        objects.delete("demo-bucket", "a")


def test_a_listing_without_a_limit_is_whole(objects: Objects) -> None:
    for number in range(5):
        objects.put("demo-bucket", f"rows/{number}", b"")
    objects.put("demo-bucket", "other", b"")
    page = objects.list("demo-bucket", "rows/")

    assert [f"rows/{number}" for number in range(5)] == [stored.name for stored in page.items]
    assert page.last is None
    assert ("rows/",) == objects.list("demo-bucket", selection=Selection(delimiter="/")).prefixes


def test_a_change_that_fails_changes_nothing(objects: Objects) -> None:
    before = objects.put("demo-bucket", "a", b"")

    def fail(_: StoredObject) -> StoredObject:
        raise PreconditionFailedError

    with pytest.raises(PreconditionFailedError):
        objects.describe("demo-bucket", "a", fail)
    assert before == objects.find("demo-bucket", "a")


def test_a_transaction_that_breaks_off_is_undone(database: Database) -> None:
    database.create("CREATE TABLE IF NOT EXISTS numbers (number INTEGER)")

    def break_off() -> None:
        with database.transaction() as connection:
            connection.execute("INSERT INTO numbers VALUES (1)")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        break_off()
    with database.transaction() as connection:
        assert [] == connection.execute("SELECT * FROM numbers").fetchall()


def test_a_reader_sees_one_moment(database: Database) -> None:
    database.create("CREATE TABLE IF NOT EXISTS numbers (number INTEGER)")
    with database.read() as reader:
        before = reader.execute("SELECT count(*) FROM numbers").fetchone()[0]
        with database.transaction() as writer:
            writer.execute("INSERT INTO numbers VALUES (1)")
        after = reader.execute("SELECT count(*) FROM numbers").fetchone()[0]

    assert (0, 0) == (before, after)


def test_a_connection_that_is_lent_closes_when_it_comes_back(tmp_path: Path) -> None:
    database = Database(tmp_path)
    with database.read() as connection:
        database.close()
        assert 1 == connection.execute("SELECT 1").fetchone()[0]

    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("SELECT 1")


def test_an_upload_that_takes_more_than_a_week_is_forgotten(database: Database, objects: Objects, clock: Clock) -> None:
    uploads = Uploads(database, objects, clock=clock)
    upload = uploads.begin(Draft("demo-bucket", "a"))
    clock.now += timedelta(days=7)
    uploads.remove_leftovers()
    uploads.receive(upload.id, Part(0, b"", None))
    clock.now += timedelta(seconds=1)
    uploads.remove_leftovers()

    with pytest.raises(NoSuchUploadError):
        uploads.receive(upload.id, Part(0, b"", None))


def test_an_upload_whose_object_was_replaced_has_no_result(database: Database, objects: Objects) -> None:
    uploads = Uploads(database, objects)
    upload = uploads.begin(Draft("demo-bucket", "a"))
    uploads.receive(upload.id, Part(0, b"abc", 3))
    objects.put("demo-bucket", "a", b"later")

    with pytest.raises(NoSuchObjectError):
        uploads.receive(upload.id, Part(0, b"abc", 3))


def test_a_finished_upload_can_be_cancelled_without_loss(database: Database, objects: Objects) -> None:
    uploads = Uploads(database, objects)
    upload = uploads.begin(Draft("demo-bucket", "a"))
    stored = uploads.receive(upload.id, Part(0, b"abc", 3))
    uploads.cancel(upload.id)

    assert isinstance(stored, StoredObject)
    assert b"abc" == objects.read(stored)


def test_an_upload_into_a_bucket_that_is_not_there_is_refused(database: Database, objects: Objects) -> None:
    with pytest.raises(NoSuchBucketError):
        Uploads(database, objects).begin(Draft("nowhere", "a"))
