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
    properties that a document has are compiled, some 5 ms, once for every set of keys that occurs.
    """
    properties = schema["properties"]
    required = schema.get("required", [])
    if not isinstance(properties, dict) or not isinstance(required, list):
        raise TypeError("the root of the schema does not describe a mapping")

    @cache
    def compiled(keys: frozenset[str]) -> Verdict:
        return _compiled({**schema, "properties": {key: properties[key] for key in properties if key in keys}})

    @cache
    def fitting(present: tuple[str, ...]) -> Verdict:
        # Required keys stay, as fastjsonschema refuses to compile a schema that does not know what it requires.
        return compiled(frozenset(properties.keys() & {*present, *required}))

    return lambda value: fitting(tuple(value) if isinstance(value, dict) else ())(value)


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
