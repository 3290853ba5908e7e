"""The run's instant → the local day of the workspace's zone, where clocks do what they do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from gembatch.errors import UsageError
from gembatch.render.dates import date_variables, first_instant


@pytest.mark.parametrize(
    ("zone", "instant", "expected"),
    [
        ("UTC", "2026-11-22T23:59:59", "2026-11-22"),
        ("UTC", "2026-11-23T00:00:00", "2026-11-23"),
        ("Asia/Kathmandu", "2026-11-22T18:14:59", "2026-11-22"),
        ("Asia/Kathmandu", "2026-11-22T18:15:00", "2026-11-23"),
        ("Pacific/Chatham", "2026-11-22T10:14:59", "2026-11-22"),
        ("Pacific/Chatham", "2026-11-22T10:15:00", "2026-11-23"),
        ("America/St_Johns", "2026-11-22T03:29:59", "2026-11-21"),
        ("America/St_Johns", "2026-11-22T03:30:00", "2026-11-22"),
        ("Pacific/Kiritimati", "2026-11-22T10:00:00", "2026-11-23"),
        ("Pacific/Niue", "2026-11-22T10:59:59", "2026-11-21"),
    ],
)
def test_the_day_changes_at_local_midnight(zone: str, instant: str, expected: str) -> None:
    local = datetime.fromisoformat(instant).replace(tzinfo=UTC).astimezone(ZoneInfo(zone))

    assert expected == date_variables(local)["ds"]


@pytest.mark.parametrize(
    ("zone", "instant", "expected"),
    [
        # Berlin's midnight moves by an hour in UTC when clocks change; on the days of the change it has not yet.
        ("Europe/Berlin", "2026-03-28T23:00:00", "2026-03-29"),
        ("Europe/Berlin", "2026-03-29T21:59:59", "2026-03-29"),
        ("Europe/Berlin", "2026-03-29T22:00:00", "2026-03-30"),
        ("Europe/Berlin", "2026-10-25T22:59:59", "2026-10-25"),
        ("Europe/Berlin", "2026-10-25T23:00:00", "2026-10-26"),
        # Lord Howe puts its clocks on by half an hour.
        ("Australia/Lord_Howe", "2026-10-03T13:30:00", "2026-10-04"),
        ("Australia/Lord_Howe", "2026-10-04T12:59:59", "2026-10-04"),
        ("Australia/Lord_Howe", "2026-10-04T13:00:00", "2026-10-05"),
        # São Paulo put them back at midnight, so that the last hour of a day came twice.
        ("America/Sao_Paulo", "2018-02-18T02:00:00", "2018-02-17"),
        ("America/Sao_Paulo", "2018-02-18T03:00:00", "2018-02-18"),
        # Samoa went over the date line and had no 30th.
        ("Pacific/Apia", "2011-12-30T09:59:59", "2011-12-29"),
        ("Pacific/Apia", "2011-12-30T10:00:00", "2011-12-31"),
    ],
)
def test_the_day_is_right_where_clocks_change(zone: str, instant: str, expected: str) -> None:
    local = datetime.fromisoformat(instant).replace(tzinfo=UTC).astimezone(ZoneInfo(zone))

    assert expected == date_variables(local)["ds"]


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        ("UTC", "2026-11-22", "2026-11-22T00:00:00+00:00"),
        ("Europe/Berlin", "2026-10-25", "2026-10-25T00:00:00+02:00"),
        ("Europe/Berlin", "2026-10-26", "2026-10-26T00:00:00+01:00"),
        # Clocks went from 23:59:59 to 01:00, and in Havana back from 01:00 to 00:00.
        ("America/Sao_Paulo", "2018-11-04", "2018-11-04T01:00:00-02:00"),
        ("America/Havana", "2018-11-04", "2018-11-04T00:00:00-04:00"),
        ("Pacific/Apia", "2011-12-31", "2011-12-31T00:00:00+14:00"),
    ],
)
def test_a_day_begins_at_midnight_or_what_follows_it(zone: str, day: str, expected: str) -> None:
    assert expected == first_instant(date.fromisoformat(day), ZoneInfo(zone)).isoformat()


@pytest.mark.parametrize(
    "zone", ["America/Sao_Paulo", "America/Havana", "Asia/Beirut", "Pacific/Apia", "Australia/Lord_Howe"]
)
def test_a_day_given_is_the_day_a_saved_instant_gives(zone: str) -> None:
    """A plan keeps the instant as text: whoever reads it again must come to the same day."""
    for offset in range(4 * 366):
        day = date(2011, 1, 1) + timedelta(days=offset)
        if (zone, day) == ("Pacific/Apia", date(2011, 12, 30)):
            continue
        text = first_instant(day, ZoneInfo(zone)).isoformat()
        again = datetime.fromisoformat(text).astimezone(ZoneInfo(zone))

        assert (day.isoformat(), text) == (date_variables(again)["ds"], again.isoformat())


def test_a_day_that_clocks_skipped_is_refused() -> None:
    with pytest.raises(UsageError, match="there was no 2011-12-30 in Pacific/Apia: clocks skipped that day"):
        first_instant(date(2011, 12, 30), ZoneInfo("Pacific/Apia"))


@pytest.mark.parametrize(("zone", "day"), [("Asia/Tokyo", "0001-01-01"), ("America/New_York", "9999-12-31")])
def test_a_day_at_an_end_of_the_calendar_is_refused(zone: str, day: str) -> None:
    with pytest.raises(UsageError, match="the date must lie between 0001-01-02 and 9999-12-30"):
        date_variables(first_instant(date.fromisoformat(day), ZoneInfo(zone)))


def test_arithmetic_follows_the_calendar_and_no_clock() -> None:
    """Yesterday is the calendar's day before, also where clocks skipped that day."""
    local = first_instant(date(2011, 12, 31), ZoneInfo("Pacific/Apia"))

    assert "2011-12-30" == date_variables(local)["yesterday_ds"]
