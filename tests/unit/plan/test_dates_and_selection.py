"""The rows of the decision table for runs over several dates, and plans that are about some of the jobs."""

from __future__ import annotations

import datetime as dt

import pytest
from builders import (
    FAILED,
    RUNNING,
    SUCCEEDED,
    entry,
    intent,
    job_name,
    job_spec,
    lockfile,
    only_change,
    plan_of,
    remote,
)

from gembatch.model.jobs import JobState, Series
from gembatch.plan.case import Insistence
from gembatch.plan.changes import Action, Plan, Reason, Standing

TODAY = dt.date(2026, 11, 22)
"""The date of `builders.INSTANT`."""

YESTERDAY = TODAY - dt.timedelta(days=1)

SERIES = Series("daily-{{ ds }}", "{}", dated=True)

THEN = job_spec("daily-21", prompt="v1", series=SERIES, date=YESTERDAY)
NOW = job_spec("daily-21", prompt="v2", series=SERIES, date=YESTERDAY)
AGAIN = job_spec("daily-21", prompt="v1", rerun="once more", series=SERIES, date=YESTERDAY)


def decision(plan: Plan) -> tuple[Action, Reason]:
    change = only_change(plan)
    return change.action, change.reason


@pytest.mark.parametrize("state", [state for state in JobState if state.has_ended])
def test_another_digest_of_an_earlier_date_that_has_ended_is_kept_as_past(state: JobState) -> None:
    plan = plan_of(NOW, recorded=lockfile(entry(THEN, state=state)), ours=[remote(THEN, state=state)])

    assert (Action.KEEP, Reason.PAST) == decision(plan)
    assert "--replace-past" in only_change(plan).note
    assert only_change(plan).differences


def test_another_rerun_of_an_earlier_date_that_has_ended_is_kept_as_past() -> None:
    assert (Action.KEEP, Reason.PAST) == decision(plan_of(AGAIN, recorded=lockfile(entry(THEN, state=SUCCEEDED))))


def test_another_digest_of_an_earlier_date_that_is_gone_is_kept_as_past() -> None:
    plan = plan_of(NOW, recorded=lockfile(entry(THEN, state=RUNNING)), gone=[job_name(1)])

    assert (Action.KEEP, Reason.PAST) == decision(plan)
    assert Standing.GONE is only_change(plan).premise.standing


def test_an_earlier_date_whose_lockfile_is_lost_is_kept_as_past() -> None:
    plan = plan_of(NOW, ours=[remote(THEN, state=SUCCEEDED)])

    assert (Action.KEEP, Reason.PAST) == decision(plan)
    assert job_name(1) == only_change(plan).premise.observed


@pytest.mark.parametrize("state", [SUCCEEDED, FAILED])
def test_another_digest_of_an_earlier_date_is_replaced_on_replace_past(state: JobState) -> None:
    plan = plan_of(NOW, recorded=lockfile(entry(THEN, state=state)), insistence=Insistence(replace_past=True))

    assert (Action.REPLACE, Reason.CHANGED) == decision(plan)


def test_another_digest_of_an_earlier_date_that_failed_is_replaced_on_retry_failed() -> None:
    plan = plan_of(NOW, recorded=lockfile(entry(THEN, state=FAILED)), insistence=Insistence(retry_failed=True))

    assert (Action.REPLACE, Reason.CHANGED) == decision(plan)


def test_another_digest_of_an_earlier_date_that_succeeded_is_kept_on_retry_failed() -> None:
    plan = plan_of(NOW, recorded=lockfile(entry(THEN, state=SUCCEEDED)), insistence=Insistence(retry_failed=True))

    assert (Action.KEEP, Reason.PAST) == decision(plan)
    assert "--retry-failed" not in only_change(plan).note


def test_another_digest_of_an_earlier_date_that_is_live_is_blocked_as_in_flight() -> None:
    plan = plan_of(NOW, recorded=lockfile(entry(THEN)), ours=[remote(THEN)])

    assert (Action.BLOCKED, Reason.IN_FLIGHT) == decision(plan)


def test_another_digest_of_the_same_date_is_replaced() -> None:
    then, now = (job_spec("daily-22", prompt=prompt, series=SERIES, date=TODAY) for prompt in ("v1", "v2"))

    assert (Action.REPLACE, Reason.CHANGED) == decision(plan_of(now, recorded=lockfile(entry(then, state=SUCCEEDED))))


def test_an_earlier_date_with_nothing_recorded_or_observed_is_created() -> None:
    assert (Action.CREATE, Reason.NEW) == decision(plan_of(THEN))


def test_an_earlier_date_with_the_same_digest_that_failed_is_held() -> None:
    assert (Action.KEEP, Reason.FAILED) == decision(plan_of(THEN, recorded=lockfile(entry(THEN, state=FAILED))))


def test_an_instance_whose_series_is_not_due_is_past() -> None:
    plan = plan_of(recorded=lockfile(entry(THEN, state=SUCCEEDED)), resting=[SERIES])

    assert (Action.KEEP, Reason.PAST) == decision(plan)


def test_the_one_job_of_an_undated_series_that_is_not_due_is_past() -> None:
    undated = job_spec("report")
    plan = plan_of(recorded=lockfile(entry(undated, state=SUCCEEDED)), resting=[undated.series])

    assert (Action.KEEP, Reason.PAST) == decision(plan)


def test_only_what_is_selected_is_acted_on() -> None:
    reviews, news, removed = job_spec("reviews-de"), job_spec("news-de"), job_spec("old")
    plan = plan_of(reviews, news, recorded=lockfile(entry(removed, state=SUCCEEDED)), select=("reviews-*", "x?"))

    assert ["reviews-de"] == [str(change.key) for change in plan.changes]
    assert 2 == plan.left_alone


def test_a_selection_knows_upper_from_lower_case() -> None:
    assert () == plan_of(job_spec("Reviews-de"), select=("reviews-*",)).changes


def test_an_unfinished_submission_that_is_not_selected_is_left_alone() -> None:
    spec = job_spec("news-de")
    plan = plan_of(spec, open_intents=(intent(spec),), select=("reviews-*",))

    assert () == plan.changes


def test_jobs_that_nobody_knows_are_found_among_the_selected_alone() -> None:
    ours = [remote(job_spec("reviews-de"), 1), remote(job_spec("news-de"), 2)]

    assert ["reviews-de"] == [found.job.display_name for found in plan_of(ours=ours, select=("reviews-*",)).unrecorded]
