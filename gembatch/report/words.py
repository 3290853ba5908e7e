"""Small change: counts, tables, widths, ages, sizes."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta

_KIBI = 1024
_TWO_DIGITS = 10

_ESCAPE = re.compile("\x1b\\[[0-9;]*m")


def count_of(number: int, noun: str) -> str:
    """Returns `1 job`, `2 jobs`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def bytes_of(number: int) -> str:
    """Returns a size in its largest unit: `512 B`, `1.2 MiB`, `37 GiB`."""
    size, units = float(number), iter(("B", "KiB", "MiB", "GiB", "TiB"))
    unit = next(units)
    # Rounded as it will be shown: 1023.6 KiB is no "1024 KiB".
    while round(size) >= _KIBI and unit != "TiB":
        size, unit = size / _KIBI, next(units)
    return f"{size:.1f} {unit}" if unit != "B" and round(size, 1) < _TWO_DIGITS else f"{size:.0f} {unit}"


def width_of(text: str) -> int:
    """Returns how many terminal cells `text` takes: wide characters two, combining ones and colours none."""
    plain = _ESCAPE.sub("", text)
    return sum(_cells(character) for character in plain)


def _cells(character: str) -> int:
    # Marks that enclose or that have no fixed place, such as most vowel signs of Thai, have no combining class.
    if unicodedata.category(character) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def cut_after(text: str, width: int) -> str:
    """Returns the beginning of `text` that fits into `width` cells; marks stay with what they stand on."""
    ends = itertools.accumulate(map(_cells, text))
    return text[: sum(end <= width for end in ends)]


def cut_before(text: str, width: int) -> str:
    """Returns the end of `text` that fits into `width` cells, which begins with no mark of what is gone."""
    ends = itertools.accumulate(map(_cells, reversed(text)))
    kept = text[len(text) - sum(end <= width for end in ends) :]
    return kept.lstrip("".join(filter(lambda character: not _cells(character), kept)))


def table(header: Sequence[str], rows: Sequence[Sequence[str]], width: int | None = None) -> list[str]:
    """Returns the rows of a table, its header first: left-aligned columns, two spaces between, nothing after the last.

    Where that is wider than `width` cells, the last column stands on a line of its own below the others; what it holds
    is never cut, because people copy it.
    """
    lines = _aligned([header, *rows])
    if width is None or max(map(width_of, lines)) <= width:
        return lines
    narrow = _aligned([line[:-1] for line in (header, *rows)])
    return [f"{line}\n  {last}" if last else line for line, (*_, last) in zip(narrow, (header, *rows), strict=True)]


def _aligned(lines: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(width_of, column)) for column in zip(*lines, strict=True)]
    return [
        "  ".join(_padded(cell, width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    ]


def _padded(text: str, width: int) -> str:
    return text + " " * (width - width_of(text))


def age_of(time: str, now: datetime) -> str:
    """Returns how long ago an RFC 3339 time was, in its largest unit: `45s`, `12m`, `3h`, `2d`; empty for no time."""
    return span(now - datetime.fromisoformat(time)) if time else ""


def span(duration: timedelta) -> str:
    """Returns a duration in its largest unit; what is negative, by clocks that differ, is none."""
    seconds = max(0, int(duration.total_seconds()))
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "m")):
        if seconds >= size:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
