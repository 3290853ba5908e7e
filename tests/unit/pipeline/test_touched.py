"""Which environments a change touches, and how."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from gembatch.model.variables import Channel, GivenValue
from gembatch.pipeline.baseline import Base, open_base
from gembatch.pipeline.run import Run
from gembatch.pipeline.touched import Touch, touched_environments

SUNDAY = dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)

WORKSPACE = """\
version: 1
name: reviews
specs: ["specs/*.yaml"]
variables: {bucket: {type: string, default: demo}}
environments:
  dev: {project: acme-dev, region: us-central1, lockfile: dev.lock.json}
  prod: {project: acme-prod, region: us-central1, lockfile: prod.lock.json}
"""

SPEC = """\
displayName: daily-{{ ds }}
model: gemini-3.8-flash
input: gs://{{ bucket }}/rows.jsonl
output: gs://{{ bucket }}/daily/{{ ds }}/
---
displayName: weekly-{{ ds }}
model: gemini-3.8-flash
input: gs://{{ bucket }}/rows.jsonl
output: gs://{{ bucket }}/weekly/{{ ds }}/
dates: {every: week}
"""

STAGED = ("environments:\n  dev: {", "environments:\n  dev: {staging: gs://demo/staging, ")


def written(root: Path) -> Path:
    (root / "specs").mkdir(parents=True)
    (root / "gembatch.yaml").write_text(WORKSPACE, encoding="utf-8")
    (root / "specs" / "jobs.yaml").write_text(SPEC, encoding="utf-8")
    return root


def edited(root: Path, path: str, old: str, new: str) -> None:
    text = (root / path).read_text(encoding="utf-8")
    assert old in text
    (root / path).write_text(text.replace(old, new), encoding="utf-8")


def opened(root: Path) -> Base:
    return open_base(root, version="1.0", is_timezone=lambda _: True)


def touched(here: Path, base: Path, *given: GivenValue) -> dict[str, tuple[Touch, ...]]:
    workspace = opened(here).workspace
    runs = [Run(here, workspace, environment, SUNDAY, given) for environment in workspace.environments.values()]
    return {each.environment: each.touches for each in touched_environments(runs, opened(base))}


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return written(tmp_path / "base")


@pytest.fixture
def here(tmp_path: Path) -> Path:
    return written(tmp_path / "here")


def test_equal_checkouts_touch_nothing(here: Path, base: Path) -> None:
    assert {} == touched(here, base)


SPECS, FILE = "specs/jobs.yaml", "gembatch.yaml"
JOBS = {"dev": (Touch.JOBS,), "prod": (Touch.JOBS,)}
BROKEN = dict.fromkeys(("dev", "prod"), (Touch.JOBS, Touch.ERRORS))
NEW = "  new: {project: acme-new, region: global, lockfile: new.lock.json}\n"
LANG = "variables: {lang: {type: string, default: de}, "

CHANGES: dict[str, tuple[tuple[str, str, str], dict[str, tuple[Touch, ...]]]] = {
    "a body": ((SPECS, "output: gs://{{ bucket }}/daily", "output: gs://{{ bucket }}/other"), JOBS),
    "a label": ((SPECS, "dates:", "labels: {team: x}\ndates:"), JOBS),
    "a lifecycle": ((SPECS, "dates:", "lifecycle: {onFailure: retry}\ndates:"), JOBS),
    "a series that is not due": ((SPECS, "/weekly/", "/every-week/"), JOBS),
    "a series that is due on other days": ((SPECS, "every: week", "every: day"), JOBS),
    "an overlay": ((SPECS, "dates:", "environments: {prod: {rerun: again}}\ndates:"), {"prod": (Touch.JOBS,)}),
    "an error": ((SPECS, "daily-{{ ds }}", "daily-{{ day }}"), BROKEN),
    "a comment": ((SPECS, "displayName: daily", "# every day\ndisplayName: daily"), {}),
    "a setting": (
        (FILE, "lockfile: prod.", "submit: {concurrency: 2}, lockfile: prod."),
        {"prod": (Touch.SETTINGS,)},
    ),
    "a project": ((FILE, "acme-prod", "acme-live"), {"prod": (Touch.SETTINGS, Touch.JOBS)}),
    "the time zone": ((FILE, "specs:", "timezone: Asia/Tokyo\nspecs:"), dict.fromkeys(JOBS, (Touch.SETTINGS,))),
    "a policy": ((FILE, "specs:", "policy: [{schema: p.json}]\nspecs:"), dict.fromkeys(JOBS, (Touch.SETTINGS,))),
    "an environment that is new": ((FILE, "  dev:", f"{NEW}  dev:"), {"new": (Touch.ADDED,)}),
    "an environment that is taken away": ((FILE, "  dev:", "  # dev:"), {"dev": (Touch.REMOVED,)}),
    "a variable that nothing uses yet": ((FILE, "variables: {", LANG), {}),
}


@pytest.mark.parametrize(("edit", "expected"), CHANGES.values(), ids=CHANGES.keys())
def test_a_change_touches(
    here: Path, base: Path, edit: tuple[str, str, str], expected: dict[str, tuple[Touch, ...]]
) -> None:
    edited(here, *edit)

    assert expected == touched(here, base)


def test_a_file_that_was_moved_touches_nothing(here: Path, base: Path) -> None:
    (here / "specs" / "jobs.yaml").rename(here / "specs" / "series.yaml")

    assert {} == touched(here, base)


def test_an_error_that_was_there_before_touches_nothing(here: Path, base: Path) -> None:
    for root in (here, base):
        edited(root, "specs/jobs.yaml", "displayName: daily-{{ ds }}", "displayName: daily-{{ day }}")

    assert {} == touched(here, base)


def test_the_content_of_a_staged_file_touches(here: Path, base: Path) -> None:
    for root in (here, base):
        edited(root, "gembatch.yaml", *STAGED)
        edited(root, "specs/jobs.yaml", "dates:", "environments: {dev: {input: ./rows.jsonl}}\ndates:")
        (root / "rows.jsonl").write_text("{}\n", encoding="utf-8")
    edited(here, "rows.jsonl", "{}", "{} ")

    assert {"dev": (Touch.JOBS,)} == touched(here, base)


@pytest.mark.parametrize("declared", ["lang", "bucket"])
def test_both_sides_are_rendered_with_the_given_values(here: Path, base: Path, declared: str) -> None:
    """One that only the change declares is no error of the base."""
    for root in (here, base):
        edited(root, "specs/jobs.yaml", "daily-{{ ds }}", "daily-{{ bucket }}-{{ ds }}")
    edited(here, FILE, "variables: {", LANG)

    assert {} == touched(here, base, GivenValue(declared, "given", Channel.COMMAND_LINE))
