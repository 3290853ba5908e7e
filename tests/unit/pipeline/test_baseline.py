"""The base: the same run on another checkout, and errors that name it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gembatch.errors import InvalidSpecsError
from gembatch.model.period import Period
from gembatch.model.variables import Channel, GivenValue
from gembatch.pipeline.baseline import Base, open_base

if TYPE_CHECKING:
    from conftest import World

SPEC = """\
displayName: daily-{{ ds }}
model: gemini-3.8-flash
input: gs://demo-in/rows.jsonl
output: gs://demo-out/daily/{{ ds }}/
"""


def opened(root: Path) -> Base:
    return open_base(root, version="1.0", is_timezone=lambda _: True)


@pytest.fixture
def base(world: World, tmp_path: Path) -> Path:
    """A checkout like the one at hand, with one series."""
    root = tmp_path / "base"
    (root / "specs").mkdir(parents=True)
    (root / "gembatch.yaml").write_text((world.run.root / "gembatch.yaml").read_text(encoding="utf-8"))
    (root / "specs" / "jobs.yaml").write_text(SPEC, encoding="utf-8")
    return root


def test_the_base_is_asked_for_the_dates_of_the_run(world: World, base: Path) -> None:
    period = Period(dt.date(2026, 11, 1), dt.date(2026, 11, 2))

    desired = opened(base).desired_like(replace(world.run, period=period))

    assert ["daily-2026-11-01", "daily-2026-11-02"] == [spec.key.display_name for spec in desired.jobs]


def test_the_dates_are_ours_whatever_time_zone_the_base_has(world: World, base: Path) -> None:
    path = base / "gembatch.yaml"
    path.write_text(f"{path.read_text()}timezone: Pacific/Kiritimati\n")
    late = world.run.instant.replace(hour=23)

    desired = opened(base).desired_like(replace(world.run, instant=late))

    assert ["daily-2026-11-22"] == [spec.key.display_name for spec in desired.jobs]


def test_a_value_for_a_variable_that_only_the_change_declares_is_no_error_of_the_base(world: World, base: Path) -> None:
    given = GivenValue("lang", "de", Channel.COMMAND_LINE)

    assert 1 == len(opened(base).desired_like(replace(world.run, variables=(given,))).jobs)


def test_of_an_environment_that_it_does_not_have_the_base_asks_for_nothing(world: World, base: Path) -> None:
    run = replace(world.run, environment=replace(world.run.environment, name="new"))

    assert () == opened(base).desired_like(run).jobs


def test_an_error_in_a_spec_of_the_base_names_its_place_there(world: World, base: Path) -> None:
    (base / "specs" / "jobs.yaml").write_text(SPEC.replace("{{ ds }}/", "{{ day }}/"), encoding="utf-8")

    with pytest.raises(InvalidSpecsError) as refusal:
        opened(base).desired_like(world.run)

    assert [f"{base}/specs/jobs.yaml:4:32"] == [str(finding.location) for finding in refusal.value.diagnostics]
    assert (str(base), f"1 error in the base {base}") == (refusal.value.base, str(refusal.value))


def test_an_error_in_the_workspace_file_of_the_base_names_its_place_there(base: Path) -> None:
    (base / "gembatch.yaml").write_text("version: 1\n", encoding="utf-8")

    with pytest.raises(InvalidSpecsError) as refusal:
        opened(base)

    assert {f"{base}/gembatch.yaml"} == {
        finding.location.path for finding in refusal.value.diagnostics if finding.location
    }
