"""What `plan_document` makes is what `schemas/plan.schema.json` says."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from builders import FAILED, RUNNING, SUCCEEDED, entry, job_name, job_spec, lockfile, plan_of, remote, with_inputs
from jsonschema import Draft7Validator
from jsonschema.exceptions import ValidationError

from gembatch.model.document import Json
from gembatch.model.jobs import Input
from gembatch.model.period import Period
from gembatch.model.selection import Selection
from gembatch.plan.approval import Request
from gembatch.plan.case import Insistence
from gembatch.plan.changes import Action, Plan, Reason, Standing
from gembatch.plan.drift import Drift
from gembatch.plan.planfile import dump_plan, load_plan, plan_document
from gembatch.plan.rows import RowKind, rows_diff

SCHEMA = json.loads((Path(__file__).parents[3] / "schemas" / "plan.schema.json").read_text())
VALIDATOR = Draft7Validator(SCHEMA)
CHANGE = SCHEMA["definitions"]["change"]["properties"]


PERIOD = Period(date(2026, 11, 1), date(2026, 11, 5))
REQUEST = Request({"bucket": "acme"}, Insistence(adopt=True), period=PERIOD, selection=Selection(("reviews-*",)))


def document_of(plan: Plan) -> dict[str, Json]:
    return plan_document(plan, REQUEST, "0.1.0")


WHOLE = with_inputs(
    plan_of(
        job_spec("changed", prompt="v2"),
        job_spec("adopted"),
        job_spec("new"),
        recorded=lockfile(entry(job_spec("changed"), 1, SUCCEEDED), entry(job_spec("removed"), 2)),
        ours=[remote(job_spec("adopted"), 3)],
    ),
    Input("gs://in/a", "1", 2, "AAAAAA=="),
    Input("gs://in/*"),
)

ROWS = rows_diff("in.jsonl", "gs://old", "gs://new", '{"id": 1}\n{"id": 2}\n', '{"id": 2, "n": 1}\n{"id": 3}\n')

FULL = replace(
    WHOLE,
    changes=tuple(replace(change, rows=(ROWS, replace(ROWS, problem="too large"))) for change in WHOLE.changes),
    drift=(
        Drift(job_spec("changed").key, job_name(1), RUNNING, FAILED, "no quota"),
        Drift(job_spec("gone").key, job_name(9), RUNNING, None),
    ),
)


def test_the_schema_is_a_schema() -> None:
    Draft7Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("plan", [FULL, plan_of()], ids=["full", "empty"])
def test_what_is_made_conforms(plan: Plan) -> None:
    VALIDATOR.validate(document_of(plan))


def test_the_schema_has_every_key_of_a_plan_and_no_other() -> None:
    document = document_of(FULL)
    for key in document:
        with pytest.raises(ValidationError):
            VALIDATOR.validate({name: document[name] for name in document if name != key})
    with pytest.raises(ValidationError):
        VALIDATOR.validate({**document, "unknown": 1})


def test_the_schema_has_every_key_of_a_change_and_no_other() -> None:
    document = document_of(FULL)
    change = document["changes"][0]
    for key in change:
        with pytest.raises(ValidationError):
            VALIDATOR.validate({**document, "changes": [{name: change[name] for name in change if name != key}]})
    with pytest.raises(ValidationError):
        VALIDATOR.validate({**document, "changes": [{**change, "unknown": 1}]})


@pytest.mark.parametrize("name", ["rows", "row", "drift"])
def test_the_schema_has_every_key_of_what_is_shown_and_no_other(name: str) -> None:
    document = document_of(FULL)
    rows = document["changes"][0]["rows"][0]
    value = {"rows": rows, "row": rows["samples"][0], "drift": document["drift"][0]}[name]
    check = Draft7Validator({**SCHEMA, "required": [], "$ref": f"#/definitions/{name}"})

    check.validate(value)
    for key in value:
        with pytest.raises(ValidationError):
            check.validate({other: value[other] for other in value if other != key})
    with pytest.raises(ValidationError):
        check.validate({**value, "unknown": 1})


def test_what_is_only_shown_is_part_of_no_approval() -> None:
    def approved(plan: Plan) -> object:
        return load_plan(dump_plan(plan, REQUEST, "0.1.0"), "plan.json").changes

    assert approved(WHOLE) == approved(FULL)


def test_the_schema_knows_every_action_reason_and_standing() -> None:
    assert [action.value for action in Action] == CHANGE["action"]["enum"]
    assert [reason.value for reason in Reason] == CHANGE["reason"]["enum"]
    assert [kind.value for kind in RowKind] == SCHEMA["definitions"]["row"]["properties"]["kind"]["enum"]
    assert [*(standing.value for standing in Standing), None] == SCHEMA["definitions"]["premise"]["properties"][
        "standing"
    ]["enum"]
