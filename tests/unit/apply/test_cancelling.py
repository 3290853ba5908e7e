"""A job in the way is cancelled first; its successor comes once it has ended, in this apply or in a later one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import RUNNING, SUCCEEDED, entry, job_name, job_spec, lockfile, plan_of, remote
from play import SETTINGS, Play, accepted, begun, play

from gembatch.apply.events import Begin, Cancel, CancelAnswered, Poll, Polled, Woken, Write, Written
from gembatch.apply.outcomes import Result
from gembatch.model.jobs import JobState, Lifecycle, OnChangeInFlight
from gembatch.plan.case import Insistence
from gembatch.plan.changes import Change, Plan, Premise, Reason

V1 = job_spec("a")
V2 = job_spec("a", prompt="v2", lifecycle=Lifecycle(on_change_in_flight=OnChangeInFlight.CANCEL))
KEY = V1.key
RECORDED = lockfile(entry(V1, 1, RUNNING))
IN_FLIGHT = plan_of(V2, recorded=RECORDED, ours=[remote(V1, 1)])
PRUNED = plan_of(recorded=RECORDED, ours=[remote(V1, 1)], insistence=Insistence(prune=True))
CANCELLED = remote(V1, 1, JobState.CANCELLED, end_time="2026-11-22T12:00:09Z")


def cancelling(plan: Plan = IN_FLIGHT) -> Play:
    apply = begun(plan, RECORDED)
    apply.hears(CancelAnswered(KEY))
    return apply


def test_the_lockfile_is_held_before_anything_is_cancelled() -> None:
    apply = play(IN_FLIGHT, RECORDED)
    (write,) = apply.hears(Begin())
    assert isinstance(write, Write)
    assert "1" * 32 == apply.writes().holder.id

    assert (Cancel(KEY, job_name(1)),) == apply.hears(Written())


def test_a_cancelled_job_is_recorded_as_cancelled_by_us() -> None:
    current = cancelling().writes().jobs[0].current

    assert (True, JobState.CANCELLING) == (current.cancelled, current.state)


def test_a_job_that_is_ending_is_polled_until_it_has_ended_and_then_its_successor_is_sent() -> None:
    apply = cancelling()
    assert 1.0 == apply.wait
    apply.hears(Written())
    assert (Poll(KEY, job_name(1)),) == apply.hears(Woken(), after=1)
    apply.hears(Polled(KEY, remote(V1, 1, JobState.CANCELLING)))
    apply.hears(Woken(), after=1)
    apply.hears(Polled(KEY, CANCELLED))

    assert [KEY] == [intent.key for intent in apply.writes().intents]
    assert JobState.CANCELLED is apply.writes().jobs[0].current.state
    apply.hears(Written())
    assert ["a"] == apply.sent()
    apply.hears(accepted(V2, number=2))
    assert [(job_name(1), True), (job_name(2), False)] == [
        (past.name, past.cancelled) for past in apply.writes().jobs[0].submissions
    ]
    assert {"a": Result.SUBMITTED} == apply.results


def test_a_job_that_does_not_end_within_a_minute_is_left_to_the_next_apply() -> None:
    apply = cancelling()
    apply.hears(Written())
    polls = 0
    while apply.wait:
        apply.hears(Woken(), after=apply.wait)
        polls += 1
        apply.hears(Polled(KEY, remote(V1, 1, JobState.CANCELLING)))

    assert 7 == polls
    assert {"a": Result.CANCELLING} == apply.results
    assert "the next apply submits the new one" in apply.messages["a"]
    assert ((), None) == (apply.writes().intents, apply.writes().holder)


def test_the_next_apply_sends_the_successor() -> None:
    left = cancelling().writes()
    apply = begun(plan_of(V2, recorded=left, ours=[CANCELLED]), left)

    assert ["a"] == apply.sent()


def test_a_poll_that_cannot_be_answered_is_asked_again() -> None:
    apply = cancelling()
    apply.hears(Written())
    apply.hears(Woken(), after=1)
    apply.hears(Polled(KEY, None))

    assert 1.0 == apply.wait
    assert (Poll(KEY, job_name(1)),) == apply.hears(Woken(), after=1)


def test_a_cancel_that_came_too_late_makes_way_all_the_same() -> None:
    """The job had ended by itself, so Vertex refused the wish: only a poll tells."""
    apply = begun(IN_FLIGHT, RECORDED)
    assert (Poll(KEY, job_name(1)),) == apply.hears(CancelAnswered(KEY, "it has ended"))
    apply.hears(Polled(KEY, remote(V1, 1, SUCCEEDED)))

    assert (SUCCEEDED, False) == (
        apply.writes().jobs[0].current.state,
        apply.writes().jobs[0].current.cancelled,
    )
    apply.hears(Written())
    assert ["a"] == apply.sent()


@pytest.mark.parametrize("job", [remote(V1, 1), None], ids=["still running", "unreadable"])
def test_a_cancel_that_is_refused_is_rejected(job: object) -> None:
    apply = begun(IN_FLIGHT, RECORDED)
    apply.hears(CancelAnswered(KEY, "permission denied"))
    apply.hears(Polled(KEY, job))

    assert (Result.REJECTED, "permission denied") == (apply.results["a"], apply.messages["a"])
    assert not apply.state.lockfile.jobs[0].current.cancelled


def test_a_pruned_job_is_cancelled_and_retired_and_nothing_follows() -> None:
    apply = cancelling(PRUNED)

    assert {"a": Result.CANCELLED} == apply.results
    assert ((), True) == (apply.writes().jobs, apply.writes().retired[0].current.cancelled)
    apply.hears(Written())
    assert apply.state.finished


def test_a_pruned_job_that_had_ended_by_itself_is_retired_as_it_ended() -> None:
    apply = begun(PRUNED, RECORDED)
    apply.hears(CancelAnswered(KEY, "it has ended"))
    apply.hears(Polled(KEY, remote(V1, 1, SUCCEEDED)))

    assert {"a": Result.CANCELLED} == apply.results
    assert (SUCCEEDED, False) == (apply.writes().retired[0].current.state, apply.writes().retired[0].current.cancelled)


def test_an_unrecorded_job_in_the_way_is_recorded_when_it_is_cancelled() -> None:
    plan = plan_of(V2, ours=[remote(V1, 1)])
    apply = begun(plan, lockfile())
    apply.hears(CancelAnswered(KEY))

    assert [(job_name(1), True)] == [(past.name, past.cancelled) for past in apply.writes().jobs[0].submissions]


def test_an_unrecorded_job_in_the_way_comes_after_the_recorded_one() -> None:
    recorded = lockfile(entry(V1, 2, SUCCEEDED))
    older = job_spec("a", prompt="v0")
    apply = begun(plan_of(V2, recorded=recorded, ours=[remote(older, 1), remote(V1, 2, SUCCEEDED)]), recorded)
    apply.hears(CancelAnswered(KEY))

    assert [(job_name(2), False), (job_name(1), True)] == [
        (past.name, past.cancelled) for past in apply.writes().jobs[0].submissions
    ]


def test_a_recorded_job_that_was_not_observed_is_cancelled_by_its_recorded_name() -> None:
    apply = begun(plan_of(V2, recorded=RECORDED), RECORDED)

    assert [Cancel(KEY, job_name(1))] == apply.asked(Cancel)


def test_a_job_that_is_cancelled_does_not_hold_up_the_others() -> None:
    other = job_spec("b")
    plan = plan_of(V2, other, recorded=RECORDED, ours=[remote(V1, 1)])
    apply = begun(plan, RECORDED, settings=replace(SETTINGS, concurrency=1))

    assert ["b"] == apply.sent()
    assert 1 == len(apply.asked(Cancel))


def test_a_cancel_of_nothing_is_a_defect() -> None:
    change = Change(KEY, IN_FLIGHT.changes[0].action, Reason.IN_FLIGHT, Premise(), desired=V2)

    with pytest.raises(ValueError, match="a: nothing to cancel"):
        begun(replace(IN_FLIGHT, changes=(change,)), lockfile())
