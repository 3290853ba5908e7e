"""What every `LockfileStore` promises. A new implementation joins `STORES` and passes."""

from __future__ import annotations

import multiprocessing
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest
from builders import LINEAGE, entry, job_spec, lockfile

from gembatch.errors import LockfileMovedError, LockfileTooNewError, LockfileUnreadableError
from gembatch.lock.local import LocalLockfile
from gembatch.lock.lockfile import Lockfile
from gembatch.lock.store import ABSENT, LockfileStore, Version


class LocalCase:
    """Stores of one file on this machine, and a way past them to its bytes."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def store(self) -> LockfileStore:
        return LocalLockfile(self.root, "locks/prod.lock.json")

    def put(self, content: bytes) -> None:
        path = self.root / "locks" / "prod.lock.json"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)

    def content(self) -> bytes:
        return (self.root / "locks" / "prod.lock.json").read_bytes()


STORES = {"local": LocalCase}


@pytest.fixture(params=STORES.values(), ids=STORES)
def case(request: pytest.FixtureRequest, tmp_path: Path) -> LocalCase:
    return request.param(tmp_path)


def numbered(serial: int) -> Lockfile:
    """Large enough that half of it could be written."""
    return lockfile(*(entry(job_spec(f"job-{number:02}"), number) for number in range(1, 21)), serial=serial)


def outcome_of(store: LockfileStore, written: Lockfile, expected: Version) -> bool:
    try:
        store.write(written, expected)
    except LockfileMovedError:
        return False
    return True


def test_what_is_absent_is_read_as_none(case: LocalCase) -> None:
    assert (None, ABSENT) == case.store().read()


def test_reading_makes_nothing(case: LocalCase) -> None:
    case.store().read()

    assert [] == list(case.root.iterdir())


def test_what_is_written_is_read_with_its_version(case: LocalCase) -> None:
    version = case.store().write(numbered(1), ABSENT)

    assert (numbered(1), version) == case.store().read()


def test_a_write_on_the_current_version_replaces_the_whole(case: LocalCase) -> None:
    store = case.store()
    second = store.write(numbered(2), store.write(numbered(1), ABSENT))

    assert (numbered(2), second) == store.read()


def test_a_write_on_an_older_version_writes_nothing(case: LocalCase) -> None:
    store = case.store()
    first = store.write(numbered(1), ABSENT)
    store.write(numbered(2), first)

    with pytest.raises(LockfileMovedError, match="written by somebody else"):
        store.write(numbered(3), first)
    assert numbered(2) == store.read()[0]


def test_a_write_that_expects_nothing_does_not_replace_something(case: LocalCase) -> None:
    store = case.store()
    store.write(numbered(1), ABSENT)

    assert not outcome_of(store, numbered(2), ABSENT)


def test_a_write_that_expects_something_does_not_make_it_anew(case: LocalCase) -> None:
    """The lockfile was deleted in between: what it said is not to be forgotten in passing."""
    store = case.store()

    assert not outcome_of(store, numbered(2), Version("some version"))
    assert (None, ABSENT) == store.read()


def test_the_location_says_where_it_is(case: LocalCase) -> None:
    assert "locks/prod.lock.json" == case.store().location


@pytest.mark.parametrize(
    "damage",
    [b"", b"{", b"\xff\xfe{}", b"[]", b'{"format": 1}', b"<<<<<<< HEAD\n{}", b"\xef\xbb\xbf{}"],
)
def test_what_cannot_be_read_is_never_overwritten(case: LocalCase, damage: bytes) -> None:
    case.put(damage)

    with pytest.raises(LockfileUnreadableError, match=r"cannot read the lockfile .*prod\.lock\.json"):
        case.store().read()
    assert not outcome_of(case.store(), numbered(1), ABSENT)
    assert damage == case.content()


def test_what_a_newer_gembatch_wrote_is_never_overwritten(case: LocalCase) -> None:
    case.put(b'{"format": 99}')

    with pytest.raises(LockfileTooNewError):
        case.store().read()
    assert not outcome_of(case.store(), numbered(1), ABSENT)
    assert b'{"format": 99}' == case.content()


@pytest.mark.parametrize("before", [0, 1])
def test_of_many_threads_that_race_one_wins(case: LocalCase, before: int) -> None:
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


def race(case: LocalCase, number: int, version: Version) -> None:
    sys.exit(0 if outcome_of(case.store(), numbered(number), version) else 1)


def test_of_several_processes_that_race_one_wins(case: LocalCase) -> None:
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


def test_writers_that_read_again_when_they_lose_lose_nothing(case: LocalCase) -> None:
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
