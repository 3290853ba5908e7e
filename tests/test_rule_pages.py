"""The page of a rule is its test: what is bad says exactly what the page shows, what is good says nothing.

`pytest tests/test_rule_pages.py --update-goldens` writes the transcripts of the pages anew; read the difference.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from example_workspace import DATE, Result

from gembatch.model.diagnostics import Severity
from gembatch.validate.catalogue import CATALOGUE, Entry

PAGES = Path(__file__).parents[1] / "docs" / "rules"

_BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ROWS = re.compile(r"^(\| rule \| what it wants \|\n\|---\|---\|\n)((?:\|.*\n)*)", re.MULTILINE)
_SECTION = re.compile(r"^## (.+)$", re.MULTILINE)

each_rule = pytest.mark.parametrize("rule", CATALOGUE)

Command = Callable[..., Result]


def page_of(rule: str) -> str:
    return (PAGES / f"{rule}.md").read_text(encoding="utf-8")


def sections_of(page: str) -> dict[str, str]:
    """The text under each heading; what stands before the first one is under none, ``."""
    return dict(zip(["", *_SECTION.findall(page)], _SECTION.sub("\0", page).split("\0"), strict=True))


def write_example(root: Path, example: str) -> None:
    """Writes the files of an example over those that every example has, and runs its shell commands."""
    for language, name, content in (*blocks_of((PAGES / "README.md").read_text(encoding="utf-8")), *blocks_of(example)):
        if name:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(content, encoding="utf-8")
        elif language == "sh":
            subprocess.run(["sh", "-eu", "-c", content], cwd=root, check=True)


def blocks_of(text: str) -> Iterator[tuple[str, str, str]]:
    for block in _BLOCK.finditer(text):
        yield block[1], block[2] or "", block[3]


def transcript_in(example: str) -> str:
    """What an example shows of a terminal; the plain command where it shows none."""
    return next(
        (content for language, _, content in blocks_of(example) if language == "console"), "$ gembatch validate\n"
    )


def arguments_in(transcript: str) -> list[str]:
    prompt, program, *arguments = shlex.split(transcript.splitlines()[0])
    assert ["$", "gembatch"] == [prompt, program]
    return arguments


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[str]]:
    """Writes an example into the current folder, and gives the arguments that it is to be run with."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GEMBATCH_DATE", DATE)

    def prepare(text: str) -> list[str]:
        write_example(tmp_path, text)
        return arguments_in(transcript_in(text))

    return prepare


@each_rule
def test_the_bad_example_is_found_and_said_as_the_page_shows(
    rule: str, example: Callable[[str], list[str]], gembatch: Command, request: pytest.FixtureRequest
) -> None:
    bad = sections_of(page_of(rule))["Bad"]
    arguments = example(bad)
    command = transcript_in(bad).splitlines()[0]

    said = f"{command}\n{gembatch(*arguments).out.rstrip()}\n"

    if request.config.getoption("--update-goldens"):
        page = page_of(rule).replace(f"```console\n{transcript_in(bad)}```", f"```console\n{said}```", 1)
        (PAGES / f"{rule}.md").write_text(page, encoding="utf-8")
        bad = sections_of(page)["Bad"]
    assert transcript_in(bad) == said


@each_rule
def test_the_bad_example_breaks_this_rule_and_no_other(
    rule: str, example: Callable[[str], list[str]], gembatch: Command
) -> None:
    arguments = example(sections_of(page_of(rule))["Bad"])

    result = gembatch(*arguments, "--format", "json")

    found = {(finding["rule"], Severity(finding["severity"])) for finding in json.loads(result.out)}
    assert {(rule, CATALOGUE[rule].severity)} == found
    assert (CATALOGUE[rule].severity is Severity.ERROR) == result.code


@each_rule
def test_the_good_example_says_nothing(rule: str, example: Callable[[str], list[str]], gembatch: Command) -> None:
    arguments = example(sections_of(page_of(rule))["Good"])

    result = gembatch(*arguments)

    assert ("", 0) == (result.out, result.code)


@each_rule
def test_a_page_begins_with_what_the_catalogue_says_of_its_rule(rule: str) -> None:
    entry = CATALOGUE[rule]

    assert f"# {rule}\n\n{entry.title}.\n\n{weight_of(entry)}\n\n" == sections_of(page_of(rule))[""]


def weight_of(entry: Entry) -> str:
    if not entry.is_adjustable:
        return "An error, whatever the workspace says."
    if entry.severity is Severity.ERROR:
        return "An error; a workspace may make it a warning or ignore it, under `rules`."
    return "A warning; a workspace may make it an error or ignore it, under `rules`."


@each_rule
def test_a_page_says_why(rule: str) -> None:
    sections = sections_of(page_of(rule))

    assert ["", "Bad", "Good", "Why"] == list(sections)
    assert sections["Why"].strip().endswith((".", "`."))


def test_there_is_a_page_for_each_rule_and_no_other() -> None:
    assert sorted(CATALOGUE) == sorted(path.stem for path in PAGES.glob("*.*.md"))


def test_the_list_of_rules_is_whole(request: pytest.FixtureRequest) -> None:
    rows = "".join(f"| [{entry.id}]({entry.id}.md) | {entry.title} |\n" for entry in CATALOGUE.values())
    index = PAGES / "README.md"

    if request.config.getoption("--update-goldens"):
        text = _ROWS.sub(lambda head: f"{head[1]}{rows}", index.read_text(encoding="utf-8"))
        index.write_text(text, encoding="utf-8")
    (table,) = _ROWS.finditer(index.read_text(encoding="utf-8"))
    assert rows == table[2]
