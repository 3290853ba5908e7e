"""A CSV file with a header → a list of maps, with a place for every cell. RFC 4180, and blanks around a cell are none.

Every value is text: CSV knows nothing else.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from gembatch.load.builder import MAX_NODES
from gembatch.load.findings import Findings, TooMuchError
from gembatch.load.text import character_findings
from gembatch.load.yaml_reader import Read
from gembatch.model.diagnostics import Diagnostic, Location
from gembatch.model.document import Document, Json, Mark, Pointer, Source, SourceMap

RULE = "matrix.file"

# Possessive, so that a quote which is never closed costs one pass.
_CELL = re.compile(r'[ \t]*+(?:"(?P<quoted>(?:[^"]|"")*+)"[ \t\r]*+|(?P<plain>[^",\n]*+))(?=(?P<end>,|\n|\Z))')


class _Cell(NamedTuple):
    text: str
    mark: Mark


def read_csv(source: Source) -> Read:
    """Reads the one list in `source`: a map for each line after the header. Lines without anything do not count."""
    if character_faults := character_findings(source):
        return Read((), character_faults)
    reader = _Reader(source)
    try:
        document = reader.document()
    except TooMuchError:
        return Read((), tuple(reader.findings.diagnostics))
    return Read(() if reader.findings.diagnostics else (document,), tuple(reader.findings.diagnostics))


class _Reader:
    __slots__ = ("_lines", "_source", "findings")

    def __init__(self, source: Source) -> None:
        self.findings = Findings()
        self._source = source
        self._lines = [0, *(found.end() for found in re.finditer("\n", source.text))]

    def document(self) -> Document:
        rows = self._rows()
        header = next(rows, [])
        self._check_header(header)
        values: dict[Pointer, Mark] = {(): self._mark(0, len(self._source.text))}
        keys: dict[Pointer, Mark] = {}
        items: list[Json] = []
        for index, row in enumerate(rows):
            values[(index,)] = _spanned(row)
            if self._is_whole(row, header):
                for name, cell in zip(header, row, strict=True):
                    values[index, name.text], keys[index, name.text] = cell.mark, name.mark
            items.append({name.text: cell.text for name, cell in zip(header, row, strict=False)})
            if len(values) > MAX_NODES:
                message = f"more than {MAX_NODES:,} cells in one file"
                self.findings.stop(message, _spanned(row).location(), "rows of data belong into a job's input")
        return Document(self._source, items, SourceMap(values, keys))

    def _rows(self) -> Iterator[list[_Cell]]:
        """Yields the cells of each line that has any."""
        row: list[_Cell] = []
        position = 0
        while found := _CELL.match(self._source.text, position):
            row.append(self._cell(found))
            if found["end"] != ",":
                if len(row) > 1 or row[0].text:
                    yield row
                row = []
            position = found.end() + 1
            if position > len(self._source.text):
                return
        message = "a quote is not closed, or stands within a cell that does not begin with one"
        hint = 'put quotes around the whole cell, and write `""` for one within'
        self.findings.add(RULE, message, self._mark(position, position + 1), hint)

    def _cell(self, found: re.Match[str]) -> _Cell:
        if found["quoted"] is not None:
            start, end = found.span("quoted")
            return _Cell(found["quoted"].replace('""', '"'), self._mark(start - 1, end + 1))
        text = found["plain"].strip(" \t\r")
        start = found.start("plain")
        return _Cell(text, self._mark(start, start + len(text)))

    def _check_header(self, header: list[_Cell]) -> None:
        if not header:
            hint = "name the columns on the first line, and write a value of the axis on each that follows"
            self.findings.append(Diagnostic(RULE, "the file is empty", Location(self._source.path), hint=hint))
        seen: set[str] = set()
        for cell in header:
            if not cell.text:
                self.findings.add(RULE, "a column has no name", cell.mark, "name it on the first line")
            elif cell.text in seen:
                self.findings.add(RULE, f"two columns are called `{cell.text}`", cell.mark, "rename one of them")
            seen.add(cell.text)

    def _is_whole(self, row: list[_Cell], header: list[_Cell]) -> bool:
        if len(row) == len(header):
            return True
        message = f"this line has {len(row)} cell{'s' * (len(row) != 1)}, and the first one {len(header)}"
        self.findings.add(RULE, message, _spanned(row), "put quotes around a cell that contains a comma")
        return False

    def _mark(self, start: int, end: int) -> Mark:
        return Mark(self._source, *self._place(start), *self._place(end))

    def _place(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1


def _spanned(row: list[_Cell]) -> Mark:
    first, last = row[0].mark, row[-1].mark
    return first._replace(end_line=last.end_line, end_column=last.end_column)
