"""What an apply writes down of a renamed job: the entry, with its history, under the name that it has now."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import RUNNING, SUCCEEDED, entry, job_name, job_spec, key_of, lockfile, plan_of, remote, submission
from play import play

from gembatch.apply.events import Begin
from gembatch.apply.outcomes import Result
from gembatch.lock.lockfile import LockEntry, Lockfile
from gembatch.model.jobs import JobSpec, Previous, Series
from gembatch.plan.changes import Plan

OLD = job_spec("old")


def renamed(spec: JobSpec) -> JobSpec:
    return replace(
        spec,
        key=key_of("new"),
        body={**spec.body, "displayName": "new"},
        series=Series("new", "{}", dated=False),
        previous=Previous("old", OLD.series),
    )


NEW, NEW_V2 = renamed(OLD), renamed(job_spec("old", prompt="v2"))
RECORDED = entry(OLD, 2, SUCCEEDED, history=[submission(job_spec("old", prompt="v0"), 1, SUCCEEDED)])


def first_write(plan: Plan, recorded: Lockfile) -> Lockfile:
    apply = play(plan, recorded)
    apply.hears(Begin())
    return apply.writes()


@pytest.mark.parametrize("recorded", [lockfile(RECORDED), lockfile(retired=[RECORDED])])
def test_the_entry_moves_with_its_history(recorded: Lockfile) -> None:
    written = first_write(plan_of(NEW, recorded=recorded, ours=[remote(OLD, 2, SUCCEEDED)]), recorded)

    (moved,) = written.jobs
    assert () == written.retired
    assert (NEW.key, NEW.series) == (moved.key, moved.series)
    assert [job_name(1), job_name(2)] == [past.name for past in moved.submissions]
    assert "new" == moved.current.body["displayName"]


def test_a_rename_is_an_adoption_among_the_outcomes() -> None:
    recorded = lockfile(RECORDED)
    apply = play(plan_of(NEW, recorded=recorded, ours=[remote(OLD, 2, SUCCEEDED)]), recorded)

    assert [(NEW.key, Result.ADOPTED, job_name(2))] == [
        (outcome.key, outcome.result, outcome.name) for outcome in apply.state.outcomes
    ]


def test_a_rename_that_also_submits_moves_the_entry_with_the_intent() -> None:
    """In one write: a crash after it must leave the history where the next plan looks for it."""
    recorded = lockfile(RECORDED)
    written = first_write(plan_of(NEW_V2, recorded=recorded, ours=[remote(OLD, 2, SUCCEEDED)]), recorded)

    assert [NEW.key] == [intent.key for intent in written.intents]
    assert [(NEW.key, job_name(2))] == [(kept.key, kept.current.name) for kept in written.jobs]


def test_a_blocked_rename_moves_nothing() -> None:
    live: LockEntry = replace(RECORDED, current=submission(OLD, 2, RUNNING))
    recorded = lockfile(live)
    apply = play(plan_of(NEW_V2, recorded=recorded, ours=[remote(OLD, 2, RUNNING)]), recorded)

    assert recorded == apply.state.lockfile
    assert [Result.BLOCKED] == [outcome.result for outcome in apply.state.outcomes]


def test_a_plan_after_the_rename_is_empty() -> None:
    recorded = lockfile(RECORDED)
    written = first_write(plan_of(NEW, recorded=recorded, ours=[remote(OLD, 2, SUCCEEDED)]), recorded)

    assert () == plan_of(NEW, recorded=written, ours=[remote(OLD, 2, SUCCEEDED)]).pending
