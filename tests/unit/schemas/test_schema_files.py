"""What editors show must be there, be true, and be understood by the tool."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from gembatch.validate.messages import DESCRIPTIONS
from gembatch.validate.strict import layer_form, strict_form, whole_form

FOLDER = Path(__file__).parents[3] / "schemas"
SCHEMAS = {
    name: json.loads((FOLDER / f"{name}.schema.json").read_text(encoding="utf-8")) for name in ("job", "workspace")
}


def fields(schema, path=""):
    """Every described field of a schema, by its path."""
    for key, field in schema.get("properties", {}).items():
        yield f"{path}.{key}", field
    for name, definition in schema.get("definitions", {}).items():
        yield from fields(definition, f"{path}#{name}")


def described(name):
    return [(path, field) for path, field in fields(SCHEMAS[name]) if not refers(field)]


def refers(field):
    """Whether a field is another one's, which describes it, or null."""
    return field.keys() == {"$ref"} or (field.keys() == {"anyOf"} and "$ref" in field["anyOf"][0])


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_draft_07(name):
    assert "http://json-schema.org/draft-07/schema#" == SCHEMAS[name]["$schema"]
    jsonschema.Draft7Validator.check_schema(SCHEMAS[name])


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_field_has_title_description_and_examples(name):
    lacking = {path: {"title", "description", "examples"} - field.keys() for path, field in described(name)}

    assert {} == {path: keys for path, keys in lacking.items() if keys}


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_description_is_a_sentence(name):
    assert [] == [path for path, field in described(name) if not field["description"].endswith(".")]


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_example_fits_its_field(name):
    schema = whole_form(layer_form(SCHEMAS[name]))
    for path, field in described(name):
        # A reference hides what stands beside it in draft 07, so the examples are held to a copy without notes.
        rules = {key: value for key, value in field.items() if key not in {"title", "description", "examples"}}
        validator = jsonschema.Draft7Validator({**layer_form(rules), "definitions": schema["definitions"]})

        assert [] == [example for example in field["examples"] if not validator.is_valid(example)], path


def test_every_key_of_a_job_may_have_a_default():
    """But for its parent: what all jobs build on has none."""
    defaults = SCHEMAS["workspace"]["properties"]["defaults"]["properties"]
    keys = SCHEMAS["job"]["properties"].keys() - {"extends"}

    assert {key: {"$ref": f"job.schema.json#/properties/{key}"} for key in keys} == defaults


def test_every_key_of_a_job_may_stand_in_an_overlay():
    """But for its parent, and the overlays themselves."""
    keys = SCHEMAS["job"]["properties"].keys() - {"extends", "environments"}

    assert keys == SCHEMAS["job"]["definitions"]["overlay"]["properties"].keys()


@pytest.fixture(scope="module")
def editor():
    """What an editor makes of a file whose content is a part of a job, at a pointer."""
    return lambda pointer, value: list(jsonschema.Draft7Validator(SCHEMAS["job"]).iter_errors(nested(pointer, value)))


def nested(pointer, value):
    for key in reversed(pointer):
        value = {key: value}
    return value


def merged_keys(schema, pointer=()):
    """Every key of a job, at any depth, that may be written in another file. A list is written whole."""
    for key, field in schema.get("properties", {}).items():
        yield (*pointer, key)
        for due in dues(field):
            yield from merged_keys(due, (*pointer, key))


def dues(field):
    """What a field's value may be, references followed."""
    for choice in field.get("anyOf", [field]):
        yield SCHEMAS["job"]["definitions"][choice["$ref"].rpartition("/")[2]] if "$ref" in choice else choice


KEYS = [key for key in merged_keys(SCHEMAS["job"]) if "file" not in key]
"""But for the file of an axis: what is no list must be it, and nothing else."""


def test_no_file_must_have_a_key(editor):
    """It may be inherited, from a file that an editor does not see."""
    assert [] == [key for key in ((), *KEYS) if mapping_is_due(key) and editor(key, {})]


def mapping_is_due(pointer):
    fields = [SCHEMAS["job"]]
    for key in pointer:
        fields = [due for field in fields for due in dues(field.get("properties", {}).get(key, {}))]
    return any("object" in field.get("type", ()) and "file" not in field.get("properties", {}) for field in fields)


def test_null_may_take_any_key_out(editor):
    assert [] == [key for key in KEYS if editor(key, None)]


@pytest.mark.parametrize("pointer", [("labels", "team"), ("matrix", "lang"), ("environments", "prod")])
def test_null_may_take_any_name_out(editor, pointer):
    assert [] == editor(pointer, None)


def test_what_a_whole_job_demands_is_in_force_once_it_is_whole():
    whole = whole_form(layer_form(SCHEMAS["job"]))

    assert (["displayName"], ["uris"]) == (whole["required"], whole["definitions"]["gcsSource"]["required"])
    assert "whole" not in json.dumps([list(keywords(whole))])


def keywords(schema):
    """Every keyword that can be violated."""
    passed_through = {"properties", "definitions", "items", "allOf", "$ref", "$schema", "default"}
    notes = {"title", "description", "examples", "patternErrorMessage", "$comment", "defaultSnippets"}
    for key, value in schema.items():
        if key in {"properties", "definitions"}:
            for each in value.values():
                yield from keywords(each)
        elif key in {"items", "additionalProperties", "propertyNames"} and isinstance(value, dict):
            yield from keywords(value)
        elif key == "allOf":
            for each in value:
                yield from keywords(each)
        if key not in passed_through | notes:
            yield key


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_keyword_has_words(name):
    assert set() == set(keywords(strict_form(whole_form(layer_form(SCHEMAS[name]))))) - DESCRIPTIONS.keys()


def test_alternatives_are_between_keys():
    """Messages put `oneOf` and `not` into words as what may stand together, and know no other use of them."""
    schema = strict_form(whole_form(layer_form(SCHEMAS["job"])))
    places = [*schema["allOf"], *schema["definitions"].values()]
    branches = [branch for place in places for branch in place.get("oneOf", ())]

    assert {("required", 1)} == {(key, len(value)) for branch in branches for key, value in branch.items()}
    assert [{"required"}] == [set(place["not"]) for place in places if "not" in place]
