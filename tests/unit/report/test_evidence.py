"""A plan that did not see everything says so before anything else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import job_spec, plan_of

from gembatch.plan.changes import Evidence
from gembatch.report.evidence import caution_of
from gembatch.report.plan_as_text import plan_as_text


@pytest.mark.parametrize(
    ("evidence", "said"),
    [
        (Evidence.LOCKFILE, "Recorded states stand for observed ones, inputs are not pinned"),
        (Evidence.BASE, "the jobs of the base stand for what was submitted"),
    ],
)
def test_a_plan_that_was_made_offline_says_what_stands_for_what(evidence: Evidence, said: str) -> None:
    caution = caution_of(evidence)

    assert caution.startswith("Offline")
    assert caution.endswith("This plan cannot be applied.")
    assert said in caution


@pytest.mark.parametrize("evidence", [Evidence.LOCKFILE, Evidence.BASE])
def test_the_text_begins_with_it(evidence: Evidence) -> None:
    text = plan_as_text(replace(plan_of(job_spec()), evidence=evidence))

    assert caution_of(evidence) == text.partition("\n\n")[0]


def test_of_a_plan_that_saw_everything_nothing_is_said() -> None:
    assert "" == caution_of(Evidence.VERTEX)
    assert not plan_as_text(plan_of(job_spec())).startswith("\n")
