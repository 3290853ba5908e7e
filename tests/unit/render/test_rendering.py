"""Whole documents: what is filled in, what a document depends on, and where findings stand."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from gembatch.model.diagnostics import Diagnostic, Location
from gembatch.model.document import Document, Pointer, SourceMap
from gembatch.model.tally import MAX_VALUES, Tally
from gembatch.render.expand import expand
from gembatch.render.templates import render
from gembatch.render.variables import Variables

Read = Callable[[str], Document]


def underlined(diagnostic: Diagnostic) -> tuple[int, str]:
    location = diagnostic.location
    assert location is not None
    return location.line, location.text[location.column - 1 : location.column - 1 + location.length]


def test_a_document_is_rendered_once_for_each_combination(document: Read, variables: Variables) -> None:
    read = document("""\
displayName: reviews-{{ lang }}-{{ ds_nodash }}
matrix: {lang: [de, fr]}
labels: {owner: "{{ lang }}-desk", count: "{{ count }}"}
inputs: ["gs://{{ bucket }}/{{ lang }}", plain, 3]
""")

    rendered, diagnostics = expand(read, variables)

    assert () == diagnostics
    assert [
        {
            "displayName": f"reviews-{lang}-20261122",
            "labels": {"owner": f"{lang}-desk", "count": 3},
            "inputs": [f"gs://acme-batch/{lang}", "plain", 3],
        }
        for lang in ("de", "fr")
    ] == [each.document.data for each in rendered]
    assert ["lang=de", "lang=fr"] == [each.combination_text for each in rendered]
    assert {"reviews-{{ lang }}-{{ ds_nodash }}"} == {each.name_template for each in rendered}
    assert all(each.document.places is read.places for each in rendered)


@pytest.mark.parametrize("text", ["- '{{ count }}'", "'{{ count }}'", "displayName: 3", "a: 1"])
def test_a_document_without_a_name_in_text_has_no_name_template(
    document: Read, variables: Variables, text: str
) -> None:
    (rendered,), diagnostics = expand(document(text), variables)

    assert () == diagnostics
    assert (None, frozenset()) == (rendered.name_template, rendered.name_dates)


def test_a_root_that_is_one_expression_is_filled_in(document: Read, variables: Variables) -> None:
    (rendered,), _ = expand(document("'{{ count }}'"), variables)

    assert 3 == rendered.document.data


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("ds", {"day"}),
        ("ds_nodash", {"day"}),
        ("date", {"day"}),
        ("yesterday_ds", {"day"}),
        ("tomorrow_ds", {"day"}),
        ("week_start", {"week"}),
        ("month_start", {"month"}),
        ("since", set()),
        ("bucket ~ lang", set()),
        ("bucket ~ ds", {"day"}),
        ("week_start ~ month_start", {"week", "month"}),
        ("'x' if ds == '2026-11-22' else 'y'", {"day"}),
        ("'x' if on else ds", {"day"}),
        ("date | strftime('%Y-%m')", {"month"}),
        ("date | strftime('%Y')", {"year"}),
        ("date | strftime('%G-w%V')", {"week"}),
        ("date | strftime('%Y-w%V')", {"day"}),
        ("date | strftime('weekly')", set()),
        ("date | strftime(bucket)", {"day"}),
        ("date | strftime('%Y') | replace('2', '3')", {"year"}),
        ("week_start | strftime('%F')", {"week"}),
        ("week_start | strftime('%Y-%m')", {"week"}),
        ("week_start | strftime('%G-%V')", {"week"}),
        ("month_start | strftime('%d')", {"month"}),
        ("month_start | strftime('%Y')", {"year"}),
        ("(date - months(1)) | strftime('%Y-%m')", {"month"}),
        ("(date - months(12)) | strftime('%Y')", {"year"}),
        ("(date + months(1)) | strftime('%Y')", {"month"}),
        ("(date + months(3)).quarter", {"quarter"}),
        ("(date - years(1)).quarter", {"quarter"}),
        ("(date - months(date.day)).month", {"day"}),
        ("quarter_start", {"quarter"}),
        ("year_start", {"year"}),
        ("yesterday", {"day"}),
        ("yesterday.year", {"day"}),
        ("tomorrow | strftime('%Y')", {"day"}),
        ("date.month_start", {"month"}),
        ("date.month_start.year", {"year"}),
        ("date.week_start.month", {"week"}),
        ("(date - days(1)).month_start.year", {"day"}),
        ("since.quarter_start", set()),
        ("(date - months(1) - months(1)) | strftime('%Y-%m')", {"month"}),
        ("(date - weeks(1)) | strftime('%G-%V')", {"week"}),
        ("(date - weeks(1)) | strftime('%Y-%m')", {"day"}),
        ("(date - days(1)) | strftime('%Y-%m')", {"day"}),
        ("(date - days(1) - months(1)) | strftime('%Y-%m')", {"day"}),
        ("(month_start - days(1)) | strftime('%Y-%m')", {"month"}),
        ("(date if on else since) | strftime('%Y')", {"day"}),
        ("date - days(1)", {"day"}),
        ("date.year", {"year"}),
        ("date.month", {"month"}),
        ("date.iso_week", {"week"}),
        ("date['year']", {"year"}),
        ("date.weekday", {"day"}),
        ("since.day", set()),
        ("limits.low", set()),
        ("[1, date.year][1]", {"year"}),
        ("-date.year < date.month and 1 in [2]", {"year", "month"}),
        ("since - days(date.day)", {"day"}),
    ],
)
def test_a_value_depends_on_the_grains_of_its_dates(
    document: Read, variables: Variables, expression: str, expected: set[str]
) -> None:
    """Of branches not taken too: what a value may change with is read off its text."""
    text = f"""\
matrix: {{lang: [de]}}
displayName: "n{{{{ [{expression}] | length }}}}"
body: ["{{{{ {expression} }}}}"]
"""

    (rendered,), diagnostics = expand(document(text), variables)

    assert () == diagnostics
    assert expected == rendered.name_dates
    assert ({("body", 0): expected} if expected else {}) == rendered.body_dates


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: gs://{{ nope }}/x", (1, "nope")),
        ("a: 'gs://{{ nope }}/x'", (1, "nope")),
        ('a: "gs://{{ nope }}/x"', (1, "nope")),
        ("a: 'it''s {{ nope }}'", (1, "nope")),
        ('a: "say \\"{{ nope }}\\""', (1, "nope")),
        ('a: "\\u0041 {{ nope }}"', (1, "nope")),
        ('a: "\\u0041 {{ nope }} nope"', (1, '"\\u0041 {{ nope }} nope"')),
        ("a: |\n  first\n    then {{ nope }} so\n  last\n", (3, "nope")),
        ("a: |-\n  {{ nope }}", (2, "nope")),
        ("a: |\n\n\n  {{ nope }}\n", (4, "nope")),
        ("a: {b: [x, 'y {{ nope }}']}", (1, "nope")),
        ("a: >\n  folded\n  text {{ nope }}\n", (3, "nope")),
        ("nope: >\n  folded\n  text {{ nope }}\nb: nope", (3, "nope")),
        ("a: >\n  nope\n  and {{ nope }}\n", (1, ">")),
        ("a: plain\n  going on {{ nope }}", (2, "nope")),
        ('a: "quoted\n  going on {{ nope }}"', (2, "nope")),
        ("é: ü {{ nope }}", (1, "nope")),
    ],
)
def test_the_word_is_found_in_every_style_that_keeps_its_characters(
    document: Read, variables: Variables, text: str, place: tuple[int, str]
) -> None:
    _, (diagnostic,) = expand(document(text), variables)

    assert place == underlined(diagnostic)


def test_a_leaf_without_a_place_of_its_own_is_shown_by_what_is_around_it(document: Read, variables: Variables) -> None:
    read = document("a: {b: '{{ nope }}'}")
    values = {pointer: mark for pointer, mark in read.places.values.items() if pointer != ("a", "b")}

    _, (diagnostic,) = expand(replace(read, places=SourceMap(values, {})), variables)

    assert (1, "{b: '{{ nope }}'}") == underlined(diagnostic)


def test_a_key_with_an_expression_is_refused_at_the_key(document: Read, variables: Variables) -> None:
    rendered, diagnostics = expand(document("labels:\n  - '{{ bucket }}': x\n    b: 1"), variables)

    assert () == rendered
    assert [("template.forbidden", "a key cannot hold an expression", (2, "'{{ bucket }}'"))] == [
        (each.rule, each.message, underlined(each)) for each in diagnostics
    ]


def test_everything_wrong_whatever_the_values_is_said_once_and_at_once(document: Read, variables: Variables) -> None:
    read = document("a: '{{ nope }} {{ nada }}'\nb: '{{ 1 + }}'\nc: '{{ 1 / 0 }}'\nmatrix: {lang: [de, fr], ds: []}")

    rendered, diagnostics = expand(read, variables)

    assert () == rendered
    assert [
        ("matrix.name", ""),
        ("matrix.empty", ""),
        ("template.undefined", ""),
        ("template.undefined", ""),
        ("template.syntax", ""),
    ] == [(each.rule, each.combination) for each in diagnostics]


def test_an_axis_that_cannot_be_used_still_has_a_name(document: Read, variables: Variables) -> None:
    """One mistake in the matrix makes no second finding at each use of the axis."""
    _, diagnostics = expand(document("a: '{{ lang }}'\nmatrix: {lang: []}"), variables)

    assert ["matrix.empty"] == [each.rule for each in diagnostics]


def test_a_declared_variable_without_a_value_is_not_undefined_too(document: Read, variables: Variables) -> None:
    without = Variables(
        {name: value for name, value in variables.values.items() if name != "bucket"}, variables.declared
    )

    rendered, diagnostics = expand(document("a: '{{ bucket }}'\nb: 'x{{ bucket ~ 1 }}'\nc: '{{ 1 / 0 }}'"), without)

    assert () == rendered
    assert ["division by zero"] == [each.message for each in diagnostics]


def test_what_fails_in_some_combinations_leaves_the_others(document: Read, variables: Variables) -> None:
    read = document("a: '{{ 6 / n }}'\nmatrix: {n: [0, 1, 2]}")

    rendered, (diagnostic,) = expand(read, variables)

    assert [{"a": 6}, {"a": 3}] == [each.document.data for each in rendered]
    assert ("division by zero", "n=0") == (diagnostic.message, diagnostic.combination)


def test_what_fails_alike_in_many_combinations_is_said_once(document: Read, variables: Variables) -> None:
    read = document("a: '{{ 1 / 0 }}'\nb: '{{ langs[n] }}'\nmatrix: {n: [2, 3, 4]}")

    _, diagnostics = expand(read, variables)

    assert [
        ("division by zero", "n=2 and 2 more"),
        ("the list has 2 items, there is no item 2", "n=2"),
        ("the list has 2 items, there is no item 3", "n=3"),
        ("the list has 2 items, there is no item 4", "n=4"),
    ] == [(each.message, each.combination) for each in diagnostics]


def test_render_fills_in_one_combination(document: Read, variables: Variables) -> None:
    rendered, diagnostics = render(document("a: '{{ lang }}'\nmatrix: {lang: [de]}"), variables, {"lang": "fr"})

    assert () == diagnostics
    assert rendered is not None
    assert {"a": "fr"} == rendered.document.data


def test_render_says_what_is_wrong(document: Read, variables: Variables) -> None:
    rendered, (diagnostic,) = render(document("a: '{{ lang }}'"), variables)

    assert rendered is None
    assert "`lang` is not defined" == diagnostic.message


@pytest.mark.parametrize(
    ("leaf", "values"),
    [
        ("{{ x }}", {"x": "a" * 100_001}),
        ("{{ x }}{{ x }}", {"x": "a" * 50_001}),
        ("{{ x ~ x }}", {"x": "a" * 50_001}),
        ("{{ x | replace('a', 'bb') }}", {"x": "a" * 50_001}),
        ("{{ x | join(y) }}", {"x": ["a"] * 1000, "y": "b" * 1000}),
        ("{{ x }}", {"x": ["a" * 1000] * 1000}),
        ("{{ x }}", {"x": {"a" * 100_000: 1}}),
        ("{{ [" + "x, " * 300 + "x] }}", {"x": {"a": [[]] * 1000}}),
    ],
)
def test_a_result_is_measured_before_it_is_made(
    document: Read, variables: Variables, leaf: str, values: Mapping[str, object]
) -> None:
    more = Variables({**variables.values, **values})  # type: ignore[dict-item]  values of many types

    _, (diagnostic,) = expand(document(f'a: "{leaf}"'), more)

    assert ("template.too-long", "the result would have more than 100,000 characters") == (
        diagnostic.rule,
        diagnostic.message,
    )


def test_a_number_too_large_for_a_float_is_refused_in_arithmetic(document: Read, variables: Variables) -> None:
    _, (diagnostic,) = expand(document("a: '{{ x / 3 }}'"), Variables({"x": 10**400}))

    assert "the result is too large a number" == diagnostic.message


def test_where_nothing_is_declared_a_hint_says_how_to(document: Read) -> None:
    _, (diagnostic,) = expand(document("a: '{{ nope }}'"), Variables({}))

    assert "declare it under `variables` of the workspace, or as an axis under `matrix`" == diagnostic.hint


def test_the_same_input_renders_to_the_same_document(document: Read, variables: Variables) -> None:
    text = "displayName: a-{{ lang }}-{{ ds }}\nmatrix: {lang: [de, fr]}\nx: '{{ limits }}'"

    first, _ = expand(document(text), variables)
    second, _ = expand(document(text), variables)

    assert [each.document.data for each in first] == [each.document.data for each in second]


@pytest.mark.parametrize(("leaf", "loaded"), [("plain {text}", False), ("{{ 1 }}", True)])
def test_jinja_is_loaded_only_where_an_expression_is_met(leaf: str, loaded: bool) -> None:  # noqa: FBT001
    code = """
import sys
from gembatch.model.document import Document, Mark, Source, SourceMap
from gembatch.render.expand import expand
from gembatch.render.variables import Variables
source = Source("a.yaml", "")
places = SourceMap({(): Mark(source, 1, 1, 1, 1)}, {})
expand(Document(source, {"a": sys.argv[1]}, places), Variables({}))
print("jinja2" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code, leaf], capture_output=True, text=True, check=True)

    assert f"{loaded}\n" == done.stdout


def test_a_pointer_still_means_what_it_meant_in_the_file(document: Read, variables: Variables) -> None:
    read = document("matrix: {lang: [de]}\na: [1, '{{ lang }}']")
    pointer: Pointer = ("a", 1)

    (rendered,), _ = expand(read, variables)

    assert Location("specs/job.yaml", 2, 8, 12, "a: [1, '{{ lang }}']") == rendered.document.places.at(pointer)


TEN_THOUSAND = "matrix: {a: [HUNDRED], b: [HUNDRED]}\n".replace("HUNDRED", ", ".join(map(str, range(100))))


def test_what_is_too_much_whatever_expressions_give_is_never_made(document: Read, variables: Variables) -> None:
    text = f"{TEN_THOUSAND}a: [{'0, ' * 200}]\nb: '{{{{ 1 / 0 }}}}'"

    rendered, (diagnostic,) = expand(document(text), variables)

    assert ((), "job.size", (1, "matrix")) == (rendered, diagnostic.rule, underlined(diagnostic))


def test_expressions_are_filled_in_until_it_is_too_much(document: Read, variables: Variables) -> None:
    text = f"{TEN_THOUSAND}a: '{{{{ bucket{' ~ bucket' * 99} }}}}{'x' * 10_000}'"

    rendered, (diagnostic,) = expand(document(text), variables)

    assert ((), "job.size", (1, "matrix")) == (rendered, diagnostic.rule, underlined(diagnostic))


def test_what_earlier_documents_hold_counts(document: Read, variables: Variables) -> None:
    read, tally = document("a: '{{ bucket }}'\nmatrix: {n: [1, 2]}"), Tally(values=MAX_VALUES - 5)

    assert [(2, 0), (0, 1)] == [tuple(map(len, expand(read, variables, (), tally))) for _ in range(2)]


@pytest.mark.slow
def test_one_document_is_not_filled_in_to_its_end_when_it_is_too_much(document: Read, variables: Variables) -> None:
    leaf = f"{{{{ bucket{' ~ bucket' * 99} }}}}{'x' * 10_000}"

    rendered, (diagnostic,) = expand(document("a:\n" + f"- '{leaf}'\n" * 20_000), variables)

    assert ((), "job.size") == (rendered, diagnostic.rule)


def test_after_very_many_failures_the_other_combinations_are_not_tried(document: Read, variables: Variables) -> None:
    rendered, diagnostics = expand(document(f"{TEN_THOUSAND}a: '{{{{ a / 0 }}}}'\nb: '{{{{ b / 0 }}}}'"), variables)

    assert ((), ["template.value", "template.value", "yaml.limit"]) == (rendered, [each.rule for each in diagnostics])
