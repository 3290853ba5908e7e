"""The table of announcements, by what must hold for each line."""

from __future__ import annotations

import pytest

from gembatch.validate.retirements import READ_ON, RETIREMENTS, Retirement, retirement_of


@pytest.mark.parametrize("announced", RETIREMENTS, ids=lambda each: each.models)
def test_a_successor_is_not_retired_itself(announced: Retirement):
    assert announced.successor is None or retirement_of(announced.successor) is None


@pytest.mark.parametrize("announced", RETIREMENTS, ids=lambda each: each.models)
def test_no_line_hides_behind_one_before_it(announced: Retirement):
    assert announced is retirement_of(announced.models)


def test_a_model_without_a_successor_is_not_yet_gone():
    """Once it is gone, the finding has to say which to take."""
    assert [] == [each.models for each in RETIREMENTS if each.successor is None and each.day <= READ_ON]


@pytest.mark.parametrize(
    ("model", "day"),
    [
        ("gemini-1.0-pro-001", "2025-04-21"),
        ("gemini-1.5-pro-001", "2025-05-24"),
        ("gemini-1.5-pro-002", "2025-09-24"),
        ("gemini-1.5-flash", "2025-09-24"),
        ("gemini-2.0-flash-lite-001", "2026-06-01"),
        ("gemini-2.5-pro", "2026-10-20"),
        ("gemini-2.5-flash-image", "2027-03-15"),
    ],
)
def test_a_model_has_the_day_that_google_announced(model: str, day: str):
    announced = retirement_of(model)

    assert announced is not None
    assert day == announced.day.isoformat()
