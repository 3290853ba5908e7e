"""When a series is due, and what is asked of it on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest

from gembatch.errors import UsageError
from gembatch.model.document import Document
from gembatch.render.dates import has_day
from gembatch.render.expand import expand
from gembatch.render.schedule import Every, Schedule, schedule_of, without_dates
from gembatch.render.variables import Variables


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def days(first: str, last: str) -> list[dt.date]:
    return [dt.date.fromordinal(number) for number in range(day(first).toordinal(), day(last).toordinal() + 1)]


MONDAYS = Schedule(Every.WEEK)
WEDNESDAYS = Schedule(Every.WEEK, start=day("2026-11-04"))
FIRSTS = Schedule(Every.MONTH)
LASTS = Schedule(Every.MONTH, start=day("2026-01-31"))
NOVEMBER = Schedule(start=day("2026-11-05"), end=day("2026-11-07"))


@pytest.mark.parametrize(
    ("schedule", "first", "last", "due"),
    [
        (Schedule(), "2026-11-21", "2026-11-22", ["2026-11-21", "2026-11-22"]),
        (MONDAYS, "2026-11-14", "2026-11-24", ["2026-11-16", "2026-11-23"]),
        (WEDNESDAYS, "2026-10-20", "2026-11-12", ["2026-11-04", "2026-11-11"]),
        (FIRSTS, "2026-11-30", "2027-01-02", ["2026-12-01", "2027-01-01"]),
        (LASTS, "2026-01-01", "2026-04-30", ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]),
        (LASTS, "2028-02-01", "2028-02-29", ["2028-02-29"]),
        (NOVEMBER, "2026-11-01", "2026-11-30", ["2026-11-05", "2026-11-06", "2026-11-07"]),
        (MONDAYS, "2026-11-17", "2026-11-22", []),
    ],
    ids=["daily", "weekly", "weekly from a day", "monthly", "the 31st", "leap year", "bounds", "none"],
)
def test_due_dates(schedule: Schedule, first: str, last: str, due: list[str]) -> None:
    assert tuple(map(day, due)) == schedule.due_among(days(first, last))


@pytest.mark.parametrize(
    ("schedule", "date", "wanted"),
    [
        (Schedule(), "2026-11-22", ["2026-11-22"]),
        (Schedule(lookback=2), "2026-11-22", ["2026-11-20", "2026-11-21", "2026-11-22"]),
        (Schedule(Every.WEEK, lookback=2), "2026-11-18", ["2026-11-09", "2026-11-16"]),
        (Schedule(Every.WEEK, lookback=2), "2026-11-16", ["2026-11-02", "2026-11-09", "2026-11-16"]),
        (Schedule(start=day("2026-11-21"), lookback=9), "2026-11-22", ["2026-11-21", "2026-11-22"]),
        (Schedule(end=day("2026-11-20"), lookback=2), "2026-11-25", ["2026-11-19", "2026-11-20"]),
        (MONDAYS, "2026-11-18", []),
        (NOVEMBER, "2026-11-22", []),
        (Schedule(lookback=2), "0001-01-02", ["0001-01-01", "0001-01-02"]),
    ],
)
def test_a_run_for_one_date_wants_that_and_the_due_ones_it_looks_back_to(
    schedule: Schedule, date: str, wanted: list[str]
) -> None:
    assert tuple(map(day, wanted)) == schedule.wanted_on(day(date))


@pytest.mark.parametrize(
    ("schedule", "date", "nearest"),
    [
        (MONDAYS, "2026-11-18", "2026-11-16"),
        (NOVEMBER, "2026-11-22", "2026-11-07"),
        (NOVEMBER, "2026-01-01", "2026-11-05"),
        (MONDAYS, "0001-01-01", "0001-01-01"),
    ],
    ids=["last before", "after the end", "before the start", "no earlier day"],
)
def test_the_nearest_due_date(schedule: Schedule, date: str, nearest: str) -> None:
    assert day(nearest) == schedule.nearest(day(date))


def test_a_document_says_when_it_is_due(document: Callable[[str], Document]) -> None:
    text = 'dates: {every: week, start: "2026-11-02", end: "2026-12-31", lookback: 3.0}\n'

    assert (Schedule(Every.WEEK, day("2026-11-02"), day("2026-12-31"), 3), ()) == schedule_of(document(text))


@pytest.mark.parametrize("text", ["displayName: daily\n", "dates: {}\n", "- a list\n"])
def test_without_a_word_a_series_is_due_every_day(document: Callable[[str], Document], text: str) -> None:
    assert (Schedule(), ()) == schedule_of(document(text))


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ('dates: {start: "2026-02-30"}\n', ["dates.day"]),
        ('dates: {start: "{{ ds }}", end: "today"}\n', ["dates.expression", "dates.day"]),
        ('dates: "{{ ds }}"\n', ["dates.expression"]),
        ('dates: {start: "2026-11-02", end: "2026-11-01"}\n', ["dates.order"]),
    ],
)
def test_what_cannot_be_a_schedule_is_found(document: Callable[[str], Document], text: str, rules: list[str]) -> None:
    _, findings = schedule_of(document(text))

    assert rules == [finding.rule for finding in findings]


def test_one_day_is_a_series_too(document: Callable[[str], Document]) -> None:
    schedule, findings = schedule_of(document('dates: {start: "2026-11-22", end: "2026-11-22"}\n'))

    assert () == findings
    assert (day("2026-11-22"),) == schedule.due_among(days("2026-11-01", "2026-11-30"))


def test_dates_are_taken_out_of_a_document_and_nothing_else(document: Callable[[str], Document]) -> None:
    with_dates, without = document("a: 1\ndates: {every: week}\n"), document("a: 1\n")

    assert {"a": 1} == without_dates(with_dates).data
    assert without is without_dates(without)


DAILY = "displayName: daily-{{ ds }}-{{ lang }}\nmatrix: {lang: [de, fr]}\n"


def test_a_document_is_filled_in_once_a_date_and_combination(
    document: Callable[[str], Document], variables: Variables
) -> None:
    rendered, _ = expand(document(DAILY), variables, days("2026-11-20", "2026-11-21"))

    assert [
        ("daily-2026-11-20-de", "lang=de, ds=2026-11-20"),
        ("daily-2026-11-21-de", "lang=de, ds=2026-11-21"),
        ("daily-2026-11-20-fr", "lang=fr, ds=2026-11-20"),
        ("daily-2026-11-21-fr", "lang=fr, ds=2026-11-21"),
    ] == [(each.document.data["displayName"], each.combination_text) for each in rendered]


def test_what_depends_on_no_date_is_filled_in_once(document: Callable[[str], Document], variables: Variables) -> None:
    rendered, _ = expand(document("displayName: fixed-{{ bucket }}\n"), variables, days("2026-11-20", "2026-11-22"))

    assert [None] == [each.date for each in rendered]


@pytest.mark.parametrize(
    ("expression", "left", "combination"),
    [("1 // (date.day - 21)", 2, "ds=2026-11-21"), ("ds - 1", 0, "ds=2026-11-20 and 2 more")],
)
def test_a_finding_names_the_first_of_its_dates(
    document: Callable[[str], Document], variables: Variables, expression: str, left: int, combination: str
) -> None:
    text = f'displayName: "daily-{{{{ {expression} }}}}"\n'

    rendered, findings = expand(document(text), variables, days("2026-11-20", "2026-11-22"))

    assert left == len(rendered)
    assert [combination] == [finding.combination for finding in findings]


def test_more_jobs_than_a_run_can_mean_are_refused(document: Callable[[str], Document], variables: Variables) -> None:
    many = f"displayName: a-{{{{ ds }}}}-{{{{ n }}}}\nmatrix: {{n: {list(range(10_000))}}}\n"

    rendered, (finding,) = expand(document(many), variables, days("2026-11-20", "2026-11-25"))

    assert ((), "job.size") == (rendered, finding.rule)
    told = (
        "with 10,000 combinations on 6 dates this document brings the run to 60,000 jobs, more than the 50,000 allowed"
    )
    assert told == finding.message


def test_a_zone_lacks_a_day_over_which_its_clocks_were_put_forward() -> None:
    apia = ZoneInfo("Pacific/Apia")

    assert [True, False, True] == [has_day(each, apia) for each in days("2011-12-29", "2011-12-31")]
    assert has_day(day("2011-12-30"), None)


def test_the_ends_of_the_calendar_are_not_passed_over_in_silence(
    document: Callable[[str], Document], variables: Variables
) -> None:
    assert has_day(dt.date.min, ZoneInfo("Asia/Tokyo"))
    with pytest.raises(UsageError, match="must lie between 0001-01-02 and 9999-12-30"):
        expand(document(DAILY), variables, [dt.date.min])
