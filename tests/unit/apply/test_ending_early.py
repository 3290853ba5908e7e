"""An apply that somebody ends, or whose lockfile cannot be written: at each step what is in flight is waited for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import RUNNING, entry, job_name, job_spec, lockfile, plan_of, remote
from play import SETTINGS, Play, accepted, begun, made, play

from gembatch.apply.events import (
    Begin,
    CancelAnswered,
    Event,
    Interrupted,
    LookedUp,
    LookUp,
    Poll,
    Polled,
    Rejected,
    Staged,
    Throttled,
    Uncertain,
    Woken,
    Write,
    WriteFailed,
    Written,
)
from gembatch.apply.outcomes import Result
from gembatch.apply.state import INTERRUPTED
from gembatch.errors import LockfileMovedError
from gembatch.model.jobs import JobState, Lifecycle, OnChangeInFlight, StagedFile

A, B = job_spec("a"), job_spec("b")
STAGED = replace(A, staged=(StagedFile("a.jsonl", "gs://stage/1/a.jsonl", "1" * 64, 10),))
V2 = job_spec("a", prompt="v2", lifecycle=Lifecycle(on_change_in_flight=OnChangeInFlight.CANCEL))
RECORDED = lockfile(entry(A, 1, RUNNING))
MOVED = LockfileMovedError("somebody else wrote it")
SKIPPED = "not submitted: interrupted"


def in_flight() -> Play:
    return begun(plan_of(A))


def cancelling() -> Play:
    return begun(plan_of(V2, recorded=RECORDED, ours=[remote(A, 1)]), RECORDED)


# interrupted


def test_interrupted_before_it_begins_nothing_is_done() -> None:
    apply = play(plan_of(A))
    apply.hears(Interrupted())

    assert (Result.SKIPPED, SKIPPED) == (apply.results["a"], apply.messages["a"])
    assert INTERRUPTED == apply.state.stopped


def test_interrupted_while_staging_nothing_is_submitted_and_a_late_file_is_ignored() -> None:
    apply = play(plan_of(STAGED))
    apply.hears(Begin())

    assert () == apply.hears(Interrupted())
    assert apply.state.finished
    assert () == apply.hears(Staged(A.key))
    assert {"a": Result.SKIPPED} == apply.results


def test_interrupted_while_intents_are_being_stored_they_are_taken_back() -> None:
    apply = play(plan_of(A))
    apply.hears(Begin())
    assert () == apply.hears(Interrupted())
    assert not apply.state.finished

    apply.hears(Written())
    assert ((), None) == (apply.writes().intents, apply.writes().holder)
    apply.hears(Written())
    assert apply.state.finished
    assert {"a": Result.SKIPPED} == apply.results


def test_interrupted_in_flight_the_answer_is_waited_for_and_recorded() -> None:
    apply = begun(plan_of(A, B), settings=replace(SETTINGS, concurrency=1))
    (write,) = apply.hears(Interrupted())
    assert isinstance(write, Write)
    assert [A.key] == [intent.key for intent in write.lockfile.intents]

    apply.hears(Written())
    assert not apply.state.finished
    apply.hears(accepted(A))
    assert {"a": Result.SUBMITTED, "b": Result.SKIPPED} == apply.results
    assert (["a"], None) == ([job.key.display_name for job in apply.writes().jobs], apply.writes().holder)


def test_interrupted_in_flight_a_throttled_job_is_skipped() -> None:
    apply = in_flight()
    apply.hears(Interrupted())
    apply.hears(Throttled(A.key, "quota"))

    assert (Result.SKIPPED, SKIPPED) == (apply.results["a"], apply.messages["a"])
    assert () == apply.writes().intents


def test_interrupted_in_flight_a_lost_answer_is_looked_up_once() -> None:
    apply = in_flight()
    apply.hears(Interrupted())
    assert [LookUp] == [type(command) for command in apply.hears(Uncertain(A.key, "dropped"))]

    apply.hears(LookedUp(A.key, None))
    assert {"a": Result.UNCERTAIN} == apply.results
    assert [A.key] == [intent.key for intent in apply.state.lockfile.intents]


def test_interrupted_while_looking_the_job_is_still_found() -> None:
    apply = in_flight()
    apply.hears(Uncertain(A.key, "dropped"))
    apply.hears(Interrupted())
    apply.hears(LookedUp(A.key, made(A)))

    assert {"a": Result.SUBMITTED} == apply.results


def test_interrupted_between_look_ups_the_intent_is_left_open() -> None:
    apply = in_flight()
    apply.hears(Uncertain(A.key, "dropped"))
    apply.hears(LookedUp(A.key, None))
    apply.hears(Interrupted())

    assert (Result.UNCERTAIN, "dropped") == (apply.results["a"], apply.messages["a"])
    assert ([A.key], "1" * 32) == ([intent.key for intent in apply.writes().intents], apply.writes().holder.id)


def test_interrupted_before_the_cancel_nothing_is_cancelled() -> None:
    apply = play(plan_of(V2, recorded=RECORDED, ours=[remote(A, 1)]), RECORDED)
    apply.hears(Begin())
    apply.hears(Interrupted())
    apply.hears(Written())

    assert {"a": Result.SKIPPED} == apply.results
    assert not apply.writes().jobs[0].current.cancelled


def test_interrupted_while_cancelling_the_cancellation_is_recorded() -> None:
    apply = cancelling()
    apply.hears(Interrupted())
    apply.hears(CancelAnswered(A.key))
    assert apply.writes().jobs[0].current.cancelled

    apply.hears(Written(), after=1)
    assert [Poll] == [type(command) for command in apply.commands]
    apply.hears(Polled(A.key, remote(A, 1, JobState.CANCELLING)))
    assert {"a": Result.CANCELLING} == apply.results


def test_interrupted_between_polls_the_rest_is_left_to_the_next_apply() -> None:
    apply = cancelling()
    apply.hears(CancelAnswered(A.key))
    apply.hears(Interrupted())

    assert {"a": Result.CANCELLING} == apply.results
    assert "the next apply submits the new one" in apply.messages["a"]


def test_interrupted_while_polling_the_end_is_recorded_and_no_successor_sent() -> None:
    apply = cancelling()
    apply.hears(CancelAnswered(A.key))
    apply.hears(Written(), after=1)
    apply.hears(Interrupted())
    apply.hears(Polled(A.key, remote(A, 1, JobState.CANCELLED)))

    assert {"a": Result.CANCELLED} == apply.results
    assert (JobState.CANCELLED, ()) == (apply.writes().jobs[0].current.state, apply.writes().intents)


def test_a_second_interruption_changes_nothing() -> None:
    apply = in_flight()
    apply.hears(Interrupted())

    assert () == apply.hears(Interrupted())
    assert {} == apply.results


def test_an_apply_that_stopped_for_another_reason_keeps_that_reason() -> None:
    specs = [job_spec(f"job-{number}") for number in range(6)]
    apply = begun(plan_of(*specs))
    for spec in specs[:5]:
        apply.hears(Rejected(spec.key, 403, "no"))
    apply.hears(Interrupted())

    assert "5 submissions in a row were refused with 403" == apply.state.stopped


# the lockfile cannot be written


def failing() -> Play:
    """Job a is in flight, job b waits for its turn, and the renewal of the lease fails."""
    settings = replace(SETTINGS, concurrency=1, lease_seconds=100, timeout_seconds=60)
    apply = begun(plan_of(A, B), settings=settings)
    assert ["a"] == apply.sent()
    apply.hears(Woken(), after=50)
    assert [Write] == [type(command) for command in apply.commands]
    apply.hears(WriteFailed(MOVED))
    return apply


def test_whoever_loses_the_race_for_the_intents_submits_nothing() -> None:
    apply = play(plan_of(A, B))
    apply.hears(Begin())

    assert () == apply.hears(WriteFailed(MOVED))
    assert apply.state.finished
    assert MOVED is apply.state.failure
    assert {"a": Result.SKIPPED, "b": Result.SKIPPED} == apply.results
    assert "not submitted: the lockfile could not be written" == apply.messages["a"]


def test_after_a_failed_write_nothing_more_is_sent_or_written() -> None:
    apply = failing()

    assert {"b": Result.SKIPPED} == apply.results
    assert () == apply.hears(accepted(A))
    assert apply.state.finished
    assert {"a": Result.SUBMITTED, "b": Result.SKIPPED} == apply.results


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        (Rejected(A.key, 400, "no"), Result.REJECTED),
        (Throttled(A.key, "quota"), Result.SKIPPED),
        (Uncertain(A.key, "dropped"), Result.UNCERTAIN),
    ],
)
def test_after_a_failed_write_every_answer_ends_the_apply(answer: Event, result: Result) -> None:
    apply = failing()

    assert () == apply.hears(answer)
    assert apply.state.finished
    assert result is apply.results["a"]


def cancelling_with_a_failed_write() -> Play:
    """Job b was accepted while job a's predecessor is being cancelled; recording b failed."""
    apply = begun(plan_of(V2, B, recorded=RECORDED, ours=[remote(A, 1)]), RECORDED)
    apply.hears(accepted(B, "b", 2))
    apply.hears(WriteFailed(MOVED))
    return apply


@pytest.mark.parametrize(("error", "result"), [("", Result.CANCELLING), ("permission denied", Result.REJECTED)])
def test_after_a_failed_write_a_cancels_answer_ends_the_apply(error: str, result: Result) -> None:
    """A poll would tell what nobody could record; to wait for it would be to wait for ever."""
    apply = cancelling_with_a_failed_write()

    assert () == apply.hears(CancelAnswered(A.key, error))
    assert (apply.state.finished, None) == (True, apply.alarm)
    assert result is apply.results["a"]


def test_after_a_failed_write_a_look_up_that_is_under_way_ends_the_apply() -> None:
    apply = begun(plan_of(A, B))
    apply.hears(accepted(B, "b", 2))
    apply.hears(Uncertain(A.key, "dropped"))
    apply.hears(WriteFailed(MOVED))

    assert () == apply.hears(LookedUp(A.key, None))
    assert apply.state.finished
    assert {"a": Result.UNCERTAIN, "b": Result.SUBMITTED} == apply.results


def test_after_a_failed_write_a_poll_that_is_under_way_ends_the_apply() -> None:
    apply = cancelling()
    apply.hears(CancelAnswered(A.key))
    apply.hears(Woken(), after=1)
    apply.hears(WriteFailed(MOVED))

    assert () == apply.hears(Polled(A.key, remote(A, 1)))
    assert apply.state.finished


def test_a_last_write_that_fails_leaves_the_outcomes_as_they_are() -> None:
    apply = in_flight()
    apply.hears(accepted(A))
    apply.hears(WriteFailed(MOVED))

    assert ({"a": Result.SUBMITTED}, MOVED, True) == (apply.results, apply.state.failure, apply.state.finished)
    assert job_name(1) == apply.state.outcomes[0].name
