"""What the specs ask for over several dates: what is due, what rests, and what is one job."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from gembatch.model.period import Period
from gembatch.pipeline.desire import Desired, desired_jobs

if TYPE_CHECKING:
    from conftest import World

PERIOD = Period(dt.date(2026, 11, 15), dt.date(2026, 11, 24))
"""Two Mondays in it, and the run's date: Sunday, 22 November."""

REST = """
model: gemini-3.8-flash
input: gs://demo-in/rows.jsonl
"""


def spec_of(name: str, more: str = "") -> str:
    return f"displayName: {name}{REST}output: gs://demo-out/{name}/\n{more}\n"


DAILY = spec_of("daily-{{ ds }}")
WEEKLY = spec_of("weekly-{{ ds }}", "dates: {every: week}")
BY_WEEK = spec_of('week-{{ date | strftime("%G-%V") }}', "labels: {day: 'd{{ date.day }}'}")
FIXED = spec_of("fixed")


def asked(world: World, *specs: str, period: Period | None = None) -> Desired:
    folder = world.run.root / "specs"
    folder.mkdir()
    (folder / "jobs.yaml").write_text("---\n".join(specs), encoding="utf-8")
    return desired_jobs(replace(world.run, period=period)).checked()


def names(desired: Desired) -> list[str]:
    return [spec.key.display_name for spec in desired.jobs]


def test_a_range_asks_for_every_date_of_it_both_ends_included(world: World) -> None:
    desired = asked(world, DAILY, period=Period(dt.date(2026, 11, 21), dt.date(2026, 11, 23)))

    assert ["daily-2026-11-21", "daily-2026-11-22", "daily-2026-11-23"] == names(desired)
    assert [21, 22, 23] == [spec.date.day for spec in desired.jobs if spec.date]


def test_a_range_asks_for_a_series_on_its_due_dates_alone(world: World) -> None:
    assert ["weekly-2026-11-16", "weekly-2026-11-23"] == names(asked(world, WEEKLY, period=PERIOD))


def test_a_job_whose_name_depends_on_no_date_is_one_job_of_a_range(world: World) -> None:
    desired = asked(world, FIXED, period=PERIOD)

    assert ["fixed"] == names(desired)
    assert [None] == [spec.date for spec in desired.jobs]


def test_equal_instances_are_one_job_as_their_last_date_asks_for_it(world: World) -> None:
    desired = asked(world, BY_WEEK, period=PERIOD)

    assert ["week-2026-46", "week-2026-47", "week-2026-48"] == names(desired)
    assert [15, 22, 24] == [spec.date.day for spec in desired.jobs if spec.date]
    assert ["d15", "d22", "d24"] == [spec.body["labels"]["day"] for spec in desired.jobs]  # type: ignore[index]


def test_a_series_that_is_not_due_rests(world: World) -> None:
    desired = asked(world, DAILY, WEEKLY)

    assert ["daily-2026-11-22"] == names(desired)
    assert ["weekly-{{ ds }}"] == [series.template for series in desired.resting]
    assert len(desired.jobs) == len(desired.origins)


def test_an_error_in_a_series_that_is_not_due_is_found_all_the_same(world: World) -> None:
    folder = world.run.root / "specs"
    folder.mkdir()
    (folder / "jobs.yaml").write_text(WEEKLY.replace("gs://demo-in", "s3://demo-in"), encoding="utf-8")

    found = desired_jobs(world.run).diagnostics

    assert ["uri.scheme"] == [finding.rule for finding in found if finding.is_error]


def test_a_run_for_one_date_looks_back(world: World) -> None:
    looking = spec_of("weekly-{{ ds }}", "dates: {every: week, lookback: 2}")

    desired = asked(world, looking)

    assert ["weekly-2026-11-09", "weekly-2026-11-16"] == names(desired)
    assert frozenset() == desired.resting
