"""The types that a variable may be declared with: what each takes from YAML, and how the command line spells it."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple, NoReturn

from gembatch.model.document import Json
from gembatch.model.nearest import listed
from gembatch.model.secrets import hidden
from gembatch.render.dates import Day
from gembatch.render.names import did_you_mean
from gembatch.render.values import Fault, Value, kind_of

TYPE_RULE = "variable.type"
_SHOWN = 40


class VariableType(NamedTuple):
    """A type of variables.

    Attributes:
        noun: The type for people: `a number`.
        from_json: From a value in YAML; raises ValueError for one of another type.
        from_text: From a text on the command line; raises ValueError when it does not spell such a value.
    """

    noun: str
    from_json: Callable[[Json], Value]
    from_text: Callable[[str], Value]


def from_json(kind: str, value: Json) -> Value:
    """Returns a variable's value as declared in YAML.

    Raises:
        Fault: It is not of that type, or holds an expression.
    """
    variable_type = _type_named(kind)
    try:
        return _checked(variable_type.from_json(value))
    except ValueError:
        quote = "put it in quotes" if kind == "string" and isinstance(value, bool | int | float) else None
        raise Fault(f"must be {variable_type.noun}, got {_shown(value)}", quote, rule=TYPE_RULE) from None


def from_text(kind: str, text: str) -> Value:
    """Returns a variable's value as written on the command line.

    Raises:
        Fault: The text does not spell a value of that type, holds an expression, or has bytes that are not UTF-8.
    """
    variable_type = _type_named(kind)
    try:
        return _checked(variable_type.from_text(text))
    except (ValueError, RecursionError):
        raise Fault(f"must be {variable_type.noun}, got {_shown(text)}", _SPELLING.get(kind), rule=TYPE_RULE) from None


def _type_named(kind: str) -> VariableType:
    if kind in TYPES:
        return TYPES[kind]
    hint = did_you_mean(kind, TYPES) or f"the types are {listed(TYPES)}"
    raise Fault(f"has the unknown type `{kind}`", hint, rule=TYPE_RULE)


def _checked(value: Value) -> Value:
    for text in _texts_in(value):
        # Values are put in as they are: the braces would reach the job unnoticed.
        if "{{" in text:
            hint = "write the expression in the spec, where it is evaluated"
            raise Fault("cannot hold an expression", hint, rule="variable.expression")
        # Python carries what it could not decode from a command line in half surrogate pairs; no job can hold those.
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise Fault("holds bytes that are not UTF-8", rule=TYPE_RULE)
    return value


def _texts_in(value: Value) -> Iterator[str]:
    match value:
        case str():
            yield value
        case Mapping():
            yield from value
            for item in value.values():
                yield from _texts_in(item)
        case Sequence():
            for item in value:
                yield from _texts_in(item)
        case _:
            pass


def _shown(value: Json) -> str:
    match value:
        case str():
            return json.dumps(value if len(value) <= _SHOWN else hidden(value)[:_SHOWN] + "…", ensure_ascii=False)
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"the number {value}"
        case _:
            return kind_of(value)


def _only(*classes: type) -> Callable[[Json], Value]:
    def checked(value: Json) -> Value:
        # Exact classes: to Python a boolean is also an integer.
        if type(value) not in classes:
            raise ValueError
        return value

    return checked


def _finite(value: Json) -> Value:
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        raise ValueError
    return value


def _refuse_constant(text: str) -> NoReturn:
    raise ValueError(text)


def _json(check: Callable[[Json], Value]) -> Callable[[str], Value]:
    return lambda text: check(json.loads(text, parse_constant=_refuse_constant))


def _day(value: Json) -> Day:
    return Day.parse(value if isinstance(value, str) else "")


TYPES: Mapping[str, VariableType] = {
    "string": VariableType("text", _only(str), str),
    "number": VariableType("a number", _finite, _json(_finite)),
    "boolean": VariableType("true or false", _only(bool), _json(_only(bool))),
    "list": VariableType("a list", _only(list), _json(_only(list))),
    "map": VariableType("a map", _only(dict), _json(_only(dict))),
    "date": VariableType("a date such as 2026-11-22", _day, _day),
}
"""Every type by the name it has in `gembatch.yaml`."""

_SPELLING = {
    "list": 'write it as JSON: `["a", "b"]`',
    "map": 'write it as JSON: `{"a": 1}`',
}
