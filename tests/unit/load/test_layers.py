"""Layers of a spec: what wins, what null takes out, and whose place a value has."""

from __future__ import annotations

import pytest

from gembatch.load.layers import composed, overlays_of
from gembatch.load.overlay import inherited, laid, nulls_of, subdocument, subdocuments, without
from gembatch.load.yaml_reader import read_text
from gembatch.model.document import Document, Json, Pointer, Source
from gembatch.model.layers import Composed, Layer, LayerKind, is_part


def document(text: str, path: str = "specs/a.yaml") -> Document:
    return read_text(Source(path, text)).documents[0]


def pointers(data: Json, pointer: Pointer = ()) -> set[Pointer]:
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return {pointer}.union(*(pointers(item, (*pointer, step)) for step, item in items))


def job(*layers: str, environment: str = "prod") -> Composed:
    """The job of layers as they are written, the lowest first, the last of them the spec."""
    kinds = [*list(LayerKind)[: len(layers) - 1], LayerKind.SPEC]
    paths = [*("gembatch.yaml", "specs/_defaults.yaml", "specs/_base.yaml")[: len(layers) - 1], "specs/a.yaml"]
    read = [Layer(kind, document(text, path)) for kind, text, path in zip(kinds, layers, paths, strict=True)]
    return composed(read, environment)


@pytest.mark.parametrize(
    ("base", "over", "expected"),
    [
        ("{a: 1, b: 2}", "{a: null}", {"b": 2}),
        ("{a: {x: 1, y: 2}}", "{a: {x: null}}", {"a": {"y": 2}}),
        ("{a: {x: {y: 1}}, b: 1}", "{a: null}", {"b": 1}),
        ("{a: [1, 2]}", "{a: null}", {}),
        ("{b: 1}", "{a: null}", {"b": 1}),
        ("{b: 1}", "{a: {x: null, y: 1}}", {"a": {"y": 1}, "b": 1}),
        ("{a: 1}", "{a: [null]}", {"a": [None]}),
    ],
)
def test_null_in_a_layer_takes_a_key_out_inherited_or_not(base: str, over: str, expected: Json) -> None:
    result = laid(document(base), document(over))

    assert expected == result.data
    assert pointers(expected) == set(result.places.values)


@pytest.mark.parametrize(
    ("base", "over", "expected"),
    [
        ("{a: 1, b: 2}", "{a: null}", {"b": 2}),
        ("{b: 1}", "{a: null}", {"a": None, "b": 1}),
        ("{a: {x: 1}}", "{a: {y: null}}", {"a": {"y": None, "x": 1}}),
        ("[1]", "{a: null}", {"a": None}),
    ],
)
def test_null_in_a_spec_stays_where_it_takes_nothing_out(base: str, over: str, expected: Json) -> None:
    result = inherited(document(base), document(over))

    assert expected == result.data
    assert pointers(expected) == set(result.places.values)


def test_nulls_are_those_of_mappings() -> None:
    assert (("a",), ("b", "c")) == nulls_of(document("{a: null, b: {c: null, d: [null, {e: null}]}}"))


def test_overlays_are_documents_of_their_own() -> None:
    whole = document("environments:\n  prod: {labels: {team: [a]}}\n  dev: null\n  test: 3\n")

    (overlay,) = overlays_of(whole).values()
    assert overlay == subdocument(whole, ("environments", "prod"))
    assert {} == overlays_of(document("environments: [a]"))
    assert {} == overlays_of(document("[a]"))
    assert {} == subdocuments(document("a: [1]"), ("a",))


def test_without_nothing_a_document_is_the_same_object() -> None:
    whole = document("{a: 1}")

    assert whole is without(whole, ())


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        (("a: 1\n",), {"a": 1}),
        (("{a: 1, b: 1, c: 1}", "{b: 2, c: 2}", "{c: 3}", "{d: 4}"), {"a": 1, "b": 2, "c": 3, "d": 4}),
        (("{a: 1}", "{a: null}", "{b: 1}"), {"b": 1}),
        (("{a: 1}", "{a: null}", "{a: 2, b: 1}"), {"a": 2, "b": 1}),
        (("a: 1\nenvironments: {prod: {a: 2, b: {c: 3}}}\n",), {"a": 2, "b": {"c": 3}}),
        (("a: 1\nenvironments: {dev: {a: 2}}\n",), {"a": 1}),
        (("a: {b: 1, c: 2}\nenvironments: {prod: {a: {b: null}, x: null}}\n",), {"a": {"c": 2}}),
        (("environments: {prod: {a: 2}}\n", "a: 1\n"), {"a": 2}),
        (("environments: {prod: {a: 2}}\n", "a: 1\nenvironments: {prod: {a: 3}}\n"), {"a": 3}),
        (("environments: {prod: {a: 2}}\n", "a: 1\nenvironments: {prod: null}\n"), {"a": 1}),
        (("environments: {prod: {a: 2}}\n", "a: 1\nenvironments: {prod: {a: null}}\n"), {}),
        (("environments: {prod: {a: 2}}\n", "a: 1\nenvironments: null\n"), {"a": 1}),
        (("environments: {prod: {a: 2}}\n", "environments: null\n", "environments: {prod: {b: 3}}\n"), {"b": 3}),
        (("environments: {prod: {a: 2}}\n", "a: 1\nenvironments: [prod]\n"), {"a": 2}),
        (("extends: ./_base.yaml\nenvironments: {}\na: 1\n",), {"a": 1}),
        (("- 1\n", "a: 1\n"), {"a": 1}),
        (("a: 1\n", "- 1\n"), [1]),
        (("{a: 1}", "{a: }"), {}),
        (("{a: {b: 1}}", "{a: {c: null}}"), {"a": {"c": None, "b": 1}}),
    ],
)
def test_the_later_layer_wins_and_the_overlay_over_all(layers: tuple[str, ...], expected: Json) -> None:
    result = job(*layers).document

    assert expected == result.data
    assert pointers(expected) == set(result.places.values)
    assert "specs/a.yaml" == result.source.path
    assert "specs/a.yaml" == result.places.at(()).path


def test_each_value_knows_its_layer_and_its_place() -> None:
    whole = job(
        "{a: 1, labels: {team: search}}",
        "labels: {owner: desk}\nenvironments: {prod: {b: 5}}\n",
        "c: [1, 2]\n",
        "d: 1\nenvironments: {prod: {labels: {stage: prod}}}\n",
    )

    told = {
        pointer: (whole.kind_at(pointer), str(whole.document.places.at(pointer)))
        for pointer in [("a",), ("labels", "team"), ("labels", "owner"), ("labels", "stage"), ("b",), ("c", 1), ("d",)]
    }
    assert {
        ("a",): (LayerKind.WORKSPACE, "gembatch.yaml:1:5"),
        ("labels", "team"): (LayerKind.WORKSPACE, "gembatch.yaml:1:23"),
        ("labels", "owner"): (LayerKind.FOLDER, "specs/_defaults.yaml:1:17"),
        ("labels", "stage"): (LayerKind.ENVIRONMENT, "specs/a.yaml:2:39"),
        ("b",): (LayerKind.ENVIRONMENT, "specs/_defaults.yaml:2:26"),
        ("c", 1): (LayerKind.PARENT, "specs/_base.yaml:1:8"),
        ("d",): (LayerKind.SPEC, "specs/a.yaml:1:4"),
    } == told


def test_what_has_no_place_of_its_own_has_the_layer_around_it() -> None:
    assert LayerKind.SPEC is job("a: 1\n").kind_at(("nowhere", 1))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("_a.yaml", True),
        ("specs/_defaults.yaml", True),
        ("specs/a.yaml", False),
        ("_specs/a.yaml", False),
        ("a_b.yaml", False),
    ],
)
def test_a_part_is_a_file_whose_name_begins_with_an_underscore(path: str, expected: bool) -> None:  # noqa: FBT001
    assert expected is is_part(path)
