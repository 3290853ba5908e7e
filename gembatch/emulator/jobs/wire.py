"""Messages as proto3 JSON has them: which fields there are, of which type, and how a caller's JSON is read.

Rules: https://protobuf.dev/programming-guides/json. Texts of errors are those of Google's JSON front end.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cache, cached_property
from typing import TypeAlias, assert_never, cast

from gembatch.emulator.http import Json

_SHOWN_CHARACTERS = 100


class Scalar(Enum):
    """A type whose values have no fields that we know."""

    STRING = "TYPE_STRING"
    BOOL = "TYPE_BOOL"
    INT32 = "TYPE_INT32"
    INT64 = "TYPE_INT64"
    DOUBLE = "TYPE_DOUBLE"
    ENUM = "TYPE_ENUM"
    STRUCT = "type.googleapis.com/google.protobuf.Struct"
    """Any object. Also stands for messages into which nothing here looks."""
    VALUE = "type.googleapis.com/google.protobuf.Value"


_NUMERIC = (int, float, str)
_ACCEPTED: Mapping[Scalar, type | tuple[type, ...]] = {
    Scalar.STRING: str,
    Scalar.BOOL: bool,
    Scalar.INT32: _NUMERIC,
    Scalar.INT64: _NUMERIC,
    Scalar.DOUBLE: _NUMERIC,
    Scalar.ENUM: (int, str),
    Scalar.STRUCT: dict,
    Scalar.VALUE: object,
}
_TAKE_BOOLEANS = {Scalar.BOOL, Scalar.VALUE}
"""Python counts its booleans among the integers; JSON does not."""


@dataclass(frozen=True)
class Message:
    """A message type.

    Attributes:
        name: Its full name.
        fields: The type of each field, by its camelCase name.
        oneofs: Groups of which one field may be set, by the group's snake_case name.
        output_only: Fields that only the server sets; a caller's are ignored.
    """

    name: str
    fields: Mapping[str, Shape]
    oneofs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    output_only: frozenset[str] = frozenset()

    @cached_property
    def spellings(self) -> Mapping[str, str]:
        """The camelCase name for each accepted spelling of a field."""
        return {spelling: name for name in self.fields for spelling in (name, snake_case(name))}


@dataclass(frozen=True, slots=True)
class Repeated:
    """A list."""

    item: Shape


@dataclass(frozen=True, slots=True)
class MapOf:
    """An object with keys of the caller's choice."""

    value: Shape


Shape: TypeAlias = "Scalar | Message | Repeated | MapOf"


class ShapeError(ValueError):
    """JSON that is not the message.

    Attributes:
        violations: One sentence each, in the order of the JSON.
    """

    def __init__(self, violations: tuple[str, ...]) -> None:
        super().__init__("\n".join(f"Invalid JSON payload received. {violation}" for violation in violations))
        self.violations = violations


def read_message(message: Message, value: Json, root: str = "") -> dict[str, Json]:
    """Returns a caller's message in canonical form.

    That is: camelCase names, lists where there are lists, 64-bit integers as text, and nothing that is null,
    output only, or a scalar's default.

    Args:
        message: What it should be.
        value: The caller's JSON.
        root: The message's own path in errors, in snake_case; empty for none.

    Raises:
        ShapeError: It is something else.
    """
    reader = _Reader()
    fields = reader.message(message, value, root)
    if reader.violations:
        raise ShapeError(tuple(reader.violations))
    return fields


@cache
def snake_case(name: str) -> str:
    """Returns a camelCase name as the proto file spells it."""
    return re.sub(r"(?<!^)([A-Z])", lambda match: "_" + match[1].lower(), name)


class _Reader:
    """Reads values and notes what is wrong with them instead of stopping: the caller is told everything at once."""

    def __init__(self) -> None:
        self.violations: list[str] = []

    def message(self, message: Message, value: Json, path: str) -> dict[str, Json]:
        if not isinstance(value, dict):
            self._refuse(value, f"type.googleapis.com/{message.name}", path)
            return {}
        fields: dict[str, Json] = {}
        for spelling, member in value.items():
            name = message.spellings.get(spelling)
            if name is None:
                self.violations.append(f'Unknown name "{spelling}"{_place(path)}: Cannot find field.')
            elif member is not None and name not in message.output_only:
                self._keep(fields, name, self._value(message.fields[name], member, _join(path, snake_case(name))))
        self._check_oneofs(message, fields, path)
        return fields

    def _keep(self, fields: dict[str, Json], name: str, value: Json) -> None:
        # A message that is empty is still present; a scalar or list that is empty is the default, so absent.
        if value not in (None, "", 0, False, "0", []):
            fields[name] = value

    def _check_oneofs(self, message: Message, fields: Mapping[str, Json], path: str) -> None:
        for oneof, members in message.oneofs.items():
            first, *others = [name for name in fields if name in members] or [""]
            self.violations.extend(
                f"Invalid value{_place(path)} (oneof), oneof field '{oneof}' is already set. "
                f"Cannot set '{other}' beside '{first}'"
                for other in others
            )

    def _value(self, shape: Shape, value: Json, path: str) -> Json:
        match shape:
            case Scalar():
                return self._scalar(shape, value, path)
            case Message():
                return self.message(shape, value, path)
            case Repeated(item):
                # The front end takes a lone value for a list of one; Google's own page relies on it for `uris`.
                values = value if isinstance(value, list) else [value]
                return [self._value(item, member, f"{path}[{index}]") for index, member in enumerate(values)]
            case MapOf(item):
                return self._map(item, value, path)
            case _:
                assert_never(shape)

    def _map(self, item: Shape, value: Json, path: str) -> Json:
        if not isinstance(value, dict):
            self._refuse(value, "map", path)
            return None
        # In a map, unlike in a message, an empty value is a value.
        return {
            str(self._scalar(Scalar.STRING, key, path)): self._value(item, member, f"{path}[{json.dumps(key)}]")
            for key, member in value.items()
        }

    def _scalar(self, scalar: Scalar, value: Json, path: str) -> Json:
        try:
            return _read_scalar(scalar, value)
        except (ValueError, TypeError, OverflowError, RecursionError):
            self._refuse(value, scalar.value, path)
            return None

    def _refuse(self, value: Json, type_name: str, path: str) -> None:
        shown = json.dumps(value)
        shown = shown if len(shown) <= _SHOWN_CHARACTERS else shown[:_SHOWN_CHARACTERS] + "..."
        self.violations.append(f"Invalid value{_place(path)} ({type_name}), {shown}")


def _read_scalar(scalar: Scalar, value: Json) -> Json:
    """Returns the canonical value; raises ValueError or TypeError when there is none."""
    if not isinstance(value, _ACCEPTED[scalar]) or (isinstance(value, bool) and scalar not in _TAKE_BOOLEANS):
        raise TypeError(value)
    if isinstance(value, str):
        value.encode()  # half a surrogate pair is no text
    match scalar:
        case Scalar.INT32:
            return _read_integer(value, 2**31)
        case Scalar.INT64:
            return str(_read_integer(value, 2**63))
        case Scalar.DOUBLE:
            return _read_double(value)
        case Scalar.STRUCT | Scalar.VALUE:
            # Python's parser takes what cannot be written again: NaN, 1e999, halves of characters.
            json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
            return value
        case _:
            return value


def _read_integer(value: Json, limit: int) -> int:
    number = int(cast("float | str", value))
    if (isinstance(value, float) and number != value) or not -limit <= number < limit:
        raise ValueError(value)
    return number


def _read_double(value: Json) -> float:
    number = float(cast("float | str", value))
    if not math.isfinite(number):
        raise ValueError(value)
    return number


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _place(path: str) -> str:
    return f" at '{path}'" if path else ""
