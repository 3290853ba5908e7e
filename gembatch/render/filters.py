"""The filters of the template language: what may follow `|`. Jinja's own are not reachable."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from gembatch.model.nearest import listed
from gembatch.render.dates import DIRECTIVES, Day, Span, directives_of, format_day
from gembatch.render.operations import concatenate
from gembatch.render.values import Fault, Value, as_text, checked_length, is_number, kind_of

_LABEL_LENGTH = 63
_NOT_IN_LABELS = re.compile(r"[^\w-]+")


class Filter(NamedTuple):
    """A filter.

    Attributes:
        arguments: The names of what it takes in parentheses.
        function: From the value before `|` and the arguments to the result; raises `Fault`.
    """

    arguments: tuple[str, ...]
    function: Callable[..., Value]


def _strftime(value: Value, pattern: Value) -> str:
    if not isinstance(value, Day):
        raise Fault(f"`strftime` formats a date, got {kind_of(value)}", _strftime_hint(value))
    if not isinstance(pattern, str):
        raise Fault(f'`strftime` needs a format such as "%Y-%m", got {kind_of(pattern)}')
    for letter in directives_of(pattern):
        if letter not in DIRECTIVES:
            raise Fault(
                f"`%{letter}` is not known to `strftime`", f"known are {listed('%' + key for key in DIRECTIVES)}"
            )
    return format_day(value, pattern)


def _strftime_hint(value: Value) -> str:
    if isinstance(value, Span):
        return "a filter binds before `+` and `-`, so write `(date - days(1)) | strftime(…)`"
    return '`date` is the date, `ds` is text: `date | strftime("%Y-%m")`'


def _replace(value: Value, old: Value, new: Value) -> str:
    text, old_text, new_text = as_text(value), as_text(old), as_text(new)
    if not old_text:
        raise Fault("`replace` needs something to look for, got empty text")
    checked_length(len(text) + text.count(old_text) * (len(new_text) - len(old_text)))
    return text.replace(old_text, new_text)


def _slug(value: Value) -> str:
    text = unicodedata.normalize("NFC", as_text(value)).lower()
    slug = _NOT_IN_LABELS.sub("-", text).strip("-")[:_LABEL_LENGTH].rstrip("-")
    if not slug:
        raise Fault("`slug` leaves nothing of the text")
    return slug


def _join(value: Value, separator: Value) -> str:
    if isinstance(value, str | Mapping) or not isinstance(value, Sequence):
        raise Fault(f"`join` needs a list, got {kind_of(value)}")
    return concatenate(value, as_text(separator))


def _length(value: Value) -> int:
    if not isinstance(value, Sequence | Mapping):
        raise Fault(f"`length` counts text, a list or a map, got {kind_of(value)}")
    return len(value)


FILTERS: Mapping[str, Filter] = {
    "strftime": Filter(("format",), _strftime),
    "lower": Filter((), lambda value: as_text(value).lower()),
    "upper": Filter((), lambda value: as_text(value).upper()),
    "trim": Filter((), lambda value: as_text(value).strip()),
    "replace": Filter(("old", "new"), _replace),
    "slug": Filter((), _slug),
    "default": Filter(("value",), lambda value, fallback: fallback if value is None else value),
    "join": Filter(("separator",), _join),
    "length": Filter((), _length),
}
"""Every filter by name."""


def span(name: str, count: Value) -> Span:
    """Returns the span that `days(count)`, `weeks(count)`, `months(count)` or `years(count)` makes.

    Raises:
        Fault: The count is not a whole number.
    """
    if not is_number(count):
        raise Fault(f"`{name}` needs a whole number, got {kind_of(count)}")
    if count != int(count):
        raise Fault(f"`{name}` needs a whole number, got {count}")
    whole = int(count)
    match name:
        case "days":
            return Span(days=whole)
        case "weeks":
            return Span(days=7 * whole)
        case "months":
            return Span(months=whole)
        case _:
            return Span(months=12 * whole)
