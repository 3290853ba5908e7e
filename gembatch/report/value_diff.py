"""Two values as the lines of a difference: what every renderer shows of a field that changed.

The lines hold text as it is in the values. Whoever puts them anywhere makes them safe for that place.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby

from gembatch.model.document import Json
from gembatch.report.words import count_of

CONTEXT = 3
"""Equal lines that are shown around what differs."""

MOST_LINES = 60
"""Lines of one difference after which the rest is only counted."""

_MOST_ALIKE = 20
"""Lines that are removed, or added, in a row before the rest of them is only counted."""

_LONGEST_LINE = 400
_AROUND = 80
_MOST_COMPARED = 1_000_000
"""Pairs of lines beyond which two texts are not compared line by line: it would take for ever."""


class Sign(StrEnum):
    """What a line of a difference is; its value stands in front of it."""

    BEFORE = "-"
    AFTER = "+"
    EQUAL = " "
    LEFT_OUT = "…"


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line of a difference.

    Attributes:
        sign: What it is.
        text: One line of a value; of lines that are left out how many there are, for people.
    """

    sign: Sign
    text: str

    def __str__(self) -> str:
        return f"{self.sign} {self.text}"


def value_diff(before: Json, after: Json) -> tuple[DiffLine, ...]:
    """Returns the lines in which two values differ, each part with the equal lines around it.

    A text is its lines, and JSON its structure, also where it stands in a text. Lines that are longer than anybody
    reads are cut around what differs in them.

    Args:
        before: None when it was not there.
        after: None when it is not there any more.
    """
    old, new = lines_of(before), lines_of(after)
    first, last = equal_ends(old, new)
    end, new_end = len(old) - last, len(new) - last
    lines = [*_equal(old[:first]), *_compared(old[first:end], new[first:new_end]), *_equal(old[end:])]
    return tuple(_limited(lines))


def lines_of(value: Json) -> list[str]:
    """Returns a value as lines: a text's own, else its structure; none for None."""
    try:
        match value:
            case None:
                return []
            case str():
                inner = _json_in(value)
                return _text_lines(value) if inner is None else list(_structure(inner))
            case _:
                return list(_structure(value))
    except RecursionError:
        return ["(nested too deeply to be shown)"]


def _json_in(text: str) -> Json:
    """Returns the JSON object or list that a text is; None for any other text."""
    if text.lstrip()[:1] not in {"{", "["}:
        return None
    try:
        value: Json = json.loads(text)
    except ValueError:
        return None
    return value or None


def _text_lines(text: str) -> list[str]:
    """Returns a text's lines: one that could be taken for another value, or for nothing, in quotes."""
    if "\n" in text:
        return text.split("\n")
    return [_dumped(text) if text != text.strip() or _is_json(text) else text]


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return not text
    return True


def _structure(value: Json, indent: str = "") -> Iterator[str]:
    """Yields JSON as YAML is written, for people: a text of several lines stands there as it is."""
    match value:
        case dict() if value:
            for key, item in value.items():
                yield from _item(f"{indent}{key}:", item, indent)
        case [_, *_]:
            for item in value:
                first, *rest = _structure(item, f"{indent}  ")
                yield f"{indent}- {first[len(indent) + 2 :]}"
                yield from rest
        case str() if "\n" in value:
            yield f"{indent}|"
            yield from (f"{indent}{line}" for line in value.split("\n"))
        case _:
            yield f"{indent}{_dumped(value)}"


def _item(head: str, value: Json, indent: str) -> Iterator[str]:
    lines = list(_structure(value, f"{indent}  "))
    match value:
        case {} | [_, *_] if value:
            yield head
            yield from lines
        case _:
            yield f"{head} {lines[0].lstrip()}"
            yield from lines[1:]


def _dumped(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)


def equal_ends(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """Returns how much is equal at the beginning, and of the rest at the end: of lines, words or characters."""
    first = equal_beginning(old, new)
    return first, equal_beginning(old[first:][::-1], new[first:][::-1])


def equal_beginning(old: Sequence[str], new: Sequence[str]) -> int:
    """Returns how much is equal at the beginning."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((number for number, (one, other) in pairs if one != other), min(len(old), len(new)))


def _compared(old: Sequence[str], new: Sequence[str]) -> Iterator[DiffLine]:
    if len(old) * len(new) > _MOST_COMPARED:
        yield from _replaced(old, new)
        return
    for what, start, end, new_start, new_end in SequenceMatcher(None, old, new).get_opcodes():
        if what == "equal":
            yield from _equal(old[start:end])
        else:
            yield from _replaced(old[start:end], new[new_start:new_end])


def _equal(lines: Sequence[str]) -> Iterator[DiffLine]:
    return (DiffLine(Sign.EQUAL, _cut(line)) for line in lines)


def _replaced(old: Sequence[str], new: Sequence[str]) -> Iterator[DiffLine]:
    pairs = [_around_difference(*pair) for pair in zip(old, new, strict=False)]
    yield from (DiffLine(Sign.BEFORE, line) for line, _ in pairs)
    yield from (DiffLine(Sign.BEFORE, _cut(line)) for line in old[len(pairs) :])
    yield from (DiffLine(Sign.AFTER, line) for _, line in pairs)
    yield from (DiffLine(Sign.AFTER, _cut(line)) for line in new[len(pairs) :])


def _around_difference(before: str, after: str) -> tuple[str, str]:
    """Returns two lines that differ, both cut around what differs where one is too long."""
    if max(len(before), len(after)) <= _LONGEST_LINE:
        return before, after
    first, last = equal_ends(before, after)
    start = max(0, first - _AROUND)
    return _excerpt(before, start, last), _excerpt(after, start, last)


def _excerpt(line: str, start: int, last: int) -> str:
    end = min(len(line), len(line) - last + _AROUND, start + _LONGEST_LINE)
    return f"{'…' if start else ''}{line[start:end]}{'…' if end < len(line) else ''}"


def _cut(line: str) -> str:
    return line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]}… ({len(line)} characters)"


def _limited(lines: Sequence[DiffLine]) -> Iterator[DiffLine]:
    """Yields as many lines as a person reads; of the others how many there are."""
    shown = [
        line for sign, run in groupby(lines, lambda line: line.sign) for line in _shortened(sign, list(run), lines)
    ]
    yield from shown[:MOST_LINES]
    if rest := sum(line.sign is not Sign.LEFT_OUT for line in shown[MOST_LINES:]):
        yield DiffLine(Sign.LEFT_OUT, f"{count_of(rest, 'more line')}")


def _shortened(sign: Sign, run: list[DiffLine], lines: Sequence[DiffLine]) -> list[DiffLine]:
    match sign:
        case Sign.EQUAL:
            # Before the first difference only what leads to it matters, and after the last what follows it.
            head = 0 if run[0] is lines[0] else CONTEXT
            tail = 0 if run[-1] is lines[-1] else CONTEXT
            what = "equal line"
        case Sign.BEFORE | Sign.AFTER:
            head, tail = _MOST_ALIKE, 0
            what = "more line"
        case _:
            return run
    hidden = len(run) - head - tail
    if hidden <= 1:
        return run
    return [*run[:head], DiffLine(Sign.LEFT_OUT, count_of(hidden, what)), *run[len(run) - tail :]]
