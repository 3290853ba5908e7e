"""The checks of a preflight, as people and as scripts read them."""

from __future__ import annotations

import json

import pytest

from gembatch.report.checks_as_json import checks_as_json
from gembatch.report.checks_as_text import check_as_text, checks_summary
from gembatch.report.palette import Palette
from gembatch.verify.checks import Check, Topic, Verdict

PASS = Check(Topic.INPUT, "gs://in/a.jsonl", Verdict.PASS, "100 rows, 73.1 kB")
FAIL = Check(Topic.SERVICE_AGENT, "acme", Verdict.FAIL, "cannot", "do \x1b[2J something")
HOSTILE = Check(Topic.INPUT, "gs://in/\x1b[31m\u202e::error::x", Verdict.WARN, "two\nlines")


def test_a_check_is_one_line_and_its_hint_another() -> None:
    assert "pass  input          gs://in/a.jsonl: 100 rows, 73.1 kB" == check_as_text(PASS)
    assert "fail  service-agent  acme: cannot\n      hint: do \\u001b[2J something" == check_as_text(FAIL)


def test_nothing_from_outside_moves_the_cursor() -> None:
    assert "warn  input          gs://in/\\u001b[31m\\u202e::error::x: two\\u000alines" == check_as_text(HOSTILE)


@pytest.mark.parametrize("verdict", Verdict)
def test_a_verdict_is_told_by_its_word_and_by_a_colour(verdict: Verdict) -> None:
    line = check_as_text(Check(Topic.JOBS, "acme", verdict, "m"), Palette(on=True))

    assert line.startswith("\x1b[")
    assert f"m{verdict}\x1b[0m" in line


def test_the_closing_line_counts_what_there_was() -> None:
    assert "2 passed, 1 to look at, 1 failed" == checks_summary([PASS, FAIL, HOSTILE, PASS])
    assert "1 not told" == checks_summary([Check(Topic.JOBS, "a", Verdict.SKIP, "m")])


def test_scripts_get_every_check_in_its_order() -> None:
    text = checks_as_json([PASS, FAIL])

    assert [
        {
            "check": "input",
            "subject": "gs://in/a.jsonl",
            "verdict": "pass",
            "message": "100 rows, 73.1 kB",
            "hint": None,
        },
        {
            "check": "service-agent",
            "subject": "acme",
            "verdict": "fail",
            "message": "cannot",
            "hint": "do \x1b[2J something",
        },
    ] == json.loads(text)
    assert "\x1b" not in text
