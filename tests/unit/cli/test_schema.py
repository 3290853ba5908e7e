"""`gembatch schema` prints the schemas as they stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from gembatch.load.schemas import NAMES

FOLDER = Path(__file__).parents[3] / "schemas"


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_printed_byte_for_byte(name: str, gembatch):
    result = gembatch("schema", name)

    assert (FOLDER / f"{name}.schema.json").read_text(encoding="utf-8") == result.out


def test_an_unknown_schema_is_refused_with_those_that_there_are(gembatch):
    result = gembatch("schema", "jobs")

    assert 2 == result.code
    assert "'job', 'workspace', 'lockfile', 'plan', 'outcomes'" in result.err
