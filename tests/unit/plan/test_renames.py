"""A renamed job: its entry moves, its history stays, and nothing is bought for the name."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import (
    FAILED,
    RUNNING,
    SUCCEEDED,
    entry,
    intent,
    job_name,
    job_spec,
    key_of,
    lockfile,
    only_change,
    plan_of,
    remote,
    submission,
)

from gembatch.model.jobs import JobSpec, JobState, Lifecycle, OnChangeInFlight, Previous, Series
from gembatch.plan.case import Insistence
from gembatch.plan.changes import Action, Plan, Reason

OLD, OLD_V2 = job_spec("old"), job_spec("old", prompt="v2")
DATED = Series("old-{{ ds }}", "{}", dated=True)


def renamed(spec: JobSpec, name: str = "new", series: Series | None = None) -> JobSpec:
    """The same job under another display name, which tells the one it had."""
    previous = Previous(spec.key.display_name, series or spec.series)
    body = {**spec.body, "displayName": name}
    return replace(spec, key=key_of(name), body=body, series=Series(name, "{}", dated=False), previous=previous)


NEW, NEW_V2 = renamed(OLD), renamed(OLD_V2)


def decision(plan: Plan) -> tuple[Action, Reason]:
    change = only_change(plan)
    return change.action, change.reason


@pytest.mark.parametrize("state", JobState)
def test_same_digest_under_the_previous_name_is_adopted_as_renamed_however_it_stands(state: JobState) -> None:
    plan = plan_of(NEW, recorded=lockfile(entry(OLD, state=state)), ours=[remote(OLD, state=state)])

    assert (Action.ADOPT, Reason.RENAMED) == decision(plan)
    assert job_name(1) == only_change(plan).premise.observed
    assert "it is recorded as old; nothing is submitted" == only_change(plan).note


def test_a_renamed_job_that_vertex_forgot_is_adopted_as_it_is_remembered() -> None:
    plan = plan_of(NEW, recorded=lockfile(entry(OLD, state=SUCCEEDED)))

    assert (Action.ADOPT, Reason.RENAMED) == decision(plan)
    assert JobState.SUCCEEDED is only_change(plan).observed.state


def test_a_renamed_job_is_not_retried_by_the_way() -> None:
    insistence = Insistence(retry_failed=True)
    plan = plan_of(
        NEW, recorded=lockfile(entry(OLD, state=FAILED)), ours=[remote(OLD, state=FAILED)], insistence=insistence
    )

    assert (Action.ADOPT, Reason.RENAMED) == decision(plan)


def test_a_retired_entry_is_renamed_too() -> None:
    plan = plan_of(NEW, recorded=lockfile(retired=[entry(OLD, state=SUCCEEDED)]))

    assert (Action.ADOPT, Reason.RENAMED) == decision(plan)


def test_the_display_name_is_among_the_differences() -> None:
    plan = plan_of(NEW, recorded=lockfile(entry(OLD)), ours=[remote(OLD)])

    assert [("displayName", "old", "new")] == [
        (field.path, field.before, field.after) for field in only_change(plan).differences
    ]


def test_a_rename_with_another_digest_replaces_and_says_under_which_name_it_is_recorded() -> None:
    plan = plan_of(NEW_V2, recorded=lockfile(entry(OLD, state=SUCCEEDED)), ours=[remote(OLD, state=SUCCEEDED)])

    assert (Action.REPLACE, Reason.CHANGED) == decision(plan)
    assert "it is recorded as old" == only_change(plan).note


def test_a_rename_with_another_digest_is_refused_while_the_job_is_live() -> None:
    plan = plan_of(NEW_V2, recorded=lockfile(entry(OLD)), ours=[remote(OLD)])

    assert (Action.BLOCKED, Reason.IN_FLIGHT) == decision(plan)


def test_a_rename_with_another_digest_may_cancel_the_live_job() -> None:
    spec = replace(NEW_V2, lifecycle=Lifecycle(on_change_in_flight=OnChangeInFlight.CANCEL))
    plan = plan_of(spec, recorded=lockfile(entry(OLD)), ours=[remote(OLD)])

    assert (Action.CANCEL, Reason.IN_FLIGHT) == decision(plan)
    assert job_name(1) == only_change(plan).observed.name


def test_without_a_lockfile_a_job_under_the_previous_name_is_adopted() -> None:
    plan = plan_of(NEW, ours=[remote(OLD)])

    assert (Action.ADOPT, Reason.UNRECORDED) == decision(plan)
    assert () == plan.unrecorded


def test_once_the_entry_has_moved_the_job_is_current() -> None:
    moved = replace(entry(OLD), key=NEW.key, series=NEW.series)
    plan = plan_of(NEW, recorded=lockfile(moved), ours=[remote(OLD)])

    assert (Action.KEEP, Reason.CURRENT) == decision(plan)


def test_once_the_previous_name_is_taken_out_the_job_is_still_known_by_its_resource_name() -> None:
    """It keeps the display name that it was submitted under; that makes it nobody's stray."""
    moved = replace(entry(OLD), key=NEW.key, series=NEW.series)
    plan = plan_of(replace(NEW, previous=None), recorded=lockfile(moved), ours=[remote(OLD, state=SUCCEEDED)])

    assert (Action.KEEP, Reason.CURRENT) == decision(plan)
    assert JobState.SUCCEEDED is only_change(plan).observed.state
    assert () == plan.unrecorded


def test_a_previous_name_that_nothing_is_recorded_under_creates() -> None:
    assert (Action.CREATE, Reason.NEW) == decision(plan_of(NEW))


def test_an_entry_under_the_new_name_wins_and_the_old_one_is_retired() -> None:
    plan = plan_of(NEW, recorded=lockfile(entry(NEW, 2), entry(OLD, 1)), ours=[remote(NEW, 2)])

    assert [("new", Action.KEEP), ("old", Action.RETIRE)] == [(str(each.key), each.action) for each in plan.changes]


def test_a_name_that_is_still_asked_for_moves_nothing() -> None:
    plan = plan_of(NEW, OLD, recorded=lockfile(entry(OLD)), ours=[remote(OLD)])

    assert [("new", Action.CREATE), ("old", Action.KEEP)] == [(str(each.key), each.action) for each in plan.changes]


def test_an_unfinished_submission_under_the_previous_name_blocks_the_new_one() -> None:
    """Whether it made a job is not known; submitting under the new name could buy it twice."""
    plan = plan_of(NEW, recorded=lockfile(), open_intents=(intent(OLD),))

    assert [("new", Action.BLOCKED, Reason.UNFINISHED), ("old", Action.BLOCKED, Reason.UNFINISHED)] == [
        (str(each.key), each.action, each.reason) for each in plan.changes
    ]


def test_other_dates_of_the_previous_series_are_past_and_not_removed() -> None:
    yesterday = replace(entry(job_spec("old-2026-11-21"), 1, SUCCEEDED), series=DATED)
    plan = plan_of(renamed(OLD, series=DATED), recorded=lockfile(yesterday, entry(OLD, 2)), ours=[remote(OLD, 2)])

    assert [(Action.ADOPT, Reason.RENAMED), (Action.KEEP, Reason.PAST)] == [
        (each.action, each.reason) for each in plan.changes
    ]


def test_the_history_counts_for_the_new_name() -> None:
    """Going back to what an earlier job under the previous name did buys nothing."""
    recorded = entry(OLD_V2, 2, SUCCEEDED, history=[submission(OLD, 1, SUCCEEDED)])
    plan = plan_of(NEW, recorded=lockfile(recorded), ours=[remote(OLD_V2, 2, SUCCEEDED)])

    assert (Action.ADOPT, Reason.UNRECORDED) == decision(plan)
    assert job_name(1) == only_change(plan).observed.name


def test_a_newer_job_under_the_previous_name_is_stale() -> None:
    plan = plan_of(NEW_V2, recorded=lockfile(entry(OLD, 1, RUNNING)), ours=[remote(job_spec("old", prompt="v3"), 2)])

    assert (Action.BLOCKED, Reason.STALE) == decision(plan)
