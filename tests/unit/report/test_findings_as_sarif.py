from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from gembatch.model.diagnostics import Diagnostic, Location, Severity
from gembatch.report.findings_as_sarif import findings_as_sarif

SCHEMA = json.loads((Path(__file__).parents[2] / "vendored/sarif/sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))

PLACE = Location("specs/a.yaml", 3, 8, 5, "input: value")
FOUND = Diagnostic("schema.type", "input must be text", PLACE)


def run_of(findings: Iterable[Diagnostic], folder: str = "") -> dict:
    """The one run of a log, which fits the schema."""
    log = json.loads(findings_as_sarif(findings, version="1.2.3", page_of=lambda rule: f"# {rule}\n", folder=folder))
    jsonschema.Draft4Validator(SCHEMA).validate(log)
    (run,) = log["runs"]
    return run


def result_of(finding: Diagnostic, folder: str = "") -> dict:
    (result,) = run_of([finding], folder)["results"]
    return result


def fingerprints(*findings: Diagnostic) -> list[str]:
    return [result["partialFingerprints"]["primaryLocationLineHash"] for result in run_of(findings)["results"]]


def test_no_findings_are_a_run_without_results():
    assert [] == run_of([])["results"]


def test_a_result_has_rule_level_message_and_region():
    assert {
        "ruleId": "schema.type",
        "ruleIndex": 0,
        "level": "error",
        "message": {"text": "input must be text"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "specs/a.yaml", "uriBaseId": "%SRCROOT%"},
                    "region": {
                        "startLine": 3,
                        "startColumn": 8,
                        "endColumn": 13,
                        "snippet": {"text": "input: value"},
                    },
                }
            }
        ],
    } == {key: value for key, value in result_of(FOUND).items() if key != "partialFingerprints"}


def test_columns_are_counted_in_characters():
    assert "unicodeCodePoints" == run_of([FOUND])["columnKind"]


def test_the_rules_of_the_findings_are_described_once_each():
    other = replace(FOUND, rule="job.output-inside", severity=Severity.WARNING)

    run = run_of([FOUND, other, FOUND])

    inside, kind = run["tool"]["driver"]["rules"]
    assert {
        "id": "job.output-inside",
        "shortDescription": {"text": "No job writes inside another's output."},
        "help": {"text": "# job.output-inside\n", "markdown": "# job.output-inside\n"},
        "defaultConfiguration": {"level": "warning"},
    } == inside
    assert "schema.type" == kind["id"]
    assert [1, 0, 1] == [result["ruleIndex"] for result in run["results"]]
    assert "1.2.3" == run["tool"]["driver"]["semanticVersion"]


def test_the_level_is_the_one_that_counts_here():
    assert "warning" == result_of(replace(FOUND, severity=Severity.WARNING))["level"]


def test_hint_and_combination_are_in_the_message():
    found = replace(FOUND, hint="write it", combination="lang=de")

    assert "input must be text (with lang=de)\nhint: write it" == result_of(found)["message"]["text"]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("`{{ ds }}` or {0}", "`{{{{ ds }}}}` or {{0}}"),
        ("[click](https://example.com)", "\\[click](https://example.com)"),
        ("uris[0] (the first)", "uris[0] (the first)"),
        ("[a] [b](1)", "[a] \\[b](1)"),
    ],
)
def test_text_makes_no_placeholder_and_no_link(text: str, written: str):
    assert written == result_of(replace(FOUND, message=text))["message"]["text"]


def test_related_places_are_told_apart():
    other = Location("specs/b.yaml", 7, 1, 4, "text")

    (related,) = result_of(replace(FOUND, related=((other, "first here"),)))["relatedLocations"]

    assert (1, "first here") == (related["id"], related["message"]["text"])
    assert 7 == related["physicalLocation"]["region"]["startLine"]


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a b.yaml", "batch/a%20b.yaml"),
        ("日本.yaml", "batch/%E6%97%A5%E6%9C%AC.yaml"),
        ("#1?.yaml", "batch/%231%3F.yaml"),
    ],
)
def test_a_file_is_a_uri_from_the_root_of_the_repository(path: str, uri: str):
    (location,) = result_of(replace(FOUND, location=Location(path, 1, 1)), "batch/")["locations"]

    assert uri == location["physicalLocation"]["artifactLocation"]["uri"]


def test_a_whole_file_has_no_region_and_no_file_no_location():
    (location,) = result_of(replace(FOUND, location=Location("a.yaml")))["locations"]

    assert "region" not in location["physicalLocation"]
    assert "locations" not in result_of(replace(FOUND, location=None))


def test_a_fingerprint_stays_when_its_line_moves():
    moved = replace(FOUND, location=Location("specs/a.yaml", 40, 10, 5, "  input: value"))

    assert fingerprints(FOUND) == fingerprints(moved)


@pytest.mark.parametrize(
    "other",
    [
        replace(FOUND, rule="schema.value"),
        replace(FOUND, location=replace(PLACE, path="specs/b.yaml")),
        replace(FOUND, location=replace(PLACE, text="input: other")),
        replace(FOUND, location=None),
    ],
    ids=["rule", "file", "line", "no place"],
)
def test_another_finding_has_another_fingerprint(other: Diagnostic):
    first, second = fingerprints(FOUND, other)

    assert first != second


def test_equal_lines_are_told_apart_by_their_order():
    first, second = fingerprints(FOUND, replace(FOUND, location=replace(PLACE, line=9)))

    assert first.endswith(":1")
    assert second == f"{first.removesuffix(':1')}:2"
