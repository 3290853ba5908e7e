"""What is no plain yes: refused, throttled, unknown."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from builders import job_name, job_spec, plan_of
from play import NOON, SETTINGS, Play, accepted, begun, made

from gembatch.apply.events import (
    Create,
    Interrupted,
    LookedUp,
    LookUp,
    Rejected,
    Throttled,
    Uncertain,
    Unsent,
    Woken,
    Write,
    Written,
)
from gembatch.apply.outcomes import Result
from gembatch.model.jobs import JobSpec

A, B, C = (job_spec(name) for name in "abc")
SETTLING = replace(SETTINGS, settle_seconds=120)


# refused


def test_a_refused_job_is_rejected_and_its_intent_dropped() -> None:
    apply = begun(plan_of(A))
    apply.hears(Rejected(A.key, 400, "no such model"))

    assert (Result.REJECTED, "no such model") == (apply.results["a"], apply.messages["a"])
    assert ((), (), None) == (apply.writes().intents, apply.writes().jobs, apply.writes().holder)


def test_the_others_go_on_after_a_refusal() -> None:
    apply = begun(plan_of(A, B), settings=replace(SETTINGS, concurrency=1))
    apply.hears(Rejected(A.key, 400, "no such model"))

    assert ["b"] == apply.sent()


def jobs(count: int) -> list[JobSpec]:
    return [job_spec(f"job-{number:02}") for number in range(count)]


def one_at_a_time(count: int) -> tuple[Play, list[JobSpec]]:
    specs = jobs(count)
    return begun(plan_of(*specs), settings=replace(SETTINGS, concurrency=1)), specs


@pytest.mark.parametrize("status", [401, 403, 404])
def test_five_equal_refusals_in_a_row_stop_all_others(status: int) -> None:
    apply, specs = one_at_a_time(7)
    for spec in specs[:5]:
        apply.hears(Rejected(spec.key, status, "no"))
        apply.hears(Written())

    assert f"5 submissions in a row were refused with {status}" == apply.state.stopped
    assert [Result.REJECTED] * 5 + [Result.SKIPPED] * 2 == [apply.results[spec.key.display_name] for spec in specs]
    assert f"not submitted: {apply.state.stopped}" == apply.messages["job-06"]
    assert apply.stored is not None
    assert () == apply.stored.intents


def test_five_refusals_that_are_each_jobs_own_fault_stop_nobody() -> None:
    apply, specs = one_at_a_time(6)
    for spec in specs[:5]:
        apply.hears(Rejected(spec.key, 400, "no"))

    assert ["job-05"] == apply.sent()


@pytest.mark.parametrize(
    "between",
    [lambda spec: Rejected(spec.key, 404, "no"), lambda spec: accepted(spec, "c", 3)],
    ids=["another refusal", "a success"],
)
def test_refusals_that_are_not_in_a_row_stop_nobody(between: object) -> None:
    apply, specs = one_at_a_time(7)
    for number, spec in enumerate(specs[:6]):
        apply.hears(between(spec) if number == 2 else Rejected(spec.key, 403, "no"))

    assert ["job-06"] == apply.sent()


# throttled


def test_a_throttled_job_is_sent_again_with_the_same_attempt() -> None:
    apply = begun(plan_of(A))
    (first,) = apply.asked(Create)
    apply.hears(Throttled(A.key, "quota"))

    assert ([], 1.0) == (apply.sent(), apply.wait)
    apply.hears(Woken(), after=1)
    assert [first] == apply.asked(Create)


def test_the_server_says_how_long_to_wait() -> None:
    apply = begun(plan_of(A))
    apply.hears(Throttled(A.key, "quota", retry_after=17))

    assert 17.0 == apply.wait


def test_waits_double_up_to_a_minute_and_then_the_job_is_given_up() -> None:
    apply = begun(plan_of(A), settings=replace(SETTINGS, lease_seconds=1000))
    waits = []
    while apply.sent():
        apply.hears(Throttled(A.key, "quota"))
        waits.append(apply.wait)
        if apply.wait:
            apply.hears(Woken(), after=apply.wait)

    assert [1, 2, 4, 8, 16, 32, 60, 60, None] == waits
    assert (Result.REJECTED, "quota") == (apply.results["a"], apply.messages["a"])
    assert () == apply.writes().intents


@pytest.mark.parametrize("asked", [601, 86_400, 1e12])
def test_a_server_that_asks_for_ages_is_asked_again_after_ten_minutes(asked: float) -> None:
    apply = begun(plan_of(A))
    apply.hears(Throttled(A.key, "quota", retry_after=asked))

    assert 600 == apply.wait


def test_a_throttled_create_holds_back_all_others() -> None:
    """The quota is one: a hundred jobs must not each find that out."""
    apply = begun(plan_of(A, B, C), settings=replace(SETTINGS, concurrency=2))
    apply.hears(Throttled(A.key, "quota", retry_after=10))
    apply.hears(accepted(B, "b", 2), after=1)

    assert ([], 9.0) == (apply.sent(), apply.wait)
    apply.hears(Written(), after=9)
    assert ["a", "c"] == apply.sent()


def test_two_throttled_creates_wait_for_the_longer_of_their_times() -> None:
    apply = begun(plan_of(A, B))
    apply.hears(Throttled(A.key, "quota", retry_after=10))
    apply.hears(Throttled(B.key, "quota", retry_after=5))

    apply.hears(Woken(), after=5)
    assert [] == apply.sent()
    apply.hears(Woken(), after=5)
    assert ["a", "b"] == apply.sent()


def test_a_lease_that_ends_while_waiting_is_renewed_before_the_job_is_sent_again() -> None:
    apply = begun(plan_of(A), settings=replace(SETTINGS, lease_seconds=100, timeout_seconds=60))
    apply.hears(Throttled(A.key, "quota", retry_after=200))
    apply.hears(Woken(), after=200)

    assert [Write] == [type(command) for command in apply.commands]
    apply.hears(Written())
    assert ["a"] == apply.sent()


# unsent


def test_what_became_too_late_to_send_is_sent_under_the_next_lease_with_the_same_attempt() -> None:
    """The process was stopped between its decision and its deed."""
    apply = begun(plan_of(A), settings=replace(SETTINGS, lease_seconds=100, timeout_seconds=60))
    (first,) = apply.asked(Create)
    assert NOON + timedelta(seconds=40) == first.latest

    apply.hears(Unsent(A.key), after=500)
    assert [Write] == [type(command) for command in apply.commands]
    apply.hears(Written())
    (second,) = apply.asked(Create)
    assert (first.body, NOON + timedelta(seconds=540)) == (second.body, second.latest)


def test_what_became_too_late_to_send_after_an_interruption_is_skipped() -> None:
    apply = begun(plan_of(A))
    apply.hears(Interrupted())
    apply.hears(Unsent(A.key))

    assert {"a": Result.SKIPPED} == apply.results
    assert () == apply.writes().intents


# unknown


def uncertain() -> Play:
    apply = begun(plan_of(A), settings=SETTLING)
    apply.hears(Uncertain(A.key, "timed out"), after=60)
    return apply


def test_a_lost_answer_is_looked_up_by_its_attempt_at_once() -> None:
    assert (LookUp(A.key, uncertain().state.lockfile.intents[0].attempt),) == uncertain().commands


def test_a_lost_answer_is_never_sent_again() -> None:
    apply = uncertain()
    while not apply.state.finished:
        apply.hears(LookedUp(A.key, None) if apply.asked(LookUp) else Written() if apply.asked(Write) else Woken(),
                    after=apply.wait or 0)  # fmt: skip
        assert [] == apply.sent()


def test_a_job_that_the_look_up_finds_is_recorded() -> None:
    apply = uncertain()
    apply.hears(LookedUp(A.key, made(A)))

    assert (Result.SUBMITTED, job_name(1)) == (apply.state.outcomes[0].result, apply.state.outcomes[0].name)
    assert ((), job_name(1)) == (apply.writes().intents, apply.writes().jobs[0].current.name)


def test_a_job_that_is_not_found_is_looked_up_again_over_the_settling_time() -> None:
    apply = uncertain()
    moments = []
    while apply.asked(LookUp):
        moments.append((apply.now - NOON).total_seconds())
        apply.hears(LookedUp(A.key, None))
        if apply.wait:
            apply.hears(Woken(), after=apply.wait)

    assert [60, 61, 63, 67, 75, 91, 123] == moments
    assert (Result.UNCERTAIN, "timed out") == (apply.results["a"], apply.messages["a"])


def test_what_cannot_be_settled_is_left_open_with_its_holder() -> None:
    """The next run counts from the end of the lease, which is now."""
    apply = uncertain()
    while apply.asked(LookUp):
        apply.hears(LookedUp(A.key, None))
        if apply.wait:
            apply.hears(Woken(), after=apply.wait)

    assert [A.key] == [intent.key for intent in apply.writes().intents]
    assert ("1" * 32, apply.now.isoformat()) == (apply.writes().holder.id, apply.writes().holder.until)
    apply.hears(Written())
    assert apply.state.finished


def test_others_go_on_while_one_is_looked_up() -> None:
    apply = begun(plan_of(A, B), settings=replace(SETTLING, concurrency=1))
    apply.hears(Uncertain(A.key, "timed out"))

    assert {LookUp, Create} == {type(command) for command in apply.commands}
    assert ["b"] == apply.sent()


def test_one_that_is_left_open_keeps_the_holder_though_others_are_done() -> None:
    apply = begun(plan_of(A, B), settings=SETTLING)
    apply.hears(Uncertain(A.key, "timed out"))
    apply.hears(accepted(B, "b", 2))
    apply.hears(Written())
    apply.hears(LookedUp(A.key, None), after=121)

    assert apply.state.tasks == {}
    assert "1" * 32 == apply.writes().holder.id
    assert ["b"] == [job.key.display_name for job in apply.writes().jobs]


def test_a_lost_answer_after_a_throttled_one_is_looked_up_for_its_own_settling_time() -> None:
    apply = begun(plan_of(A), settings=SETTLING)
    apply.hears(Throttled(A.key, "quota", retry_after=100))
    apply.hears(Woken(), after=100)
    apply.hears(Uncertain(A.key, "timed out"), after=60)
    apply.hears(LookedUp(A.key, None), after=59)

    assert {} == apply.results
    apply.hears(Woken(), after=1)
    apply.hears(LookedUp(A.key, None))
    assert {"a": Result.UNCERTAIN} == apply.results
