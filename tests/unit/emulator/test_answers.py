"""From a row to a line."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from gembatch.emulator.jobs.answers import answer_row
from gembatch.emulator.jobs.tables import Column

_AT = datetime(2026, 11, 22, 10, 0, 0, 850_000, tzinfo=UTC)
_CONTENTS = [{"role": "user", "parts": [{"text": "Hello"}]}]


def _answer(row, *others, at=_AT):
    table = Column()
    for each in (row, *others):
        table.see(each)
    answer = answer_row(row, table, "gemini-3.8-flash", at)
    assert answer.line.endswith(b"}\n")
    return answer.is_success, json.loads(answer.line)


def test_an_answered_row_has_the_official_shape_and_the_callers_keys():
    is_success, line = _answer({"id": "r1", "meta": {"x": 1}, "request": {"contents": _CONTENTS}})

    assert is_success
    assert ["status", "processed_time", "request", "response", "id", "meta"] == list(line)
    assert ("", "2026-11-22T10:00:00.85+00:00") == (line["status"], line["processed_time"])
    assert {"contents": _CONTENTS} == line["request"]
    assert ("r1", {"x": 1}) == (line["id"], line["meta"])
    assert {"candidates", "modelVersion", "usageMetadata"} == set(line["response"])


@pytest.mark.parametrize(
    ("micros", "shown"),
    [(0, "10:00:00"), (1_000, "10:00:00.001"), (100_999, "10:00:00.1"), (826_000, "10:00:00.826")],
)
def test_the_fraction_of_processed_time_has_no_zeros_at_its_end(micros, shown):
    _, line = _answer({"request": {"contents": _CONTENTS}}, at=_AT.replace(microsecond=micros))

    assert f"2026-11-22T{shown}+00:00" == line["processed_time"]


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (None, "The row has no `request`."),
        (
            "Hello",
            (
                "Invalid JSON payload received. Invalid value "
                '(type.googleapis.com/google.cloud.aiplatform.v1.GenerateContentRequest), "Hello"'
            ),
        ),
        ({"labels": {"a": "b"}}, "Unable to submit request because at least one contents field is required."),
        ({"contents": []}, "Unable to submit request because at least one contents field is required."),
        (
            {"contents": [{"role": "assistant", "parts": [{"text": "a"}]}]},
            "Please use a valid role: user, model.",
        ),
        (
            {"contents": [{"role": "user"}]},
            (
                "Unable to submit request because it must include at least one parts field, "
                "which describes the prompt input."
            ),
        ),
        (
            {"contents": _CONTENTS, "systemInstruction": "Be brief."},
            (
                "Invalid JSON payload received. Invalid value at 'system_instruction' "
                '(type.googleapis.com/google.cloud.aiplatform.v1.Content), "Be brief."'
            ),
        ),
        (
            {"contents": _CONTENTS, "temperature": 0.5},
            'Invalid JSON payload received. Unknown name "temperature": Cannot find field.',
        ),
        (
            {"contents": [{"role": "user", "parts": [{"txt": "a"}]}]},
            "Invalid JSON payload received. Unknown name \"txt\" at 'contents[0].parts[0]': Cannot find field.",
        ),
    ],
)
def test_a_row_that_the_api_would_refuse_says_so_and_keeps_its_key(request_, message):
    is_success, line = _answer({"id": "r1", "request": request_})

    assert not is_success
    prefix, _, error = line["status"].partition(": ")
    assert "Bad Request" == prefix
    assert {"error": {"code": 400, "message": message, "status": "INVALID_ARGUMENT"}} == json.loads(error)
    assert {} == line["response"]
    assert "r1" == line["id"]


def test_a_row_without_a_request_among_others_shows_null():
    _, line = _answer({"id": "r1"}, {"request": {"contents": _CONTENTS}})

    assert line["request"] is None


def test_explicit_caching_is_refused_in_other_words():
    _, line = _answer({"request": {"contents": _CONTENTS, "cachedContent": "projects/1/cachedContents/2"}})

    assert line["status"].startswith("Internal error occurred. Failed to get generateContentResponse: {")
    assert '"code": 404' in line["status"]


@pytest.mark.parametrize(
    "request_",
    [
        {"contents": [{"parts": [{"text": "no role"}]}]},
        {"contents": _CONTENTS, "system_instruction": {"parts": [{"text": "a"}]}, "generation_config": {"top_p": 1}},
        {"contents": _CONTENTS, "tools": None, "labels": {"team": "search"}},
        {"contents": [{"role": "user", "parts": [{"text": "a", "fileData": None}]}]},
    ],
)
def test_a_row_that_the_api_takes_is_answered(request_):
    is_success, line = _answer({"request": request_})

    assert is_success
    assert "" == line["status"]


def test_a_row_that_an_earlier_job_answered_is_copied():
    first = {"request": {"contents": _CONTENTS}, "id": "r1"}
    done = {"status": "", "processed_time": "2026-11-01T00:00:00+00:00", "response": {"candidates": [1]}, **first}
    failed = {"status": "Bad Request: {}", "processed_time": "2026-11-01T00:00:00+00:00", "response": {}, **first}

    assert (True, done) == _answer(done)
    is_success, line = _answer(failed, done)
    assert is_success
    assert ["status", "processed_time", "request", "response", "id"] == list(line)
    assert "2026-11-22T10:00:00.85+00:00" == line["processed_time"]


def test_half_a_surrogate_pair_does_not_stop_the_output():
    _, line = _answer({"request": {"contents": _CONTENTS}, "id": "a\ud800"})

    assert "a?" == line["id"]
