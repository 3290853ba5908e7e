"""What an expression can hold, how it reads as text, and how it becomes JSON again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias, TypeGuard

from gembatch.model.document import Json
from gembatch.render.dates import Day, Span

Value: TypeAlias = "bool | int | float | str | Day | Span | Sequence[Value] | Mapping[str, Value] | None"
"""JSON, days, and spans between days."""

MAX_RESULT = 100_000
"""Characters that one leaf, and any value on the way to it, may have."""

_LARGEST = 2**63


class Fault(Exception):  # noqa: N818  it never leaves the room; what a user sees is a Diagnostic
    """Something that cannot be done with a value.

    Attributes:
        message: What, as a sentence without a full stop.
        hint: What to do instead, or None.
        rule: The rule of the diagnostic it becomes.
    """

    def __init__(self, message: str, hint: str | None = None, *, rule: str = "template.value") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.rule = rule


def kind_of(value: Value) -> str:  # noqa: PLR0911  one case a type
    """Returns what a value is, for people: `a number`, `text`, `a list`."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case Day():
            return "a date"
        case Span():
            return "a span of time"
        case Mapping():
            return "a map"
        case _:
            return "a list"


def is_number(value: Value) -> TypeGuard[float]:
    """Whether the value is a number; booleans are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def as_text(value: Value) -> str:
    """Returns a value as it reads inside text: `true`, `0.2`, `3`, `2026-11-22`; the same on every machine.

    Raises:
        Fault: The value is null, a list, a map or a span.
    """
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer() and abs(value) < _LARGEST:
            return str(int(value))
        case int() | float() | Day():
            return str(value)
        case None:
            raise Fault("null cannot stand inside text", "give it a value with `| default(…)`")
        case Span():
            raise Fault("a span of time cannot stand inside text", "add it to a date: `date + days(1)`")
        case Mapping():
            raise Fault("a map cannot stand inside text", "take one of its members: `name.member`")
        case _:
            raise Fault("a list cannot stand inside text", 'join it: `name | join(",")`')


def checked_number(value: float) -> float:
    """Returns the number.

    Raises:
        Fault: It does not fit in 64 bits, or is no number at all.
    """
    # Written so that NaN, which is neither less nor more, is refused too.
    if not abs(value) < _LARGEST:
        raise Fault("the result is too large a number")
    return value


def checked_length(length: int) -> None:
    """Refuses a text or list before it is made.

    Raises:
        Fault: It would be longer than `MAX_RESULT`.
    """
    if length > MAX_RESULT:
        raise Fault(f"the result would have more than {MAX_RESULT:,} characters", rule="template.too-long")


def to_json(value: Value) -> Json:
    """Returns a value as JSON of its own, sharing no list or map with the variable it came from; days become text.

    Raises:
        Fault: It is or holds a span, or is longer than `MAX_RESULT`.
    """
    size = 0
    for part in _parts(value):
        size += part
        checked_length(size)
    return _copied(value)


def _parts(value: Value) -> Iterator[int]:
    """Yields the size of each part, one at a time, so that a list of huge maps is refused before it is walked."""
    match value:
        case str():
            yield len(value)
        case Mapping():
            yield 1
            for key, item in value.items():
                yield len(key)
                yield from _parts(item)
        case Sequence():
            yield 1
            for item in value:
                yield from _parts(item)
        case _:
            yield 1


def _copied(value: Value) -> Json:
    match value:
        case Span():
            raise Fault("a span of time is no value for a field", "add it to a date: `date + days(1)`")
        case Day():
            return str(value)
        case bool() | int() | float() | str() | None:
            return value
        case Mapping():
            return {key: _copied(item) for key, item in value.items()}
        case _:
            return [_copied(item) for item in value]
