from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from gembatch.errors import UsageError
from gembatch.render.dates import (
    DIRECTIVES,
    GRAINS,
    Day,
    Grain,
    Span,
    date_variables,
    directives_of,
    format_day,
    grain_of_format,
)


def test_every_date_variable_follows_from_the_instant() -> None:
    assert {
        "ds": "2026-11-22",
        "ds_nodash": "20261122",
        "date": Day(2026, 11, 22),
        "week_start": Day(2026, 11, 16),
        "month_start": Day(2026, 11, 1),
        "quarter_start": Day(2026, 10, 1),
        "year_start": Day(2026, 1, 1),
        "yesterday": Day(2026, 11, 21),
        "yesterday_ds": "2026-11-21",
        "tomorrow": Day(2026, 11, 23),
        "tomorrow_ds": "2026-11-23",
    } == date_variables(datetime(2026, 11, 22, 23, 30, tzinfo=UTC))


def test_every_date_variable_has_a_grain() -> None:
    assert list(GRAINS) == list(date_variables(datetime(2026, 11, 22, tzinfo=UTC)))


def test_the_day_is_the_one_of_the_instants_own_zone() -> None:
    instant = datetime(2026, 11, 22, 23, 30, tzinfo=UTC).astimezone(ZoneInfo("Asia/Tokyo"))

    assert "2026-11-23" == date_variables(instant)["ds"]


@pytest.mark.parametrize("instant", [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)])
def test_a_day_without_yesterday_or_tomorrow_is_refused(instant: datetime) -> None:
    with pytest.raises(UsageError, match="the date must lie between 0001-01-02 and 9999-12-30"):
        date_variables(instant)


@pytest.mark.parametrize(
    ("start", "span", "expected"),
    [
        (Day(2026, 1, 31), Span(months=1), Day(2026, 2, 28)),
        (Day(2028, 1, 31), Span(months=1), Day(2028, 2, 29)),
        (Day(2026, 12, 15), Span(months=1), Day(2027, 1, 15)),
        (Day(2026, 12, 15), Span(months=13), Day(2028, 1, 15)),
        (Day(2026, 2, 28), Span(days=1), Day(2026, 3, 1)),
        (Day(2026, 1, 1), Span(days=-1), Day(2025, 12, 31)),
        (Day(2026, 1, 31), Span(months=1, days=1), Day(2026, 3, 1)),
        (Day(2026, 1, 31), Span(), Day(2026, 1, 31)),
    ],
)
def test_a_span_moves_by_months_first_and_stays_within_the_month(start: Day, span: Span, expected: Day) -> None:
    assert expected == start + span


@pytest.mark.parametrize(
    ("start", "span", "expected"),
    [
        (Day(2026, 3, 31), Span(months=1), Day(2026, 2, 28)),
        (Day(2026, 1, 31), Span(months=1), Day(2025, 12, 31)),
        (Day(2026, 3, 1), Span(days=1), Day(2026, 2, 28)),
    ],
)
def test_taking_a_span_moves_back(start: Day, span: Span, expected: Day) -> None:
    assert expected == start - span


@pytest.mark.parametrize("span", [Span(months=12 * 9000), Span(days=10**7), Span(days=10**30), Span(months=10**30)])
def test_no_day_lies_outside_the_calendar(span: Span) -> None:
    day = Day(2026, 11, 22)

    with pytest.raises(OverflowError):
        day + span
    with pytest.raises(OverflowError):
        day - span


def test_a_days_parts_are_those_of_the_calendar_over_years() -> None:
    """Compared with the standard library on every day of a leap year cycle's hardest part."""
    for offset in range(4 * 366):
        date_ = date(2023, 12, 1) + timedelta(days=offset)
        day = Day.of(date_)

        assert (*date_.isocalendar(), date_.isoformat()) == (day.iso_year, day.iso_week, day.weekday, str(day))
        assert Day.of(date_ - timedelta(days=date_.weekday())) == day.week_start
        assert Day.of(date_.replace(day=1)) == day.month_start
        assert Day.of(date_.replace(month=(date_.month - 1) // 3 * 3 + 1, day=1)) == day.quarter_start
        assert Day.of(date_.replace(month=1, day=1)) == day.year_start
        assert (day.quarter_start.month - 1) // 3 + 1 == day.quarter


@pytest.mark.parametrize("letter", [*DIRECTIVES, "%"])
def test_a_format_letter_means_what_it_means_in_c(letter: str) -> None:
    """The machine's own `strftime` agrees, in the C locale in which tests run."""
    for date_ in (date(2026, 11, 22), date(2027, 1, 1), date(2024, 2, 29), date(2026, 5, 4)):
        assert date_.strftime(f"<%{letter}>") == format_day(Day.of(date_), f"<%{letter}>")


def test_a_format_is_read_from_left_to_right() -> None:
    assert ("Y", "m", "") == directives_of("%%%Y%%m-%m%")
    assert "%2026%m-11" == format_day(Day(2026, 11, 22), "%%%Y%%m-%m")


def test_early_years_have_four_digits() -> None:
    assert ("0007-03-01", "0007") == (str(Day(7, 3, 1)), format_day(Day(7, 3, 1), "%Y"))


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("%Y", Grain.YEAR),
        ("%Y-%m", Grain.MONTH),
        ("%m", Grain.MONTH),
        ("%B %y", Grain.MONTH),
        ("%G-w%V", Grain.WEEK),
        ("%V", Grain.WEEK),
        ("%Y-w%V", Grain.DAY),
        ("%m %V", Grain.DAY),
        ("%Y-%m-%d", Grain.DAY),
        ("%F", Grain.DAY),
        ("%j", Grain.DAY),
        ("%Y %a", Grain.DAY),
        ("daily", None),
        ("%%Y", None),
        ("%Q", None),
    ],
)
def test_a_format_changes_by_the_coarsest_grain_that_covers_its_letters(pattern: str, expected: Grain | None) -> None:
    assert expected == grain_of_format(pattern)


def test_a_week_decides_neither_month_quarter_nor_year() -> None:
    decided = {(one, other) for one in Grain for other in Grain if one.determines(other)}

    assert {
        *((Grain.DAY, grain) for grain in Grain),
        (Grain.WEEK, Grain.WEEK),
        (Grain.MONTH, Grain.MONTH),
        (Grain.MONTH, Grain.QUARTER),
        (Grain.MONTH, Grain.YEAR),
        (Grain.QUARTER, Grain.QUARTER),
        (Grain.QUARTER, Grain.YEAR),
        (Grain.YEAR, Grain.YEAR),
    } == decided


@pytest.mark.parametrize(
    "text", ["", "2026-1-1", "20261122", "2026-W47-7", "2026-02-30", "2026-11-22T00:00", "22-11-2026", "2026/11/22"]
)
def test_only_year_month_and_day_make_a_date(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        Day.parse(text)


def test_a_date_is_read_back_as_written() -> None:
    assert Day(2026, 11, 22) == Day.parse("2026-11-22")
