"""What an apply writes down without asking Vertex: adopted, kept, retired, found."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import (
    ENVIRONMENT,
    FAILED,
    PROJECT,
    REGION,
    RUNNING,
    SUCCEEDED,
    entry,
    job_name,
    job_spec,
    key_of,
    lockfile,
    plan_of,
    remote,
    stranger,
    submission,
)
from play import play

from gembatch.apply.events import Begin
from gembatch.apply.outcomes import Result
from gembatch.lock.lockfile import LockEntry, Lockfile
from gembatch.model.digests import digest_from_label, label_of
from gembatch.model.jobs import JobKey, Series
from gembatch.plan.case import Insistence
from gembatch.plan.changes import Action, Change, Plan, Premise, Reason
from gembatch.plan.fields import own_fields

V1, V2 = job_spec(prompt="v1"), job_spec(prompt="v2")


def written(plan: Plan, recorded: Lockfile | None = None) -> Lockfile:
    """The lockfile that an apply of a plan without submissions writes."""
    apply = play(plan, recorded)
    apply.hears(Begin())
    return apply.writes()


def test_an_adopted_job_is_recorded_as_what_is_desired() -> None:
    (adopted,) = written(plan_of(V1, ours=[remote(V1, 1)])).jobs

    assert (V1.key, "specs/daily.yaml", V1.series) == (adopted.key, adopted.spec, adopted.series)
    assert (job_name(1), V1.digest, f"{1:032x}") == (
        adopted.current.name,
        adopted.current.digest,
        adopted.current.attempt,
    )
    assert own_fields(V1.body) == adopted.current.body
    assert () == adopted.history


def test_an_adoption_is_an_outcome_with_the_jobs_name() -> None:
    apply = play(plan_of(V1, ours=[remote(V1, 1)]))

    assert (Result.ADOPTED, job_name(1)) == (apply.state.outcomes[0].result, apply.state.outcomes[0].name)


def test_an_adopted_job_takes_its_place_before_what_was_recorded() -> None:
    recorded = lockfile(entry(V1, 1, SUCCEEDED))
    (adopted,) = written(plan_of(V2, recorded=recorded, ours=[remote(V2, 2)]), recorded).jobs

    assert [job_name(1), job_name(2)] == [past.name for past in adopted.submissions]


def test_a_job_that_is_adopted_from_the_history_moves_to_the_front() -> None:
    recorded = lockfile(entry(V2, 2, SUCCEEDED, history=[submission(V1, 1, SUCCEEDED)]))
    (adopted,) = written(plan_of(V1, recorded=recorded), recorded).jobs

    assert [job_name(2), job_name(1)] == [past.name for past in adopted.submissions]
    assert submission(V1, 1, SUCCEEDED) == adopted.current


def test_a_strangers_job_is_adopted_without_an_attempt() -> None:
    adopted = written(plan_of(V1, strangers=[stranger(V1)], insistence=Insistence(adopt=True))).jobs[0].current

    assert (job_name(9), None, V1.digest) == (adopted.name, adopted.attempt, adopted.digest)


def test_going_back_and_forth_does_not_forget_which_rerun_was_answered() -> None:
    """Asked for once and answered, then taken away, then spoken again in the same words: nothing is bought."""
    again = job_spec(prompt="v1", rerun="once")
    recorded = lockfile(entry(V2, 2, SUCCEEDED, history=[submission(again, 1, SUCCEEDED)]))
    back = written(plan_of(V1, recorded=recorded), recorded)

    assert "once" == back.jobs[0].current.rerun
    assert Reason.CURRENT is plan_of(again, recorded=back).changes[0].reason


def test_a_kept_job_is_brought_up_to_date() -> None:
    recorded = lockfile(entry(V1, 1, RUNNING))
    (kept,) = written(plan_of(V1, recorded=recorded, ours=[remote(V1, 1, SUCCEEDED)]), recorded).jobs

    assert (SUCCEEDED, "2026-11-02T09:00:00Z") == (kept.current.state, kept.current.ended)


def test_a_kept_job_whose_spec_moved_to_another_file_is_recorded_so() -> None:
    recorded = lockfile(replace(entry(V1), spec="specs/old.yaml", series=Series("old", "{}", dated=False)))
    (kept,) = written(plan_of(V1, recorded=recorded), recorded).jobs

    assert ("specs/daily.yaml", V1.series) == (kept.spec, kept.series)


def test_a_kept_job_keeps_the_labels_that_it_was_asked_for_with() -> None:
    """So that the next plan shows the difference again."""
    recorded = lockfile(entry(V1, 1, RUNNING))
    relabelled = job_spec(labels={"team": "search"})
    (kept,) = written(plan_of(relabelled, recorded=recorded, ours=[remote(V1, 1, SUCCEEDED)]), recorded).jobs

    assert own_fields(V1.body) == kept.current.body


def test_a_retired_job_that_is_desired_again_is_back_among_the_jobs() -> None:
    recorded = lockfile(retired=[entry(V1, 1, SUCCEEDED)])
    after = written(plan_of(V1, recorded=recorded), recorded)

    assert ((entry(V1, 1, SUCCEEDED),), ()) == (after.jobs, after.retired)


def test_a_past_job_that_was_retired_is_back_among_the_jobs() -> None:
    series = Series("daily-{{ ds }}", "{}", dated=True)
    yesterday, today = (job_spec(f"daily-2026-11-{day}", series=series) for day in (21, 22))
    recorded = lockfile(entry(today, 2), retired=[entry(yesterday, 1, SUCCEEDED)])
    after = written(plan_of(today, recorded=recorded), recorded)

    assert {yesterday.key, today.key} == {job.key for job in after.jobs}


def test_a_retired_job_is_recorded_as_it_was_last_seen() -> None:
    recorded = lockfile(entry(V1, 1, RUNNING))
    after = written(plan_of(recorded=recorded, ours=[remote(V1, 1, FAILED, error="bad input")]), recorded)

    assert ((), FAILED, "bad input") == (after.jobs, after.retired[0].current.state, after.retired[0].current.error)


def test_a_blocked_change_writes_nothing_and_says_why() -> None:
    recorded = lockfile(entry(V1, 1, RUNNING))
    apply = play(plan_of(V2, recorded=recorded), recorded)

    assert () == apply.hears(Begin())
    assert {"daily": Result.BLOCKED} == apply.results
    assert "it was live when it was last seen" == apply.messages["daily"]


def test_jobs_that_only_their_labels_speak_of_are_recorded_as_retired_under_the_projects_id() -> None:
    """The name has the project's number: a key made of it would never be found again."""
    (found,) = written(plan_of(ours=[remote(V1, 1)])).retired

    assert (
        LockEntry(
            JobKey(PROJECT, REGION, ENVIRONMENT, "daily"),
            spec="",
            series=None,
            current=found.current,
        )
        == found
    )
    assert digest_from_label(label_of(V1.digest)) == found.current.digest


def test_of_several_found_under_one_name_the_newest_is_current_whatever_order_they_are_listed_in() -> None:
    jobs = [remote(V1, 1, SUCCEEDED), remote(V2, 2, SUCCEEDED)]
    for listed in (jobs, jobs[::-1]):
        (found,) = written(plan_of(ours=listed)).retired
        assert [job_name(1), job_name(2)] == [past.name for past in found.submissions]


def test_a_found_job_that_is_desired_later_is_kept() -> None:
    found = written(plan_of(ours=[remote(V1, 1)]))

    assert [(key_of(), Action.KEEP)] == [(change.key, change.action) for change in plan_of(V1, recorded=found).changes]


def test_an_adoption_of_nothing_is_a_defect() -> None:
    change = Change(V1.key, Action.ADOPT, Reason.UNRECORDED, Premise(), desired=V1)

    with pytest.raises(ValueError, match="daily: an adoption needs a desired and an observed job"):
        play(replace(plan_of(), changes=(change,)))
