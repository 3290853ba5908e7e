"""A lockfile in a bucket, and what goes wrong on the way there: the emulator behind a proxy, Google's own client."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import google.auth
import pytest
from builders import entry, job_spec, lockfile
from go_between import Asked, GoBetween, after, between, drops, loses, says
from google.auth.exceptions import RefreshError
from google.oauth2.credentials import Credentials

from gembatch.emulator.server import Emulator
from gembatch.emulator.settings import Settings
from gembatch.errors import CredentialsError, LockfileError, LockfileMovedError, LockfileUnreadableError
from gembatch.lock.codec import dump_lockfile, parse_lockfile
from gembatch.lock.gcs import BucketLockfile
from gembatch.lock.lockfile import Holder, Lockfile
from gembatch.lock.store import ABSENT
from gembatch.wire.storage_client import storage_client

URI = "gs://acme-state/prod.lock.json"
GRACE = Holder("2" * 32, "grace@engine", "", "2026-11-22T12:05:00+00:00")
OURS, THEIRS, LATER = lockfile(serial=1), lockfile(serial=1, holder=GRACE), lockfile(serial=2)


@dataclass
class Clock:
    """Time that passes only where somebody sleeps."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def emulator(tmp_path: Path) -> Iterator[Emulator]:
    with Emulator(tmp_path / "emulator", buckets=["acme-state"]) as running:
        yield running


@pytest.fixture
def wire(emulator: Emulator) -> Iterator[GoBetween]:
    with between(emulator.url) as proxy:
        yield proxy
        assert proxy.has_met_all()
        # Whatever the test was about: no write without a condition.
        for asked in proxy.seen:
            assert not asked.is_upload or "upload_id=" in asked.path or "ifGenerationMatch" in asked.path, asked.path


@pytest.fixture
def clock() -> Clock:
    return Clock()


Make = Callable[..., BucketLockfile]


@pytest.fixture
def make(wire: GoBetween, clock: Clock) -> Make:
    def make_store(uri: str = URI, *, write_seconds: float = 100, try_seconds: float = 30) -> BucketLockfile:
        return BucketLockfile(
            "demo",
            uri,
            endpoint=wire.url,
            write_seconds=write_seconds,
            monotonic=clock.monotonic,
            sleep=clock.sleep,
            try_seconds=try_seconds,
        )

    return make_store


@pytest.fixture
def store(make: Make) -> BucketLockfile:
    return make()


@pytest.fixture
def stored(emulator: Emulator) -> Callable[[], Lockfile]:
    """What is in the bucket, by a client that meets no faults."""
    blob = storage_client("demo", emulator.url).bucket("acme-state").blob("prod.lock.json")
    return lambda: parse_lockfile(blob.download_as_bytes().decode(), URI)


@pytest.fixture
def put(emulator: Emulator) -> Callable[[Lockfile], object]:
    """Writes as anybody else may."""
    bucket = storage_client("demo", emulator.url).bucket("acme-state")
    return lambda content: bucket.blob("prod.lock.json").upload_from_string(dump_lockfile(content))


def is_upload(asked: Asked) -> bool:
    return asked.is_upload


def is_metadata(asked: Asked) -> bool:
    return asked.method == "GET" and asked.path.startswith("/storage/v1/b/acme-state/o/")


def is_content(asked: Asked) -> bool:
    return asked.method == "GET" and asked.path.startswith("/download/")


def conditions(wire: GoBetween) -> list[str]:
    return [parse_qs(urlsplit(asked.path).query)["ifGenerationMatch"][0] for asked in wire.seen if asked.is_upload]


@pytest.mark.parametrize(
    "fault",
    [
        loses,
        says(503, after_commit=True),
        says(200, "[]", after_commit=True),
        says(200, "{}", after_commit=True),
        says(200, "<html>", after_commit=True),
        says(200, '{"generation": "many"}', after_commit=True),
    ],
    ids=["lost", "503", "a list", "nothing in it", "a page", "no generation"],
)
@pytest.mark.parametrize("before", [0, 1])
def test_an_answer_that_is_lost_after_the_write_is_found_to_be_our_own(wire, store, stored, fault, before):
    """Sent again, the write meets the object that it made the first time: 412, and nobody else was there."""
    version = store.write(OURS, ABSENT) if before else ABSENT
    wire.will(is_upload, fault)

    written = store.write(LATER, version)

    assert (LATER, written) == store.read()
    assert LATER == stored()
    assert [version or "0"] * 2 == conditions(wire)[before:]


@pytest.mark.parametrize(
    "fault", [drops, says(503), says(429), says(500), says(408)], ids=["dropped", "503", "429", "500", "408"]
)
def test_a_write_that_did_not_arrive_is_sent_again(wire, store, clock, stored, fault):
    wire.will(is_upload, fault, fault, fault)

    version = store.write(OURS, ABSENT)

    assert (OURS, version) == store.read()
    assert [1.0, 2.0, 4.0] == clock.slept
    assert ["0"] * 4 == conditions(wire)


def test_a_write_is_tried_for_no_longer_than_it_may_be(wire, make, clock):
    wire.will(is_upload, *[says(503)] * 7)
    store = make(write_seconds=60)

    with pytest.raises(LockfileError) as caught:
        store.write(OURS, ABSENT)

    assert str(caught.value) == (
        f"cannot write the lockfile {URI}: so it is (503); whether it was written is not known"
    )
    assert [1.0, 2.0, 4.0, 8.0, 16.0, 16.0] == clock.slept


def test_somebody_else_was_faster(wire, store, put, stored):
    wire.will(is_upload, after(lambda: put(THEIRS)))

    with pytest.raises(LockfileMovedError, match="grace@engine holds it until 2026-11-22T12:05:00") as caught:
        store.write(OURS, ABSENT)

    assert "nothing was written; run `gembatch plan` again" == caught.value.hint
    assert THEIRS == stored()


def test_somebody_else_with_the_same_bytes_is_somebody_else(wire, store, put):
    """Two runs that record the same states write the same; only one of them wrote."""
    wire.will(is_upload, after(lambda: put(OURS)))

    with pytest.raises(LockfileMovedError):
        store.write(OURS, ABSENT)


@pytest.mark.parametrize("first", [loses, drops], ids=["written", "not written"])
def test_somebody_else_writes_while_our_answer_is_lost(wire, store, put, stored, first):
    """Whether ours came before theirs nobody can tell: so it is not said that nothing was written."""
    wire.will(is_upload, first, after(lambda: put(THEIRS)))

    with pytest.raises(LockfileMovedError, match="grace@engine holds it") as caught:
        store.write(OURS, ABSENT)

    assert "an answer was lost, so ours may have come before; run `gembatch plan` again" == caught.value.hint
    assert THEIRS == stored()


def test_a_lockfile_that_was_deleted_meanwhile_is_not_made_anew(wire, store, emulator):
    version = store.write(OURS, ABSENT)
    blob = storage_client("demo", emulator.url).bucket("acme-state").blob("prod.lock.json")
    wire.will(is_upload, after(blob.delete))

    with pytest.raises(LockfileMovedError, match="was deleted by somebody else since it was read"):
        store.write(LATER, version)
    assert (None, ABSENT) == store.read()


def test_an_old_version_that_a_read_shows_cannot_be_written_over(wire, store, emulator, stored):
    """A read that lags shows what was; the condition on the write notices."""
    old = store.write(OURS, ABSENT)
    now = store.write(LATER, old)
    assert old != now

    with pytest.raises(LockfileMovedError):
        store.write(THEIRS, old)
    assert LATER == stored()


def test_a_read_that_lags_after_a_lost_answer_is_read_again(wire, store, clock, stored):
    """The write is there, is refused when it is sent again, and the first looks do not show it yet."""
    wire.will(is_upload, loses)
    wire.will(is_metadata, says(404), says(404))

    version = store.write(OURS, ABSENT)

    assert (OURS, version) == store.read()
    assert OURS == stored()


def test_reads_that_never_show_what_a_write_was_refused_for_are_an_error(wire, store):
    wire.will(is_upload, says(412))

    with pytest.raises(LockfileError, match="it reads as unchanged, and was refused as changed"):
        store.write(OURS, ABSENT)


def test_a_read_gives_content_and_version_of_one_moment(wire, store, put):
    store.write(OURS, ABSENT)
    wire.will(is_content, after(lambda: put(THEIRS)))

    read, version = store.read()

    assert THEIRS == read
    assert version == store.read()[1]


@pytest.mark.parametrize(
    ("which", "fault"),
    [
        (is_metadata, drops),
        (is_metadata, says(503)),
        (is_metadata, says(429)),
        (is_metadata, says(200, "<html>")),
        (is_metadata, says(200, "[]")),
        (is_metadata, says(200, "{}")),
        (is_content, drops),
        (is_content, says(503)),
    ],
    ids=["dropped", "503", "429", "a page", "a list", "nothing in it", "content dropped", "content 503"],
)
def test_a_read_that_does_not_work_is_tried_again(wire, store, clock, which, fault):
    version = store.write(OURS, ABSENT)
    wire.will(which, fault, fault)

    assert (OURS, version) == store.read()
    assert [0.1, 0.2] == clock.slept


def test_a_read_that_never_works_says_so(wire, store):
    store.write(OURS, ABSENT)
    wire.will(is_metadata, *[says(503)] * 5)

    with pytest.raises(LockfileError) as caught:
        store.read()
    assert str(caught.value) == f"cannot read the lockfile {URI}: so it is (503)"


@pytest.mark.parametrize("which", [is_metadata, is_content])
def test_a_read_that_is_forbidden_says_which_role_is_missing(wire, store, which):
    store.write(OURS, ABSENT)
    wire.will(which, says(403))

    with pytest.raises(LockfileError, match=r"so it is \(403\)") as caught:
        store.read()
    assert "the credentials need `roles/storage.objectUser` on the bucket" == caught.value.hint


def test_a_write_that_is_forbidden_is_not_sent_again(wire, store):
    wire.will(is_upload, says(403))

    with pytest.raises(LockfileError, match=rf"cannot write the lockfile {URI}: so it is \(403\)") as caught:
        store.write(OURS, ABSENT)
    assert "the credentials need `roles/storage.objectUser` on the bucket" == caught.value.hint
    assert ["0"] == conditions(wire)


def test_a_bucket_that_is_not_there_is_told_when_planning(make):
    store = make("gs://acme-sate/prod.lock.json")

    with pytest.raises(LockfileError) as caught:
        store.read()
    assert str(caught.value) == "cannot read the lockfile gs://acme-sate/prod.lock.json: there is no such bucket"
    assert "make the bucket, or correct the environment's `lockfile`" == caught.value.hint
    with pytest.raises(LockfileError, match=r"cannot write the lockfile .*: there is no such bucket"):
        store.write(OURS, ABSENT)


def test_permissions_that_a_write_would_miss_are_in_its_way(tmp_path, clock):
    settings = Settings(denied={"acme-state": frozenset({"storage.objects.delete"})})
    with Emulator(tmp_path / "strict", buckets=["acme-state"], settings=settings) as emulator:
        store = BucketLockfile(
            "demo", URI, endpoint=emulator.url, write_seconds=100, monotonic=clock.monotonic, sleep=clock.sleep
        )

        assert "lacks storage.objects.delete on the bucket" == store.obstacle()
        version = store.write(OURS, ABSENT)
        with pytest.raises(LockfileError, match=r"'storage\.objects\.delete' denied"):
            store.write(LATER, version)


def test_an_object_gets_one_write_a_second(store, clock):
    first = store.write(OURS, ABSENT)
    second = store.write(LATER, first)
    clock.now += 0.25
    third = store.write(OURS, second)
    clock.now += 5
    store.write(LATER, third)

    assert [1.0, 0.75] == clock.slept


@pytest.mark.parametrize("asks", ["write", "read"])
def test_a_server_that_says_nothing_is_left(wire, make, asks):
    store = make(try_seconds=1.0)
    version = store.write(OURS, ABSENT)
    is_over = threading.Event()
    wire.will(is_upload if asks == "write" else is_metadata, after(is_over.wait, drops))
    try:
        if asks == "write":
            version = store.write(OURS, version)
        assert (OURS, version) == store.read()
    finally:
        is_over.set()


@pytest.mark.parametrize("fault", [None, loses, says(503, after_commit=True)], ids=["well", "lost", "503"])
def test_what_is_too_large_for_one_request_is_whole_or_not_there(wire, store, fault):
    """Above 8 MiB Google's client uploads in two steps, of which the second makes the object."""
    large = lockfile(*(entry(job_spec(f"job-{n:02}"), 1, error="x" * 100_000) for n in range(100)), serial=7)
    if fault:
        wire.will(lambda asked: "upload_id=" in asked.path, fault)

    version = store.write(large, ABSENT)

    assert (large, version) == store.read()


def test_what_is_compressed_is_not_unpacked(store, emulator):
    blob = storage_client("demo", emulator.url).bucket("acme-state").blob("prod.lock.json")
    blob.content_encoding = "gzip"
    blob.upload_from_string(gzip.compress(dump_lockfile(OURS).encode()))

    with pytest.raises(LockfileUnreadableError, match="is not UTF-8"):
        store.read()


def test_readers_by_way_of_a_cache_are_told_not_to_keep_it(store, emulator):
    store.write(OURS, ABSENT)

    blob = storage_client("demo", emulator.url).bucket("acme-state").get_blob("prod.lock.json")
    assert ("no-store", "application/json") == (blob.cache_control, blob.content_type)


class Expired(Credentials):
    """Credentials that cannot be refreshed."""

    def refresh(self, request: object) -> None:  # noqa: ARG002, the library's own name
        raise RefreshError("Reauthentication is needed")


def test_credentials_that_have_run_out_are_an_error_of_the_lockfile(monkeypatch, clock):
    """An apply that cannot record must hear of it in the way of every other failed write."""
    monkeypatch.setattr(google.auth, "default", lambda **_: (Expired(None), "demo"))
    store = BucketLockfile("demo", URI, endpoint=None, write_seconds=100, monotonic=clock.monotonic, sleep=clock.sleep)

    for asked in (store.read, lambda: store.write(OURS, ABSENT)):
        with pytest.raises(LockfileError, match="Reauthentication is needed") as caught:
            asked()
        assert CredentialsError.hint == caught.value.hint
    assert [] == clock.slept
