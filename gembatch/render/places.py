"""Where a stretch of a leaf's text stands in its file."""

from __future__ import annotations

import re
from dataclasses import replace

from gembatch.model.diagnostics import Location
from gembatch.model.document import Document, Mark, Pointer
from gembatch.render.tree import Extent

# How a scalar on one line is written: its quote, and what stands for the characters that it cannot hold as they are.
_STYLES: tuple[tuple[str, dict[int, str]], ...] = (
    ("", {}),
    ("'", str.maketrans({"'": "''"})),
    ('"', str.maketrans({'"': '\\"', "\\": "\\\\"})),
)


def place_in_leaf(document: Document, pointer: Pointer, text: str, extent: Extent) -> Location:
    """Returns the place of a stretch of a leaf; the whole leaf's where escapes or folding moved its characters.

    Args:
        document: The document.
        pointer: The leaf.
        text: The leaf's value.
        extent: The stretch, counted in the value.
    """
    leaf = document.places.at(pointer)
    mark = document.places.values.get(pointer)
    if mark is None:
        return leaf
    return (
        _on_one_line(mark, leaf, text, extent)
        or _in_block(mark, text, extent)
        or _by_its_words(mark, text, extent)
        or leaf
    )


def _on_one_line(mark: Mark, leaf: Location, text: str, extent: Extent) -> Location | None:
    if mark.line != mark.end_line:
        return None
    written = leaf.text[mark.column - 1 : mark.end_column - 1]
    for quote, escapes in _STYLES:
        if written == f"{quote}{text.translate(escapes)}{quote}":
            before = len(quote + text[: extent.offset].translate(escapes))
            stretch = text[extent.offset : extent.offset + extent.length].translate(escapes)
            return replace(leaf, column=leaf.column + before, length=max(1, len(stretch)))
    return None


def _in_block(mark: Mark, text: str, extent: Extent) -> Location | None:
    """A literal block (`|`) begins below its mark and keeps its lines, indented."""
    before = text[: extent.offset]
    line_text = text.split("\n")[before.count("\n")]
    number = mark.line + 1 + before.count("\n")
    source_line = mark.source.line(number)
    if number > mark.end_line or not source_line.endswith(line_text) or source_line[: -len(line_text)].strip():
        return None
    offset = extent.offset - (before.rfind("\n") + 1)
    column = len(source_line) - len(line_text) + offset + 1
    length = min(extent.length, len(line_text) - offset)
    return Location(mark.source.path, number, column, max(1, length), source_line)


def _by_its_words(mark: Mark, text: str, extent: Extent) -> Location | None:
    """Where lines were folded, or escapes used, the stretch is where its words are, if they are there once."""
    words = text[extent.offset : extent.offset + extent.length]
    whole = re.compile(rf"(?<!\w){re.escape(words)}(?!\w)")
    lines = range(mark.line, mark.end_line + 1)
    found = [(line, match.start() + 1) for line in lines for match in whole.finditer(mark.source.line(line))]
    within = [place for place in found if mark[1:3] <= place < mark[3:5]]
    if len(within) != 1:
        return None
    line, column = within[0]
    return Mark(mark.source, line, column, line, column + len(words)).location()
