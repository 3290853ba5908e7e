"""A range of dates at a glance: a row for each series, a column for each date, or for as many as there is room for."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby

from gembatch.model.document import Json, combination_text, value_text
from gembatch.model.jobs import Series
from gembatch.model.period import Period
from gembatch.report.cells import Cell, Cells
from gembatch.report.palette import PLAIN, Palette, printable
from gembatch.report.words import count_of, table, width_of

_WIDTH = 120
"""Cells of a line where there is no terminal to ask."""

_NOTHING = "·"

_Heading = tuple[str, str]
"""What stands above a column: a line that is not repeated, and the column's own."""


def _day(date: dt.date) -> _Heading:
    return f"{date:%Y-%m}", f"{date:%d}"


def _week(date: dt.date) -> _Heading:
    year, week, _ = date.isocalendar()
    return str(year), f"w{week:02}"


def _month(date: dt.date) -> _Heading:
    return f"{date:%Y}", f"{date:%m}"


def _year(date: dt.date) -> _Heading:
    return "", f"{date:%Y}"


# The finest comes first; the first that fits is shown.
_GROUPINGS: Mapping[str, Callable[[dt.date], _Heading]] = {
    "date": _day,
    "week": _week,
    "month": _month,
    "year": _year,
}


def grid_as_text(cells: Cells, period: Period, palette: Palette = PLAIN, *, width: int | None = None) -> str:
    """Returns the grid and its legend; nothing where no series has a date.

    Args:
        cells: How the jobs stand.
        period: The dates of the columns.
        palette: For the cells.
        width: Of the terminal, in cells; dates are grouped by week, month or year until the grid fits.
    """
    if not cells:
        return ""
    grouping, lines = _fitting(cells, period, palette, width or _WIDTH)
    return "\n".join([*lines, "", _legend(cells, grouping, palette)])


def _fitting(cells: Cells, period: Period, palette: Palette, width: int) -> tuple[str, list[str]]:
    lines: list[str] = []
    for name, heading_of in _GROUPINGS.items():
        lines = _lines(cells, period, palette, heading_of)
        if max(map(width_of, lines)) <= width:
            return name, lines
    return name, lines


def _lines(cells: Cells, period: Period, palette: Palette, heading_of: Callable[[dt.date], _Heading]) -> list[str]:
    columns = [(heading, list(dates)) for heading, dates in groupby(period.dates, heading_of)]

    def row(series: Series) -> list[str]:
        of_dates = ([cells[series][date] for date in dates if date in cells[series]] for _, dates in columns)
        shown = (_shown(each, palette, is_counted=heading_of is not _day) for each in of_dates)
        return [printable(series_name(series)), *shown]

    above = ["", *_not_repeated([upper for (upper, _), _ in columns])]
    head = ["SERIES", *(label for (_, label), _ in columns)]
    first, *others = table(above, [head, *sorted(map(row, cells))])
    return [first, *others] if first else others


def _not_repeated(texts: Sequence[str]) -> list[str]:
    return [text if not number or texts[number - 1] != text else "" for number, text in enumerate(texts)]


def _shown(cells: Sequence[Cell], palette: Palette, *, is_counted: bool) -> str:
    """Returns the most urgent of the cells that stand under one heading, and how many there are of it."""
    if not cells:
        return palette.dim(_NOTHING)
    counts = Counter(cells)
    cell = next(cell for cell in Cell if cell in counts)
    return _paint(cell, palette)(f"{cell.mark}{counts[cell]}" if is_counted else cell.mark)


def _paint(cell: Cell, palette: Palette) -> Callable[[str], str]:
    match cell:
        case Cell.BLOCKED | Cell.FAILED:
            return palette.red
        case Cell.MISSING | Cell.RUNNING:
            return palette.yellow
        case Cell.SUBMIT:
            return palette.cyan
        case Cell.DONE:
            return palette.green


def _legend(cells: Cells, grouping: str, palette: Palette) -> str:
    counts = Counter(cell for of_series in cells.values() for cell in of_series.values())
    told = [f"{_paint(cell, palette)(cell.mark)} {counts[cell]} {cell.word}" for cell in Cell if counts[cell]]
    line = f"{count_of(counts.total(), 'job')} with a date: {', '.join(told)}; {_NOTHING} nothing due"
    return line if grouping == "date" else f"{line}\nEach {grouping} shows its most urgent state, and how many have it."


def series_name(series: Series) -> str:
    """Returns a series for people: its display name with the values of its axes, dates as the spec has them."""
    name = series.template
    left: dict[str, Json] = {}
    for path, value in _named_values(json.loads(series.combination)).items():
        hole = re.compile(rf"{{{{\s*{re.escape(path)}\s*}}}}")
        name, filled = hole.subn(value_text(value).replace("\\", r"\\"), name)
        if not filled:
            left[path] = value
    return f"{name} ({combination_text(left)})" if left else name


def _named_values(combination: Mapping[str, Json]) -> dict[str, Json]:
    """Returns the values of a combination by what an expression calls them: `lang`, `voice.tone`."""
    named: dict[str, Json] = {}
    for axis, value in combination.items():
        named |= (
            {f"{axis}.{member}": item for member, item in value.items()} if isinstance(value, dict) else {axis: value}
        )
    return named
