"""The counts of a plan, in words."""

from __future__ import annotations

import pytest
from builders import SUCCEEDED, entry, job_spec, lockfile, plan_of
from plans import PLANS, with_sizes

from gembatch.plan.changes import Plan
from gembatch.report.plan_as_text import closing_line
from gembatch.report.totals import totals_of
from gembatch.report.words import bytes_of

OLD, NEW = job_spec("a"), job_spec("a", prompt="v2")
REPLACING = lockfile(entry(OLD, 1, SUCCEEDED), entry(job_spec("b"), 2, SUCCEEDED))


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        (plan_of(), "Nothing to do: 0 to submit, 0 unchanged."),
        (plan_of(OLD), "Plan: 1 to submit, 0 unchanged. To submit: input size not known."),
        (
            with_sizes(plan_of(OLD, job_spec("b")), {"a": 5_000, "b": 120}),
            "Plan: 2 to submit, 0 unchanged. To submit: 5.0 KiB of input.",
        ),
        (
            with_sizes(plan_of(OLD, job_spec("b")), {"a": 5_000}),
            "Plan: 2 to submit, 0 unchanged. To submit: 4.9 KiB of input, and 1 job of unknown size.",
        ),
        (
            plan_of(NEW, job_spec("b"), recorded=REPLACING),
            "Plan: 1 to submit, 1 unchanged. To submit: in place of another job, input size not known.",
        ),
        (
            plan_of(NEW, job_spec("b", prompt="v2"), recorded=REPLACING),
            "Plan: 2 to submit, 0 unchanged. To submit: each in place of another job, input size not known.",
        ),
        (
            plan_of(NEW, job_spec("c"), recorded=REPLACING),
            (
                "Plan: 2 to submit, 1 to retire, 0 unchanged. "
                "To submit: 1 of them in place of another job, input size not known."
            ),
        ),
        (plan_of(OLD, job_spec("b"), select=("b",)), None),
    ],
)
def test_the_closing_line_has_one_shape(plan: Plan, expected: str | None):
    line = closing_line(plan)

    assert line == expected if expected else line.startswith("Plan: 1 to submit, 0 unchanged, 1 not selected.")


def test_the_totals_of_everything():
    totals = totals_of(PLANS["everything"])

    assert (16, 3, 1, 0, 1, 3, 7) == (
        totals.submit,
        totals.replace,
        totals.adopt,
        totals.cancel,
        totals.retire,
        totals.unchanged,
        totals.blocked,
    )


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1.0 KiB"),
        (10_239, "10 KiB"),
        (1_048_000, "1023 KiB"),
        (1_048_575, "1.0 MiB"),
        (40 << 30, "40 GiB"),
        (5 << 50, "5120 TiB"),
    ],
)
def test_sizes_are_told_in_their_largest_unit(number: int, expected: str):
    assert expected == bytes_of(number)
