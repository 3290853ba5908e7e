"""A plan for a pull request stays within its size, and what matters most stays in it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from builders import FAILED, RUNNING, SUCCEEDED, entry, job_name, job_spec, lockfile, plan_of, with_inputs
from plans import LANGUAGES, PLANS, TODAY, review, with_sizes

from gembatch.model.jobs import Input
from gembatch.model.period import Period
from gembatch.plan.changes import Plan
from gembatch.plan.drift import Drift
from gembatch.report.budget import size_of
from gembatch.report.plan_as_markdown import LEAST, MOST, plan_as_markdown


def padded(count: int, *, size: int = 1) -> Plan:
    """So many creations of small jobs, each of a spec of its own, around one that reads much."""
    specs = [job_spec(f"padding-{number:05}" + "x" * 80) for number in range(count)]
    plan = with_inputs(plan_of(*specs), Input("gs://in/x", "1", size))
    sized = with_sizes(plan, {spec.key.display_name: size for spec in specs})
    expensive = with_sizes(plan_of(job_spec("zz-expensive", prompt="v9")), {"zz-expensive": 10**12})
    return replace(sized, changes=(*sized.changes, *expensive.changes))


@pytest.mark.parametrize("most", [LEAST, 5_000, MOST, 1_000_000])
@pytest.mark.parametrize("plan", [PLANS["everything"], padded(2_000)], ids=["everything", "padded"])
def test_it_is_never_longer_than_it_may_be(plan: Plan, most: int):
    assert size_of(plan_as_markdown(plan, most=most)) - 2 <= most


def test_padding_does_not_push_out_what_costs_most():
    shown = plan_as_markdown(padded(3_000))

    first = shown.index("zz-expensive")
    assert first < shown.index("padding-00000")
    assert "gs://in/zz-expensive-v9.jsonl" in shown
    assert "**3001 jobs to submit**" in shown[:500]


def test_what_is_left_out_is_said_in_numbers():
    shown = plan_as_markdown(padded(3_000))

    told = shown[shown.index("**Left out for want of room:**") :]
    listed = shown.count("<b>create</b>")
    assert f"{3001 - listed} jobs of “To submit”" in told
    assert "`gembatch plan` shows all of it." in told


def test_blocked_jobs_however_many_leave_room_for_those_that_are_submitted():
    names = [f"blocked-{number:04}" + "y" * 60 for number in range(2_000)]
    recorded = lockfile(*(entry(job_spec(name), number, RUNNING) for number, name in enumerate(names, 1)))
    plan = plan_of(*(job_spec(name, prompt=f"w{n}") for n, name in enumerate(names)), recorded=recorded)
    both = replace(plan, changes=(*plan.changes, *padded(5).changes))

    shown = plan_as_markdown(both)

    assert "2000 blocked" in shown[:500]
    assert "zz-expensive" in shown


def test_a_plan_of_few_changes_stands_open():
    assert "<details open>" in plan_as_markdown(PLANS["first"])
    assert "<details open>" not in plan_as_markdown(PLANS["everything"])


def test_over_several_dates_there_is_a_grid():
    days = [TODAY - dt.timedelta(days=day) for day in range(3)]
    plan = plan_of(
        *(review(lang, day) for day in days for lang in LANGUAGES),
        recorded=lockfile(entry(review("de", days[2]), 1, SUCCEEDED)),
    )

    shown = plan_as_markdown(plan, Period(days[2], days[0]))

    assert "#### Dates" in shown
    assert "reviews-de-{{ ds_nodash }}" in shown


def test_much_drift_is_counted():
    drift = tuple(
        Drift(job_spec(f"job-{n:03}").key, job_name(n), RUNNING, FAILED, f"quota of project {n}") for n in range(150)
    )

    shown = plan_as_markdown(replace(PLANS["nothing"], drift=drift))

    assert "150 jobs" in shown
    assert "… 50 more" in shown
    assert "job-149" not in shown
