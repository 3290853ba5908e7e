"""The places of a document in the order of reading, as bare numbers.

A mark for each key and value, in mappings by their pointers, would take as long to make as the file to read, and only
findings ask for marks. So four numbers are kept of each, and the rest is worked out when it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from gembatch.model.document import Json, Mark, Pointer, Source, SourceMap

Trail: TypeAlias = "list[int]"
"""Line, column, end line and end column, from 0, of each value, and of each key before its value; outermost first."""


def mark_at(source: Source, trail: Trail, index: int) -> Mark:
    """Returns the mark that begins at an index of the trail."""
    return Mark(source, *(number + 1 for number in trail[index : index + 4]))


def places_along(source: Source, data: Json, trail: Trail) -> SourceMap:
    """Returns the places of a document.

    Args:
        source: Its file.
        data: Its content, exactly as it was read along the trail.
        trail: Where that stands.
    """
    values: dict[Pointer, Mark] = {}
    keys: dict[Pointer, Mark] = {}
    marks = (mark_at(source, trail, index) for index in range(0, len(trail), 4))
    _follow(data, (), marks, values, keys)
    return SourceMap(values, keys)


def _follow(
    value: Json, pointer: Pointer, marks: Iterator[Mark], values: dict[Pointer, Mark], keys: dict[Pointer, Mark]
) -> None:
    values[pointer] = next(marks)
    if isinstance(value, dict):
        for key, item in value.items():
            child = (*pointer, key)
            keys[child] = next(marks)
            _follow(item, child, marks, values, keys)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _follow(item, (*pointer, index), marks, values, keys)
