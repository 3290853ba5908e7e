from __future__ import annotations

from collections.abc import Callable

import pytest

from gembatch.model.document import Document
from gembatch.render.matrix import axes_of, combinations

Read = Callable[[str], Document]


def test_without_a_matrix_there_is_one_empty_combination(document: Read) -> None:
    assert (({},), ()) == combinations(document("displayName: x"))


@pytest.mark.parametrize("text", ["- matrix", "matrix"])
def test_what_is_no_map_has_no_matrix(document: Read, text: str) -> None:
    assert (({},), ()) == combinations(document(text))
    assert () == axes_of(document(text))


def test_combinations_come_in_the_order_of_the_file_the_last_axis_fastest(document: Read) -> None:
    combined, diagnostics = combinations(document("matrix: {tone: [formal, plain], lang: [fr, de], big: [true]}"))

    assert () == diagnostics
    assert (
        {"tone": "formal", "lang": "fr", "big": True},
        {"tone": "formal", "lang": "de", "big": True},
        {"tone": "plain", "lang": "fr", "big": True},
        {"tone": "plain", "lang": "de", "big": True},
    ) == combined


def test_ten_thousand_combinations_are_taken(document: Read) -> None:
    hundred = ", ".join(map(str, range(100)))

    combined, diagnostics = combinations(document(f"matrix: {{a: [{hundred}], b: [{hundred}]}}"))

    assert (10_000, ()) == (len(combined), diagnostics)


def test_more_than_ten_thousand_are_counted_and_refused(document: Read) -> None:
    read = document("matrix:\n" + "".join(f"  a{axis}: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]\n" for axis in range(9)))

    combined, (diagnostic,) = combinations(read)

    assert () == combined
    assert "matrix.too-large" == diagnostic.rule
    assert (
        "`matrix` has 1,000,000,000 combinations (10 x 10 x 10 x 10 x 10 x 10 x 10 x 10 x 10), more than 10,000"
        == diagnostic.message
    )


@pytest.mark.parametrize(
    ("matrix", "rule", "message", "underlined"),
    [
        ("[a]", "matrix.type", "`matrix` must be a map of axes, got a list", "[a]"),
        ("text", "matrix.type", "`matrix` must be a map of axes, got text", "text"),
        ("{}", "matrix.empty", "`matrix` has no axes", "{}"),
        ("{lang: []}", "matrix.empty", "axis `lang` is empty, so there would be no job at all", "[]"),
        ("{lang: de}", "matrix.type", "axis `lang` must be a list of values, got text", "de"),
        ("{lang: {a: 1}}", "matrix.type", "axis `lang` must be a list of values, got a map", "{a: 1}"),
        (
            "{lang: [de, [fr]]}",
            "matrix.type",
            "a value of axis `lang` must be text, a number or a boolean, got a list",
            "[fr]",
        ),
        (
            "{lang: [null]}",
            "matrix.type",
            "a value of axis `lang` must be text, a number or a boolean, got null",
            "null",
        ),
        ("{lang: [de, fr, de]}", "matrix.repeated", "axis `lang` lists de twice", "de"),
        ('{size: [1, "1"]}', "matrix.repeated", "axis `size` lists 1 twice", '"1"'),
        ('{size: [true, "true"]}', "matrix.repeated", "axis `size` lists true twice", '"true"'),
        ('{lang: ["{{ ds }}"]}', "matrix.expression", "axis `lang` cannot hold an expression", '"{{ ds }}"'),
        ("{include: [a]}", "matrix.reserved", "`include` is not an axis", "include"),
        ("{exclude: {lang: de}}", "matrix.reserved", "`exclude` is not an axis", "exclude"),
        ("{ds: [a]}", "matrix.name", "axis `ds` is built in", "ds"),
        ("{weeks: [a]}", "matrix.name", "axis `weeks` is a function of templates", "weeks"),
        ("{not: [a]}", "matrix.name", "axis `not` is a word of the template language", "not"),
        ("{bucket: [a]}", "matrix.name", "axis `bucket` would hide the variable `bucket`", "bucket"),
        (
            "{a b: [a]}",
            "matrix.name",
            "axis `a b` cannot be written in a template: a name is letters, digits and `_`, and starts with no digit",
            "a b",
        ),
    ],
)
def test_a_bad_axis_is_found_where_it_stands(
    document: Read, matrix: str, rule: str, message: str, underlined: str
) -> None:
    combined, (diagnostic,) = combinations(document(f"matrix: {matrix}"), {"bucket"})

    assert () == combined
    assert (rule, message) == (diagnostic.rule, diagnostic.message)
    assert diagnostic.location is not None
    start = diagnostic.location.column - 1
    assert underlined == diagnostic.location.text[start : start + diagnostic.location.length]


def test_a_repeated_value_names_the_place_of_the_first(document: Read) -> None:
    read = document("matrix: {lang: [fr, de, de]}")

    _, (diagnostic,) = combinations(read)

    assert ((read.places.at(("matrix", "lang", 1)), "first listed here"),) == diagnostic.related


def test_every_finding_is_made_at_once(document: Read) -> None:
    _, diagnostics = combinations(document("matrix: {include: [a], ds: [], lang: [a, a, null]}"))

    assert ["matrix.reserved", "matrix.name", "matrix.empty", "matrix.repeated", "matrix.type"] == [
        diagnostic.rule for diagnostic in diagnostics
    ]


def test_axes_are_named_even_when_they_cannot_be_used(document: Read) -> None:
    assert ("lang", "ds") == axes_of(document("matrix: {lang: [], ds: x}"))
    assert () == axes_of(document("matrix: text"))
