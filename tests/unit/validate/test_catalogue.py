from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from gembatch.validate.catalogue import ADJUSTABLE, CATALOGUE, matching

PACKAGE = Path(__file__).parents[3] / "gembatch"

ROOMS = ("model", "load", "render", "stage", "validate", "pipeline")
"""The rooms whose findings `validate` shows."""

_RULE = re.compile(r"[a-z]+\.[a-z]+(?:-[a-z]+)*")
_FILE_NAMES = frozenset({"action.yml", "gembatch.yaml", "predictions.jsonl"})


def rules_in_code() -> Iterator[str]:
    """Yields every text in the code that has the form of a rule's identifier."""
    files = (path for room in ROOMS for path in (PACKAGE / room).rglob("*.py") if path.name != "catalogue.py")
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Constant(str(text)) if _RULE.fullmatch(text) and text not in _FILE_NAMES:
                    yield text
                case _:
                    pass


def test_every_rule_in_the_code_is_in_the_catalogue_and_no_other():
    assert sorted(set(rules_in_code())) == list(CATALOGUE)


def test_every_rule_is_told_of_in_a_line():
    assert [] == [entry for entry in CATALOGUE.values() if entry.title != entry.title.strip().removesuffix(".")]


def test_what_is_adjustable_is_a_rule():
    assert set() == ADJUSTABLE - CATALOGUE.keys()


@pytest.mark.parametrize(
    ("pattern", "rules"),
    [
        ("labels.key", ["labels.key"]),
        ("labels.*", ["labels.count", "labels.key", "labels.reserved", "labels.value"]),
        ("*.missing", ["load.missing", "lockfile.missing", "stage.missing", "variable.missing"]),
        ("labels", []),
        ("Labels.Key", []),
    ],
)
def test_a_pattern_means_rules(pattern: str, rules: list[str]):
    assert rules == [entry.id for entry in matching(pattern)]
