from __future__ import annotations

import re
from dataclasses import replace

import pytest

from gembatch.model.diagnostics import Diagnostic, Location, Severity
from gembatch.report.findings_as_github import findings_as_github
from gembatch.report.palette import printable

PLACE = Location("specs/a.yaml", 3, 8, 5, "input: value")
FOUND = Diagnostic("schema.type", "input must be text", PLACE)

_COMMAND = re.compile(r"::(error|warning|notice) ([^:]*)::([^\r\n]*)")
_ESCAPES = {"%25": "%", "%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ","}


def obeyed(text: str) -> list[tuple[str, dict[str, str], str]]:
    """What a runner makes of each line: kind, properties and message, read by its rules and not by ours."""
    commands = [_COMMAND.fullmatch(line) for line in re.split("\r\n|\r|\n", text)]
    return [
        (
            command[1],
            {name: unescaped(value) for name, _, value in (pair.partition("=") for pair in command[2].split(","))},
            unescaped(command[3]),
        )
        for command in commands
        if command
    ]


def unescaped(text: str) -> str:
    return re.sub("|".join(_ESCAPES), lambda match: _ESCAPES[match[0]], text)


def test_a_finding_is_a_command_with_its_place():
    assert (
        "::error file=specs/a.yaml,line=3,endLine=3,col=8,endColumn=13,title=schema.type"
        "::specs/a.yaml:3:8: input must be text [schema.type]"
    ) == findings_as_github([FOUND])


def test_a_warning_is_one():
    assert findings_as_github([replace(FOUND, severity=Severity.WARNING)]).startswith("::warning file=")


def test_hint_combination_and_related_places_are_lines_of_the_message():
    related = ((Location("specs/b.yaml", 1, 2), "first defined here"),)
    found = replace(FOUND, hint="write it", combination="lang=de", related=related)

    ((_, _, message),) = obeyed(findings_as_github([found]))

    assert [
        "specs/a.yaml:3:8: input must be text (with lang=de) [schema.type]",
        "specs/b.yaml:1:2: first defined here",
        "hint: write it",
    ] == message.split("\n")


@pytest.mark.parametrize(
    ("location", "properties"),
    [
        (None, {"title": "schema.type"}),
        (Location("a.yaml"), {"file": "batch/a.yaml", "title": "schema.type"}),
        (
            Location("a,b:c%.yaml", 1, 2),
            {"file": "batch/a,b:c%.yaml", "line": "1", "endLine": "1", "col": "2", "endColumn": "3",
             "title": "schema.type"},
        ),
    ],
)  # fmt: skip
def test_a_file_is_named_from_the_root_of_the_repository(location: Location | None, properties: dict[str, str]):
    ((_, found, _),) = obeyed(findings_as_github([replace(FOUND, location=location)], "batch/"))

    assert properties == found


@pytest.mark.parametrize(
    "hostile",
    [
        "::error::x",
        "\n::set-output name=a::b",
        "\r::add-mask::a",
        "\r\n  ::stop-commands::a",
        "\u2028::error::x",
        "\x1b[31m::error::x",
        "%0A::error::x",
        "##[error]x",
        "a::b,title=other",
    ],
)
def test_nothing_in_a_finding_starts_another_command_or_changes_this_one(hostile: str):
    place = Location(f"specs/{hostile}.yaml", 1, 1, 1, hostile)
    found = Diagnostic("a.b", hostile, place, hint=hostile, related=((place, hostile),), combination=hostile)

    text = findings_as_github([found])

    assert 1 == len(re.split(r"[\r\n]", text))
    ((kind, properties, _),) = obeyed(text)
    assert "error" == kind
    assert f"specs/{printable(hostile)}.yaml" == properties["file"]
    assert "a.b" == properties["title"]


@pytest.mark.parametrize(("errors", "warnings", "is_told"), [(10, 10, False), (11, 0, True), (2, 11, True)])
def test_what_github_does_not_show_is_told(errors: int, warnings: int, is_told: bool):  # noqa: FBT001 - a column
    found = [FOUND] * errors + [replace(FOUND, severity=Severity.WARNING)] * warnings

    commands = obeyed(findings_as_github(found))

    assert errors + warnings + is_told == len(commands)
    assert is_told == (commands[-1][0] == "notice")


def test_the_notice_counts_what_there_is():
    kind, properties, message = obeyed(findings_as_github([FOUND] * 37))[-1]

    assert ("notice", {"title": "gembatch"}) == (kind, properties)
    assert "37 errors and 0 warnings; GitHub shows 10 of each, the log of this step has all" == message


def test_no_findings_are_no_commands():
    assert "" == findings_as_github([])
