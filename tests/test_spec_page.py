"""`docs/spec.md` is what the schemas say, all of it."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from gembatch.load.schemas import read_schema

DOCS = Path(__file__).resolve().parents[1] / "docs"

PAGE = (DOCS / "spec.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("spec_page", DOCS / "spec_page.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "spec_page", module)  # where dataclasses look
        spec.loader.exec_module(module)
    return module


def rows(heading: str) -> dict[str, str]:
    """The rows of the table under a heading, by key."""
    lines = section(heading).splitlines()
    return {line.split("`")[1]: line for line in lines if line.startswith("| `")}


def section(heading: str) -> str:
    """What stands under a heading."""
    (found,) = re.findall(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#|\Z)", PAGE, re.MULTILINE | re.DOTALL)
    return found


def test_the_page_is_current(generator: ModuleType) -> None:
    assert generator.page() == PAGE, "run `make docs`"


def test_an_anchor_means_one_heading(generator: ModuleType) -> None:
    anchors = Counter(map(generator.anchor_of, re.findall(r"^#+ (.*)$", PAGE, re.MULTILINE)))

    assert [] == [anchor for anchor, count in anchors.items() if count > 1]
    assert set() == set(re.findall(r"\]\(#([^)]*)\)", PAGE)) - anchors.keys()


@pytest.mark.parametrize(("heading", "name"), [("gembatch.yaml", "workspace"), ("A spec", "job")])
def test_every_key_of_a_file_has_a_row(heading: str, name: str) -> None:
    assert read_schema(name)["properties"].keys() == rows(heading).keys()


@pytest.mark.parametrize("name", ["workspace", "job"])
def test_every_object_has_a_table_with_every_key(name: str) -> None:
    for definition, schema in read_schema(name)["definitions"].items():
        for key in schema.get("properties", {}):
            assert f"`{key}`" in section(definition), definition


def test_a_row_tells_title_kind_meaning_default_and_example() -> None:
    assert (
        "| `maxAttempts` | whole number, 1 to 10 | **Max attempts.** With `onFailure: retry`, how many jobs there may "
        "be in all, the first one included; 3 by default.<br>`maxAttempts: 3` |"
    ) == rows("lifecycle")["maxAttempts"]


def test_a_default_that_the_description_does_not_tell_is_told() -> None:
    assert "By default `false`.<br>" in rows("lifecycle")["allowRedated"]


def test_what_is_required_is_marked() -> None:
    assert rows("environment")["project"].startswith("| `project`, required | text |")
    assert rows("environment")["staging"].startswith("| `staging` | text |")


def test_what_excludes_each_other_is_told() -> None:
    assert "Exactly one of `input` and `inputConfig`." in PAGE
    assert "Not both `includedFields` and `excludedFields`." in PAGE


def test_what_gemini_does_not_use_comes_last() -> None:
    assert PAGE.index("### lifecycle") < PAGE.index("## Custom models") < PAGE.index("### containerSpec")


@pytest.mark.parametrize(
    ("expected", "schema"),
    [
        ("text", {"type": "string", "minLength": 1}),
        ("text, at most 1,000 characters", {"type": "string", "maxLength": 1000}),
        ("whole number, 1 to 65,535", {"type": "integer", "minimum": 1, "maximum": 65535}),
        ("number, above 0", {"type": "number", "exclusiveMinimum": 0}),
        ("boolean", {"type": "boolean"}),
        ("`hold` or `retry`", {"enum": ["hold", "retry"]}),
        ("`a`, `b` or `c`", {"enum": ["a", "b", "c"]}),
        ("number", {"anyOf": [{"type": "number"}, {"$ref": "#/definitions/template"}]}),
        ("text or list of text", {"type": ["string", "array"], "items": {"type": "string"}}),
        ("whole number, from 0, or text", {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string"}]}),
        ("mapping of names to text", {"type": "object", "additionalProperties": {"type": "string"}}),
        ("[deep](#deep)", {"$ref": "#/definitions/deep"}),
        ("list of [deep](#deep)", {"type": "array", "items": {"$ref": "#/definitions/deep"}}),
        ("any value", {}),
    ],
)
def test_a_kind_of_value_in_words(generator: ModuleType, expected: str, schema: dict[str, object]) -> None:
    root = {"definitions": {"deep": {"type": "object", "properties": {"a": {"type": "string"}}}}}

    assert expected == generator.kind(schema, root)
