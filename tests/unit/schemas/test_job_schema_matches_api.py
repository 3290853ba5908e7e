"""The job schema against the official descriptor of BatchPredictionJob: no field lacks, none is made up."""

from __future__ import annotations

import inspect
import json
import re
import warnings
from pathlib import Path

import pytest

from gembatch.validate.body import OURS
from gembatch.validate.key_messages import SET_BY_VERTEX
from gembatch.validate.strict import layer_form, strict_form, whole_form

FILE = Path(__file__).parents[3] / "schemas" / "job.schema.json"
SCHEMA = strict_form(whole_form(layer_form(json.loads(FILE.read_text(encoding="utf-8")))))
WELL_KNOWN = {"google.protobuf.Value": None, "google.protobuf.ListValue": "array", "google.protobuf.Duration": "string"}
"""JSON forms of messages that have one of their own; None is anything."""

NUMBERED = {1: "number", 2: "number", 3: "integer", 5: "integer", 8: "boolean", 9: "string"}
"""JSON forms of the descriptor's scalar types."""


@pytest.fixture(scope="module")
def job():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from google.cloud.aiplatform_v1.types import BatchPredictionJob  # noqa: PLC0415  warns while it is imported
    return BatchPredictionJob


@pytest.fixture(scope="module")
def descriptor(job):
    return job.pb(job()).DESCRIPTOR


def test_the_schema_has_every_settable_field_and_ours(descriptor):
    names = {field.json_name for field in descriptor.fields}

    assert (names - SET_BY_VERTEX) | OURS == set(SCHEMA["properties"])


def test_output_only_fields_are_those_that_google_marks_so(job, descriptor):
    """The installed descriptors carry no field behaviour, but their documentation does."""
    marked = re.findall(r"^    (\w+) \([^)]*\):\s+Output only\.", inspect.cleandoc(job.__doc__), re.MULTILINE)
    json_names = {field.name: field.json_name for field in descriptor.fields}

    assert SET_BY_VERTEX == {json_names[name] for name in marked}


def test_every_message_below_has_its_fields_and_kinds(descriptor):
    assert [] == list(differences(descriptor, SCHEMA, "", frozenset()))


def test_a_made_up_field_would_be_found(descriptor):
    config = resolved(SCHEMA["properties"]["outputConfig"])
    bent = {**config, "properties": {**config["properties"], "compression": {"type": "string"}}}
    message = descriptor.fields_by_name["output_config"].message_type

    assert [".outputConfig: ['compression']"] == list(differences(message, bent, ".outputConfig", frozenset()))


def resolved(schema):
    while "$ref" in schema:
        schema = SCHEMA["definitions"][schema["$ref"].removeprefix("#/definitions/")]
    return schema


def differences(message, schema, path, around):
    """Every place at which a message of the API and its schema differ."""
    schema = resolved(schema)
    fields = {field.json_name: field for field in message.fields}
    # At the root the first two tests look more closely.
    if path and fields.keys() != schema["properties"].keys():
        yield f"{path}: {sorted(fields.keys() ^ schema['properties'].keys())}"
    if schema["additionalProperties"] is not False:
        yield f"{path}: other keys are allowed"
    for name in fields.keys() & schema["properties"].keys():
        yield from field_differences(fields[name], schema["properties"][name], f"{path}.{name}", around)


def field_differences(field, schema, path, around):
    schema = resolved(schema)
    if field.message_type and field.message_type.GetOptions().map_entry:
        assert "object" == schema["type"], path
        field, schema = field.message_type.fields_by_name["value"], resolved(schema["additionalProperties"])
    elif field.is_repeated:
        assert "array" in schema["type"], path
        schema = resolved(schema.get("items", {}))
    if field.message_type and field.message_type.full_name not in WELL_KNOWN:
        # A message that holds itself would be looked at for ever.
        if field.message_type not in around:
            yield from differences(field.message_type, schema, path, around | {field.message_type})
    elif not fits(field, schema):
        yield f"{path}: {schema}"


def fits(field, schema):
    if field.enum_type:
        names = {value.name for value in field.enum_type.values if not value.name.endswith("_UNSPECIFIED")}
        return names == set(schema["enum"])
    wanted = WELL_KNOWN[field.message_type.full_name] if field.message_type else NUMBERED[field.type]
    if "enum" in schema:  # Text whose values only the API's documentation lists.
        return wanted == "string"
    return schema.get("type") == wanted or (isinstance(schema.get("type"), list) and wanted in schema["type"])
