"""What editors show must be there, be true, and be understood by the tool."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from gembatch.validate.messages import DESCRIPTIONS
from gembatch.validate.strict import strict_form, without_neighbours

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
    schema = without_neighbours(SCHEMAS[name])
    for path, field in described(name):
        # A reference hides what stands beside it in draft 07, so the examples are held to a copy without notes.
        rules = {key: value for key, value in field.items() if key not in {"title", "description", "examples"}}
        validator = jsonschema.Draft7Validator({**without_neighbours(rules), "definitions": schema["definitions"]})

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


def keywords(schema):
    """Every keyword that can be violated."""
    passed_through = {"properties", "definitions", "items", "allOf", "$ref", "$schema", "default"}
    notes = {"title", "description", "examples", "patternErrorMessage"}
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
    assert set() == set(keywords(strict_form(without_neighbours(SCHEMAS[name])))) - DESCRIPTIONS.keys()


def test_alternatives_are_between_keys():
    """Messages put `oneOf` and `not` into words as what may stand together, and know no other use of them."""
    schema = strict_form(SCHEMAS["job"])
    places = [*schema["allOf"], *schema["definitions"].values()]
    branches = [branch for place in places for branch in place.get("oneOf", ())]

    assert {("required", 1)} == {(key, len(value)) for branch in branches for key, value in branch.items()}
    assert [{"required"}] == [set(place["not"]) for place in places if "not" in place]
