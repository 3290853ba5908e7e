"""What a good file becomes, and where its parts are said to stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from gembatch.load.syntax import MAX_DEPTH
from gembatch.load.yaml_reader import read_file, read_text
from gembatch.model.diagnostics import Location
from gembatch.model.document import Document, Json, Source


def _document(text: str) -> Document:
    read = read_text(Source("a.yaml", text))

    assert read.diagnostics == ()
    assert len(read.documents) == 1
    return read.documents[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\n", {"a": 1}),
        ("a: '1'\nb: \"yes\"\nc: |\n  no\nd: >-\n  12:30\n", {"a": "1", "b": "yes", "c": "no\n", "d": "12:30"}),
        ("a:\nb: ~\nc: null\n", {"a": None, "b": None, "c": None}),
        ("- 1\n- [true, x]\n- {a: 0.5}\n-\n", [1, [True, "x"], {"a": 0.5}, None]),
        ("z: 1\na: 2\nm: 3\n", {"z": 1, "a": 2, "m": 3}),
        ("a: one\n  two\n", {"a": "one two"}),
        ("a: []\nb: {}\n", {"a": [], "b": {}}),
        ("a: '{{ x }}'\nb: gs://x/{{ ds }}/y\n", {"a": "{{ x }}", "b": "gs://x/{{ ds }}/y"}),
        ("a: '<<'\nb: <<\n", {"a": "<<", "b": "<<"}),
        ("'': 1\n", {"": 1}),
        ("'<<': 1\n", {"<<": 1}),
        ("a:\r\n  b: 1\r\n", {"a": {"b": 1}}),
        ("%YAML 1.2\n---\na: 1\n...\n", {"a": 1}),
        ("--- 'a'\n", "a"),
        ("--- ''\n", ""),
        ("null\n", None),
        (r'a: "\u2028\x00\U0001F600"', {"a": "\u2028\x00😀"}),
    ],
)
def test_a_document_is_plain_json(text: str, expected: Json) -> None:
    assert expected == _document(text).data


def test_keys_keep_the_order_of_the_file() -> None:
    data = _document("z: 1\na: 2\nm: 3\n").data

    assert isinstance(data, dict)
    assert list(data) == ["z", "a", "m"]


def test_keys_are_text_whatever_they_look_like() -> None:
    text = "1: a\non: b\nnull: c\n2026-11-22: d\n0x1F: e\n~: f\n'1.0': g\n"

    expected = {"1": "a", "on": "b", "null": "c", "2026-11-22": "d", "0x1F": "e", "~": "f", "1.0": "g"}
    assert expected == _document(text).data


def test_a_file_may_hold_several_documents() -> None:
    source = Source("a.yaml", "a: 1\n---\na: 2\n")
    read = read_text(source)

    assert [document.data for document in read.documents] == [{"a": 1}, {"a": 2}]
    assert all(document.source is source for document in read.documents)
    assert Location("a.yaml", 3, 4, 1, "a: 2") == read.documents[1].places.at(("a",))


_TEXT = """\
name: "é漢"   # wide characters count as one
list:
- one
- - two
flow: {a: [1, 22], b: 'x'}
long: first
  second
block: |
  text
anchored: &x foo
empty:
"""


@pytest.mark.parametrize(
    ("pointer", "line", "column", "length"),
    [
        ((), 1, 1, 1),
        (("name",), 1, 7, 4),
        (("list",), 3, 1, 1),
        (("list", 0), 3, 3, 3),
        (("list", 1, 0), 4, 5, 3),
        (("flow",), 5, 7, 20),
        (("flow", "a"), 5, 11, 7),
        (("flow", "a", 1), 5, 15, 2),
        (("flow", "b"), 5, 23, 3),
        (("long",), 6, 7, 5),
        (("block",), 8, 8, 1),
        (("anchored",), 10, 11, 6),
        (("empty",), 11, 7, 1),
        (("empty", "nothing", 3), 11, 7, 1),
    ],
)
def test_each_value_has_its_place(pointer: tuple[str | int, ...], line: int, column: int, length: int) -> None:
    expected = Location("a.yaml", line, column, length, _TEXT.splitlines()[line - 1])

    assert expected == _document(_TEXT).places.at(pointer)


@pytest.mark.parametrize(
    ("pointer", "line", "column", "length"),
    [(("name",), 1, 1, 4), (("flow", "b"), 5, 20, 1), (("list", 0), 3, 3, 3)],
)
def test_each_key_has_its_place(pointer: tuple[str | int, ...], line: int, column: int, length: int) -> None:
    expected = Location("a.yaml", line, column, length, _TEXT.splitlines()[line - 1])

    assert expected == _document(_TEXT).places.at_key(pointer)


def test_every_value_has_a_mark_and_every_key_too() -> None:
    places = _document("a: {b: [1, {c: 2}]}\n").places

    assert {(), ("a",), ("a", "b"), ("a", "b", 0), ("a", "b", 1), ("a", "b", 1, "c")} == set(places.values)
    assert {("a",), ("a", "b"), ("a", "b", 1, "c")} == set(places.keys)


def test_an_alias_repeats_the_value_and_points_at_its_anchor() -> None:
    document = _document("a: &x {b: [1, c]}\nd: *x\ne: [*x]\nf: &y z\ng: *y\n")
    places = document.places

    once = {"b": [1, "c"]}
    assert {"a": once, "d": once, "e": [once], "f": "z", "g": "z"} == document.data
    assert places.at(("a", "b", 1)) == places.at(("d", "b", 1)) == places.at(("e", 0, "b", 1))
    assert places.at_key(("a", "b")) == places.at_key(("e", 0, "b"))
    assert (places.at_key(("d",)).line, places.at_key(("d",)).column) == (2, 1)
    assert places.at(("f",)) == places.at(("g",))


def test_a_repeated_value_is_no_shared_object() -> None:
    data = _document("a: &x {b: []}\nc: *x\n").data

    assert isinstance(data, dict)
    assert data["a"] is not data["c"]
    assert data["a"]["b"] is not data["c"]["b"]  # type: ignore[index,call-overload]


def test_an_anchor_may_be_named_again_in_another_document() -> None:
    read = read_text(Source("a.yaml", "a: &x 1\n---\na: &x 2\nb: *x\n"))

    assert [document.data for document in read.documents] == [{"a": 1}, {"a": 2, "b": 2}]


def test_the_deepest_allowed_nesting_is_read() -> None:
    read = read_text(Source("a.yaml", "[" * MAX_DEPTH + "1" + "]" * MAX_DEPTH))

    assert read.diagnostics == ()


def test_a_long_list_is_read() -> None:
    data = _document("matrix:\n  row:\n" + "".join(f"  - r{number}\n" for number in range(90_000))).data

    assert isinstance(data, dict)
    assert len(data["matrix"]["row"]) == 90_000  # type: ignore[index,arg-type,call-overload]


def test_a_byte_order_mark_is_not_part_of_the_text(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes("\ufeffa: é\n".encode())

    read = read_file(tmp_path, "a.yaml")

    assert [document.data for document in read.documents] == [{"a": "é"}]
    assert Location("a.yaml", 1, 4, 1, "a: é") == read.documents[0].places.at(("a",))
