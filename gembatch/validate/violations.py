"""Why a value does not fit a schema: all reasons, found by jsonschema and told as plain values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, cast

from gembatch.model.document import Json, Pointer

if TYPE_CHECKING:
    from jsonschema import Draft7Validator, ValidationError


# What is escaped or stands in brackets is left; so only a `$` that means the end is one alone.
_END = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Violation:
    """One reason.

    Attributes:
        keyword: The schema's keyword that is not met, such as `type`.
        pointer: Where. For a key that is unknown, missing or misnamed: the way to that key's value.
        value: What is there. For an unknown or missing key: the mapping around it. For a misnamed one: the key.
        expected: What the keyword asks for.
        schema: The schema around the keyword.
        properties: The properties known to that schema, by name.
    """

    keyword: str
    pointer: Pointer
    value: Json
    expected: Json
    schema: Mapping[str, Json]
    properties: Mapping[str, Json]


def violations(schema: Mapping[str, Json], value: Json) -> tuple[Violation, ...]:
    """Returns every reason why `value` does not fit `schema`, once each."""
    errors = _validator_class()(schema).iter_errors(value)
    found: dict[tuple[Pointer, Pointer], Violation] = {}
    for error in errors:
        for violation in _violations(error, schema):
            # jsonschema tells each missing key in an error of its own, alike in all but the text; `_violations` tells
            # all of them each time.
            found.setdefault((violation.pointer, tuple(error.absolute_schema_path)), violation)
    return tuple(found.values())


def _violations(error: ValidationError, root: Mapping[str, Json]) -> Iterator[Violation]:
    schema = cast("Mapping[str, Json]", error.schema)
    value = cast("Json", error.instance)
    keyword = "propertyNames" if "propertyNames" in error.absolute_schema_path else str(error.validator)
    place: Pointer = tuple(error.absolute_path)
    # The root's alternatives stand in an `allOf`, beside no properties of their own.
    properties = cast("Mapping[str, Json]", schema.get("properties", {} if place else root.get("properties", {})))
    expected = cast("Json", error.validator_value)
    for step in _steps(keyword, value, expected, properties):
        yield Violation(keyword, (*place, *step), value, expected, schema, properties)


def _steps(keyword: str, value: Json, expected: Json, properties: Mapping[str, Json]) -> Iterator[Pointer]:
    """Yields the way to each key at fault. jsonschema blames the mapping around it."""
    match keyword, value, expected:
        case "propertyNames", str(), _:
            yield (value,)
        case "required", dict(), [*keys]:
            yield from ((str(key),) for key in keys if key not in value)
        case "additionalProperties", dict(), _:
            yield from ((key,) for key in value if key not in properties)
        case "oneOf" | "not", bool() | int() | float() | str() | list() | None, _:
            return  # It is no mapping at all, and that is a violation of its own.
        case _:
            yield ()


@cache
def as_python_means(pattern: str) -> str:
    """Returns a schema's pattern for Python's matcher, whose `$` would also match before a last line break."""
    return _END.sub(lambda found: r"\Z" if found[0] == "$" else found[0], pattern)


@cache
def _validator_class() -> type[Draft7Validator]:
    import jsonschema  # noqa: PLC0415  70 ms that a run without findings does not pay

    extended = jsonschema.validators.extend(jsonschema.Draft7Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call]  # untyped there
    return cast("type[Draft7Validator]", extended)


def _pattern(_: Draft7Validator, pattern: str, value: object, __: object) -> Iterator[ValidationError]:
    """Checks a pattern as JSON Schema means it."""
    from jsonschema import ValidationError  # noqa: PLC0415  as above

    if isinstance(value, str) and not re.search(as_python_means(pattern), value):
        yield ValidationError(pattern)
