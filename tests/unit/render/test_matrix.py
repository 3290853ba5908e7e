from __future__ import annotations

from collections.abc import Callable

import pytest

from gembatch.model.document import Document
from gembatch.render.matrix import axes_of, combinations

Read = Callable[[str], Document]

TYPE_OF_LANG = "a value of axis `lang` must be text, a number, a boolean or a map of these, got null"


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
        "`matrix` has 1,000,000,000 combinations "
        "(10 a0 x 10 a1 x 10 a2 x 10 a3 x 10 a4 x 10 a5 x 10 a6 x 10 a7 x 10 a8), more than 10,000"
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
            "a value of axis `lang` must be text, a number, a boolean or a map of these, got a list",
            "[fr]",
        ),
        (
            "{lang: [null]}",
            "matrix.type",
            "a value of axis `lang` must be text, a number, a boolean or a map of these, got null",
            "null",
        ),
        (
            "{voice: [{tone: [a]}]}",
            "matrix.type",
            "a value of axis `voice` must be text, a number or a boolean, got a list",
            "[a]",
        ),
        ('{voice: [{tone: "{{ ds }}"}]}', "matrix.expression", "axis `voice` cannot hold an expression", '"{{ ds }}"'),
        (
            "{voice: [{code: de, n: 1}, {n: '1', code: de}]}",
            "matrix.repeated",
            "axis `voice` lists 1/de twice",
            "{n: '1', code: de}",
        ),
        ("{lang: [de, fr, de]}", "matrix.repeated", "axis `lang` lists de twice", "de"),
        ('{size: [1, "1"]}', "matrix.repeated", "axis `size` lists 1 twice", '"1"'),
        ('{size: [true, "true"]}', "matrix.repeated", "axis `size` lists true twice", '"true"'),
        ('{lang: ["{{ ds }}"]}', "matrix.expression", "axis `lang` cannot hold an expression", '"{{ ds }}"'),
        ("{include: [a]}", "matrix.type", "a combination must be a map of axes, got text", "a"),
        (
            "{lang: [de], exclude: {lang: de}}",
            "matrix.type",
            "`exclude` must be a list of combinations, got a map",
            "{lang: de}",
        ),
        ("{exclude: []}", "matrix.empty", "`matrix` has no axes", "{exclude: []}"),
        ("{include: []}", "matrix.empty", "no combination is left, so there would be no job at all", "matrix"),
        (
            "{lang: [de], exclude: [{lang: de}]}",
            "matrix.empty",
            "no combination is left, so there would be no job at all",
            "matrix",
        ),
        ("{lang: [de], exclude: [{lang: fr}]}", "matrix.exclude", "this takes out no combination", "{lang: fr}"),
        (
            "{lang: [de], exclude: [{lang: {a: 1}}]}",
            "matrix.exclude",
            "this takes out no combination",
            "{lang: {a: 1}}",
        ),
        ("{lang: [{a: 1}], exclude: [{lang: 1}]}", "matrix.exclude", "this takes out no combination", "{lang: 1}"),
        ("{lang: [de], exclude: [{long: de}]}", "matrix.exclude", "`long` is not an axis of this matrix", "long"),
        ("{lang: [de], exclude: [{lang: null}]}", "matrix.type", TYPE_OF_LANG, "null"),
        ("{lang: [de], include: [{lang: [fr]}]}", "matrix.type", TYPE_OF_LANG.replace("null", "a list"), "[fr]"),
        (
            "{lang: [de], tone: [a], include: [{lang: fr}]}",
            "matrix.include",
            "the combination lacks `tone`",
            "{lang: fr}",
        ),
        (
            "{include: [{lang: fr}, {lang: de, tone: a}]}",
            "matrix.include",
            "`tone` is not an axis of this matrix",
            "tone",
        ),
        (
            "{lang: [de], tone: [a], include: [{tone: a, lang: de}]}",
            "matrix.repeated",
            "the combination lang=de, tone=a is there already",
            "{tone: a, lang: de}",
        ),
        (
            "{include: [{lang: fr}, {lang: fr}]}",
            "matrix.repeated",
            "the combination lang=fr is there already",
            "{lang: fr}",
        ),
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

    assert ["matrix.name", "matrix.empty", "matrix.repeated", "matrix.type", "matrix.type"] == [
        diagnostic.rule for diagnostic in diagnostics
    ]


def test_axes_are_named_even_when_they_cannot_be_used(document: Read) -> None:
    assert ("lang", "ds") == axes_of(document("matrix: {lang: [], ds: x}"))
    assert () == axes_of(document("matrix: text"))


def test_an_axis_of_maps_keeps_together_what_belongs_together(document: Read) -> None:
    combined, diagnostics = combinations(
        document("matrix: {voice: [{code: de, tone: formal}, {code: fr, tone: plain}], shard: [1, 2]}")
    )

    assert () == diagnostics
    assert [("de", "formal", 1), ("de", "formal", 2), ("fr", "plain", 1), ("fr", "plain", 2)] == [
        (voice["code"], voice["tone"], each["shard"]) for each in combined if isinstance(voice := each["voice"], dict)
    ]


@pytest.mark.parametrize(
    ("exclude", "left"),
    [
        ("{lang: fr}", ["de a", "de b", "ja a", "ja b"]),
        ("{lang: fr, tone: b}", ["de a", "de b", "fr a", "ja a", "ja b"]),
        ("{tone: b}, {lang: ja}", ["de a", "fr a"]),
        ("{tone: b}, {lang: ja, tone: b}", ["de a", "fr a", "ja a"]),
    ],
)
def test_an_exclusion_takes_out_all_that_have_its_values(document: Read, exclude: str, left: list[str]) -> None:
    """What two exclusions both take out is taken out, and no finding about either."""
    combined, diagnostics = combinations(
        document(f"matrix: {{lang: [de, fr, ja], tone: [a, b], exclude: [{exclude}]}}")
    )

    assert () == diagnostics
    assert left == [f"{each['lang']} {each['tone']}" for each in combined]


@pytest.mark.parametrize(
    ("exclude", "left"),
    [
        ("{voice: {tone: plain}}", [{"code": "de", "tone": "formal"}]),
        ("{voice: {tone: plain, code: fr}}", [{"code": "de", "tone": "formal"}, {"code": "ja", "tone": "plain"}]),
        ("{voice: {code: de}}, {voice: {code: ja}}", [{"code": "fr", "tone": "plain"}]),
    ],
)
def test_some_members_of_a_map_are_enough_to_exclude_it(document: Read, exclude: str, left: list[object]) -> None:
    voices = "[{code: de, tone: formal}, {code: fr, tone: plain}, {code: ja, tone: plain}]"

    combined, diagnostics = combinations(document(f"matrix: {{voice: {voices}, exclude: [{exclude}]}}"))

    assert () == diagnostics
    assert left == [each["voice"] for each in combined]


def test_values_to_exclude_are_compared_as_they_read(document: Read) -> None:
    combined, diagnostics = combinations(document('matrix: {shard: [1, 2, "03"], exclude: [{shard: "1"}]}'))

    assert (({"shard": 2}, {"shard": "03"}), ()) == (combined, diagnostics)


def test_what_is_included_comes_last_with_its_axes_in_order(document: Read) -> None:
    combined, diagnostics = combinations(
        document("matrix: {lang: [de], tone: [a, b], exclude: [{tone: b}], include: [{tone: c, lang: ja}]}")
    )

    assert () == diagnostics
    assert [[("lang", "de"), ("tone", "a")], [("lang", "ja"), ("tone", "c")]] == [
        list(each.items()) for each in combined
    ]


def test_what_was_excluded_may_be_included_again(document: Read) -> None:
    combined, diagnostics = combinations(
        document("matrix: {lang: [de, fr], tone: [a, b], exclude: [{lang: fr}], include: [{lang: fr, tone: b}]}")
    )

    assert () == diagnostics
    assert ["de a", "de b", "fr b"] == [f"{each['lang']} {each['tone']}" for each in combined]


def test_combinations_may_be_listed_without_any_axis(document: Read) -> None:
    read = document("matrix: {include: [{lang: de, tone: a}, {tone: b, lang: fr}]}")

    assert ("lang", "tone") == axes_of(read)
    assert (({"lang": "de", "tone": "a"}, {"lang": "fr", "tone": "b"}), ()) == combinations(read)


def test_without_axes_there_is_nothing_to_exclude(document: Read) -> None:
    _, (diagnostic,) = combinations(document("matrix: {include: [{lang: de}], exclude: [{lang: de}]}"))

    assert ("matrix.exclude", "this takes out no combination") == (diagnostic.rule, diagnostic.message)


def test_the_limit_counts_what_is_excluded_and_what_is_included(document: Read) -> None:
    hundred = ", ".join(map(str, range(100)))

    _, (diagnostic,) = combinations(
        document(f"matrix: {{a: [{hundred}], b: [{hundred}], include: [{{a: x, b: z}}], exclude: [{{a: 1}}]}}")
    )

    assert (
        "`matrix` has 10,001 combinations (100 a x 100 b + 1 included) before `exclude`, more than 10,000"
        == diagnostic.message
    )


def test_a_key_that_another_tool_would_take_is_told_where_it_belongs(document: Read) -> None:
    _, (diagnostic,) = combinations(document("matrix: {lang: [de], include: [{lang: fr, model: gemini-4-argon}]}"))

    assert "what belongs to one value of an axis stands with it, in a map: `lang: [{code: de, tone: formal}]`" == (
        diagnostic.hint
    )
