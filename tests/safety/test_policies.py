"""Policies that lead out of the workspace, ask the network, are none, or are made to be looked through for ever."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from safety.conftest import WORKSPACE, Hostile

pytestmark = pytest.mark.slow

SCHEMA, PROGRAM = "policies/rules.json", "policies/check.sh"


def name_policies(hostile: Hostile) -> None:
    """Lets the workspace name a schema and a program."""
    (hostile.root / "policies").mkdir()
    hostile.write({"gembatch.yaml": f"{WORKSPACE}policy:\n  - {{schema: {SCHEMA}}}\n  - {{run: [{PROGRAM}]}}\n"})


@pytest.mark.parametrize("target", ["outside", "/etc/passwd", "/proc/self/environ", "/dev/zero", "/bin/sh"])
def test_a_symlink_out_of_the_workspace_is_not_followed(hostile: Hostile, target: str) -> None:
    name_policies(hostile)
    for path in (SCHEMA, PROGRAM):
        (hostile.root / path).symlink_to(hostile.outside if target == "outside" else target)

    assert {"load.outside"} == hostile.rules_of()


def test_a_folder_that_leads_out_is_not_followed(hostile: Hostile) -> None:
    name_policies(hostile)
    (hostile.root / "policies").rmdir()
    (hostile.root / "policies").symlink_to(hostile.outside.parent)
    hostile.outside.with_name("rules.json").write_text("{}", encoding="utf-8")
    hostile.outside.with_name("check.sh").write_text("", encoding="utf-8")

    assert {"load.outside"} == hostile.rules_of()


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir], ids=["pipe", "folder"])
def test_what_is_no_file_is_not_opened(hostile: Hostile, make: Callable[[Path], None]) -> None:
    name_policies(hostile)
    for path in (SCHEMA, PROGRAM):
        make(hostile.root / path)

    assert {"load.not-a-file"} == hostile.rules_of()


ENDLESS = {
    "many choices": {"anyOf": [{"type": "object"}] * 20_000},
    "many references": {"allOf": [{"$ref": "#"}] * 20_000},
    "a deep pattern": {"pattern": "(" * 100_000},
    "a pattern repeated too often": {"pattern": "a{99999999999}"},
    "a long pattern": {"pattern": "|".join(map(str, range(100_000)))},
    "deep": json.loads('{"not":' * 900 + "{}" + "}" * 900),
}


@pytest.mark.parametrize("schema", ENDLESS.values(), ids=ENDLESS.keys())
def test_a_schema_is_looked_through_in_no_time(hostile: Hostile, schema: object) -> None:
    name_policies(hostile)
    hostile.write({SCHEMA: json.dumps(schema)})

    hostile.run("validate")


def test_nothing_is_fetched_for_a_schema(hostile: Hostile) -> None:
    here = f"http://127.0.0.1:{hostile.port}/x"
    schemas = [
        {"$ref": here},
        {"$schema": here},
        {"$id": here, "$ref": "x"},
        {"$dynamicRef": here},
        {"$ref": "file:///etc/passwd"},
    ]
    entries = "".join(f"  - {{schema: policies/{number}.json}}\n" for number in range(len(schemas)))
    hostile.write({f"policies/{number}.json": json.dumps(schema) for number, schema in enumerate(schemas)})
    hostile.write({"gembatch.yaml": f"{WORKSPACE}policy:\n{entries}"})

    assert {"policy.schema"} == hostile.rules_of()


def test_nothing_is_fetched_while_a_schema_judges(hostile: Hostile) -> None:
    """Where the file is looked through, its names are; and a reference into the file is resolved by them."""
    here = f"http://127.0.0.1:{hostile.port}/x"
    schema = {
        "$id": here,
        "$defs": {"a": {"$id": "y", "$ref": "#/no"}},
        "properties": {"changes": {"$ref": "#/$defs/a"}},
    }
    hostile.write({SCHEMA: json.dumps(schema), "gembatch.yaml": f"{WORKSPACE}policy: [{{schema: {SCHEMA}}}]\n"})

    assert "the schema refers to /no" in hostile.run("plan", "--offline").err
