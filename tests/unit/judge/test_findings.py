"""What a policy prints is a list of findings to the letter, or it is none."""

from __future__ import annotations

import json
import re

import pytest

from gembatch.judge.findings import MAX_FINDINGS, PlanFinding, as_diagnostics, read_findings
from gembatch.model.diagnostics import Diagnostic, Location, Severity

ERROR, WARNING = Severity.ERROR, Severity.WARNING
PLACE = Location("specs/daily.yaml", 1, 14, 5, "displayName: daily")


def told(*findings: PlanFinding) -> tuple[Diagnostic, ...]:
    return as_diagnostics(findings, "policies/check.py", {"daily": PLACE})


def test_an_empty_list_says_nothing() -> None:
    assert () == read_findings(" []\n")


def test_a_finding_may_say_more_than_it_must() -> None:
    text = json.dumps(
        [
            {"message": "no owner", "severity": "error", "displayName": "daily", "rule": "owner", "hint": "set it"},
            {"message": " look ", "severity": "warning", "displayName": None, "rule": None, "hint": None},
        ]
    )

    assert (
        PlanFinding("no owner", ERROR, "daily", "owner", "set it"),
        PlanFinding("look", WARNING),
    ) == read_findings(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it is empty"),
        ("ok", "it is not JSON at line 1, column 1"),
        ("<html><body>502 Bad Gateway</body></html>", "it is not JSON at line 1, column 1"),
        ("[]\n[]", "it is not JSON at line 2, column 1"),
        ("null", "it is not a list"),
        ('{"message": "x", "severity": "error"}', "it is not a list"),
        ("[1]", "finding 1 is not an object"),
        ('[{"severity": "error"}]', "finding 1 lacks `message`"),
        ('[{"message": "x"}]', "finding 1 lacks `severity`"),
        ('[{"message": " ", "severity": "error"}]', '`message` of finding 1 cannot be ""'),
        ('[{"message": 1, "severity": "error"}]', "`message` of finding 1 cannot be 1"),
        ('[{"message": "x", "severity": "fatal"}]', '`severity` of finding 1 cannot be "fatal"'),
        ('[{"message": "x", "severity": "error", "displayname": "y"}]', "finding 1 has the unknown `displayname`"),
        ('[{"message": "x", "message": "y", "severity": "error"}]', "the key `message` stands twice"),
        ('[{"message": "\\ud800", "severity": "error"}]', "half of a surrogate pair is no character"),
        ("[" * 100_000, "it nests too deeply"),
        ('[{"filename": "-", "namespace": "main", "failures": [{"msg": "x"}]}]', "finding 1 lacks `message`"),
    ],
)
def test_anything_else_is_no_list_of_findings(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=re.escape(why)):
        read_findings(text)


def test_a_finding_about_a_job_points_at_its_spec() -> None:
    (diagnostic,) = told(PlanFinding("no owner", ERROR, "daily", "owner", "set it"))

    assert Diagnostic("policies/check.py: owner", "daily: no owner", PLACE, ERROR, "set it") == diagnostic


def test_a_finding_about_the_whole_or_about_a_job_that_is_not_there_has_no_place() -> None:
    assert (
        Diagnostic("policies/check.py", "too late in the week", None, ERROR),
        Diagnostic("policies/check.py", "weekly: no owner", None, WARNING),
    ) == told(PlanFinding("no owner", WARNING, "weekly"), PlanFinding("too late in the week", ERROR))


def test_of_many_findings_errors_are_told_first_and_the_rest_is_counted() -> None:
    findings = [PlanFinding(f"{number}", WARNING) for number in range(MAX_FINDINGS + 5)]

    *shown, rest = told(*findings, PlanFinding("worst", ERROR))

    assert "worst" == shown[0].message
    assert MAX_FINDINGS == len(shown)
    assert Diagnostic("policies/check.py", "6 findings more are not shown", severity=WARNING) == rest


def test_errors_that_are_not_shown_are_errors_all_the_same() -> None:
    *_, rest = told(*[PlanFinding(f"{number}", ERROR) for number in range(MAX_FINDINGS + 1)])

    assert rest.is_error


def test_long_texts_are_cut() -> None:
    (diagnostic,) = told(PlanFinding("m" * 5000, ERROR, rule="r" * 5000, hint="h" * 5000))

    assert {1000} == {len(diagnostic.message), len(diagnostic.rule), len(diagnostic.hint or "")}
    assert diagnostic.message.endswith("…")
