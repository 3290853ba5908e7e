"""A schema is judged by a program of gembatch's own, which finds its modules wherever it runs, and can be ended."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gembatch.judge import schema_program
from gembatch.judge.program import ProgramFaultError, run_program
from gembatch.model.document import Json

PLAN = json.dumps({"workspace": "größe", "text": "a" * 40 + "!"})


def judge(schema: dict[str, Json], folder: Path, *, seconds: float = 60) -> Json:
    answer = run_program(
        schema_program.command(), folder=folder, text=schema_program.given(schema, PLAN), seconds=seconds
    )
    return json.loads(answer)


def test_a_schema_is_judged_in_any_folder(tmp_path: Path) -> None:
    assert [] == judge({"required": ["workspace"]}, tmp_path)


def test_what_is_found_is_printed_whatever_the_language_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "de_DE.ISO-8859-1")

    assert [{"message": 'workspace must be "ß", got "größe"', "severity": "error"}] == judge(
        {"properties": {"workspace": {"const": "ß"}}}, tmp_path
    )


def test_modules_of_the_folder_are_not_taken_for_its_own(tmp_path: Path) -> None:
    for name in ("json", "jsonschema", "gembatch", "sitecustomize"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('taken')", encoding="utf-8")

    assert [] == judge({}, tmp_path)


def test_a_schema_that_turns_out_to_be_unable_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(ProgramFaultError, match=r"^ended with exit code 1: the schema refers to itself without end"):
        judge({"$ref": "#"}, tmp_path)


DOUBLING: dict[str, Json] = {
    "$defs": {f"a{n}": {"allOf": [{"$ref": f"#/$defs/a{n + 1}"}] * 2} for n in range(40)} | {"a40": {}},
    "$ref": "#/$defs/a0",
}

ENDLESS = {"a pattern": {"properties": {"text": {"pattern": "^(a+)+$"}}}, "references": DOUBLING}


@pytest.mark.parametrize("schema", ENDLESS.values(), ids=ENDLESS.keys())
def test_a_schema_that_takes_for_ever_is_ended(tmp_path: Path, schema: dict[str, Json]) -> None:
    with pytest.raises(ProgramFaultError, match=r"^did not end within 2 seconds$"):
        judge({**schema}, tmp_path, seconds=2)
