"""What the jobs of a run hold is counted, and not more than a machine can bear."""

from __future__ import annotations

import pytest

from gembatch.model.document import Json
from gembatch.model.tally import MAX_CHARACTERS, MAX_JOBS, MAX_VALUES, Tally


@pytest.mark.parametrize(
    ("values", "characters", "data"),
    [
        (1, 0, None),
        (1, 0, 12),
        (1, 3, "abc"),
        (1, 0, {}),
        (3, 3, [1, "abc"]),
        (2, 4, {"key": "v"}),
        (5, 5, {"a": {"b": ["x", "yz"]}}),
    ],
)
def test_every_value_and_every_character_counts(values: int, characters: int, data: Json):
    tally = Tally()

    tally.add(data)

    assert Tally(0, values, characters) == tally


def test_what_is_the_same_for_many_jobs_is_counted_at_once():
    tally = Tally(1, 2, 3)

    tally.add_times(Tally(1, 10, 100), 3)

    assert Tally(4, 32, 303) == tally


@pytest.mark.parametrize(
    ("expected", "tally"),
    [
        (None, Tally()),
        (None, Tally(MAX_JOBS, MAX_VALUES, MAX_CHARACTERS)),
        ("50,001 jobs, more than the 50,000 allowed", Tally(jobs=MAX_JOBS + 1)),
        ("1,000,001 values, more than the 1,000,000 allowed", Tally(values=MAX_VALUES + 1)),
        ("100,000,001 characters, more than the 100,000,000 allowed", Tally(characters=MAX_CHARACTERS + 1)),
    ],
)
def test_what_is_too_much_is_told_with_its_limit(expected: str | None, tally: Tally):
    assert expected == tally.excess
