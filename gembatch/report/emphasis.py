"""Which part of a line that changed is another one: in a long prompt a reader looks for one word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

from gembatch.report.value_diff import DiffLine, Sign, equal_ends

# A number is one word: 0.2 is no version of 0.
_WORD = re.compile(r"\d+(?:[.,]\d+)*|\w+|\s+|.", re.DOTALL)

_MOST_COMPARED = 20_000
"""Words of the one line by words of the other above which only their equal ends are told apart."""

_LEAST_EQUAL = 0.3
"""Share of equal text below which two lines are no versions of each other, and nothing in them stands out."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line.

    Attributes:
        text: What it says.
        differs: Whether it is what is different in the line; never for a line that has no counterpart.
    """

    text: str
    differs: bool = False


@dataclass(frozen=True, slots=True)
class PiecedLine:
    """One line of a difference, in pieces."""

    sign: Sign
    pieces: tuple[Piece, ...]


def pieced(lines: Iterable[DiffLine]) -> tuple[PiecedLine, ...]:
    """Returns the lines with what differs told apart, where as many lines take the place of as many others."""
    runs = [list(run) for _, run in groupby(lines, lambda line: line.sign)]
    found: list[PiecedLine] = []
    while runs:
        run, *runs = runs
        if runs and (run[0].sign, runs[0][0].sign) == (Sign.BEFORE, Sign.AFTER) and len(run) == len(runs[0]):
            found += _paired(run, runs.pop(0))
        else:
            found += [PiecedLine(line.sign, (Piece(line.text),)) for line in run]
    return tuple(found)


def _paired(before: Sequence[DiffLine], after: Sequence[DiffLine]) -> Iterator[PiecedLine]:
    pairs = [_pieces(old.text, new.text) for old, new in zip(before, after, strict=True)]
    yield from (PiecedLine(Sign.BEFORE, old) for old, _ in pairs)
    yield from (PiecedLine(Sign.AFTER, new) for _, new in pairs)


def _pieces(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    old, new = _WORD.findall(before), _WORD.findall(after)
    blocks = list(_equal_blocks(old, new))
    equal = sum(len(word) for start, _, size in blocks for word in old[start : start + size])
    if 2 * equal < _LEAST_EQUAL * (len(before) + len(after)):
        return (Piece(before),), (Piece(after),)
    return (
        _joined(old, [(start, start + size) for start, _, size in blocks]),
        _joined(new, [(start, start + size) for _, start, size in blocks]),
    )


def _equal_blocks(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """Yields where the first and where the second has as many equal words."""
    head, tail = equal_ends(old, new)
    yield 0, 0, head
    middle = old[head : len(old) - tail], new[head : len(new) - tail]
    if len(middle[0]) * len(middle[1]) <= _MOST_COMPARED:
        for block in SequenceMatcher(None, *middle, autojunk=False).get_matching_blocks():
            # A space alone between words that differ would tear them apart for nothing.
            if any(word.strip() for word in middle[0][block.a : block.a + block.size]):
                yield head + block.a, head + block.b, block.size
    yield len(old) - tail, len(new) - tail, tail


def _joined(words: Sequence[str], equal: Iterable[tuple[int, int]]) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    end = 0
    for first, last in [*equal, (len(words), len(words))]:
        pieces += [Piece("".join(words[end:first]), differs=True), Piece("".join(words[first:last]))]
        end = last
    return tuple(piece for piece in pieces if piece.text)
