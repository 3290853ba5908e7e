"""What is read off an expression holds for its values: they change with their grains and no more often."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from gembatch.render.dates import DAY_ATTRIBUTES, Day, Grain, date_variables
from gembatch.render.dependence import date_grains
from gembatch.render.evaluate import evaluate
from gembatch.render.parse import parse_expression
from gembatch.render.values import to_json

_PERIODS: dict[Grain, Callable[[Day], object]] = {
    Grain.DAY: str,
    Grain.WEEK: lambda day: day.week_start,
    Grain.MONTH: lambda day: day.month_start,
    Grain.QUARTER: lambda day: day.quarter_start,
    Grain.YEAR: lambda day: day.year,
}
# Around a New Year within a week, a leap day, and the end of a quarter; each in turn the day of a run.
_RUNS = [date_variables(datetime(2024, 12, 20, tzinfo=UTC) + timedelta(days=number)) for number in range(18)]
_RUNS += [date_variables(datetime(2024, 2, 20, tzinfo=UTC) + timedelta(days=number)) for number in range(44)]

_SHIFTS = ("", "- days(1)", "+ days(40)", "- weeks(2)", "- months(1)", "+ months(3)", "- months(12)", "+ years(1)")
_STARTS = ("", ".week_start", ".month_start", ".quarter_start", ".year_start")
_PARTS = [f".{part}" for part in DAY_ATTRIBUTES] + [f" | strftime('%{letter}')" for letter in "YmdGVj"]


@pytest.mark.parametrize("name", ["date", "yesterday", "week_start", "month_start", "quarter_start"])
@pytest.mark.parametrize("shift", _SHIFTS)
def test_a_value_is_the_same_as_long_as_its_grains_are(name: str, shift: str) -> None:
    """Over the parts of a date, and of the starts of the periods in which it lies."""
    for start, part in product(_STARTS, _PARTS):
        tree = parse_expression(f"({name} {shift}){start}{part}")
        grains = date_grains(tree)

        seen: dict[tuple[object, ...], object] = {}
        for run in _RUNS:
            today = run["date"]
            assert isinstance(today, Day)
            period = tuple(_PERIODS[grain](today) for grain in sorted(grains))
            value = to_json(evaluate(tree, run))

            assert seen.setdefault(period, value) == value, f"({name} {shift}){start}{part} on {today}"
