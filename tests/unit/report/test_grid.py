"""The grid of a range: what is shown of it in which width, and how a cell is decided."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from builders import FAILED, RUNNING, SUCCEEDED, entry, job_name, job_spec, lockfile, plan_of

from gembatch.model.jobs import JobSpec, JobState, Lifecycle, OnChangeInFlight, RowCounts, Series
from gembatch.model.period import Period
from gembatch.plan.case import Insistence
from gembatch.plan.status import JobStatus
from gembatch.report.cells import Cell, Cells, cells_of_plan, cells_of_statuses
from gembatch.report.grid import series_name
from gembatch.report.grid_as_text import grid_as_text
from gembatch.report.palette import Palette

DE = Series("reviews-{{ lang }}-{{ ds }}", '{"lang":"de"}', dated=True)
FR = replace(DE, combination='{"lang":"fr"}')
WEEKLY = Series("weekly-{{ ds }}", "{}", dated=True)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def cells(first: str, **states: str) -> Cells:
    """Cells of `de`, `fr` and `weekly`, a letter for each day from the first; a dot for none."""
    letters = {cell.mark[1]: cell for cell in Cell}
    series = {"de": DE, "fr": FR, "weekly": WEEKLY}
    return {
        series[name]: {
            day(first) + dt.timedelta(days=number): letters[letter]
            for number, letter in enumerate(row)
            if letter != "."
        }
        for name, row in states.items()
    }


def shown(first: str, last: str, width: int | None = None, **states: str) -> list[str]:
    return grid_as_text(cells(first, **states), Period(day(first), day(last)), width=width).splitlines()


def test_each_date_has_a_column_where_there_is_room() -> None:
    assert [
        "                     2026-11          2026-12",
        "SERIES               28       29  30  01",
        "reviews-de-{{ ds }}  ✓d       ✗f  ▸r  ?m",
        "reviews-fr-{{ ds }}  ✓d       ✓d  +s  !b",
        "weekly-{{ ds }}      ·        ·   ✓d  ·",
        "",
        (
            "9 jobs with a date: !b 1 blocked, ✗f 1 failed, ?m 1 missing, +s 1 will submit, ▸r 1 running, ✓d 4 done; "
            "· nothing due"
        ),
    ] == shown("2026-11-28", "2026-12-01", de="dfrm", fr="ddsb", weekly="..d.")


def test_where_dates_do_not_fit_weeks_are_shown_by_their_most_urgent_state() -> None:
    assert [
        "                     2026       2027",
        "SERIES               w52   w53  w01",
        "reviews-de-{{ ds }}  ✓d7   ✗f2  ✓d3",
        "weekly-{{ ds }}      ✓d1   ✓d1  +s1",
        "",
        "20 jobs with a date: ✗f 2 failed, +s 1 will submit, ✓d 17 done; · nothing due",
        "Each week shows its most urgent state, and how many have it.",
    ] == shown("2026-12-21", "2027-01-10", 60, de="ddddddddddfdfdddd", weekly="d......d......s")


def test_where_weeks_do_not_fit_months_are_shown() -> None:
    assert [
        "                     2026              2027",
        "SERIES               10    11    12    01",
        "reviews-de-{{ ds }}  ✓d2   ✓d30  ✓d31  ✓d7",
        "weekly-{{ ds }}      +s1   +s4   +s4   +s1",
        "",
        "80 jobs with a date: +s 10 will submit, ✓d 70 done; · nothing due",
        "Each month shows its most urgent state, and how many have it.",
    ] == shown("2026-10-30", "2027-01-10", 60, de="d" * 70, weekly="s......" * 10)


@pytest.mark.parametrize("width", [60, 10], ids=["fits", "fits never"])
def test_where_months_do_not_fit_years_are_shown_whatever_the_width(width: int) -> None:
    assert [
        "SERIES               2025  2026   2027",
        "reviews-de-{{ ds }}  ✓d63  ✓d365  ✓d2",
        "weekly-{{ ds }}      +s9   +s51   ·",
    ] == shown("2025-10-30", "2027-01-10", width, de="d" * 430, weekly="s......" * 60)[:3]


def test_without_a_terminal_there_is_room_for_120_cells() -> None:
    assert "w52" in shown("2026-12-01", "2027-01-10", de="d" * 41)[1]
    assert "31" in shown("2026-12-20", "2027-01-05", de="d" * 17)[1]


def test_colours_say_nothing_that_signs_and_letters_do_not() -> None:
    period = Period(day("2026-11-20"), day("2026-11-25"))
    states = cells("2026-11-20", de="bfmsrd")

    painted = grid_as_text(states, period, Palette(on=True))

    assert grid_as_text(states, period) == "".join(
        part.partition("m")[2] if number else part for number, part in enumerate(painted.split("\x1b["))
    )


def test_two_series_that_are_called_the_same_have_a_row_each() -> None:
    period = Period(day("2026-11-20"), day("2026-11-20"))
    twins = {Series("daily-{{ ds }}", "{}", dated=True): {}, Series("daily-{{ ds }}", "{ }", dated=True): {}}

    assert 2 == grid_as_text(twins, period).count("daily-{{ ds }}")


def test_without_dates_there_is_no_grid() -> None:
    assert "" == grid_as_text({}, Period(day("2026-11-20"), day("2026-11-25")))


@pytest.mark.parametrize(
    ("template", "combination", "name"),
    [
        ("daily-{{ ds }}", "{}", "daily-{{ ds }}"),
        ("reviews-{{lang}}-{{ ds }}", '{"lang":"de"}', "reviews-de-{{ ds }}"),
        ("r-{{ voice.lang }}", '{"voice":{"lang":"de","tone":"warm"}}', "r-de (voice.tone=warm)"),
        ("r-{{ lang | upper }}", '{"lang":"de"}', "r-{{ lang | upper }} (lang=de)"),
        ("r-{{ a }}", '{"a":"\\\\1"}', "r-\\1"),
    ],
)
def test_a_series_is_called_by_its_name_with_the_values_of_its_axes(template: str, combination: str, name: str) -> None:
    assert name == series_name(Series(template, combination, dated=True))


V1, V2 = (job_spec(prompt=prompt, series=WEEKLY, date=day("2026-11-22")) for prompt in ("v1", "v2"))
CANCELS = replace(V2, lifecycle=Lifecycle(on_change_in_flight=OnChangeInFlight.CANCEL))


@pytest.mark.parametrize(
    ("cell", "spec", "state"),
    [
        (Cell.RUNNING, V1, RUNNING),
        (Cell.DONE, V1, SUCCEEDED),
        (Cell.FAILED, V1, FAILED),
        (Cell.FAILED, V1, JobState.CANCELLED),
        (Cell.SUBMIT, V2, SUCCEEDED),
        (Cell.BLOCKED, V2, RUNNING),
        (Cell.SUBMIT, CANCELS, RUNNING),
        (Cell.SUBMIT, V1, None),
    ],
)
def test_a_cell_of_a_plan(cell: Cell, spec: JobSpec, state: JobState | None) -> None:
    recorded = lockfile(entry(V1, state=state)) if state else None

    assert {WEEKLY: {day("2026-11-22"): cell}} == cells_of_plan(plan_of(spec, recorded=recorded))


def test_what_vertex_has_forgotten_is_missing_in_a_plan() -> None:
    plan = plan_of(V1, recorded=lockfile(entry(V1)), gone=[job_name(1)])

    assert {WEEKLY: {day("2026-11-22"): Cell.MISSING}} == cells_of_plan(plan)


def test_a_failure_that_is_retried_will_be_submitted() -> None:
    plan = plan_of(V1, recorded=lockfile(entry(V1, state=FAILED)), insistence=Insistence(retry_failed=True))

    assert {WEEKLY: {day("2026-11-22"): Cell.SUBMIT}} == cells_of_plan(plan)


def test_what_has_no_date_or_is_not_asked_for_has_no_cell() -> None:
    assert {} == cells_of_plan(plan_of(job_spec("fixed"), recorded=lockfile(entry(V1, state=SUCCEEDED))))


@pytest.mark.parametrize(
    ("cell", "status"),
    [
        (Cell.MISSING, JobStatus(V1.key, V1)),
        (Cell.RUNNING, JobStatus(V1.key, V1, entry(V1))),
        (Cell.DONE, JobStatus(V1.key, V1, entry(V1, state=SUCCEEDED))),
        (Cell.FAILED, JobStatus(V1.key, V1, entry(V1, state=FAILED))),
        (Cell.FAILED, JobStatus(V1.key, V1, entry(V1, state=SUCCEEDED, rows=RowCounts(0, 9, 0)))),
        (Cell.MISSING, JobStatus(V1.key, V1, entry(V1), is_gone=True)),
    ],
    ids=["not submitted", "live", "succeeded", "failed", "no row succeeded", "gone"],
)
def test_a_cell_of_a_status(cell: Cell, status: JobStatus) -> None:
    assert {WEEKLY: {day("2026-11-22"): cell}} == cells_of_statuses([status])
