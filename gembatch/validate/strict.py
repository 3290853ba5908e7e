"""From the schema that editors use to the one that holds once expressions are filled in, and for gembatch alone."""

from __future__ import annotations

from collections.abc import Mapping

from gembatch.model.document import Json

TEMPLATE: Json = {"$ref": "#/definitions/template"}
"""The alternative by which the authoring schema lets an expression stand for a value."""


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


def without_neighbours(schema: Mapping[str, Json]) -> dict[str, Json]:
    """Returns a schema whose references to anything but its definitions allow anything.

    `defaults` of a workspace is described by the job schema, for editors. gembatch checks it merged under each job,
    where its meaning is complete, and must never go looking for a schema by itself. Likewise a job's overlays,
    described by the job's own properties, are checked one by one and merged.
    """
    return {key: _alone(value) for key, value in schema.items()}


def _alone(schema: Json) -> Json:
    match schema:
        case {"$ref": str(target)} | {"anyOf": [{"$ref": str(target)}, *_]} if not target.startswith("#/definitions/"):
            return {}
        case list():
            return [_alone(value) for value in schema]
        case _:
            return without_neighbours(schema) if isinstance(schema, dict) else schema
