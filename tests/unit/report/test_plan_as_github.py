"""A plan as annotations: which, where, and what is said of those that GitHub does not show."""

from __future__ import annotations

import pytest
from builders import RUNNING, entry, job_spec, lockfile, plan_of
from plans import PLANS, spec_of

from gembatch.plan.changes import Plan
from gembatch.report.plan_as_github import plan_as_github


def creating(count: int) -> Plan:
    return plan_of(*(spec_of(f"job-{n}", path=f"specs/{n}.yaml", line=3) for n in range(count)))


def test_an_annotation_stands_on_the_line_of_the_display_name():
    _, annotation = plan_as_github(creating(1), "batch/").splitlines()

    assert annotation.startswith("::notice file=batch/specs/0.yaml,line=3,endLine=3,col=14,endColumn=19,")
    assert "title=create (new)" in annotation
    assert annotation.endswith("::job-0: not submitted yet")


def test_what_is_blocked_is_a_warning_and_says_what_to_do():
    plan = plan_of(job_spec(prompt="v2"), recorded=lockfile(entry(job_spec(), 1, RUNNING)))

    _, warning = plan_as_github(plan).splitlines()

    assert warning.startswith("::warning ")
    assert "gembatch cancel -e prod -- daily" in warning


def test_the_totals_come_first():
    assert "::notice title=gembatch plan for prod::Plan: 16 to submit," in plan_as_github(PLANS["everything"])[:100]


@pytest.mark.parametrize(("count", "is_told"), [(9, False), (10, True)])
def test_more_than_github_shows_is_told_where_it_is_shown(count: int, is_told: bool):  # noqa: FBT001 - a column
    """The totals are one of the ten."""
    first, *others = plan_as_github(creating(count)).splitlines()

    assert count == len(others)
    told = f"0 warnings and {count + 1} notices; GitHub shows 10 of each, the log of this step has all"
    assert is_told == (told in first)
