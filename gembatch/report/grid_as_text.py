"""A range of dates for a terminal: a column for each date, or for as many as there is room for."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from gembatch.model.period import Period
from gembatch.report.cells import Cell, Cells
from gembatch.report.grid import NOTHING, Grid, Grouping, Square, counts_of, grids
from gembatch.report.palette import PLAIN, Palette, printable
from gembatch.report.words import count_of, table, width_of

_WIDTH = 120
"""Cells of a line where there is no terminal to ask."""


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
    grouping, lines = _fitting(grids(cells, period), palette, width or _WIDTH)
    return "\n".join([*lines, "", _legend(cells, grouping, palette)])


def _fitting(grids: Iterator[Grid], palette: Palette, width: int) -> tuple[Grouping, list[str]]:
    grouping, lines = Grouping.DATE, list[str]()
    for grid in grids:
        grouping, lines = grid.grouping, _lines(grid, palette)
        if max(map(width_of, lines)) <= width:
            break
    return grouping, lines


def _lines(grid: Grid, palette: Palette) -> list[str]:
    # What neighbours have in common is not repeated.
    above = ["", *(text for upper, columns in grid.uppers for text in (upper, *[""] * (columns - 1)))]
    head = ["SERIES", *(heading.label for heading in grid.headings)]
    is_counted = grid.grouping is not Grouping.DATE
    rows = [
        [printable(name), *(_shown(square, palette, is_counted=is_counted) for square in squares)]
        for name, squares in grid.rows
    ]
    first, *others = table(above, [head, *rows])
    return [first, *others] if first else others


def _shown(square: Square, palette: Palette, *, is_counted: bool) -> str:
    """Returns a state's mark, and how many jobs under the heading have it."""
    if square.cell is None:
        return palette.dim(NOTHING)
    return _paint(square.cell, palette)(f"{square.cell.mark}{square.count if is_counted else ''}")


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


def _legend(cells: Cells, grouping: Grouping, palette: Palette) -> str:
    counts = counts_of(cells)
    told = [f"{_paint(cell, palette)(cell.mark)} {count} {cell.word}" for cell, count in counts.items()]
    line = f"{count_of(sum(counts.values()), 'job')} with a date: {', '.join(told)}; {NOTHING} nothing due"
    if grouping is Grouping.DATE:
        return line
    return f"{line}\nEach {grouping.value} shows its most urgent state, and how many have it."
