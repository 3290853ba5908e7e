"""What libyaml cannot parse, in our words and at the right place."""

from __future__ import annotations

import pytest

from gembatch.load.yaml_reader import read_text
from gembatch.model.diagnostics import Diagnostic, Location
from gembatch.model.document import Source


def _last_finding(text: str) -> Diagnostic:
    finding = read_text(Source("a.yaml", text)).diagnostics[-1]

    assert finding.rule == "yaml.syntax"
    return finding


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: b: c\n", "1:5: a `:` is not allowed here"),
        ("a: 1\n b: 2\n", "2:3: a `:` is not allowed here"),
        ("a: 'x: {{ y }}': 1\n", "1:16: a `:` is not allowed here"),
        ("a: b: {{ x }}\n", "1:5: a `:` is not allowed here"),
        ("a: - b\n", "1:4: a list cannot begin on the line of its key"),
        ("a: 'x' y\n", "1:8: a key was expected here"),
        ("a: 1\n- b\n", "2:1: a key was expected here"),
        ("- a\nb: 1\n", "2:1: a `- ` was expected here"),
        ("a: [1, 2\nb: 3\n", "2:2: the list is not closed with `]`"),
        ("a: [1\n", "1:4: the list is not closed with `]`"),
        ("a: {b: 1\n\n", "1:4: the mapping is not closed with `}`"),
        ("a:\n- x\nb\nc: 1\n", "3:1: a `:` is missing after the key"),
        ("a\nb: 1\n", "1:1: a `:` is missing after the key"),
        ("a: {\n", "1:4: a value was expected here"),
        ("a: [\n", "1:4: a value was expected here"),
        ("a:1\nb: 1\n", "1:1: a space is missing after the `:`"),
        ("a: {b:}\n", "1:6: a space is missing after the `:`"),
        ("a: }\n", "1:4: a value was expected here"),
        ("a: 'x\n", "1:4: the quote is never closed"),
        ("a: 'x\n---\ny'\n", "2:1: the quote is not closed before the next document"),
        ("a:\n\tb: 1\n", "2:1: a tab cannot indent"),
        ("a: 1\n\tb: 2\n", "2:1: a tab cannot indent"),
        ("a: |\n  x\n \t\n", "3:2: a tab cannot indent"),
        ("a: @x\n", "1:4: a plain value cannot begin with `@`"),
        ("a: %x\n", "1:4: a plain value cannot begin with `%`"),
        ("a: *.yaml\n", "1:4: a plain value cannot begin with `*` or `&`"),
        ("a: &\n", "1:4: a plain value cannot begin with `*` or `&`"),
        ("requires: >=0.1\n", "1:11: a plain value cannot begin with `|` or `>`"),
        ("a: |text\n", "1:4: a plain value cannot begin with `|` or `>`"),
        ("a: b\nc: ? d\n", "2:4: a `?` is not allowed here"),
        ('a: "\\q"\n', "1:5: there is no such escape"),
        ('a: "\\xzz"\n', "1:7: the escape lacks hexadecimal digits"),
        ('a: "\\ud83d\\ude00"\n', "1:7: the escape is half of a character"),
        ('a: "\\ud800"\n', "1:7: the escape is half of a character"),
        ("'a':1\n", "1:4: the document has ended before this text"),
        ("a: !foo!bar x\n", "1:4: tags are not allowed"),
        ("%YAML 3.0\n--- a\n", "1:1: this is not YAML: found incompatible YAML document"),
        ("a: |0\n", "1:5: this is not YAML: found an indentation indicator equal to 0"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(text: str, expected: str) -> None:
    finding = _last_finding(text)

    assert expected == f"{str(finding.location).removeprefix('a.yaml:')}: {finding.message}"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("a:\n\tb: 1\n", "use spaces"),
        ("a: @x\n", "put it in quotes"),
        ('a: "\\d+"\n', "double a backslash that is meant as one (\\\\), or use single quotes, which know no escapes"),
        ("a: |0\n", None),
    ],
)
def test_a_hint_says_what_to_do(text: str, hint: str | None) -> None:
    assert hint == _last_finding(text).hint


@pytest.mark.parametrize(
    ("text", "line", "column", "what"),
    [
        ("a: [1,\n  b: {c\nd: 1\n", 2, 6, "the mapping begins here"),
        ("a: [1, 2\nb: 3\n", 1, 4, "the list begins here"),
        ("x:\n  - a\n  b: 1\n", 2, 3, "the list begins here"),
        ("a: 'x' y\n", 1, 1, "the mapping begins here"),
    ],
)
def test_where_the_surrounding_collection_begins_is_related(text: str, line: int, column: int, what: str) -> None:
    place = Location("a.yaml", line, column, 1, text.split("\n")[line - 1])

    assert _last_finding(text).related == ((place, what),)


@pytest.mark.parametrize("text", ["a: [1\n", "a: b: c\n", "a: 'x\n"])
def test_nothing_is_related_where_the_finding_stands_itself(text: str) -> None:
    assert _last_finding(text).related == ()


def test_documents_before_the_problem_are_kept() -> None:
    read = read_text(Source("a.yaml", "a: 1\n---\nb: [\n"))

    assert [document.data for document in read.documents] == [{"a": 1}]
    assert [finding.rule for finding in read.diagnostics] == ["yaml.syntax"]
