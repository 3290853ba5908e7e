"""What stands out in a line that changed."""

from __future__ import annotations

import pytest

from gembatch.report.emphasis import PiecedLine, pieced
from gembatch.report.value_diff import DiffLine, Sign, value_diff


def marked(lines: tuple[PiecedLine, ...]) -> list[str]:
    """The lines with what stands out between brackets."""
    return [
        f"{line.sign.value} " + "".join(f"[{piece.text}]" if piece.differs else piece.text for piece in line.pieces)
        for line in lines
    ]


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        ("say one word", "say two words", ["- say [one word]", "+ say [two words]"]),
        ("warm or cold", "warm or", ["- warm or[ cold]", "+ warm or"]),
        ("warm", "warm, or cold", ["- warm", "+ warm[, or cold]"]),
        ("gemini-3.8-flash", "gemini-4-argon", ["- gemini-[3.8]-[flash]", "+ gemini-[4]-[argon]"]),
        ("a b c d e f", "a x c d y f", ["- a [b] c d [e] f", "+ a [x] c d [y] f"]),
        ("日本 語", "日本 人", ["- 日本 [語]", "+ 日本 [人]"]),
    ],
)
def test_the_words_that_differ_stand_out(before: str, after: str, lines: list[str]) -> None:
    assert lines == marked(pieced(value_diff(before, after)))


@pytest.mark.parametrize(
    ("before", "after"),
    [("warm", "cold"), ("the quick brown fox", "a lazy dog sleeps"), ("a b c d", "e f g h"), (0.2, 0)],
)
def test_in_lines_that_have_little_in_common_nothing_stands_out(before: str, after: str) -> None:
    assert [f"- {before}", f"+ {after}"] == marked(pieced(value_diff(before, after)))


def test_lines_are_compared_one_by_one_where_as_many_take_their_place() -> None:
    lines = pieced(
        value_diff("keep this\nrate the tone\nanswer in one word", "keep this\nrate its tone\nanswer in a word")
    )

    assert [
        "  keep this",
        "- rate [the] tone",
        "- answer in [one] word",
        "+ rate [its] tone",
        "+ answer in [a] word",
    ] == marked(lines)


@pytest.mark.parametrize(
    ("before", "after"), [(None, "a new text"), ("an old text", None), ("one line", "one line\nand another line")]
)
def test_lines_without_a_counterpart_are_whole(before: str | None, after: str | None) -> None:
    assert not any(piece.differs for line in pieced(value_diff(before, after)) for piece in line.pieces)


def test_what_is_left_out_stays_told() -> None:
    left_out = DiffLine(Sign.LEFT_OUT, "12 equal lines")

    assert ["… 12 equal lines", "- a b c [d]", "+ a b c [e]"] == marked(
        pieced([left_out, DiffLine(Sign.BEFORE, "a b c d"), DiffLine(Sign.AFTER, "a b c e")])
    )


def test_long_lines_that_differ_all_over_are_compared_by_their_ends_alone() -> None:
    middle = [" ".join(f"{word}{number}" for number in range(200)) for word in ("old", "new")]
    ends = ["begin " * 400 + text + " end" * 400 for text in middle]

    lines = pieced([DiffLine(Sign.BEFORE, ends[0]), DiffLine(Sign.AFTER, ends[1])])

    assert [3, 3] == [len(line.pieces) for line in lines]
    assert ends == ["".join(piece.text for piece in line.pieces) for line in lines]
