"""From the schema that editors use to those that gembatch checks with: of a layer, of a whole job, and once rendered.

Editors see one file, and much of a job may be written in others. So the schema demands no key, and lets null stand
for any, which takes out what is inherited. What a whole job must have stands in it under `whole`, a word that editors
do not know. When gembatch checks anything, null has done its work.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from gembatch.model.document import Json

TEMPLATE: Json = {"$ref": "#/definitions/template"}
"""The alternative by which the authoring schema lets an expression stand for a value."""

_WHOLE = "whole"


def strict_form(schema: Mapping[str, Json]) -> dict[str, Json]:
    """Returns a schema without the alternatives for expressions: what is due must be there."""
    return {key: _strict(value) for key, value in schema.items()}


def _strict(schema: Json) -> Json:
    if isinstance(schema, list):
        return [_strict(value) for value in schema]
    if not isinstance(schema, dict):
        return schema
    match schema.get("anyOf"):
        case [dict() as due, alternative] if alternative == TEMPLATE:
            notes = {key: value for key, value in schema.items() if key != "anyOf"}
            return strict_form({**notes, **due})
        case _:
            return strict_form(schema)


def whole_form(schema: Mapping[str, Json]) -> dict[str, Json]:
    """Returns a schema whose demands of a whole document are in force."""
    demands = cast("Mapping[str, Json]", schema.get(_WHOLE, {}))
    return {key: _whole(value) for key, value in {**schema, **demands}.items() if key != _WHOLE}


def _whole(schema: Json) -> Json:
    return whole_form(schema) if isinstance(schema, dict) else schema


def layer_form(schema: Mapping[str, Json]) -> dict[str, Json]:
    """Returns a schema for one layer of a document, in which null has done its work."""
    return without_neighbours(without_null(schema))


def without_null(schema: Mapping[str, Json]) -> dict[str, Json]:
    """Returns a schema that lets null stand for nothing."""
    return {key: _kinds(value) if key == "type" else _without_null(value) for key, value in schema.items()}


def _without_null(schema: Json) -> Json:
    if isinstance(schema, list):
        return [_without_null(value) for value in schema]
    return without_null(schema) if isinstance(schema, dict) else schema


def _kinds(types: Json) -> Json:
    match types:
        case [kind, "null"]:
            return kind
        case [*kinds, "null"]:
            return kinds
        case _:
            return _without_null(types)  # or it is no keyword, but a property of that name


def without_neighbours(schema: Mapping[str, Json]) -> dict[str, Json]:
    """Returns a schema whose references to anything but its definitions allow anything.

    `defaults` of a workspace is described by the job schema, for editors. gembatch checks it merged under each job,
    where its meaning is complete, and must never go looking for a schema by itself. Likewise a job's overlays,
    described by the job's own properties, are checked one by one and merged.
    """
    return {key: _alone(value) for key, value in schema.items()}


def _alone(schema: Json) -> Json:
    match schema:
        case {"$ref": str(target)} if not target.startswith("#/definitions/"):
            return {}
        case list():
            return [_alone(value) for value in schema]
        case _:
            return without_neighbours(schema) if isinstance(schema, dict) else schema
