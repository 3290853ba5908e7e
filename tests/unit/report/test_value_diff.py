"""Two values as lines: what a reviewer reads of a prompt, of a number, of JSON."""

from __future__ import annotations

import json
import time

import pytest

from gembatch.model.document import Json
from gembatch.report.value_diff import MOST_LINES, value_diff

LINES = [f"line {number}" for number in range(1, 21)]


def shown(before: Json, after: Json) -> list[str]:
    return [str(line) for line in value_diff(before, after)]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (None, None, []),
        ("a", "a", ["  a"]),
        ("a", "b", ["- a", "+ b"]),
        (None, "b", ["+ b"]),
        ("a", None, ["- a"]),
        (1, 2, ["- 1", "+ 2"]),
        (True, None, ["- true"]),
        (1, "1", ["- 1", '+ "1"']),
        ("", None, ['- ""']),
        (" a", "a", ['- " a"', "+ a"]),
        ("null", {}, ['- "null"', "+ {}"]),
        ('say "hi"', "C:\\x", ['- say "hi"', "+ C:\\x"]),
    ],
)
def test_short_values_stand_on_a_line_each_and_keep_their_kind(before: Json, after: Json, expected: list[str]):
    assert expected == shown(before, after)


def test_of_a_long_text_the_changed_line_is_shown_with_three_lines_around_it():
    changed = [*LINES]
    changed[9] = "another"

    assert shown("\n".join(LINES), "\n".join(changed)) == [
        "… 6 equal lines",
        *(f"  {line}" for line in LINES[6:9]),
        "- line 10",
        "+ another",
        *(f"  {line}" for line in LINES[10:13]),
        "… 7 equal lines",
    ]


def test_of_a_long_line_only_what_is_around_the_difference_is_shown():
    before, after = shown("x" * 1000 + "old" + "y" * 1000, "x" * 1000 + "new" + "y" * 1000)

    assert f"- …{'x' * 80}old{'y' * 80}…" == before
    assert f"+ …{'x' * 80}new{'y' * 80}…" == after


def test_a_long_line_that_is_new_is_cut_and_says_how_long_it_is():
    assert shown(None, "x" * 1000) == [f"+ {'x' * 400}… (1000 characters)"]


def test_json_is_shown_as_its_structure():
    value: Json = {
        "contents": [{"role": "user", "parts": [{"text": "one\ntwo"}, {"text": "three"}]}],
        "n": [],
        "m": [[1]],
    }

    assert shown(None, value) == [
        "+ contents:",
        '+   - role: "user"',
        "+     parts:",
        "+       - text: |",
        "+           one",
        "+           two",
        '+       - text: "three"',
        "+ n: []",
        "+ m:",
        "+   - - 1",
    ]


def test_json_in_a_text_is_shown_as_its_structure_too():
    assert shown('{"a": 1, "b": [1, 2]}', '{"a": 2, "b": [1, 2]}') == ["- a: 1", "+ a: 2", "  b:", "    - 1", "    - 2"]


def test_an_item_put_in_front_of_a_list_is_one_line():
    assert shown(["b", "c"], ["a", "b", "c"]) == ['+ - "a"', '  - "b"', '  - "c"']


def test_a_text_that_is_replaced_shows_the_beginning_of_both():
    before, after = "\n".join(f"old {n}" for n in range(50)), "\n".join(f"new {n}" for n in range(50))

    lines = shown(before, after)

    assert lines.count("… 30 more lines") == 2
    assert "- old 19" in lines
    assert "+ new 19" in lines
    assert "- old 20" not in lines


def test_what_is_changed_all_over_is_counted_beyond_what_a_person_reads():
    before = [f"line {n}" for n in range(400)]
    after = [f"{line}!" if n % 10 == 0 else line for n, line in enumerate(before)]

    lines = shown("\n".join(before), "\n".join(after))

    assert MOST_LINES + 1 == len(lines)
    assert lines[-1].startswith("… ")
    assert lines[-1].endswith(" more lines")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("\n" * 5000, "\nx" * 5000),
        ("ab\n" * 999, "ba\n" * 999 + "ab\n" * 999),
        ("x" * 3_000_000, "x" * 3_000_000 + "y"),
        ("\n".join(map(str, range(20_000))), "\n".join(map(str, range(20_000, 0, -1)))),
        (None, "[" * 100_000 + "]" * 100_000),
        (None, json.dumps({"a": "{" * 10_000})),
    ],
    ids=["blank", "alike", "long", "reversed", "deep", "braces"],
)
def test_no_value_takes_for_ever(before: Json, after: Json):
    begun = time.process_time()

    lines = value_diff(before, after)

    assert len(lines) <= MOST_LINES + 1
    assert time.process_time() - begun < 5
