"""Killed, interrupted and racing applies. A first, plain test: no job is bought twice."""

from __future__ import annotations

import json
import re
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from example_workspace import ALL, DATE, Result, Workspace

QUICK = "submit: {timeoutSeconds: 2, settleSeconds: 3, leaseSeconds: 4}"
"""The leases of a laptop are short; this one is shorter, so that what a killed run left is soon settled. A machine that
is busy may well outlast it, so it is for killed runs only."""

SETTLED = 4 + 3
"""Seconds after which whatever a killed apply sent has become a job or never will: lease and settling time."""


@pytest.mark.slow
def test_after_kill_9_at_any_moment_no_job_is_bought_twice(workspace: Workspace) -> None:
    workspace.edit("gembatch.yaml", "    seed: specs/buckets", f"    {QUICK}\n    seed: specs/buckets")
    for tenths in (4, 5, 6, 7, 8, 9, 10, 11, 12):
        _kill_after(workspace, tenths / 10)

    _apply_until_settled(workspace)

    assert dict.fromkeys(ALL, 1) == dict(workspace.names())
    workspace.run("plan", "--detailed-exitcode", "--date", DATE, code=0)
    assert sorted(ALL) == sorted(str(entry["displayName"]) for entry in workspace.recorded())


def test_an_intent_without_a_job_holds_the_next_apply_until_it_is_settled(workspace: Workspace) -> None:
    """What a kill between the intent and the answer leaves, written by hand so that it is there for certain."""
    workspace.run("apply", "--yes", "--date", DATE)
    document = json.loads(workspace.lockfile.read_text(encoding="utf-8"))
    lost = next(entry for entry in document["jobs"] if entry["displayName"] == "proverbs-themes")
    document["jobs"].remove(lost)
    names = ("displayName", "project", "region", "spec", "series", "digest", "rerun", "inputs", "body")
    document["intents"] = [{**{name: lost[name] for name in names}, "attempt": "0" * 32}]
    until = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(time.time() + 3600))
    document["holder"] = {"id": "h", "who": "ada@engine", "runUrl": "https://example.com/run/1", "until": until}
    workspace.lockfile.write_text(json.dumps(document), encoding="utf-8")

    planned = workspace.run("plan", "--date", DATE)
    refused = workspace.run("apply", "--yes", "--date", DATE, code=1)

    assert "blocked  proverbs-themes  unfinished" in planned.out
    assert "ada@engine" in refused.err
    assert "https://example.com/run/1" in refused.err
    assert "proverbs-themes" in refused.err
    assert 1 == workspace.names()["proverbs-themes"]


def test_two_applies_at_once_buy_every_job_once(workspace: Workspace) -> None:
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _: workspace.run("apply", "--yes", "--date", DATE, code=None), range(2))

    assert dict.fromkeys(ALL, 1) == dict(workspace.names())
    assert 0 in (first.code, second.code)
    for loser in (result for result in (first, second) if result.code):
        # It meets the other before, between or after that one's submissions.
        assert re.search("written by somebody else|another apply is running|an apply by .* has not finished", loser.err)
    workspace.run("plan", "--detailed-exitcode", "--date", DATE, code=0)


def test_an_interrupted_apply_records_what_was_sent(workspace: Workspace) -> None:
    process = workspace.start("apply", "--yes", "--date", DATE)
    assert process.stderr is not None
    first = process.stderr.readline()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)

    assert "submitted" in first, f"{first}{err}{out}"
    assert process.returncode in (0, 4)
    assert len(workspace.ledger()) == len(workspace.recorded())
    workspace.run("apply", "--yes", "--date", DATE)
    assert dict.fromkeys(ALL, 1) == dict(workspace.names())


def _kill_after(workspace: Workspace, seconds: float) -> None:
    process = workspace.start("apply", "--yes", "--date", DATE)
    time.sleep(seconds)  # not a wait for something to happen: the moment of the kill
    process.kill()
    process.communicate()


def _apply_until_settled(workspace: Workspace) -> Result:
    """Applies again, as the refusal says, until what the killed runs left is settled; bounded by the settling time."""
    deadline = time.monotonic() + 4 * SETTLED
    while True:
        result = workspace.run("apply", "--yes", "--date", DATE, code=None)
        if result.code == 0 or time.monotonic() > deadline:
            assert 0 == result.code, result.err
            return result
        assert "run `gembatch apply` again" in result.err, result.err
        time.sleep(0.5)
