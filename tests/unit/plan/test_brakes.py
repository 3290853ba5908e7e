"""A plan that submits or replaces more than anybody meant is refused as a whole."""

from __future__ import annotations

from builders import RUNNING, SUCCEEDED, entry, job_spec, lockfile, plan_of

from gembatch.model.jobs import Lifecycle, OnChangeInFlight
from gembatch.model.workspace import Limits
from gembatch.plan.brakes import why_too_much
from gembatch.plan.changes import Plan

LIMITS = Limits(max_submissions=3, max_replaced_share=0.5)


def creating(count: int) -> Plan:
    return plan_of(*(job_spec(f"job-{number}") for number in range(count)))


def replacing(changed: int, recorded: int) -> Plan:
    specs = [job_spec(f"job-{number}", prompt="v2" if number < changed else "v1") for number in range(recorded)]
    jobs = [entry(job_spec(f"job-{number}"), number + 1, SUCCEEDED) for number in range(recorded)]
    return plan_of(*specs, recorded=lockfile(*jobs))


def test_as_many_submissions_as_may_be_pass() -> None:
    assert None is why_too_much(creating(3), LIMITS)


def test_too_many_submissions_are_refused_and_the_hint_says_how_to_insist() -> None:
    refusal = why_too_much(creating(4), LIMITS)

    assert refusal == (
        "the plan submits 4 jobs, and `limits.maxSubmissions` of prod is 3",
        "if that is meant, say so: --max-submissions 4",
    )


def cancelling(changed: int, recorded: int) -> Plan:
    lifecycle = Lifecycle(on_change_in_flight=OnChangeInFlight.CANCEL)
    prompts = ["v2" if number < changed else "v1" for number in range(recorded)]
    specs = [job_spec(f"job-{number}", prompt=prompt, lifecycle=lifecycle) for number, prompt in enumerate(prompts)]
    jobs = [entry(job_spec(f"job-{number}"), number + 1, RUNNING) for number in range(recorded)]
    return plan_of(*specs, recorded=lockfile(*jobs))


def test_jobs_that_are_cancelled_for_their_successors_count_as_submissions() -> None:
    assert None is not why_too_much(cancelling(4, 4), LIMITS)


def test_jobs_that_are_cancelled_for_their_successors_count_as_replaced() -> None:
    refusal = why_too_much(cancelling(3, 5), LIMITS)

    assert refusal is not None
    assert "the plan replaces 3 of 5 recorded jobs" in refusal[0]


def test_half_of_the_recorded_jobs_may_be_replaced() -> None:
    assert None is why_too_much(replacing(3, 6), LIMITS)


def test_more_than_the_share_is_refused() -> None:
    refusal = why_too_much(replacing(3, 5), LIMITS)

    assert refusal is not None
    assert "the plan replaces 3 of 5 recorded jobs, and `limits.maxReplacedShare` of prod is 0.5" == refusal[0]


def test_of_few_recorded_jobs_all_may_be_replaced() -> None:
    assert None is why_too_much(replacing(3, 3), LIMITS)


def test_past_dates_in_the_lockfile_do_not_loosen_the_brake() -> None:
    specs = [job_spec(f"job-{number}", prompt="v2") for number in range(5)]
    jobs = [entry(job_spec(f"job-{number}"), number + 1, SUCCEEDED) for number in range(5)]
    past = [entry(job_spec(f"past-{number}"), 100 + number, SUCCEEDED) for number in range(20)]

    refusal = why_too_much(plan_of(*specs, recorded=lockfile(*jobs, *past)), Limits(max_submissions=100))

    assert refusal is not None
    assert "the plan replaces 5 of 5 recorded jobs" in refusal[0]
