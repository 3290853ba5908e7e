"""What the codec writes is what `schemas/lockfile.schema.json` says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from builders import SUCCEEDED, entry, intent, job_spec, lockfile, submission
from jsonschema import Draft7Validator
from jsonschema.exceptions import ValidationError

from gembatch.lock.codec import dump_lockfile
from gembatch.lock.lockfile import Holder, Lockfile
from gembatch.model.jobs import Input, JobState, RowCounts

SCHEMA = json.loads((Path(__file__).parents[3] / "schemas" / "lockfile.schema.json").read_text())
VALIDATOR = Draft7Validator(SCHEMA)

FULL = lockfile(
    entry(job_spec("a"), 2, SUCCEEDED, history=[submission(job_spec("a"), 1, rows=RowCounts(1, 2, -1), attempt=None)]),
    retired=[
        entry(job_spec("b", rerun="again"), 3, inputs=(Input("gs://in/b", "1", 2, "AAAAAA=="), Input("gs://in/*")))
    ],
    intents=(intent(job_spec("c")),),
    holder=Holder("1" * 32, "ada@laptop", "", "2026-11-22T09:05:00+00:00"),
)


def test_the_schema_is_a_schema() -> None:
    Draft7Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("written", [FULL, Lockfile("w", "e", FULL.lineage)], ids=["full", "empty"])
def test_what_is_written_conforms(written: Lockfile) -> None:
    VALIDATOR.validate(json.loads(dump_lockfile(written)))


@pytest.mark.parametrize("place", ["", "holder", "intents", "jobs", "retired"])
def test_the_schema_has_every_key_and_no_other(place: str) -> None:
    """A key that is added to the codec must be added here; one that is taken away must go."""
    document = json.loads(dump_lockfile(FULL))
    value = document[place] if place else document
    target = value[0] if isinstance(value, list) else value
    for key in [*target, None]:
        damaged = {**target, "unknown": 1} if key is None else {name: target[name] for name in target if name != key}
        whole = damaged if not place else {**document, place: [damaged] if isinstance(value, list) else damaged}
        with pytest.raises(ValidationError):
            VALIDATOR.validate(whole)


def test_the_schema_knows_every_state() -> None:
    assert [state.value for state in JobState] == SCHEMA["definitions"]["submission"]["properties"]["state"]["enum"]
