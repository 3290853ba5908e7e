"""The rows under `specs/` are what the service's importer accepts: one JSON object a line, all of one shape."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

SPECS = Path(__file__).parents[2] / "specs"
FILES = sorted(SPECS.rglob("*.jsonl"))
KILOBYTES = 1000

each_file = pytest.mark.parametrize("path", FILES, ids=[path.relative_to(SPECS).as_posix() for path in FILES])


def rows_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def shape_of(value: Any) -> Any:
    """What the importer infers a column type from: keys, nesting and kinds, but no values and no lengths of lists."""
    match value:
        case dict():
            return {key: shape_of(item) for key, item in value.items()}
        case list():
            shapes = [shape_of(item) for item in value]
            assert all(shape == shapes[0] for shape in shapes), f"a list of several kinds: {value}"
            return shapes[:1]
        case _:
            return type(value).__name__


def objects_in(value: Any) -> list[dict[str, Any]]:
    match value:
        case dict():
            return [value, *(found for item in value.values() for found in objects_in(item))]
        case list():
            return [found for item in value for found in objects_in(item)]
        case _:
            return []


def test_there_are_enough_rows_to_look_like_work():
    assert sum(len(rows_of(path)) for path in FILES) >= 250


@each_file
def test_a_file_is_small(path: Path):
    assert path.stat().st_size < 200 * KILOBYTES


@each_file
def test_lines_end_in_a_line_feed_and_none_is_blank(path: Path):
    content = path.read_bytes()
    assert not content.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in content
    assert content.endswith(b"\n")
    assert all(line.strip() for line in content.splitlines())


@each_file
def test_ids_are_unique_and_cannot_be_taken_for_numbers(path: Path):
    ids = [row["id"] for row in rows_of(path)]
    assert [name for name in ids if not re.fullmatch(r"[a-z]+-[a-z0-9-]+", name)] == []
    assert len(ids) == len(set(ids))


@each_file
def test_all_rows_have_one_shape(path: Path):
    first, *others = map(shape_of, rows_of(path))
    assert [shape for shape in others if shape != first] == []


@each_file
def test_no_object_is_empty_and_every_key_can_be_a_column(path: Path):
    objects = [found for row in rows_of(path) for found in objects_in(row)]
    assert all(objects)
    assert {key for found in objects for key in found if not re.fullmatch(r"[A-Za-z]+", key)} == set()


@each_file
def test_a_request_asks_as_a_user_for_a_bounded_answer(path: Path):
    for row in rows_of(path):
        request = row["request"]
        assert [content["role"] for content in request["contents"]] == ["user"]
        assert request["contents"][0]["parts"][0]["text"].strip()
        assert request["systemInstruction"]["parts"][0]["text"].strip()
        assert request["generationConfig"]["maxOutputTokens"] >= 1024


def test_no_text_is_sent_twice_in_one_file():
    for path in FILES:
        texts = [row["request"]["contents"][0]["parts"][0]["text"] for row in rows_of(path)]
        assert len(texts) == len(set(texts)), path.name
