"""What every `LockfileStore` promises. A new implementation joins the fixture `case` and passes."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier
from time import monotonic
from typing import Protocol

import pytest
from builders import LINEAGE, entry, job_spec, lockfile
from google.cloud import storage

from gembatch.emulator.server import Emulator
from gembatch.errors import LockfileError, LockfileMovedError, LockfileTooNewError, LockfileUnreadableError
from gembatch.lock.codec import dump_lockfile
from gembatch.lock.gcs import BucketLockfile
from gembatch.lock.local import LocalLockfile
from gembatch.lock.lockfile import Holder, Lockfile
from gembatch.lock.store import ABSENT, LockfileStore, Version
from gembatch.wire.storage_client import storage_client


class Case(Protocol):
    """Stores of one lockfile, and a way past them to what is stored. It travels to other processes."""

    location: str

    def store(self) -> LockfileStore: ...

    def put(self, content: bytes) -> None: ...

    def content(self) -> bytes: ...

    def remove(self) -> None: ...

    def everything(self) -> list[object]: ...


class LocalCase:
    """A file on this machine."""

    location = "locks/prod.lock.json"

    def __init__(self, root: Path) -> None:
        self.root = root

    def store(self) -> LockfileStore:
        return LocalLockfile(self.root, self.location)

    def put(self, content: bytes) -> None:
        path = self.root / "locks" / "prod.lock.json"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)

    def content(self) -> bytes:
        return (self.root / "locks" / "prod.lock.json").read_bytes()

    def remove(self) -> None:
        (self.root / "locks" / "prod.lock.json").unlink()

    def everything(self) -> list[object]:
        return list(self.root.iterdir())


class BucketCase:
    """An object in the emulator's Cloud Storage, by Google's own client."""

    location = "gs://acme-state/locks/prod.lock.json"

    def __init__(self, url: str) -> None:
        self.url = url

    def store(self) -> LockfileStore:
        return BucketLockfile(
            "demo", self.location, endpoint=self.url, write_seconds=60, monotonic=monotonic, sleep=lambda _: None
        )

    def _bucket(self) -> storage.Bucket:
        return storage_client("demo", self.url).bucket("acme-state")

    def put(self, content: bytes) -> None:
        self._bucket().blob("locks/prod.lock.json").upload_from_string(content)

    def content(self) -> bytes:
        return self._bucket().blob("locks/prod.lock.json").download_as_bytes()

    def remove(self) -> None:
        self._bucket().blob("locks/prod.lock.json").delete()

    def everything(self) -> list[object]:
        return list(self._bucket().list_blobs())


@pytest.fixture(params=["local", "bucket"])
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Case]:
    if request.param == "local":
        yield LocalCase(tmp_path)
        return
    with Emulator(tmp_path / "emulator", buckets=["acme-state"]) as emulator:
        yield BucketCase(emulator.url)


def numbered(serial: int) -> Lockfile:
    """Large enough that half of it could be written."""
    return lockfile(*(entry(job_spec(f"job-{number:02}"), number) for number in range(1, 21)), serial=serial)


def outcome_of(store: LockfileStore, written: Lockfile, expected: Version) -> bool:
    try:
        store.write(written, expected)
    except LockfileMovedError:
        return False
    return True


def test_what_is_absent_is_read_as_none(case: Case) -> None:
    assert (None, ABSENT) == case.store().read()


def test_reading_makes_nothing(case: Case) -> None:
    case.store().read()

    assert [] == case.everything()


def test_what_is_written_is_read_with_its_version(case: Case) -> None:
    version = case.store().write(numbered(1), ABSENT)

    assert (numbered(1), version) == case.store().read()


def test_a_write_on_the_current_version_replaces_the_whole(case: Case) -> None:
    store = case.store()
    second = store.write(numbered(2), store.write(numbered(1), ABSENT))

    assert (numbered(2), second) == store.read()


def test_a_write_on_an_older_version_writes_nothing(case: Case) -> None:
    store = case.store()
    first = store.write(numbered(1), ABSENT)
    store.write(numbered(2), first)

    with pytest.raises(LockfileMovedError, match="written by somebody else"):
        store.write(numbered(3), first)
    assert numbered(2) == store.read()[0]


def test_who_comes_too_late_is_told_who_holds_it_and_until_when(case: Case) -> None:
    ada = Holder("1" * 32, "ada@engine", "https://ci.example/run/7", "2026-11-22T12:05:00+00:00")
    case.store().write(replace(numbered(1), holder=ada), ABSENT)

    with pytest.raises(LockfileMovedError) as caught:
        case.store().write(numbered(2), ABSENT)
    assert str(caught.value) == (
        f"the lockfile {case.location} was written by somebody else since it was read; "
        "ada@engine (https://ci.example/run/7) holds it until 2026-11-22T12:05:00+00:00"
    )
    assert "nothing was written; run `gembatch plan` again" == caught.value.hint


def test_what_is_far_too_large_is_neither_read_nor_written(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    content = dump_lockfile(numbered(1)).encode()
    case.put(content)
    monkeypatch.setattr("gembatch.lock.codec.MOST_BYTES", len(content) - 1)

    with pytest.raises(LockfileUnreadableError, match=r"it has [0-9,]+ bytes, and [0-9,]+ are the most"):
        case.store().read()
    with pytest.raises(LockfileError, match=r"it would have [0-9,]+ bytes, and [0-9,]+ are the most"):
        case.store().write(numbered(1), ABSENT)
    assert content == case.content()


def test_a_write_that_expects_nothing_does_not_replace_something(case: Case) -> None:
    store = case.store()
    store.write(numbered(1), ABSENT)

    assert not outcome_of(store, numbered(2), ABSENT)


def test_a_write_that_expects_something_does_not_make_it_anew(case: Case) -> None:
    """The lockfile was deleted in between: what it said is not to be forgotten in passing."""
    store = case.store()
    version = store.write(numbered(1), ABSENT)
    case.remove()

    with pytest.raises(LockfileMovedError, match="was deleted by somebody else"):
        store.write(numbered(2), version)
    assert (None, ABSENT) == store.read()


def test_the_location_says_where_it_is(case: Case) -> None:
    assert case.location == case.store().location


def test_nothing_is_in_the_way_of_a_write(case: Case) -> None:
    assert case.store().obstacle() is None
    case.store().write(numbered(1), ABSENT)
    assert case.store().obstacle() is None


def test_asking_what_is_in_the_way_makes_nothing(case: Case) -> None:
    case.store().obstacle()

    assert [] == case.everything()


@pytest.mark.parametrize(
    "damage",
    [b"", b"{", b"\xff\xfe{}", b"[]", b'{"format": 1}', b"<<<<<<< HEAD\n{}", b"\xef\xbb\xbf{}"],
)
def test_what_cannot_be_read_is_never_overwritten(case: Case, damage: bytes) -> None:
    case.put(damage)

    with pytest.raises(LockfileUnreadableError, match=r"cannot read the lockfile .*prod\.lock\.json"):
        case.store().read()
    assert not outcome_of(case.store(), numbered(1), ABSENT)
    assert damage == case.content()


def test_what_a_newer_gembatch_wrote_is_never_overwritten(case: Case) -> None:
    case.put(b'{"format": 99}')

    with pytest.raises(LockfileTooNewError):
        case.store().read()
    assert not outcome_of(case.store(), numbered(1), ABSENT)
    assert b'{"format": 99}' == case.content()


@pytest.mark.parametrize("before", [0, 1])
def test_of_many_threads_that_race_one_wins(case: Case, before: int) -> None:
    version = case.store().write(numbered(0), ABSENT) if before else ABSENT
    start = Barrier(8)

    def write(number: int) -> bool:
        store = case.store()
        start.wait()
        return outcome_of(store, numbered(number), version)

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(write, range(1, 9)))

    assert 1 == won.count(True)
    assert numbered(won.index(True) + 1) == case.store().read()[0]


def race(case: Case, number: int, version: Version) -> None:
    sys.exit(0 if outcome_of(case.store(), numbered(number), version) else 1)


def test_of_several_processes_that_race_one_wins(case: Case) -> None:
    version = case.store().write(numbered(0), ABSENT)
    context = multiprocessing.get_context("spawn")
    racers = [context.Process(target=race, args=(case, number, version)) for number in (1, 2, 3)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join(timeout=60)

    codes = [racer.exitcode for racer in racers]
    assert [0, 1, 1] == sorted(codes)
    assert numbered(codes.index(0) + 1) == case.store().read()[0]


def test_writers_that_read_again_when_they_lose_lose_nothing(case: Case) -> None:
    """Compare-and-swap as it is meant: every increment is there in the end."""
    case.store().write(replace(numbered(0), lineage=LINEAGE), ABSENT)

    def increment(_: int) -> None:
        store = case.store()
        while True:
            read, version = store.read()
            assert read is not None
            if outcome_of(store, replace(read, serial=read.serial + 1), version):
                return

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(increment, range(20)))

    read, _ = case.store().read()
    assert read is not None
    assert 20 == read.serial
