"""What was read from a file: plain JSON values beside a map from every key and value to its place."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple, Self, TypeAlias

from gembatch.model.diagnostics import Location
from gembatch.model.secrets import hidden

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
"""A JSON value. Mappings keep the order of the file."""

Pointer: TypeAlias = "tuple[str | int, ...]"
"""The way from the root to a value: mapping keys and list indexes, outermost first. `()` is the root."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file's text under the name that the user knows it by.

    Attributes:
        path: Relative to the workspace, with forward slashes.
        text: The whole content, decoded.
    """

    path: str
    text: str = field(repr=False)

    def line(self, number: int) -> str:
        """Returns line `number` (from 1) without its line break; empty past the end."""
        lines = _lines(self.text)
        return lines[number - 1].removesuffix("\r") if 0 < number <= len(lines) else ""


@lru_cache(maxsize=4)  # a file with many findings is asked for a line by each of them
def _lines(text: str) -> list[str]:
    # Not `splitlines`: it also breaks at U+2028, form feeds and the like, which YAML and editors do not count.
    return text.split("\n")


class Mark(NamedTuple):
    """A place in compact form: there is one for every key and value of every file.

    Attributes:
        source: The file.
        line: From 1.
        column: From 1, in characters.
        end_line: From 1; equals `line` for what fits on one line.
        end_column: Column after the last character, from 1.
    """

    source: Source
    line: int
    column: int
    end_line: int
    end_column: int

    def location(self) -> Location:
        """Returns the place as people read it: what runs over several lines is cut at the end of the first."""
        text = self.source.line(self.line)
        end = self.end_column if self.end_line == self.line else len(text) + 1
        return Location(self.source.path, self.line, self.column, max(1, end - self.column), text)


Marks: TypeAlias = Mapping[Pointer, Mark]
"""Marks by the pointer of a value."""


class SourceMap:
    """Where each part of a document was written.

    It may be worked out later, when somebody first asks: where nothing is wrong with a document, nobody does.
    """

    __slots__ = ("_marks",)

    def __init__(self, values: Marks, keys: Marks) -> None:
        """Takes the marks as they are.

        Args:
            values: The mark of each value; the root is always there.
            keys: The mark of each mapping key, by the pointer of its value.
        """
        self._marks: tuple[Marks, Marks] | Callable[[], SourceMap] = (values, keys)

    @classmethod
    def later(cls, make: Callable[[], SourceMap]) -> Self:
        """Returns what `make` will return, once it is asked for."""
        places = cls.__new__(cls)
        places._marks = make  # noqa: SLF001  one of its own kind
        return places

    @property
    def values(self) -> Marks:
        """The mark of each value, by its pointer; the root is always there."""
        return self._known()[0]

    @property
    def keys(self) -> Marks:
        """The mark of each mapping key, by the pointer of its value."""
        return self._known()[1]

    def _known(self) -> tuple[Marks, Marks]:
        if not isinstance(self._marks, tuple):
            made = self._marks()
            self._marks = (made.values, made.keys)
        return self._marks

    def __eq__(self, other: object) -> bool:
        return self._known() == other._known() if isinstance(other, SourceMap) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # mutable in that it is worked out late

    def at(self, pointer: Pointer) -> Location:
        """Returns the place of a value, or of the nearest value around it that has one."""
        while pointer and pointer not in self.values:
            pointer = pointer[:-1]
        return self.values[pointer].location()

    def at_key(self, pointer: Pointer) -> Location:
        """Returns the place of a value's key; of the value itself where it has no key of its own (a list's item)."""
        mark = self.keys.get(pointer)
        return mark.location() if mark else self.at(pointer)


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML document.

    Attributes:
        source: The file it stands in.
        data: Its content as plain JSON values.
        places: Where each key and value was written.
    """

    source: Source
    data: Json
    places: SourceMap


@dataclass(frozen=True, slots=True)
class PreviousName:
    """The name that a renamed job had, as it stood in the file.

    Attributes:
        template: With its expressions.
        series: What of the combination named the series.
        is_dated: Whether it depends on a date.
    """

    template: str
    series: Mapping[str, Json]
    is_dated: bool


@dataclass(frozen=True, slots=True)
class Rendered:
    """A job document with its expressions filled in: one per matrix combination.

    Pointers still mean what they meant in the file, since templates touch leaf strings only.

    Attributes:
        document: The filled-in document, without `matrix`.
        combination: The value of each axis, in the order of the file; empty without a matrix.
        series: What of the combination names the series, together with `name_template`.
        name_template: The display name as it stands in the file; None when there is none.
        name_dates: How fine the dates are on which the display name depends: `day`, `week`, `month`, `quarter`, `year`.
        body_dates: By pointer, the same of every other leaf; leaves without a date are left out.
        date: The date that it was filled in for, where the run is about several; None where the run's own says it all.
        previous: The display name that it had, where it is being renamed.
    """

    document: Document
    combination: Mapping[str, Json]
    series: Mapping[str, Json]
    name_template: str | None
    name_dates: frozenset[str]
    body_dates: Mapping[Pointer, frozenset[str]]
    date: dt.date | None = None
    previous: PreviousName | None = None

    @property
    def combination_text(self) -> str:
        """The combination for people, such as `lang=de, tone=formal`; with the date where there are several."""
        named = self.combination if self.date is None else {**self.combination, "ds": str(self.date)}
        return combination_text(named)


_LONGEST_MAP = 40


def combination_text(combination: Mapping[str, Json]) -> str:
    """Returns a combination for people, such as `lang=de, voice=formal/warm`."""
    return ", ".join(f"{axis}={value_text(value)}" for axis, value in combination.items())


def value_text(value: Json) -> str:
    """Returns a value of an axis for people: a map by what it holds, as far as that is short."""
    if isinstance(value, dict):
        text = "/".join(map(value_text, value.values()))
        return text if len(text) <= _LONGEST_MAP else f"{hidden(text)[: _LONGEST_MAP - 1]}…"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
