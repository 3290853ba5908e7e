"""Whether a value fits a schema: yes or no, quickly. Why not is told by `violations`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import TypeAlias

from gembatch.model.document import Json

Verdict: TypeAlias = Callable[[Json], bool]
"""Answers whether a value fits."""


def verdict_of(schema: Mapping[str, Json]) -> Verdict:
    """Returns the verdict of a draft-07 schema whose root describes a mapping.

    The whole job schema takes 60 ms to compile and most of it is for fields that Gemini has no use for. So only the
    properties that a document has are compiled, some 5 ms, once for every set of keys that occurs. What the root wants
    of the keys alone, such as one of two, is answered once for each set as well, and not for every document.
    """
    properties = schema["properties"]
    required = schema.get("required", [])
    wanted = schema.get("allOf", [])
    if not isinstance(properties, dict) or not isinstance(required, list) or not isinstance(wanted, list):
        raise TypeError("the root of the schema does not describe a mapping")
    of_keys = [part for part in wanted if _is_of_keys(part)]
    of_values = {**schema, "allOf": [part for part in wanted if part not in of_keys]}

    @cache
    def compiled(keys: frozenset[str]) -> Verdict:
        return _compiled({**of_values, "properties": {key: properties[key] for key in properties if key in keys}})

    @cache
    def demands() -> Verdict:
        return _compiled({"allOf": of_keys})

    @cache
    def fitting(present: tuple[str, ...]) -> Verdict:
        if of_keys and not demands()(dict.fromkeys(present)):
            return lambda _: False
        # Required keys stay, as fastjsonschema refuses to compile a schema that does not know what it requires.
        return compiled(frozenset(properties.keys() & {*present, *required}))

    return lambda value: fitting(tuple(value) if isinstance(value, dict) else ())(value)


def _is_of_keys(part: Json) -> bool:
    """Returns whether a part of a schema is a choice of keys that are required, and no more."""
    match part:
        case {"oneOf": [*choices], **others} if not others:
            return all(isinstance(choice, dict) and choice.keys() == {"required"} for choice in choices)
        case _:
            return False


def _compiled(schema: Mapping[str, Json]) -> Verdict:
    import fastjsonschema  # noqa: PLC0415  10 ms that only commands which read files should pay

    validate = fastjsonschema.compile(schema, use_default=False, use_formats=False, detailed_exceptions=False)

    def fits(value: Json) -> bool:
        try:
            validate(value)
        except fastjsonschema.JsonSchemaValueException:
            return False
        return True

    return fits
