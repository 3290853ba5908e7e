"""What YAML allows and gembatch does not: each with its place, its rule and advice."""

from __future__ import annotations

import sys

import pytest

from gembatch.load.findings import MAX_FINDINGS
from gembatch.load.syntax import MAX_DEPTH
from gembatch.load.text import _FORBIDDEN
from gembatch.load.yaml_reader import read_text
from gembatch.model.diagnostics import Diagnostic, Location
from gembatch.model.document import Source


def _only_finding(text: str) -> Diagnostic:
    read = read_text(Source("a.yaml", text))

    assert len(read.diagnostics) == 1
    assert read.documents == ()
    return read.diagnostics[0]


def _short(finding: Diagnostic) -> str:
    return f"{finding.location}: {finding.message} [{finding.rule}]"


@pytest.mark.parametrize(
    ("text", "expected", "hint"),
    [
        (
            "a: {b: yes}\n",
            "a.yaml:1:8: `yes` is a boolean to some readers of YAML and text to others [yaml.boolean]",
            'write true, or "yes" in quotes if text is meant',
        ),
        ("- 1\n- 014\n", "a.yaml:2:3: `014` begins with a zero: some readers of YAML take it for base 8 [yaml.number]",
         'put it in quotes: "014", or write 14'),
        ("<<: {a: 1}\n", "a.yaml:1:1: merge keys (`<<`) are not part of YAML 1.2 [yaml.merge]",
         "put what all jobs share under `defaults:` in gembatch.yaml, or repeat it here"),
        ("?\n: 1\n", "a.yaml:1:2: a key is missing before the `:` [yaml.key]", "write one"),
        ("? [a, no]\n: 1\n", "a.yaml:1:3: a key must be text, not a list, a mapping or an alias [yaml.key]",
         "write the key out"),
        ("{ {a: 1}: 2}\n", "a.yaml:1:3: a key must be text, not a list, a mapping or an alias [yaml.key]",
         "write the key out"),
        ("? {a: 1}\n: 2\n", "a.yaml:1:3: a key must be text, not a list, a mapping or an alias [yaml.key]",
         "write the key out"),
        ("a: !!python/object:os.system x\n",
         "a.yaml:1:4: tags such as `!!python/object:os.system` are not allowed [yaml.tag]",
         "leave it out; put the value in quotes if text is meant"),
        ("a: !secret x\n", "a.yaml:1:4: tags such as `!secret` are not allowed [yaml.tag]",
         "leave it out; put the value in quotes if text is meant"),
        ("a: !!str 12\n", "a.yaml:1:4: tags such as `!!str` are not allowed [yaml.tag]",
         "leave it out; put the value in quotes if text is meant"),
        ("a: !!set {x}\n", "a.yaml:1:4: tags such as `!!set` are not allowed [yaml.tag]",
         "leave it out; put the value in quotes if text is meant"),
        ("!!str a: 1\n", "a.yaml:1:1: tags such as `!!str` are not allowed [yaml.tag]",
         "leave it out; put the value in quotes if text is meant"),
        ("a: *x\n", "a.yaml:1:4: no `&x` stands before this `*x` [yaml.alias]",
         "put the value in quotes if text is meant: a plain `*` refers to a value marked with `&`"),
        ("a: &x\n  b: [*x]\n", "a.yaml:2:7: `*x` refers to a value that contains it [yaml.alias]",
         "write the value out"),
        ("a: &x 1\nb: &x 2\n", "a.yaml:2:4: `&x` is used twice [yaml.anchor]", "give each anchor a name of its own"),
        ("&x a: 1\n", "a.yaml:1:1: a key cannot be marked [yaml.anchor]", "mark the value"),
        ("---\n", "a.yaml:1:1: this document is empty [yaml.empty]", "remove its `---`"),
        ("", "a.yaml: the file is empty [yaml.empty]", "write a document into it, or delete it"),
        ("# a comment\n", "a.yaml: the file is empty [yaml.empty]", "write a document into it, or delete it"),
    ],
)  # fmt: skip
def test_a_trap_is_refused_with_its_place_and_advice(text: str, expected: str, hint: str) -> None:
    finding = _only_finding(text)

    assert expected == _short(finding)
    assert hint == finding.hint


def test_a_repeated_key_names_its_first_place() -> None:
    finding = _only_finding("labels:\n  team: a\n  'team': b\n")

    assert _short(finding) == "a.yaml:3:3: `team` is written twice [yaml.repeated-key]"
    assert ((Location("a.yaml", 2, 3, 4, "  team: a"), "first written here"),) == finding.related


def test_equal_keys_of_two_mappings_are_no_repetition() -> None:
    assert read_text(Source("a.yaml", "a: {x: 1}\nb: {x: 1}\nc: [{x: 1}, {x: 1}]\n")).diagnostics == ()


@pytest.mark.parametrize(
    ("text", "column", "length"),
    [
        ("a: {{ ds }}", 4, 8),
        ("a: {{no}}", 4, 6),
        ("- {{ ds }}", 3, 8),
        ("a: [{{ ds }}, b]", 5, 8),
        ("{a: {{ ds }}}", 5, 8),
        ("{{ ds }}", 1, 8),
        ("a: {{ ds }}/b", 4, 8),
        ("a: {{ ds }} {{ env }}", 4, 8),
        ('a: {{ "x" ~ ds }}', 4, 14),
        ("a: {{ date | strftime('%Y') }}", 4, 27),
        ("a: {% if x %}", 4, 10),
        ("- {% x %}", 3, 7),
        ("a: {{ ds", 4, 5),
        ("a: {{{ ds }}", 4, 9),
    ],
)
def test_a_template_without_quotes_is_told_apart_from_a_mapping(text: str, column: int, length: int) -> None:
    finding = _only_finding(text + "\n")

    assert finding.message == "a value that begins with a template must be in quotes"
    assert ("yaml.template", Location("a.yaml", 1, column, length, text)) == (finding.rule, finding.location)
    assert (
        finding.hint
    ) == 'put the whole value in quotes, such as "{{ ds }}": without them YAML takes the braces for a mapping'


def test_all_findings_of_a_file_are_reported_at_once() -> None:
    text = "a: yes\nb: 12:30\nc: {{ ds }}\na: !x 1\n---\nd: 014\n---\ngood: 1\n"
    read = read_text(Source("a.yaml", text))

    expected = ["yaml.boolean", "yaml.number", "yaml.template", "yaml.repeated-key", "yaml.tag", "yaml.number"]
    assert expected == [finding.rule for finding in read.diagnostics]
    assert [document.data for document in read.documents] == [{"good": 1}]


@pytest.mark.parametrize(
    "text", ["[" * 200_000, "{a: " * 200_000, "- " * 1_000, "[" * (MAX_DEPTH + 1) + "1" + "]" * (MAX_DEPTH + 1)]
)
def test_deep_nesting_is_refused(text: str) -> None:
    finding = _only_finding(text)

    assert ("yaml.limit", f"nested more than {MAX_DEPTH} levels deep") == (finding.rule, finding.message)


def test_nesting_through_aliases_counts() -> None:
    levels = [f"a{number}: &a{number} [*a{number - 1}]\n" for number in range(1, 100)]

    assert _only_finding("a0: &a0 []\n" + "".join(levels)).rule == "yaml.limit"


def test_an_alias_bomb_is_refused_before_it_goes_off() -> None:
    levels = [f"a{number}: &a{number} [{', '.join([f'*a{number - 1}'] * 10)}]\n" for number in range(1, 20)]

    finding = _only_finding("a0: &a0 boom\n" + "".join(levels))

    assert finding.rule == "yaml.limit"
    assert finding.message == "more than 100,000 values in one file, counting what aliases repeat"


def test_too_many_values_are_refused() -> None:
    assert _only_finding("- 1\n" * 100_001).rule == "yaml.limit"


def test_a_file_with_too_many_findings_is_not_read_to_its_end() -> None:
    read = read_text(Source("a.yaml", "- no\n" * 100_000))

    assert [finding.rule for finding in read.diagnostics] == ["yaml.boolean"] * MAX_FINDINGS + ["yaml.limit"]
    assert f"a.yaml:100:3: {MAX_FINDINGS} findings in this file: the rest of it was not read [yaml.limit]" == (
        _short(read.diagnostics[-1])
    )


@pytest.mark.parametrize(
    ("character", "hint"),
    [
        ("\x00", "delete it"),
        ("\x07", "delete it"),
        ("\x1b", "delete it"),
        ("\x7f", "delete it"),
        ("\x85", "delete it"),
        ("\ud800", "delete it"),
        ("\ufeff", "delete it"),
        ("\uffff", "delete it"),
        ("\r", "end lines with a line feed"),
        ("\u2028", 'delete it, or write "\\u2028" in double quotes'),
        ("\u202e", 'delete it, or write "\\u202e" in double quotes'),
    ],
)
def test_a_forbidden_character_is_refused_with_its_place(character: str, hint: str) -> None:
    finding = _only_finding(f"a: 1\nb: é{character}x\n")

    expected = f"a.yaml:2:5: character U+{ord(character):04X} is not allowed as it stands [yaml.character]"
    assert expected == _short(finding)
    assert hint == finding.hint


def test_an_alias_in_place_of_a_key_is_told_of_where_it_stands() -> None:
    read = read_text(Source("a.yaml", "one: &x {a: 1}\n*x : 2\n"))

    assert [("yaml.key", 2, 1)] == [(each.rule, each.location.line, each.location.column) for each in read.diagnostics]


def test_a_key_that_is_no_text_spoils_its_document_whatever_is_in_it() -> None:
    read = read_text(Source("a.yaml", "? {port: 014}\n"))

    assert ["yaml.key"] == [finding.rule for finding in read.diagnostics]
    assert () == read.doubtful


def test_every_forbidden_character_is_one_that_cannot_be_printed() -> None:
    """So that a text which can be printed need not be searched for them."""
    every = "".join(map(chr, range(sys.maxunicode + 1))) + "\r"

    assert [] == [found for found in _FORBIDDEN.findall(every) if found.isprintable()]


def test_libyaml_accepts_every_character_that_is_let_through() -> None:
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    allowed = _FORBIDDEN.sub("", every).replace("\n", "").replace("'", "''")

    read = read_text(Source("a.yaml", f"'{allowed}'"))

    assert read.diagnostics == ()
    assert [allowed.replace("''", "'")] == [document.data for document in read.documents]


def test_a_document_with_nothing_worse_than_a_doubtful_scalar_can_still_be_searched() -> None:
    read = read_text(Source("a.yaml", "name: no\nmodle: x\n---\nkey: 1\nkey: 2\n"))

    assert () == read.documents
    assert [{"name": "no", "modle": "x"}] == [document.data for document in read.doubtful]
