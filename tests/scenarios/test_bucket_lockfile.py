"""Runners that share nothing but a lockfile in a bucket: real commands, Google's clients, one emulator on a port."""

from __future__ import annotations

import json
import re
import shutil
import threading
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from example_workspace import ALL, COLLECTION, DATE, Result, Workspace
from go_between import Asked, Fault, Forward, GoBetween, after, between, drops, loses, says

from gembatch.emulator.server import Emulator
from gembatch.emulator.settings import Settings

pytestmark = pytest.mark.slow

LOCKFILE = "examples/prod.lock.json"
# The settings of an environment with an address, and a little: dates on the wire are whole seconds.
LEASE_AND_SETTLING = timedelta(seconds=300 + 120 + 30)
UNTIL = r"holds (?:it|the lockfile) until 20[0-9T:.+-]+"


def is_lockfile(asked: Asked) -> bool:
    return asked.is_upload and LOCKFILE.encode() in asked.body


def is_create(asked: Asked) -> bool:
    return asked.is_create


@dataclass
class Site:
    """An emulator, and two runners each with a checkout of its own.

    Attributes:
        emulator: Asked only for what it holds, by a way without faults.
        wire: The way of the commands to it.
        runners: The checkouts.
    """

    emulator: Emulator
    wire: GoBetween
    runners: tuple[Workspace, Workspace]

    def names(self) -> Counter[str]:
        with urllib.request.urlopen(f"{self.emulator.url}{COLLECTION}?pageSize=1000") as answer:  # noqa: S310, loopback
            jobs = json.load(answer).get("batchPredictionJobs", [])
        return Counter(str(job["displayName"]) for job in jobs)

    def lockfile(self) -> dict[str, object]:
        url = f"{self.emulator.url}/download/storage/v1/b/acme-state/o/{LOCKFILE.replace('/', '%2F')}?alt=media"
        with urllib.request.urlopen(url) as answer:  # noqa: S310, loopback
            return json.load(answer)

    def recorded(self) -> list[str]:
        return sorted(entry["displayName"] for entry in self.lockfile()["jobs"])


def use_bucket(workspace: Workspace) -> None:
    staging = "    staging: gs://demo-bucket/staging"
    workspace.edit("gembatch.yaml", staging, f"    lockfile: gs://acme-state/{LOCKFILE}\n{staging}")


@pytest.fixture
def site(workspace: Workspace, tmp_path: Path) -> Iterator[Site]:
    seed = workspace.root / "specs" / "buckets"
    buckets = ["demo-bucket", "acme-state"]
    settings = Settings(queue_seconds=3600)
    with (
        Emulator(tmp_path / "emulator", buckets=buckets, seed=seed, settings=settings) as emulator,
        between(emulator.url) as wire,
    ):
        use_bucket(workspace)
        workspace.edit("gembatch.yaml", "    seed: specs/buckets", "")
        workspace.edit("gembatch.yaml", "endpoint: embedded", f"endpoint: {wire.url}")
        other = tmp_path / "other"
        shutil.copytree(workspace.root, other)
        yield Site(emulator, wire, (workspace, Workspace(other)))
        assert wire.has_met_all()


def apply(workspace: Workspace, code: int | None = 0) -> Result:
    return workspace.run("apply", "--yes", "--date", DATE, code=code)


def test_of_two_runners_that_write_at_once_one_submits_and_the_other_is_told_by_whom(site: Site) -> None:
    """Both have planned on no lockfile, and neither has written: the bucket decides."""
    both = threading.Barrier(2, timeout=60)
    site.wire.will(is_lockfile, after(both.wait), after(both.wait))

    with ThreadPoolExecutor(2) as pool:
        won, lost = sorted(pool.map(lambda runner: apply(runner, code=None), site.runners), key=lambda done: done.code)

    assert (0, 1) == (won.code, lost.code), won.err + lost.err
    assert "Applied: 6 submitted." in won.out
    assert "submitted  " not in lost.err
    assert re.search(rf"{LOCKFILE} was written by somebody else .*; \S+@\S+ {UNTIL}", lost.err)
    assert "nothing was written; run `gembatch plan` again" in lost.err
    assert dict.fromkeys(ALL, 1) == dict(site.names())
    assert sorted(ALL) == site.recorded()
    for runner in site.runners:
        runner.run("plan", "--detailed-exitcode", "--date", DATE, code=0)


def test_a_runner_that_comes_while_another_submits_is_told_by_whom_and_until_when(site: Site) -> None:
    first, second = site.runners
    is_submitting, may_go_on = threading.Event(), threading.Event()
    site.wire.will(is_create, after(lambda: (is_submitting.set(), may_go_on.wait(60))))
    with ThreadPoolExecutor(1) as pool:
        applied = pool.submit(apply, first)
        assert is_submitting.wait(60)

        refused = apply(second, code=1)
        may_go_on.set()

    assert "Applied: 6 submitted." in applied.result().out
    assert re.search(r"an apply by \S+@\S+ has not finished, and may yet submit `", refused.err)
    assert re.search(r"this is settled at 20[0-9T:.+-]+; run `gembatch apply` again then", refused.err)
    assert dict.fromkeys(ALL, 1) == dict(site.names())
    assert "Nothing to do: 0 to submit, 6 unchanged." in apply(second).out


def lands(forward: Forward) -> None:
    """The job is made, and whoever asked for it is not there to hear of it."""
    forward()


def vanishes(_forward: Forward) -> None:
    """The request never arrives."""


@pytest.mark.parametrize(
    ("fate", "told"),
    [
        (lands, rf"another apply is running: \S+@\S+ {UNTIL}"),
        (vanishes, r"an apply by \S+@\S+ has not finished, .*\nhint: this is settled at 20[0-9T:.+-]+"),
    ],
)
def test_after_kill_9_another_runner_takes_over_once_the_lease_is_over(site: Site, fate: Fault, told: str) -> None:
    first, second = site.runners
    # All six creates are under way at once, and the test waits for them.
    all_sent, all_done = (threading.Barrier(len(ALL) + 1, timeout=60) for _ in range(2))
    is_dead = threading.Event()

    def kills(forward: Forward) -> None:
        all_sent.wait()
        is_dead.wait(60)
        fate(forward)
        all_done.wait()

    site.wire.will(is_create, *[kills] * len(ALL))
    process = first.start("apply", "--yes", "--date", DATE)
    try:
        all_sent.wait()
    finally:
        process.kill()
        process.communicate(timeout=60)
        is_dead.set()
    all_done.wait()

    refused = apply(second, code=1)
    site.wire.ahead = LEASE_AND_SETTLING
    taken_over = apply(second)

    assert re.search(told, refused.err), refused.err
    assert dict.fromkeys(ALL, 1) == dict(site.names()), taken_over.err
    assert sorted(ALL) == site.recorded()
    assert [] == site.lockfile()["intents"]
    second.run("plan", "--detailed-exitcode", "--date", DATE, code=0)


def test_a_holder_that_slept_past_its_lease_cannot_write_over_who_took_over(site: Site) -> None:
    first, second = site.runners
    all_sent, may_wake = threading.Barrier(len(ALL) + 1, timeout=60), threading.Event()

    def sleeps() -> None:
        all_sent.wait()
        may_wake.wait(60)

    # Once awake, it has something to write down: that one job was refused.
    site.wire.will(is_create, after(sleeps, says(400)), *[after(sleeps, drops)] * (len(ALL) - 1))
    with ThreadPoolExecutor(1) as pool:
        late = pool.submit(apply, first, None)
        all_sent.wait()
        site.wire.ahead = LEASE_AND_SETTLING
        taken_over = apply(second)
        written = site.lockfile()
        may_wake.set()

    assert "Applied: 6 submitted." in taken_over.out
    assert 4 == late.result().code, late.result().err
    assert "was written by somebody else since it was read" in late.result().err
    assert written == site.lockfile()
    assert dict.fromkeys(ALL, 1) == dict(site.names())


@pytest.mark.parametrize("fault", [loses, says(503, after_commit=True), says(503)], ids=["lost", "503 after", "503"])
def test_an_apply_gets_over_a_lockfile_whose_write_is_not_answered(site: Site, fault: Fault) -> None:
    site.wire.will(is_lockfile, fault, fault)

    result = apply(site.runners[0])

    assert "Applied: 6 submitted." in result.out
    assert dict.fromkeys(ALL, 1) == dict(site.names())
    assert sorted(ALL) == site.recorded()


def test_a_lockfile_that_cannot_be_written_submits_nothing(site: Site) -> None:
    site.wire.will(is_lockfile, says(403))

    result = apply(site.runners[0], code=1)

    assert f"cannot write the lockfile gs://acme-state/{LOCKFILE}: so it is (403)" in result.err
    assert "`roles/storage.objectUser`" in result.err
    assert {} == dict(site.names())


def test_a_bucket_that_is_not_there_is_told_before_anything_is_planned(site: Site) -> None:
    runner = site.runners[0]
    runner.edit("gembatch.yaml", "gs://acme-state/", "gs://acme-sate/")

    result = runner.run("plan", "--date", DATE, code=1)

    assert "" == result.out
    assert f"cannot read the lockfile gs://acme-sate/{LOCKFILE}: there is no such bucket" in result.err


def test_what_one_runner_cancels_and_records_the_other_knows(site: Site) -> None:
    first, second = site.runners
    apply(first)
    second.run("cancel", "proverbs-themes", "--yes", "--date", DATE)
    second.run("status", "--sync", "--date", DATE)

    assert "keep     proverbs-themes  cancelled" in apply(first).out
    assert 1 == site.names()["proverbs-themes"]


def test_the_embedded_emulator_keeps_a_lockfile_in_its_bucket(workspace: Workspace) -> None:
    use_bucket(workspace)

    workspace.run("apply", "--yes", "--date", DATE)
    workspace.run("wait", "--date", DATE)

    workspace.run("plan", "--detailed-exitcode", "--date", DATE, code=0)
    assert dict.fromkeys(ALL, 1) == dict(workspace.names())
    assert not (workspace.root / "locks").exists()
