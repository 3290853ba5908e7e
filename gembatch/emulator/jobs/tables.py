"""The table into which a job's rows are imported: one type for each path over all rows. Pure.

The service loads the rows as a BigQuery table whose schema it infers, and a job fails as a whole when one row does
not fit. Texts of errors are those that were seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import IntEnum

from gembatch.emulator.http import Json

_MAX_DEPTH = 15
_FIELD_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,299}")
_INTEGER = re.compile(r"-?[0-9]{1,18}")
_DECIMAL = re.compile(r"-?[0-9]+\.[0-9]+([eE][+-]?[0-9]{1,2})?")


class UnfitRowError(ValueError):
    """A row, or all rows together, cannot be stored in a table."""


class Texts(IntEnum):
    """What all texts of a column look like. The greater one wins."""

    NONE = 0
    INTEGERS = 1
    DECIMALS = 2
    WORDS = 3


class Column:
    """What was seen at one path in all rows.

    Attributes:
        path: Names from the top, joined by dots; empty for the row itself.
        fields: The columns of a struct, by name; None unless it is one.
        texts: What the texts look like.
    """

    __slots__ = ("_depth", "_holds_leaves", "_is_list", "fields", "path", "texts")

    def __init__(self, path: str = "", depth: int = 0) -> None:
        self.path = path
        self.fields: dict[str, Column] | None = None
        self.texts = Texts.NONE
        self._depth = depth
        self._holds_leaves = False
        self._is_list: bool | None = None

    def see(self, value: Json) -> None:
        """Takes a value into account.

        Raises:
            UnfitRowError: No table could hold it, or none could hold it and what was seen before.
        """
        if value is None:
            return
        is_list = isinstance(value, list)
        if self._is_list not in (None, is_list):
            raise UnfitRowError(f"Repeated field must be imported as a JSON array. Field: {self.path}.")
        self._is_list = is_list
        for item in value if isinstance(value, list) else (value,):
            self._see_item(item)

    def check(self) -> None:
        """Raises UnfitRowError when a struct has no fields in any row."""
        for column in self.walk():
            # A failed row's `response` is empty. If that were refused, an output whose rows all failed could not be
            # the input of the job that tries again.
            if column.fields == {} and column.path not in {"", "response"}:
                raise UnfitRowError(f"Cannot store struct '{column.path}' with no fields.")

    def walk(self) -> Iterator[Column]:
        """Yields this column and all below it."""
        yield self
        for column in (self.fields or {}).values():
            yield from column.walk()

    def _see_item(self, item: Json) -> None:
        if isinstance(item, dict):
            self._see_struct(item)
        elif item is None:
            raise UnfitRowError(f"Only optional fields can be set to NULL. Field: {self.path}; Value: NULL")
        elif isinstance(item, list):
            raise UnfitRowError(f"Array specified for non-repeated field: {self.path}.")
        elif self.fields is not None:
            raise UnfitRowError(f"This field: {self.path} is not a record.")
        else:
            self._holds_leaves = True
            if isinstance(item, str) and self.texts is not Texts.WORDS:
                self.texts = max(self.texts, _look_of(item))

    def _see_struct(self, struct: dict[str, Json]) -> None:
        if self._holds_leaves:
            raise UnfitRowError(f"JSON object specified for non-record field: {self.path}")
        if self.fields is None:
            self._check_depth()
            self.fields = {}
        for name, value in struct.items():
            if name not in self.fields:
                self.fields[name] = self._make_field(name)
            self.fields[name].see(value)

    def _check_depth(self) -> None:
        if self._depth > _MAX_DEPTH:
            raise UnfitRowError(
                f"Schema nested too deeply, at least {self._depth} compared to "
                f"the maximum allowed level of {_MAX_DEPTH}."
            )

    def _make_field(self, name: str) -> Column:
        if not _FIELD_NAME.fullmatch(name):
            raise UnfitRowError(
                f'Invalid field name "{name}". Fields must contain only letters, numbers, and underscores, '
                "start with a letter or underscore, and be at most 300 characters long."
            )
        return Column(f"{self.path}.{name}" if self.path else name, self._depth + 1)


def come_back(value: Json, column: Column) -> Json:
    """Returns a value as it comes out of the table: with every field of its structs, absent ones null.

    Beside `request`, a text is a number if all texts of its column look like numbers: `"000000"` comes back as 0.
    """
    if isinstance(value, list):
        return [come_back(item, column) for item in value]
    if isinstance(value, dict):
        fields = column.fields or {}
        return {name: come_back(value.get(name), fields[name]) for name in sorted(fields)}
    if isinstance(value, str) and column.path.partition(".")[0] != "request":
        return _read_text(value, column.texts)
    return value


def _read_text(text: str, look: Texts) -> Json:
    match look:
        case Texts.INTEGERS:
            return int(text)
        case Texts.DECIMALS:
            return float(text)
        case _:
            return text


def _look_of(text: str) -> Texts:
    if _INTEGER.fullmatch(text):
        return Texts.INTEGERS
    return Texts.DECIMALS if _DECIMAL.fullmatch(text) else Texts.WORDS
