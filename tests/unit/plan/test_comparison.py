"""A saved plan is an approval: only what stands in it and in a fresh plan is carried out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import (
    FAILED,
    RUNNING,
    SUCCEEDED,
    entry,
    job_name,
    job_spec,
    key_of,
    lockfile,
    plan_of,
    remote,
    submission,
    with_inputs,
)

from gembatch.model.jobs import Input, Lifecycle, OnChangeInFlight
from gembatch.plan.approval import Comparison, Request, compare
from gembatch.plan.case import Insistence
from gembatch.plan.changes import Action, Plan
from gembatch.plan.planfile import dump_plan, load_plan

V1, V2 = job_spec(prompt="v1"), job_spec(prompt="v2")
PRUNE = Insistence(prune=True)


def compared(approved: Plan, fresh: Plan) -> Comparison:
    """Through the file and back, as in life."""
    return compare(load_plan(dump_plan(approved, Request(), "0.1.0"), "plan.json"), fresh)


def names(plan: Plan) -> list[str]:
    return [change.key.display_name for change in plan.pending]


def done(comparison: Comparison) -> tuple[str, ...]:
    return tuple(approved.key.display_name for approved in comparison.done)


def moved(comparison: Comparison) -> tuple[tuple[str, str], ...]:
    return tuple((approved.key.display_name, what) for approved, what in comparison.moved)


def test_what_stands_in_both_is_carried_out() -> None:
    plan = plan_of(V1, job_spec("other"))

    assert Comparison(plan) == compared(plan, plan)


def test_what_nobody_approved_is_left_and_reported() -> None:
    comparison = compared(plan_of(V1), plan_of(V1, job_spec("other")))

    assert ["daily"] == names(comparison.plan)
    assert ["other"] == [change.key.display_name for change in comparison.extra]


def test_what_was_only_kept_or_blocked_is_not_approved() -> None:
    approved = plan_of(V2, recorded=lockfile(entry(V1)))
    comparison = compared(approved, plan_of(V2, recorded=lockfile(entry(V1, 1, SUCCEEDED))))

    assert [] == names(comparison.plan)
    assert ["daily"] == [change.key.display_name for change in comparison.extra]


def test_what_is_kept_or_blocked_now_stays_in_the_plan() -> None:
    kept, blocked = job_spec("kept"), job_spec("blocked", prompt="v2")
    recorded = lockfile(entry(kept, 1), entry(job_spec("blocked"), 2))
    plan = plan_of(V1, kept, blocked, recorded=recorded)

    assert plan.changes == compared(plan, plan).plan.changes


def test_a_plan_that_is_applied_twice_is_done() -> None:
    comparison = compared(plan_of(V1), plan_of(V1, recorded=lockfile(entry(V1))))

    assert ("daily",) == done(comparison)
    assert () == comparison.plan.pending


def test_a_job_that_another_run_submitted_and_that_failed_is_done() -> None:
    comparison = compared(plan_of(V1), plan_of(V1, recorded=lockfile(entry(V1, 1, FAILED))))

    assert ("daily",) == done(comparison)


def test_a_retirement_that_another_run_carried_out_is_done() -> None:
    recorded = entry(V1, 1, SUCCEEDED)
    comparison = compared(plan_of(recorded=lockfile(recorded)), plan_of(recorded=lockfile(retired=[recorded])))

    assert ("daily",) == done(comparison)


def test_a_pruned_job_that_has_ended_meanwhile_is_done() -> None:
    approved = plan_of(recorded=lockfile(entry(V1)), ours=[remote(V1)], insistence=PRUNE)
    ended = remote(V1, state=SUCCEEDED)
    comparison = compared(approved, plan_of(recorded=lockfile(retired=[entry(V1)]), ours=[ended], insistence=PRUNE))

    assert ("daily",) == done(comparison)


def test_a_removed_spec_that_is_back_is_refused() -> None:
    """Nothing was retired: to call it done would be a lie."""
    recorded = lockfile(entry(V1, 1, SUCCEEDED))
    comparison = compared(plan_of(recorded=recorded), plan_of(V1, recorded=recorded))

    assert ((), (("daily", "the action moved since the plan: then retire, now keep"),)) == (
        done(comparison),
        moved(comparison),
    )


def test_a_spec_that_changed_since_is_refused() -> None:
    comparison = compared(plan_of(V1), plan_of(V2))

    assert (("daily", "the spec moved since the plan"),) == moved(comparison)
    assert () == comparison.plan.pending


def test_a_label_that_changed_since_is_refused() -> None:
    """What was reviewed is what runs, to the last label."""
    comparison = compared(plan_of(V1), plan_of(job_spec(labels={"team": "search"})))

    assert (("daily", "the spec moved since the plan"),) == moved(comparison)


def test_another_rerun_wish_is_refused() -> None:
    recorded = lockfile(entry(V1, 1, SUCCEEDED))
    approved = plan_of(job_spec(rerun="once"), recorded=recorded)

    comparison = compared(approved, plan_of(job_spec(rerun="twice"), recorded=recorded))

    assert (("daily", "the spec moved since the plan"),) == moved(comparison)


def test_a_rerun_wish_that_was_taken_away_is_not_done() -> None:
    recorded = lockfile(entry(V1, 1, SUCCEEDED))
    comparison = compared(plan_of(job_spec(rerun="once"), recorded=recorded), plan_of(V1, recorded=recorded))

    assert ((), (("daily", "the action moved since the plan: then replace, now keep"),)) == (
        done(comparison),
        moved(comparison),
    )


def test_a_spec_that_is_gone_is_refused() -> None:
    assert (("daily", "no spec asks for it any more"),) == moved(compared(plan_of(V1), plan_of()))


def test_another_action_is_refused() -> None:
    other = job_spec(prompt="v3")
    comparison = compared(plan_of(V2), plan_of(V2, ours=[remote(other)]))

    assert (("daily", "the action moved since the plan: then create, now blocked"),) == moved(comparison)


def test_another_region_is_refused_and_its_job_left() -> None:
    comparison = compared(plan_of(V1), plan_of(job_spec(region="europe-west4")))

    assert (("daily", "no spec asks for it any more"),) == moved(comparison)
    assert [key_of(region="europe-west4")] == [change.key for change in comparison.extra]


def test_another_job_under_the_key_is_refused() -> None:
    approved = plan_of(V2, recorded=lockfile(entry(V1, 1, SUCCEEDED)))
    fresh = plan_of(V2, recorded=lockfile(entry(V1, 2, SUCCEEDED, history=[submission(V1, 1)])))

    assert (("daily", "what runs moved since the plan"),) == moved(compared(approved, fresh))


def test_a_job_that_succeeded_since_it_was_to_be_retried_is_not_bought_again() -> None:
    insistence = Insistence(retry_failed=True)
    approved = plan_of(V1, recorded=lockfile(entry(V1, 1, FAILED)), insistence=insistence)
    adopted = plan_of(
        V1, recorded=lockfile(entry(V1, 1, FAILED)), ours=[remote(V1, 2, SUCCEEDED)], insistence=insistence
    )

    assert () == compared(approved, adopted).plan.pending


def test_a_job_to_be_cancelled_that_ended_is_refused() -> None:
    cancels = job_spec(prompt="v2", lifecycle=Lifecycle(on_change_in_flight=OnChangeInFlight.CANCEL))
    approved = plan_of(cancels, recorded=lockfile(entry(V1)), ours=[remote(V1)])
    fresh = plan_of(cancels, recorded=lockfile(entry(V1)), ours=[remote(V1, state=SUCCEEDED)])

    assert (("daily", "the action moved since the plan: then cancel, now replace"),) == moved(compared(approved, fresh))


@pytest.mark.parametrize("desired", [(V1,), ()], ids=["adopted", "retired"])
def test_a_job_that_merely_ended_is_adopted_or_retired_all_the_same(desired: tuple[object, ...]) -> None:
    recorded = lockfile() if desired else lockfile(entry(V1))
    approved = plan_of(*desired, recorded=recorded, ours=[remote(V1, state=RUNNING)])
    fresh = plan_of(*desired, recorded=recorded, ours=[remote(V1, state=SUCCEEDED)])

    assert fresh.pending == compared(approved, fresh).plan.pending


def test_another_job_to_adopt_is_refused() -> None:
    comparison = compared(plan_of(V1, ours=[remote(V1, 1)]), plan_of(V1, ours=[remote(V1, 2)]))

    assert (("daily", "what runs moved since the plan"),) == moved(comparison)


def pinned(*inputs: Input) -> Plan:
    return with_inputs(plan_of(V1), *inputs)


@pytest.mark.parametrize("now", [Input("gs://in/a", "2"), Input("gs://in/a")], ids=["overwritten", "unreadable"])
def test_an_input_that_moved_is_refused(now: Input) -> None:
    comparison = compared(pinned(Input("gs://in/a", "1")), pinned(now))

    assert (("daily", "an input moved since the plan"),) == moved(comparison)


def test_an_input_that_could_not_be_read_when_planned_was_not_promised() -> None:
    fresh = pinned(Input("gs://in/a", "2"), Input("gs://in/b", "1"))

    assert fresh == compared(pinned(Input("gs://in/a"), Input("gs://in/b", "1")), fresh).plan


def test_the_fresh_plan_is_what_is_carried_out() -> None:
    """Nothing of the file is ever sent."""
    fresh = replace(plan_of(V1, recorded=lockfile(serial=9)), instant="2026-11-23T00:00:00+00:00")

    assert fresh == compared(plan_of(V1, recorded=lockfile()), fresh).plan
    assert {Action.CREATE: 1} == fresh.counts
    assert job_name(1) != fresh.changes[0].premise.recorded
