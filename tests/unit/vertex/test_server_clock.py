"""The server's time is the date of its last answer plus the time passed since."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime, timedelta, timezone

import pytest

from gembatch.vertex.server_clock import ServerClock, parse_date, seconds_since_boot


def test_before_the_first_answer_it_is_the_fallback_in_utc():
    berlin = timezone(timedelta(hours=1))
    clock = ServerClock(lambda: datetime(2026, 11, 22, 13, tzinfo=berlin), lambda: 0.0)

    assert datetime(2026, 11, 22, 12, tzinfo=UTC) == clock.now()
    assert clock.now().tzinfo is UTC


def test_after_an_answer_it_goes_on_by_the_monotonic_clock():
    ticks = iter([100.0, 102.5])
    clock = ServerClock(lambda: datetime(2000, 1, 1, tzinfo=UTC), lambda: next(ticks))

    clock.hear("Sun, 22 Nov 2026 12:00:00 GMT")

    assert datetime(2026, 11, 22, 12, 0, 2, 500000, tzinfo=UTC) == clock.now()


@pytest.mark.parametrize("date", [None, "", "yesterday", "Sun, 99 Nov 2026 12:00:00 GMT"])
def test_an_answer_without_a_date_changes_nothing(date):
    clock = ServerClock(lambda: datetime(2026, 1, 1, tzinfo=UTC), lambda: 0.0)

    clock.hear(date)

    assert datetime(2026, 1, 1, tzinfo=UTC) == clock.now()


@pytest.mark.parametrize("zone", ["GMT", "+0000", "-0000"])
def test_http_dates_are_in_utc(zone):
    assert datetime(2026, 11, 22, 12, tzinfo=UTC) == parse_date(f"Sun, 22 Nov 2026 12:00:00 {zone}")


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone has this clock")
def test_the_seconds_of_a_sleeping_machine_count() -> None:
    before = time.clock_gettime(time.CLOCK_BOOTTIME)

    now = seconds_since_boot()

    assert before <= now <= time.clock_gettime(time.CLOCK_BOOTTIME)
