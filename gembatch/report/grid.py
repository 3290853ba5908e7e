"""A range of dates at a glance, as a value: a row for each series, a column for each date, week, month or year."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import groupby

from gembatch.model.document import Json, combination_text, value_text
from gembatch.model.jobs import Series
from gembatch.model.period import Period
from gembatch.report.cells import Cell, Cells
from gembatch.report.placeholders import named_values

NOTHING = "·"
"""Stands where nothing is due."""


class Grouping(Enum):
    """What a column stands for, the finest first."""

    DATE = "date"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above a column.

    Attributes:
        upper: What neighbours have in common, such as `2026-11`; empty for years.
        label: The column's own, such as `03`.
    """

    upper: str
    label: str


@dataclass(frozen=True, slots=True)
class Square:
    """Where a row and a column meet.

    Attributes:
        cell: The most urgent of the states there; None where nothing is due.
        count: How many jobs have it.
    """

    cell: Cell | None
    count: int


@dataclass(frozen=True, slots=True)
class Grid:
    """Series over dates.

    Attributes:
        grouping: What a column stands for.
        headings: One a column.
        rows: The name of each series with one square a column, sorted by name.
    """

    grouping: Grouping
    headings: tuple[Heading, ...]
    rows: tuple[tuple[str, tuple[Square, ...]], ...]

    @property
    def uppers(self) -> Iterator[tuple[str, int]]:
        """What stands above several columns, with how many they are."""
        for upper, headings in groupby(self.headings, lambda heading: heading.upper):
            yield upper, len(list(headings))


def grids(cells: Cells, period: Period) -> Iterator[Grid]:
    """Yields the same grid in each grouping, the finest first: who shows one takes the first that there is room for."""
    return (_grid(cells, period, grouping) for grouping in Grouping)


def counts_of(cells: Cells) -> Mapping[Cell, int]:
    """Returns how many jobs have each state, the most urgent first; absent ones are left out."""
    counts = Counter(cell for of_series in cells.values() for cell in of_series.values())
    return {cell: counts[cell] for cell in Cell if counts[cell]}


def _grid(cells: Cells, period: Period, grouping: Grouping) -> Grid:
    columns = [(heading, list(dates)) for heading, dates in groupby(period.dates, lambda day: _heading(day, grouping))]

    def row(series: Series) -> tuple[str, tuple[Square, ...]]:
        of_dates = ([cells[series][date] for date in dates if date in cells[series]] for _, dates in columns)
        return series_name(series), tuple(map(_square, of_dates))

    rows = sorted(map(row, cells), key=lambda named: named[0])
    return Grid(grouping, tuple(heading for heading, _ in columns), tuple(rows))


def _heading(date: dt.date, grouping: Grouping) -> Heading:
    match grouping:
        case Grouping.DATE:
            return Heading(f"{date:%Y-%m}", f"{date:%d}")
        case Grouping.WEEK:
            year, week, _ = date.isocalendar()
            return Heading(str(year), f"w{week:02}")
        case Grouping.MONTH:
            return Heading(f"{date:%Y}", f"{date:%m}")
        case Grouping.YEAR:
            return Heading("", f"{date:%Y}")


def _square(cells: Sequence[Cell]) -> Square:
    counts = Counter(cells)
    cell = next((cell for cell in Cell if cell in counts), None)
    return Square(cell, counts[cell] if cell else 0)


def series_name(series: Series) -> str:
    """Returns a series for people: its display name with the values of its axes, dates as the spec has them."""
    name = series.template
    left: dict[str, Json] = {}
    for path, value in named_values(json.loads(series.combination)).items():
        hole = re.compile(rf"{{{{\s*{re.escape(path)}\s*}}}}")
        name, filled = hole.subn(value_text(value).replace("\\", r"\\"), name)
        if not filled:
            left[path] = value
    return f"{name} ({combination_text(left)})" if left else name
