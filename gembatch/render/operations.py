"""Operators on values: arithmetic on numbers and days, comparison, joining. What they cannot do is a `Fault`."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from gembatch.model.nearest import listed
from gembatch.render.dates import DAY_ATTRIBUTES, Day, Span
from gembatch.render.names import FEW, did_you_mean
from gembatch.render.values import Fault, Value, as_text, checked_length, checked_number, is_number, kind_of

_ARITHMETIC: Mapping[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
}

_ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


_ISO_DAY = re.compile(r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}")


class MissingMemberFault(Fault):
    """A map has no such member; the filter `default` fills in for it."""


def arithmetic(symbol: str, left: Value, right: Value) -> Value:
    """Returns `left symbol right` for two numbers, or a day and a span.

    Raises:
        Fault: Other operands, a division by zero, a result out of range.
    """
    if isinstance(left, Day) and symbol in {"+", "-"}:
        return _shifted(symbol, left, right)
    if not (is_number(left) and is_number(right)):
        raise Fault(
            f"`{symbol}` needs numbers, got {kind_of(left)} and {kind_of(right)}", _instead(symbol, left, right)
        )
    try:
        result = _ARITHMETIC[symbol](left, right)
    except ZeroDivisionError:
        raise Fault("division by zero") from None
    except OverflowError:
        raise Fault("the result is too large a number") from None
    # One kind of number, as in JSON: a quotient that is whole may stand where an integer is asked for.
    whole = symbol == "/" and result.is_integer()
    return checked_number(int(result) if whole else result)


def _shifted(symbol: str, day: Day, span: Value) -> Day:
    if not isinstance(span, Span):
        hint = f"say of what: `date {symbol} days({as_text(span)})`" if is_number(span) else None
        raise Fault(f"`{symbol}` needs a span after a date, got {kind_of(span)}", hint)
    try:
        return day + span if symbol == "+" else day - span
    except OverflowError:
        raise Fault("the date lies outside the years 1 to 9999") from None


def _instead(symbol: str, left: Value, right: Value) -> str | None:
    if symbol == "+" and (isinstance(left, str) or isinstance(right, str)):
        return "join text with `~`"
    if isinstance(left, Span) or isinstance(right, Span):
        return "a date comes first: `date - days(1)`"
    if isinstance(left, str) and _ISO_DAY.fullmatch(left):
        return "this is a date as text; count with a date and a span: `date - days(1)`"
    return None


def signed(symbol: str, value: Value) -> Value:
    """Returns `+value` or `-value`.

    Raises:
        Fault: It is not a number.
    """
    if not is_number(value):
        raise Fault(f"`{symbol}` needs a number, got {kind_of(value)}")
    return arithmetic(symbol, 0, value)


def compare(symbol: str, left: Value, right: Value) -> bool:
    """Returns whether `left symbol right` holds; symbols are those of Jinja, `in` and `not in` among them.

    Raises:
        Fault: The two cannot be compared.
    """
    match symbol:
        case "==":
            return _equal(left, right)
        case "!=":
            return not _equal(left, right)
        case "in":
            return _contains(right, left)
        case "not in":
            return not _contains(right, left)
        case _:
            return _ordered(symbol, left, right)


def _equal(left: Value, right: Value) -> bool:
    # Never true, and so never meant: `date == "2026-11-22"` reads well and compares a day with text.
    if isinstance(left, Day) != isinstance(right, Day) and None not in (left, right):
        raise Fault(f"cannot compare {kind_of(left)} with {kind_of(right)}", "`ds` is the date as text")
    return kind_of(left) == kind_of(right) and left == right


def _contains(whole: Value, part: Value) -> bool:
    match whole:
        case str() if isinstance(part, str):
            return part in whole
        case Mapping():
            return isinstance(part, str) and part in whole
        case Sequence() if not isinstance(whole, str):
            return any(kind_of(item) == kind_of(part) and item == part for item in whole)
        case _:
            raise Fault(f"`in` looks in text, a list or a map; cannot look for {kind_of(part)} in {kind_of(whole)}")


def _ordered(symbol: str, left: Value, right: Value) -> bool:
    kind = kind_of(left)
    if kind != kind_of(right) or kind not in {"a number", "text", "a date"}:
        raise Fault(f"`{symbol}` cannot order {kind} and {kind_of(right)}")
    return _ORDER[symbol](left, right)


def concatenate(values: Sequence[Value], separator: str = "") -> str:
    """Returns the text of all values, with `separator` between them.

    Raises:
        Fault: A value has no text, or the whole is too long.
    """
    texts = [as_text(value) for value in values]
    checked_length(sum(map(len, texts)) + len(separator) * max(0, len(texts) - 1))
    return separator.join(texts)


def member(owner: Value, key: Value) -> Value:
    """Returns a part of a day, a member of a map, or an item of a list.

    Raises:
        MissingMemberFault: A map without that member.
        Fault: A list without that item, or a value without parts.
    """
    match owner:
        case Day():
            return _part_of_day(owner, key)
        case Mapping():
            return _member_of_map(owner, key)
        case Sequence() if not isinstance(owner, str) and isinstance(key, int) and not isinstance(key, bool):
            if -len(owner) <= key < len(owner):
                return owner[key]
            raise Fault(f"the list has {len(owner)} items, there is no item {key}")
        case _:
            raise Fault(f"{kind_of(owner)} has no member {_quoted(key)}")


def _part_of_day(day: Day, key: Value) -> Value:
    if isinstance(key, str) and key in DAY_ATTRIBUTES:
        return cast("int", getattr(day, key))
    near = did_you_mean(key, DAY_ATTRIBUTES) if isinstance(key, str) else None
    raise Fault(f"a date has no member {_quoted(key)}", near or f"a date has {listed(DAY_ATTRIBUTES)}")


def _member_of_map(owner: Mapping[str, Value], key: Value) -> Value:
    if isinstance(key, str) and key in owner:
        return owner[key]
    near = did_you_mean(key, owner) if isinstance(key, str) else None
    members = f"it has {listed(owner)}" if 0 < len(owner) <= FEW else None
    raise MissingMemberFault(f"the map has no member {_quoted(key)}", near or members)


def _quoted(key: Value) -> str:
    return f"`{as_text(key)}`" if isinstance(key, str | int | float) else kind_of(key)
