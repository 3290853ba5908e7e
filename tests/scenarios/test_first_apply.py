"""A newcomer applies the example workspace, waits, and applies again."""

from __future__ import annotations

import json
from collections import Counter

from example_workspace import ALL, DATE, Workspace


def test_apply_submits_every_job_once_and_records_it(workspace: Workspace) -> None:
    result = workspace.run("apply", "--yes", "--date", DATE)

    assert "Plan: 6 to submit, 0 unchanged." in result.out
    assert "Applied: 6 submitted." in result.out
    assert dict.fromkeys(ALL, 1) == dict(workspace.names())
    assert sorted(ALL) == sorted(str(entry["displayName"]) for entry in workspace.recorded())


def test_after_the_wait_the_lockfile_holds_what_a_user_needs_of_each_job(applied: Workspace) -> None:
    applied.run("wait", "--date", DATE)

    for entry in applied.recorded():
        assert str(entry["name"]).startswith("projects/")
        assert "/batchPredictionJobs/" in str(entry["name"])
        assert str(entry["digest"]).startswith("1:")
        assert 32 == len(str(entry["attempt"]))
        assert str(entry["spec"]).startswith("specs/")
        assert "JOB_STATE_SUCCEEDED" == entry["state"]
        assert "/prediction-model-" in str(entry["output"])


def test_every_row_of_the_examples_is_answered(applied: Workspace) -> None:
    applied.run("wait", "--date", DATE)

    counted = Counter({str(entry["displayName"]): entry["rows"]["successful"] for entry in applied.recorded()})
    failed = sum(entry["rows"]["failed"] for entry in applied.recorded())

    assert (330, 0) == (counted.total(), failed)


def test_a_second_apply_submits_nothing(applied: Workspace) -> None:
    before = applied.names()

    result = applied.run("apply", "--yes", "--date", DATE)

    assert "Nothing to do: 0 to submit, 6 unchanged." in result.out
    assert before == applied.names()


def test_a_plan_right_after_an_apply_is_empty(applied: Workspace) -> None:
    applied.run("plan", "--detailed-exitcode", "--date", DATE, code=0)


def test_a_plan_changes_nothing(workspace: Workspace) -> None:
    workspace.run("plan", "--detailed-exitcode", "--date", DATE, code=3)

    assert not workspace.lockfile.exists()
    assert [] == workspace.ledger()


def test_the_same_plan_is_the_same_bytes(workspace: Workspace) -> None:
    first = workspace.run("plan", "--date", DATE, "--format", "json").out

    assert first == workspace.run("plan", "--date", DATE, "--format", "json").out
    assert len(ALL) == len(json.loads(first)["changes"])


def test_without_a_terminal_apply_wants_to_be_told_yes(workspace: Workspace) -> None:
    result = workspace.run("apply", "--date", DATE, code=2)

    assert "--yes" in result.err
    assert [] == workspace.ledger()


def test_tomorrow_the_dated_jobs_are_new_and_yesterdays_are_past(applied: Workspace) -> None:
    result = applied.run("plan", "--date", "2026-11-23")

    assert "Plan: 3 to submit, 6 unchanged." in result.out
    assert "rights-summary-{de, en, fr}-20261123" in result.out
    assert "retire" not in result.out


def test_status_shows_the_jobs_and_one_in_full(applied: Workspace) -> None:
    applied.run("wait", "--date", DATE)

    table = applied.run("status", "--date", DATE).out
    one = applied.run("status", "proverbs-themes", "--date", DATE).out

    assert all(name in table for name in ALL)
    assert "100 ok" in table
    assert "gs://demo-bucket/predictions/proverbs/prediction-model-" in one
    assert 3 == one.count("→")
