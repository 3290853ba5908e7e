from __future__ import annotations

import pytest

from gembatch.load.overlay import merged, subdocument
from gembatch.load.yaml_reader import read_text
from gembatch.model.document import Document, Json, Pointer, Source


def _document(text: str, path: str = "over.yaml") -> Document:
    return read_text(Source(path, text)).documents[0]


def _merged(base: str, over: str) -> Document:
    return merged(_document(base, "base.yaml"), _document(over))


def _pointers(data: Json, pointer: Pointer = ()) -> set[Pointer]:
    """Returns the pointer of every value."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return {pointer}.union(*(_pointers(item, (*pointer, step)) for step, item in items))


@pytest.mark.parametrize(
    ("base", "over", "expected"),
    [
        ("{a: 1}", "{b: 2}", {"b": 2, "a": 1}),
        ("{a: 1, b: 2}", "{b: 3}", {"b": 3, "a": 1}),
        ("{a: {x: 1, y: 2}}", "{a: {y: 3, z: 4}}", {"a": {"y": 3, "z": 4, "x": 1}}),
        ("{a: {x: {y: {z: 1}}}}", "{a: {x: {y: {w: 2}}}}", {"a": {"x": {"y": {"w": 2, "z": 1}}}}),
        ("{a: [1, 2, 3]}", "{a: [4]}", {"a": [4]}),
        ("{a: {x: 1}}", "{a: text}", {"a": "text"}),
        ("{a: text}", "{a: {x: 1}}", {"a": {"x": 1}}),
        ("{a: {x: 1}}", "{a: null}", {"a": None}),
        ("{a: 1}", "{}", {"a": 1}),
        ("{}", "{a: 1}", {"a": 1}),
        ("{a: 1}", "[1]", [1]),
        ("null", "{a: 1}", {"a": 1}),
    ],
)
def test_mappings_merge_by_key_and_all_else_is_replaced(base: str, over: str, expected: Json) -> None:
    document = _merged(base, over)

    assert expected == document.data
    assert _pointers(expected) == set(document.places.values)


def test_keys_come_in_the_order_of_the_overlay_then_of_the_base() -> None:
    data = _merged("{a: 1, b: 2, c: 3}", "{z: 1, c: 2, y: 3}").data

    assert isinstance(data, dict)
    assert list(data) == ["z", "c", "y", "a", "b"]


@pytest.mark.parametrize(
    ("pointer", "path", "line"),
    [
        ((), "over.yaml", 1),
        (("a",), "base.yaml", 1),
        (("b",), "over.yaml", 1),
        (("c",), "over.yaml", 3),
        (("c", "x"), "base.yaml", 4),
        (("c", "y"), "over.yaml", 3),
        (("d",), "over.yaml", 4),
        (("d", 1), "over.yaml", 4),
    ],
)
def test_each_place_is_in_the_file_that_won(pointer: Pointer, path: str, line: int) -> None:
    base = "a: 1\nb: 1\nc:\n  x: 1\n  y: 1\nd: [1, 2, 3]\n"
    document = _merged(base, "b: 2\nc:\n  y: 2\nd: [4]\n")

    place = document.places.at(pointer)
    assert (path, line) == (place.path, place.line)


def test_keys_have_the_places_of_the_file_that_won() -> None:
    places = _merged("a: 1\nb: 1\n", "b: 2\n").places

    assert str(places.at_key(("a",))) == "base.yaml:1:1"
    assert str(places.at_key(("b",))) == "over.yaml:1:1"


def test_the_result_stands_in_the_overlays_file() -> None:
    assert _merged("{a: 1}", "{b: 1}").source.path == "over.yaml"


def test_neither_side_is_changed() -> None:
    base, over = _document("{a: {x: 1}}"), _document("{a: {y: 2}}")
    merged(base, over)

    assert base.data == {"a": {"x": 1}}
    assert over.data == {"a": {"y": 2}}


def test_a_subdocument_is_a_document_of_its_own() -> None:
    whole = _document("name: x\ndefaults:\n  labels: {team: [a, b]}\n")
    part = subdocument(whole, ("defaults",))

    assert part.data == {"labels": {"team": ["a", "b"]}}
    assert part.source is whole.source
    assert {(), ("labels",), ("labels", "team"), ("labels", "team", 0), ("labels", "team", 1)} == set(
        part.places.values
    )
    assert {("labels",), ("labels", "team")} == set(part.places.keys)
    assert whole.places.at(("defaults", "labels", "team", 1)) == part.places.at(("labels", "team", 1))


def test_a_subdocument_may_lie_in_a_list() -> None:
    assert subdocument(_document("a: [1, {b: 2}]\n"), ("a", 1)).data == {"b": 2}


def test_the_subdocument_at_the_root_is_the_whole() -> None:
    whole = _document("a: {b: 1}\n")

    assert whole == subdocument(whole, ())


def test_a_subdocument_that_is_not_there_is_empty_and_stands_where_it_would() -> None:
    whole = _document("name: x\nenvironments:\n  prod: {}\n")
    part = subdocument(whole, ("environments", "prod", "defaults"))

    assert part.data == {}
    assert str(part.places.at(())) == "over.yaml:3:9"
