"""The decision table: each test is a row, or what makes one row differ from its neighbour."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import (
    ENVIRONMENT,
    FAILED,
    RUNNING,
    SUCCEEDED,
    WORKSPACE,
    entry,
    intent,
    job_name,
    job_spec,
    lockfile,
    only_change,
    plan_of,
    remote,
    stranger,
    submission,
)

from gembatch.model.jobs import (
    LABEL_ENVIRONMENT,
    LABEL_WORKSPACE,
    JobState,
    Lifecycle,
    OnChangeInFlight,
    OnFailure,
    Series,
)
from gembatch.plan.case import Insistence
from gembatch.plan.changes import Action, Change, Plan, Reason, Standing

BADLY_ENDED = [JobState.FAILED, JobState.EXPIRED, JobState.PARTIALLY_SUCCEEDED, JobState.CANCELLED]
LIVE = [state for state in JobState if state.is_live]
ENDED = [state for state in JobState if state.has_ended]
CANCELS = Lifecycle(on_change_in_flight=OnChangeInFlight.CANCEL)
RETRIES = Lifecycle(on_failure=OnFailure.RETRY, max_attempts=3)

V1, V2 = job_spec(prompt="v1"), job_spec(prompt="v2")


def decision(plan: Plan) -> tuple[Action, Reason]:
    change = only_change(plan)
    return change.action, change.reason


# desired; recorded with the same digest and rerun


@pytest.mark.parametrize("state", [*LIVE, SUCCEEDED])
def test_same_digest_live_or_succeeded_is_kept_as_current(state: JobState) -> None:
    plan = plan_of(V1, recorded=lockfile(entry(V1)), ours=[remote(V1, state=state)])

    assert (Action.KEEP, Reason.CURRENT) == decision(plan)


def test_same_digest_not_observed_but_not_known_to_be_gone_is_kept_as_current() -> None:
    """A listing may lag, and absence from it is never gone."""
    plan = plan_of(V1, recorded=lockfile(entry(V1, state=RUNNING)))

    assert (Action.KEEP, Reason.CURRENT) == decision(plan)


def test_same_digest_ended_well_and_gone_is_kept_as_current() -> None:
    plan = plan_of(V1, recorded=lockfile(entry(V1, state=SUCCEEDED)), gone=[job_name(1)])

    assert (Action.KEEP, Reason.CURRENT) == decision(plan)


def test_same_digest_gone_and_not_known_to_have_ended_is_blocked_as_missing() -> None:
    plan = plan_of(V1, recorded=lockfile(entry(V1, state=RUNNING)), gone=[job_name(1)])

    assert (Action.BLOCKED, Reason.MISSING) == decision(plan)
    assert "nobody saw it end" in only_change(plan).note
    assert Standing.GONE is only_change(plan).premise.standing


def test_same_digest_missing_is_created_on_resubmit_missing() -> None:
    insistence = Insistence(resubmit_missing=True)
    plan = plan_of(V1, recorded=lockfile(entry(V1, state=RUNNING)), gone=[job_name(1)], insistence=insistence)

    assert (Action.CREATE, Reason.MISSING) == decision(plan)


@pytest.mark.parametrize("state", BADLY_ENDED)
def test_same_digest_ended_badly_is_held_and_said_aloud(state: JobState) -> None:
    plan = plan_of(V1, recorded=lockfile(entry(V1)), ours=[remote(V1, state=state)])

    assert (Action.KEEP, Reason.FAILED) == decision(plan)
    assert only_change(plan).note.endswith(" and is held")


def test_same_digest_ended_badly_and_gone_is_held() -> None:
    plan = plan_of(V1, recorded=lockfile(entry(V1, state=FAILED)), gone=[job_name(1)])

    assert (Action.KEEP, Reason.FAILED) == decision(plan)


@pytest.mark.parametrize("state", BADLY_ENDED)
def test_same_digest_ended_badly_is_replaced_on_retry_failed(state: JobState) -> None:
    insistence = Insistence(retry_failed=True)
    plan = plan_of(V1, recorded=lockfile(entry(V1)), ours=[remote(V1, state=state)], insistence=insistence)

    assert (Action.REPLACE, Reason.FAILED) == decision(plan)


def test_same_digest_failed_is_replaced_where_the_lifecycle_retries() -> None:
    spec = job_spec(lifecycle=RETRIES)
    history = [submission(spec, 1, FAILED)]
    plan = plan_of(spec, recorded=lockfile(entry(spec, 2, FAILED, history=history)))

    assert (Action.REPLACE, Reason.FAILED) == decision(plan)


def test_same_digest_failed_as_often_as_may_be_is_held() -> None:
    spec = job_spec(lifecycle=RETRIES)
    history = [submission(spec, 1, FAILED), submission(spec, 2, FAILED)]
    plan = plan_of(spec, recorded=lockfile(entry(spec, 3, FAILED, history=history)))

    assert (Action.KEEP, Reason.FAILED) == decision(plan)
    assert "after 3 attempts" in only_change(plan).note


def test_attempts_with_another_digest_do_not_count_as_retries() -> None:
    spec = job_spec(prompt="v2", lifecycle=RETRIES)
    history = [submission(V1, 1, FAILED), submission(V1, 2, FAILED)]
    plan = plan_of(spec, recorded=lockfile(entry(spec, 3, FAILED, history=history)))

    assert (Action.REPLACE, Reason.FAILED) == decision(plan)


def test_same_digest_cancelled_by_gembatch_is_kept() -> None:
    spec = job_spec(lifecycle=RETRIES)
    plan = plan_of(spec, recorded=lockfile(entry(spec, state=JobState.CANCELLED, cancelled=True)))

    assert (Action.KEEP, Reason.CANCELLED) == decision(plan)


def test_same_digest_cancelled_by_gembatch_is_replaced_on_retry_failed() -> None:
    recorded = lockfile(entry(V1, state=JobState.CANCELLED, cancelled=True))

    assert (Action.REPLACE, Reason.FAILED) == decision(
        plan_of(V1, recorded=recorded, insistence=Insistence(retry_failed=True))
    )


# desired; a job of ours does it already


@pytest.mark.parametrize("state", [*LIVE, SUCCEEDED])
def test_nothing_recorded_but_a_job_of_ours_does_it_is_adopted(state: JobState) -> None:
    plan = plan_of(V1, ours=[remote(V1, state=state)])

    assert (Action.ADOPT, Reason.UNRECORDED) == decision(plan)
    assert job_name(1) == only_change(plan).premise.observed


def test_other_digest_recorded_but_a_job_of_ours_does_it_is_adopted() -> None:
    plan = plan_of(V2, recorded=lockfile(entry(V1)), ours=[remote(V1, 1), remote(V2, 2)])

    assert (Action.ADOPT, Reason.UNRECORDED) == decision(plan)
    assert job_name(2) == only_change(plan).premise.observed


def test_same_digest_failed_but_an_unrecorded_job_of_ours_does_it_is_adopted() -> None:
    plan = plan_of(V1, recorded=lockfile(entry(V1, 1, FAILED)), ours=[remote(V1, 1, FAILED), remote(V1, 2, SUCCEEDED)])

    assert (Action.ADOPT, Reason.UNRECORDED) == decision(plan)
    assert job_name(2) == only_change(plan).premise.observed


def test_same_digest_missing_but_an_unrecorded_job_of_ours_does_it_is_adopted() -> None:
    plan = plan_of(V1, recorded=lockfile(entry(V1, 1)), ours=[remote(V1, 2)], gone=[job_name(1)])

    assert (Action.ADOPT, Reason.UNRECORDED) == decision(plan)


def test_of_several_that_do_it_a_succeeded_one_is_adopted_else_the_newest() -> None:
    several = [remote(V1, 1, SUCCEEDED), remote(V1, 2, SUCCEEDED), remote(V1, 3, RUNNING)]

    assert job_name(2) == only_change(plan_of(V1, ours=several)).premise.observed


def test_history_that_is_still_shown_is_adopted_when_the_spec_goes_back() -> None:
    recorded = lockfile(entry(V2, 2, SUCCEEDED, history=[submission(V1, 1, SUCCEEDED)]))
    plan = plan_of(V1, recorded=recorded, ours=[remote(V1, 1, SUCCEEDED), remote(V2, 2, SUCCEEDED)])

    assert (Action.ADOPT, Reason.UNRECORDED) == decision(plan)
    assert job_name(1) == only_change(plan).premise.observed


def test_history_that_succeeded_is_adopted_though_vertex_has_forgotten_it() -> None:
    recorded = lockfile(entry(V2, 2, SUCCEEDED, history=[submission(V1, 1, SUCCEEDED)]))
    plan = plan_of(V1, recorded=recorded, ours=[remote(V2, 2, SUCCEEDED)], gone=[job_name(1)])

    assert (Action.ADOPT, Reason.UNRECORDED) == decision(plan)
    assert job_name(1) == only_change(plan).premise.observed


def test_history_that_failed_is_not_adopted() -> None:
    recorded = lockfile(entry(V2, 2, SUCCEEDED, history=[submission(V1, 1, FAILED)]))

    assert (Action.REPLACE, Reason.CHANGED) == decision(plan_of(V1, recorded=recorded))


def test_history_that_is_missing_is_blocked_when_the_spec_goes_back() -> None:
    """It may have succeeded unseen: nobody may buy it again without being asked."""
    recorded = lockfile(entry(V2, 2, SUCCEEDED, history=[submission(V1, 1, RUNNING)]))
    plan = plan_of(V1, recorded=recorded, gone=[job_name(1)])

    assert (Action.BLOCKED, Reason.MISSING) == decision(plan)


# desired; recorded with another digest or rerun


def test_other_digest_and_a_newer_unknown_job_is_blocked_as_stale() -> None:
    v3 = job_spec(prompt="v3")
    plan = plan_of(V2, recorded=lockfile(entry(V1, 1, SUCCEEDED)), ours=[remote(V1, 1, SUCCEEDED), remote(v3, 2)])

    assert (Action.BLOCKED, Reason.STALE) == decision(plan)
    assert job_name(2) == only_change(plan).premise.observed


def test_other_digest_and_an_older_unknown_job_is_not_stale() -> None:
    v3 = job_spec(prompt="v3")
    ours = [remote(v3, 1, SUCCEEDED), remote(V1, 2, SUCCEEDED)]
    plan = plan_of(V2, recorded=lockfile(entry(V1, 2, SUCCEEDED)), ours=ours)

    assert (Action.REPLACE, Reason.CHANGED) == decision(plan)


@pytest.mark.parametrize("state", LIVE)
def test_other_digest_live_is_blocked_as_in_flight(state: JobState) -> None:
    plan = plan_of(V2, recorded=lockfile(entry(V1)), ours=[remote(V1, state=state)])

    assert (Action.BLOCKED, Reason.IN_FLIGHT) == decision(plan)
    assert ["inputConfig.gcsSource.uris[0]"] == [field.path for field in only_change(plan).differences]


def test_other_digest_live_is_cancelled_where_the_lifecycle_says_so() -> None:
    spec = replace(V2, lifecycle=CANCELS)
    plan = plan_of(spec, recorded=lockfile(entry(V1)), ours=[remote(V1)])

    assert (Action.CANCEL, Reason.IN_FLIGHT) == decision(plan)
    assert job_name(1) == only_change(plan).premise.observed


def test_other_digest_recorded_live_and_not_observed_is_in_flight() -> None:
    assert (Action.BLOCKED, Reason.IN_FLIGHT) == decision(plan_of(V2, recorded=lockfile(entry(V1))))


def test_other_rerun_live_is_blocked_as_in_flight() -> None:
    again = job_spec(rerun="again")
    plan = plan_of(again, recorded=lockfile(entry(V1)), ours=[remote(V1)])

    assert (Action.BLOCKED, Reason.IN_FLIGHT) == decision(plan)


@pytest.mark.parametrize("state", ENDED)
def test_other_digest_ended_is_replaced_as_changed(state: JobState) -> None:
    plan = plan_of(V2, recorded=lockfile(entry(V1)), ours=[remote(V1, state=state)])

    assert (Action.REPLACE, Reason.CHANGED) == decision(plan)


def test_other_digest_gone_is_replaced_as_changed() -> None:
    plan = plan_of(V2, recorded=lockfile(entry(V1)), gone=[job_name(1)])

    assert (Action.REPLACE, Reason.CHANGED) == decision(plan)


def test_other_rerun_ended_is_replaced_as_rerun() -> None:
    plan = plan_of(job_spec(rerun="again"), recorded=lockfile(entry(V1, state=SUCCEEDED)))

    assert (Action.REPLACE, Reason.RERUN) == decision(plan)


# desired; nothing recorded


def test_nothing_recorded_and_ours_with_another_digest_ended_is_replaced_as_changed() -> None:
    plan = plan_of(V2, ours=[remote(V1, state=SUCCEEDED)])

    assert (Action.REPLACE, Reason.CHANGED) == decision(plan)


@pytest.mark.parametrize("state", BADLY_ENDED)
def test_nothing_recorded_and_ours_with_the_same_digest_failed_is_replaced_as_changed(state: JobState) -> None:
    plan = plan_of(V1, ours=[remote(V1, state=state)])

    assert (Action.REPLACE, Reason.CHANGED) == decision(plan)


def test_nothing_recorded_and_ours_with_another_digest_live_is_blocked_as_in_flight() -> None:
    plan = plan_of(V2, ours=[remote(V1, 1, RUNNING), remote(V1, 2, FAILED)])

    assert (Action.BLOCKED, Reason.IN_FLIGHT) == decision(plan)
    assert job_name(1) == only_change(plan).premise.observed


def test_nothing_recorded_and_ours_with_another_digest_live_is_cancelled_where_the_lifecycle_says_so() -> None:
    plan = plan_of(replace(V2, lifecycle=CANCELS), ours=[remote(V1)])

    assert (Action.CANCEL, Reason.IN_FLIGHT) == decision(plan)


def test_foreign_job_of_another_tool_with_an_equal_body_is_blocked_and_says_so() -> None:
    plan = plan_of(V1, strangers=[stranger(V1, labels={"team": "search"})])

    assert (Action.BLOCKED, Reason.FOREIGN) == decision(plan)
    assert "an equal body" in only_change(plan).note


def test_foreign_job_with_an_equal_body_is_adopted_on_adopt() -> None:
    plan = plan_of(V1, strangers=[stranger(V1)], insistence=Insistence(adopt=True))

    assert (Action.ADOPT, Reason.FOREIGN) == decision(plan)


def test_foreign_job_with_another_body_is_blocked_and_shows_what_differs() -> None:
    plan = plan_of(V2, strangers=[stranger(V1)], insistence=Insistence(adopt=True))

    assert (Action.BLOCKED, Reason.FOREIGN) == decision(plan)
    assert ["inputConfig.gcsSource.uris[0]"] == [field.path for field in only_change(plan).differences]


@pytest.mark.parametrize(
    "labels",
    [
        {LABEL_WORKSPACE: "other", LABEL_ENVIRONMENT: ENVIRONMENT},
        {LABEL_WORKSPACE: WORKSPACE, LABEL_ENVIRONMENT: "dev"},
        {LABEL_WORKSPACE: WORKSPACE},
    ],
)
def test_foreign_job_of_another_workspace_or_environment_is_blocked_and_never_adopted(labels: dict[str, str]) -> None:
    plan = plan_of(V1, strangers=[stranger(V1), stranger(V1, 8, labels)], insistence=Insistence(adopt=True))

    assert (Action.BLOCKED, Reason.FOREIGN) == decision(plan)
    assert f"{labels[LABEL_WORKSPACE]}/{labels.get(LABEL_ENVIRONMENT, '?')}" in only_change(plan).note


def test_nothing_recorded_and_nothing_observed_is_created_as_new() -> None:
    assert (Action.CREATE, Reason.NEW) == decision(plan_of(V1))


# not desired

YESTERDAY = Series("daily-{{ ds }}", "{}", dated=True)


def dated(name: str, series: Series = YESTERDAY) -> Change:
    today = job_spec("daily-2026-11-22", series=YESTERDAY)
    plan = plan_of(today, recorded=lockfile(entry(job_spec(name, series=series))), insistence=Insistence(prune=True))
    return next(change for change in plan.changes if change.key.display_name == name)


def test_not_desired_but_its_series_is_is_kept_as_past_even_on_prune() -> None:
    change = dated("daily-2026-11-21")

    assert (Action.KEEP, Reason.PAST) == (change.action, change.reason)


def test_not_desired_and_of_another_combination_of_the_series_is_not_past() -> None:
    change = dated("daily-2026-11-21", replace(YESTERDAY, combination='{"lang":"de"}'))

    assert Reason.REMOVED is change.reason


def test_an_undated_series_has_no_past() -> None:
    """The name's template is the same, but a variable that is no date was renamed in it."""
    series = Series("daily-{{ team }}", "{}", dated=False)
    plan = plan_of(
        job_spec("daily-b", series=series),
        recorded=lockfile(entry(job_spec("daily-a", series=series), state=SUCCEEDED)),
    )

    assert (Action.RETIRE, Reason.REMOVED) == (plan.changes[0].action, plan.changes[0].reason)


@pytest.mark.parametrize("state", [RUNNING, SUCCEEDED, FAILED])
def test_not_desired_is_retired_as_removed(state: JobState) -> None:
    plan = plan_of(recorded=lockfile(entry(V1)), ours=[remote(V1, state=state)])

    assert (Action.RETIRE, Reason.REMOVED) == decision(plan)


def test_not_desired_and_gone_is_retired_as_removed() -> None:
    plan = plan_of(recorded=lockfile(entry(V1)), gone=[job_name(1)], insistence=Insistence(prune=True))

    assert (Action.RETIRE, Reason.REMOVED) == decision(plan)


def test_not_desired_and_live_is_cancelled_on_prune() -> None:
    plan = plan_of(recorded=lockfile(entry(V1)), ours=[remote(V1)], insistence=Insistence(prune=True))

    assert (Action.CANCEL, Reason.REMOVED) == decision(plan)


def test_not_desired_and_ended_is_retired_on_prune() -> None:
    plan = plan_of(recorded=lockfile(entry(V1)), ours=[remote(V1, state=SUCCEEDED)], insistence=Insistence(prune=True))

    assert (Action.RETIRE, Reason.REMOVED) == decision(plan)


def test_retired_already_is_no_change() -> None:
    assert () == plan_of(recorded=lockfile(retired=[entry(V1)]), ours=[remote(V1)]).changes


def test_retired_already_and_live_is_cancelled_on_prune() -> None:
    plan = plan_of(recorded=lockfile(retired=[entry(V1)]), ours=[remote(V1)], insistence=Insistence(prune=True))

    assert (Action.CANCEL, Reason.REMOVED) == decision(plan)


def test_neither_desired_nor_recorded_but_ours_is_counted_and_no_change() -> None:
    newer, older = remote(V1, 2), remote(V1, 1)
    plan = plan_of(ours=[newer, older])

    assert () == plan.changes
    assert [older, newer] == [found.job for found in plan.unrecorded]
    assert {V1.key} == {found.key for found in plan.unrecorded}


def test_jobs_of_a_desired_or_recorded_key_are_not_counted() -> None:
    other = job_spec("other")
    plan = plan_of(V1, recorded=lockfile(retired=[entry(other)]), ours=[remote(V1, 1), remote(other, 2)])

    assert () == plan.unrecorded


# before the table


def test_an_open_intent_blocks_its_key_as_unfinished() -> None:
    plan = plan_of(V1, recorded=lockfile(), open_intents=(intent(V1),))

    assert (Action.BLOCKED, Reason.UNFINISHED) == decision(plan)
    assert "a" * 32 in only_change(plan).note
