"""What is wider than the terminal is broken where it can still be read and copied; elsewhere lines stay whole."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from builders import SUCCEEDED, entry, job_name, job_spec, key_of

from gembatch.apply.outcomes import Outcome, Result
from gembatch.model.jobs import RowCounts
from gembatch.plan.changes import Action
from gembatch.plan.status import JobStatus
from gembatch.report.jobs_as_text import status_as_text, statuses_as_text
from gembatch.report.outcomes_as_text import outcome_as_text
from gembatch.report.palette import Palette
from gembatch.report.predictions import answered_by, prediction_as_text
from gembatch.report.words import table, width_of

NOW = datetime(2026, 11, 2, tzinfo=UTC)

OUTPUT = "gs://out/daily/prediction-model-2026-11-01T09:00:00.000000Z"


def status() -> JobStatus:
    spec = job_spec()
    return JobStatus(spec.key, spec, entry(spec, 1, SUCCEEDED, output=OUTPUT, rows=RowCounts(198, 2, 0)))


def prediction(**response: object) -> str:
    asked = {"contents": [{"role": "user", "parts": [{"text": "Say hello in Latin, please."}]}]}
    answer = {"candidates": [{"content": {"parts": [{"text": "Salve! Salvete, if you are several."}]}}], **response}
    return json.dumps({"id": "row-1", "request": asked, "response": answer})


def test_a_table_that_fits_has_a_line_for_each_row():
    assert ["A    B", "one  gs://x"] == table(("A", "B"), [("one", "gs://x")], 11)


def test_in_a_table_that_does_not_fit_the_last_column_stands_below_its_row():
    assert ["A     B\n  C", "one   2\n  gs://x", "four"] == table(
        ("A", "B", "C"), [("one", "2", "gs://x"), ("four", "", "")], 12
    )


def test_colours_take_no_room_in_a_table():
    assert ["A", Palette(on=True).green("one")] == table(("A",), [(Palette(on=True).green("one"),)], 3)


def test_the_jobs_stand_on_a_line_each_where_there_is_no_terminal():
    assert statuses_as_text([status()], NOW).splitlines() == [
        "JOB    STATE      AGE  ROWS              SPEC     OUTPUT",
        f"daily  succeeded  15h  198 ok, 2 failed  current  {OUTPUT}",
    ]


def test_on_a_narrow_terminal_a_jobs_output_stands_whole_below_it():
    assert statuses_as_text([status()], NOW, width=80).splitlines() == [
        "JOB    STATE      AGE  ROWS              SPEC",
        "  OUTPUT",
        "daily  succeeded  15h  198 ok, 2 failed  current",
        f"  {OUTPUT}",
    ]


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (None, f"  submitted   daily  {job_name(1)}"),
        (100, f"  submitted   daily  {job_name(1)}"),
        (60, f"  submitted   daily\n    {job_name(1)}"),
    ],
)
def test_the_name_of_a_new_job_is_never_cut(width: int | None, expected: str):
    outcome = Outcome(key_of(), Action.CREATE, Result.SUBMITTED, job_name(1))

    assert expected == outcome_as_text(outcome, width=width)


def test_a_prediction_is_broken_between_words_and_stays_indented():
    assert prediction_as_text(prediction(), 32).splitlines() == [
        "  id=row-1: Say hello in Latin,",
        "    please.",
        "    → Salve! Salvete, if you are",
        "      several.",
    ]


def test_a_prediction_stays_on_two_lines_where_there_is_no_terminal():
    assert prediction_as_text(prediction()).splitlines() == [
        "  id=row-1: Say hello in Latin, please.",
        "    → Salve! Salvete, if you are several.",
    ]


def test_a_terminal_of_one_column_still_shows_a_prediction():
    assert max(map(width_of, prediction_as_text(prediction(), 1).splitlines())) <= 20


def test_predictions_say_which_model_answered():
    lines = [prediction(modelVersion="gemini-3.8-flash@gembatch-emulator")]

    assert "First predictions by gemini-3.8-flash@gembatch-emulator\n" in status_as_text(status(), "", lines, NOW)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], ""),
        (["no JSON", "[]", '{"response": null}', '{"response": {"modelVersion": 3}}'], ""),
        ([prediction(modelVersion="b"), prediction(modelVersion="a"), prediction(modelVersion="b")], " by a, b"),
        ([prediction(modelVersion="a\x1b[2J")], " by a\\u001b[2J"),
    ],
)
def test_the_models_are_named_once_each_and_only_if_they_are_known(lines: list[str], expected: str):
    assert expected == answered_by(lines)
