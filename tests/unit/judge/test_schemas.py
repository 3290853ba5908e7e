"""A schema that can judge plans, and what it says of them in words of ours."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from gembatch.judge.findings import MAX_FINDINGS
from gembatch.judge.schemas import judged, schema_findings
from gembatch.load.yaml_reader import read_text
from gembatch.model.document import Json, Source

DRAFT_7 = "http://json-schema.org/draft-07/schema#"
NEWEST = "https://json-schema.org/draft/2020-12/schema"

PLAN: Json = {
    "workspace": "reviews",
    "serial": 3,
    "changes": [
        {"displayName": "daily", "action": "create", "body": {"model": "m\n", "labels": {"team": "search"}}},
        {"displayName": "weekly", "action": "keep", "body": {"labels": {}}},
    ],
}


def faults(schema: Json) -> list[str]:
    read = read_text(Source("policies/x.json", json.dumps(schema)))
    assert () == read.diagnostics
    findings = schema_findings(read.documents[0])
    assert {"policy.schema"} >= {finding.rule for finding in findings}
    return [finding.message for finding in findings]


SOUND: dict[str, Json] = {
    "empty": {},
    "of draft-07": {"$schema": DRAFT_7, "definitions": {"a": {}}, "$ref": "#/definitions/a"},
    "of draft-07 with an anchor": {"$schema": DRAFT_7, "definitions": {"a": {"$id": "#foo"}}, "$ref": "#foo"},
    "of 2020-12": {
        "$schema": NEWEST,
        "$defs": {"a": {"$anchor": "b"}},
        "allOf": [{"$ref": "#/$defs/a"}, {"$ref": "#b"}],
    },
    "with a name": {"$id": "https://acme.example/policy.json", "$defs": {"a": {}}, "$ref": "#/$defs/a"},
    "with a part that has a name": {"$defs": {"x": {"$id": "https://a/b", "$defs": {"y": {}}, "$ref": "#/$defs/y"}}},
    "with a pattern that Python warns of": {"pattern": "[[a]"},
    "that refers to itself": {"items": {"$ref": "#"}},
    "with data that looks like a reference": {"const": {"$ref": "https://x"}, "examples": [{"$ref": "y"}]},
    "with a key called like a keyword": {"properties": {"$ref": {"type": "string"}, "enum": {}}},
}


@pytest.mark.parametrize("schema", SOUND.values(), ids=SOUND.keys())
def test_nothing_is_said_of_a_sound_schema(schema: Json) -> None:
    assert [] == faults(schema)


FAULTY: dict[str, tuple[Json, str]] = {
    "no mapping": (["changes"], "a policy's schema must be a mapping, got a list"),
    "of another draft": (
        {"$schema": "http://json-schema.org/draft-04/schema#"},
        '`$schema` must be that of draft-07 or 2020-12, got "http://json-schema.org/draft-04/schema#"',
    ),
    "of a draft of its own": ({"$schema": 7}, "`$schema` must be that of draft-07 or 2020-12, got 7"),
    "an address": ({"$ref": "http://127.0.0.1/x"}, '`$ref` must stay in the file, got "http://127.0.0.1/x"'),
    "a file": ({"not": {"$ref": "file:///etc/passwd"}}, '`$ref` must stay in the file, got "file:///etc/passwd"'),
    "a neighbour": ({"items": [{"$ref": "other.json"}]}, '`$ref` must stay in the file, got "other.json"'),
    "its own draft": ({"$ref": NEWEST}, f'`$ref` must stay in the file, got "{NEWEST}"'),
    "a dynamic one": ({"$dynamicRef": "x#y"}, '`$dynamicRef` must stay in the file, got "x#y"'),
    "a part that is not there": ({"$ref": "#/$defs/a"}, '`$ref` names "#/$defs/a", which the file does not have'),
    "an anchor that is not there": ({"$ref": "#a"}, '`$ref` names "#a", which the file does not have'),
    "a wrong keyword": ({"items": {"type": "strin"}}, 'this is no JSON schema: `items.type` cannot be "strin"'),
    "too much of it": (
        {"anyOf": [{}] * 2000},
        "a policy's schema has at most 2,000 mappings and lists",
    ),
    "a pattern too deep": ({"pattern": "(" * 5000}, "this is no JSON schema: it has a pattern that cannot be read"),
    "a pattern too often": (
        {"patternProperties": {"a{99999999999999999999}": {}}},
        "this is no JSON schema: it has a pattern that cannot be read",
    ),
    "a wrong pattern": ({"pattern": "(["}, 'this is no JSON schema: `pattern` cannot be "(["'),
}


@pytest.mark.parametrize(("schema", "message"), FAULTY.values(), ids=FAULTY.keys())
def test_a_schema_that_cannot_judge_says_why(schema: Json, message: str) -> None:
    assert [message] == faults(schema)


def of_change(schema: Json) -> dict[str, Json]:
    return {"properties": {"changes": {"items": schema}}}


def of_serial(schema: Json) -> dict[str, Json]:
    return {"properties": {"serial": schema}}


SAID: dict[str, tuple[dict[str, Json], str]] = {
    "required": ({"required": ["owner", "workspace", "ticket"]}, "the plan must have `owner` and `ticket`"),
    "type": (of_serial({"type": "string"}), "serial must be text, got 3"),
    "types": (of_serial({"type": ["string", "null"]}), "serial must be text or nothing, got 3"),
    "enum": (of_serial({"enum": [1, 2]}), "serial must be 1 or 2, got 3"),
    "a long enum": (of_serial({"enum": list(range(50, 100))}), "serial must be one of 50 values, got 3"),
    "const": (of_serial({"const": 1}), "serial must be 1, got 3"),
    "minimum": (of_serial({"minimum": 4}), "serial must be at least 4, got 3"),
    "maximum": (of_serial({"maximum": 2.5}), "serial must be at most 2.5, got 3"),
    "exclusive minimum": (of_serial({"exclusiveMinimum": 3}), "serial must be more than 3, got 3"),
    "exclusive maximum": (of_serial({"exclusiveMaximum": 3}), "serial must be less than 3, got 3"),
    "not": (of_serial({"not": {}}), "serial must not be what the policy forbids, got 3"),
    "pattern": ({"properties": {"workspace": {"pattern": "^a"}}}, 'workspace must match `^a`, got "reviews"'),
    "min length": (
        {"properties": {"workspace": {"minLength": 9}}},
        'workspace must have at least 9 characters, got "reviews"',
    ),
    "min items": ({"properties": {"changes": {"minItems": 9}}}, "changes must have at least 9 items, got 2"),
    "max items": ({"properties": {"changes": {"maxItems": 1}}}, "changes must have at most 1 item, got 2"),
    "others": (of_serial({"anyOf": [{"type": "null"}, {"const": 1}]}), "serial must meet `anyOf`, got 3"),
    "no key": ({"additionalProperties": False}, "the plan must meet `additionalProperties`, got a mapping"),
}  # fmt: skip


@pytest.mark.parametrize(("schema", "message"), SAID.values(), ids=SAID.keys())
def test_what_is_not_met_is_said_in_words_of_ours(schema: dict[str, Json], message: str) -> None:
    assert [{"message": message, "severity": "error"}] == judged(schema, PLAN)


def test_what_is_met_is_not_said() -> None:
    assert [] == judged({"required": ["workspace"], "properties": {"serial": {"type": "integer"}}}, PLAN)


def test_a_change_is_named_and_the_way_begins_in_it() -> None:
    schema = of_change({"properties": {"body": {"properties": {"labels": {"required": ["team"]}}}}})

    assert [{"message": "body.labels must have `team`", "severity": "error", "displayName": "weekly"}] == judged(
        schema, PLAN
    )


def test_a_change_as_a_whole_is_named_too() -> None:
    assert [
        {"message": "the change must have `owner`", "severity": "error", "displayName": name}
        for name in ("daily", "weekly")
    ] == judged(of_change({"required": ["owner"]}), PLAN)


def test_the_description_of_what_is_not_met_is_the_hint() -> None:
    (finding,) = judged(of_serial({"const": 1, "description": "begin anew"}), PLAN)

    assert {"message": "serial must be 1, got 3", "severity": "error", "hint": "begin anew"} == finding


@pytest.mark.parametrize("draft", [DRAFT_7, NEWEST])
def test_a_condition_of_either_draft_is_followed(draft: str) -> None:
    submitted: Json = {"properties": {"action": {"enum": ["create", "replace"]}}}
    schema = of_change({"if": submitted, "then": {"required": ["ticket"]}})

    (finding,) = judged({"$schema": draft, **schema}, PLAN)

    assert isinstance(finding, dict)
    assert "daily" == finding["displayName"]


def test_the_end_of_a_pattern_is_the_end_of_the_text() -> None:
    """Not the place before a last line break, as Python has it."""
    schema = of_change({"properties": {"body": {"properties": {"model": {"pattern": "^m$"}}}}})

    assert ["daily"] == [finding["displayName"] for finding in judged(schema, PLAN) if isinstance(finding, dict)]


def test_no_more_is_found_than_is_told() -> None:
    plan: Json = {"changes": [{"displayName": f"{number}"} for number in range(1000)]}

    assert MAX_FINDINGS + 1 == len(judged(of_change({"required": ["owner"]}), plan))


UNABLE: Mapping[str, dict[str, Json]] = {
    "refers to itself without end": {"$ref": "#"},
    "refers to /$defs/no": {"$defs": {"a": {"$id": "https://a/b", "$ref": "#/$defs/no"}}, "$ref": "#/$defs/a"},
    "refers to http://127.0.0.1:9/x": {"$ref": "http://127.0.0.1:9/x"},
}


@pytest.mark.parametrize(("why", "schema"), UNABLE.items(), ids=UNABLE.keys())
def test_a_schema_that_turns_out_to_be_unable_says_why(why: str, schema: dict[str, Json]) -> None:
    with pytest.raises(ValueError, match="refers to ") as refusal:
        judged(schema, PLAN)

    assert why in str(refusal.value)
