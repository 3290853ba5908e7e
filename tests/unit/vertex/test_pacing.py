"""Reads keep to the quota."""

from __future__ import annotations

import pytest

from gembatch.vertex.pacing import Pace


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def turns(clock: Clock, pace: Pace, count: int) -> list[float]:
    """Takes turns one after the other; returns when each was given."""
    times = []
    for _ in range(count):
        pace.take_turn()
        times.append(clock.now)
    return times


def test_a_small_plan_never_waits() -> None:
    clock = Clock()
    pace = Pace(600, monotonic=clock.monotonic, sleep=clock.sleep)

    assert turns(clock, pace, 60) == [0.0] * 60


def test_no_minute_has_more_turns_than_allowed() -> None:
    clock = Clock()
    pace = Pace(60, monotonic=clock.monotonic, sleep=clock.sleep)

    times = turns(clock, pace, 200)

    assert all(later - earlier > 59.999 for earlier, later in zip(times, times[60:], strict=False))


def test_idle_time_is_not_saved_up() -> None:
    clock = Clock()
    pace = Pace(60, monotonic=clock.monotonic, sleep=clock.sleep)
    turns(clock, pace, 6)

    clock.now += 3600
    times = turns(clock, pace, 8)

    assert [3600.0] * 6 == pytest.approx(times[:6])
    assert times[7] > 3600.0
