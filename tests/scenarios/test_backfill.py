"""Five days in three languages are made up for: one day fails and is resumed, and nothing is bought twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from example_workspace import Result, Workspace

pytestmark = pytest.mark.slow

Command = Callable[..., Result]

WORKSPACE = """\
version: 1
name: reviews
specs: ["specs/*.yaml"]
environments:
  local:
    endpoint: embedded
    project: demo-project
    region: us-central1
    staging: gs://demo-bucket/staging
    limits: {maxSubmissions: 12}
"""

SPECS = """\
displayName: reviews-{{ lang }}-{{ ds_nodash }}
model: gemini-3.8-flash
input: ./rows/{{ ds }}.jsonl
output: gs://demo-bucket/reviews/{{ lang }}/{{ ds }}/
matrix: {lang: [de, fr, it]}
---
displayName: weekly-{{ week_start | strftime("%G-w%V") }}
model: gemini-3.8-flash
input: ./rows/2026-11-16.jsonl
output: gs://demo-bucket/weekly/{{ week_start }}/
dates: {every: week}
---
displayName: glossary
model: gemini-3.8-flash
input: ./rows/2026-11-16.jsonl
output: gs://demo-bucket/glossary/
"""

ROW = '{"id": "row-1", "request": {"contents": [{"role": "user", "parts": [{"text": "Say hello."}]}]}}\n'

DAYS = ("2026-11-16", "2026-11-17", "2026-11-18", "2026-11-19", "2026-11-20")
BAD_DAY = "2026-11-18"
TODAY = "2026-11-22"

RANGE = ("--from", DAYS[0], "--to", DAYS[-1])
REVIEWS = (*RANGE, "--select", "reviews-*")

ALL_REVIEWS = {f"reviews-{lang}-{day.replace('-', '')}" for day in DAYS for lang in ("de", "fr", "it")}
BAD_REVIEWS = {f"reviews-{lang}-{BAD_DAY.replace('-', '')}" for lang in ("de", "fr", "it")}


@pytest.fixture
def reviews(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A workspace with rows for five days, those of one day broken, as seen on a later day."""
    (tmp_path / "specs").mkdir()
    (tmp_path / "rows").mkdir()
    (tmp_path / "gembatch.yaml").write_text(WORKSPACE, encoding="utf-8")
    (tmp_path / "specs" / "reviews.yaml").write_text(SPECS, encoding="utf-8")
    for day in DAYS:
        (tmp_path / "rows" / f"{day}.jsonl").write_text("not json\n" if day == BAD_DAY else ROW, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GEMBATCH_DATE", TODAY)
    return Workspace(tmp_path)


@pytest.fixture
def backfilled(reviews: Workspace, gembatch: Command) -> Workspace:
    """The workspace after its first backfill, the jobs of the bad day failed."""
    gembatch("apply", "--yes", *REVIEWS, "--max-submissions", "15")
    gembatch("wait", *REVIEWS)
    return reviews


def test_the_brakes_hold_a_range_too(reviews: Workspace, gembatch: Command) -> None:
    result = gembatch("apply", "--yes", *REVIEWS)

    assert 1 == result.code
    assert "the plan submits 15 jobs, and in local at most 12 may be submitted" in result.err
    assert {} == reviews.names()


def test_a_backfill_is_resumed_and_nothing_is_bought_twice(backfilled: Workspace, gembatch: Command) -> None:
    assert dict.fromkeys(ALL_REVIEWS, 1) == backfilled.names()

    again = gembatch("plan", *REVIEWS)

    assert "Nothing to do: 0 to submit, 15 unchanged, 2 not selected." in again.out
    assert "= keep     3 jobs  failed" in again.out
    assert "gembatch apply --retry-failed -e local" in again.out
    assert "reviews-it-{{ ds_nodash }}  ✓d       ✓d  ✗f  ✓d  ✓d" in again.out

    (backfilled.root / "rows" / f"{BAD_DAY}.jsonl").write_text(ROW, encoding="utf-8")
    gembatch("apply", "--yes", *REVIEWS, "--retry-failed")
    waited = gembatch("wait", *REVIEWS)

    assert "15 jobs succeeded" in waited.err
    assert Counter(dict.fromkeys(ALL_REVIEWS, 1)) + Counter(dict.fromkeys(BAD_REVIEWS, 1)) == backfilled.names()
    assert "Nothing to do: 0 to submit, 15 unchanged" in gembatch("plan", *REVIEWS, "--retry-failed").out


def test_a_wider_range_submits_what_is_missing_alone(backfilled: Workspace, gembatch: Command) -> None:
    (backfilled.root / "rows" / "2026-11-21.jsonl").write_text(ROW, encoding="utf-8")

    result = gembatch("plan", "--from", DAYS[0], "--to", "2026-11-21", "--select", "reviews-*")

    assert "Plan: 3 to submit, 15 unchanged, 2 not selected." in result.out


def test_what_ended_is_not_bought_again_because_the_spec_changed_since(
    backfilled: Workspace, gembatch: Command
) -> None:
    backfilled.edit("specs/reviews.yaml", "gemini-3.8-flash", "gemini-4-argon")

    kept, replaced = gembatch("plan", *REVIEWS), gembatch("plan", *REVIEWS, "--replace-past")

    assert "Nothing to do: 0 to submit, 15 unchanged" in kept.out
    assert "15 jobs of earlier dates kept, though the spec has changed since" in kept.out
    assert "Plan: 15 to submit, 0 unchanged" in replaced.out


def test_a_saved_plan_remembers_dates_and_selection(
    reviews: Workspace, gembatch: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    gembatch("plan", *REVIEWS, "--max-submissions", "15", "--out", "saved.json")
    monkeypatch.delenv("GEMBATCH_DATE")

    gembatch("apply", "saved.json")

    assert dict.fromkeys(ALL_REVIEWS, 1) == reviews.names()


def test_a_saved_plan_takes_no_other_dates(reviews: Workspace, gembatch: Command) -> None:
    gembatch("plan", *REVIEWS, "--max-submissions", "15", "--out", "saved.json")

    result = gembatch("apply", "saved.json", *RANGE)

    assert 2 == result.code
    assert "a saved plan says itself what it was planned for" in result.err


def test_without_a_selection_a_range_asks_for_every_series_on_its_due_dates(
    reviews: Workspace, gembatch: Command
) -> None:
    result = gembatch("render", *RANGE)

    names = [line.removeprefix("displayName: ") for line in result.out.splitlines() if line.startswith("displayName")]
    assert sorted([*ALL_REVIEWS, "glossary", "weekly-2026-w47"]) == sorted(names)


def test_a_glob_that_fits_no_job_is_said(reviews: Workspace, gembatch: Command) -> None:
    result = gembatch("plan", *RANGE, "--select", "review-*")

    assert 0 == result.code
    assert "no job fits --select review-*" in result.err
    assert "17 not selected" in result.out


def test_status_and_wait_look_at_what_is_selected(backfilled: Workspace, gembatch: Command) -> None:
    shown = gembatch("status", *RANGE, "--select", "reviews-de-*")
    waited = gembatch("wait", *RANGE, "--select", "reviews-de-*16")

    # The grid, an empty line, its legend, an empty line, and the table.
    assert [
        "                            2026-11",
        "SERIES                      16       17  18  19  20",
        "reviews-de-{{ ds_nodash }}  ✓d       ✓d  ✗f  ✓d  ✓d",
        "",
        "5 jobs with a date: ✗f 1 failed, ✓d 4 done; · nothing due",
    ] == shown.out.splitlines()[:5]
    assert sorted(name for name in ALL_REVIEWS if "-de-" in name) == [
        line.split()[0] for line in shown.out.splitlines()[7:12]
    ]
    assert "12 jobs not selected" in shown.err
    assert "1 job succeeded" in waited.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--from", "2026-11-16"), "--from and --to belong together"),
        (("--to", "2026-11-16"), "--from and --to belong together"),
        ((*RANGE, "--date", TODAY), "--date is for one date, --from and --to are for several"),
        (("--from", "2026-11-20", "--to", "2026-11-16"), "2026-11-16 lies before 2026-11-20"),
        (("--from", "2016-01-01", "--to", "2026-11-16"), "are 3,973 days, more than 3,700"),
    ],
)
def test_a_range_that_cannot_be_meant_is_refused(
    reviews: Workspace, gembatch: Command, arguments: tuple[str, ...], message: str
) -> None:
    result = gembatch("plan", *arguments)

    assert 2 == result.code
    assert message in " ".join(result.err.split())
