from __future__ import annotations

import pytest

from gembatch.model.diagnostics import Diagnostic, Location
from gembatch.report.findings_as_text import findings_as_text
from gembatch.report.words import cut_after, cut_before, width_of


def quoted(line: str, token: str) -> list[str]:
    """The two lines that quote `line` with `token` under carets, without their margin."""
    place = Location("a.yaml", 1, line.index(token) + 1, len(token), line)
    _, source, carets = findings_as_text([Diagnostic("a.b", "message", place)]).splitlines()
    assert source.startswith("  1 | ")
    assert carets.startswith("    | ")
    return [source.removeprefix("  1 | "), carets.removeprefix("    | ")]


@pytest.mark.parametrize(
    ("line", "token", "expected"),
    [
        ("key: value", "value", ["key: value", "     ^^^^^"]),
        ("\tkey:\tvalue", "value", ["    key:    value", "            ^^^^^"]),
        ("key: a\tb", "a\tb", ["key: a    b", "     ^^^^^^"]),
        ("要約: value", "value", ["要約: value", "      ^^^^^"]),
        ("key: 要約 # 日本", "要約", ["key: 要約 # 日本", "     ^^^^"]),
        ("e\u0301te\u0301: value", "value", ["e\u0301te\u0301: value", "     ^^^^^"]),
        ("key: e\u0301te\u0301", "e\u0301te\u0301", ["key: e\u0301te\u0301", "     ^^^"]),
        ("ปีที่: value", "value", ["ปีที่: value", "    ^^^^^"]),
        ("a\u200bb: value", "value", ["a\\u200bb: value", "          ^^^^^"]),
        ("a\x1b[2Jb: value", "value", ["a\\u001b[2Jb: value", "             ^^^^^"]),
        ("🦊: value", "value", ["🦊: value", "    ^^^^^"]),
    ],
    ids=["plain", "tabs-before", "tab-within", "wide-before", "wide", "marks-before", "marks-within",
         "thai", "zero-width", "escape", "emoji"],
)  # fmt: skip
def test_carets_stand_under_the_token_as_a_terminal_shows_it(line: str, token: str, expected: list[str]):
    assert expected == quoted(line, token)


@pytest.mark.parametrize("filler", ["x", "語", "e\u0301", "\t", "\u200b"])
@pytest.mark.parametrize(("before", "after"), [(500, 0), (0, 500), (500, 500), (60, 20)])
def test_a_long_line_is_cut_around_the_token(filler: str, before: int, after: int):
    source, carets = quoted(filler * before + "TOKEN" + filler * after, "TOKEN")

    assert width_of(source) <= 112
    assert carets.count("^") == 5
    assert width_of(source[: source.index("TOKEN")]) == carets.index("^")


def test_a_long_token_is_cut_and_every_caret_has_something_above():
    source, carets = quoted(f"key: {'語' * 300}", "語" * 300)

    assert source.endswith("語…")
    assert width_of(source) - 1 == len(carets) == 109


def test_nothing_is_quoted_where_there_is_no_line():
    assert "a.yaml: message [a.b]" == findings_as_text([Diagnostic("a.b", "message", Location("a.yaml"))])
    assert "message [a.b]" == findings_as_text([Diagnostic("a.b", "message")])


@pytest.mark.parametrize(
    ("text", "width", "beginning", "end"),
    [
        ("abcdef", 3, "abc", "def"),
        ("abc", 9, "abc", "abc"),
        ("要約日本", 3, "要", "本"),
        ("ae\u0301bc", 2, "ae\u0301", "bc"),
        ("ab\u0301c\u0301", 1, "a", "c\u0301"),
        ("abc", 0, "", ""),
    ],
)
def test_text_is_cut_by_cells_and_marks_stay_with_their_letters(text: str, width: int, beginning: str, end: str):
    assert beginning == cut_after(text, width)
    assert end == cut_before(text, width)


@pytest.mark.parametrize("hostile", ["\x1b[2J", "\x9b2J", "a\nb", "a\rb", "\u202eabc", "\x07", "\u2028"])
def test_no_part_of_a_finding_drives_a_terminal_or_breaks_a_line(hostile: str):
    place = Location(f"{hostile}.yaml", 1, 1, 1, f"x{hostile}")
    found = Diagnostic("a.b", hostile, place, hint=hostile, related=((place, hostile),), combination=hostile)

    lines = findings_as_text([found]).split("\n")

    assert 7 == len(lines)
    assert [] == [line for line in lines if not line.isprintable()]
