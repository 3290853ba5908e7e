from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import pytest

from gembatch.load.workspace import workspace_from
from gembatch.model.diagnostics import Diagnostic
from gembatch.model.document import Document
from gembatch.model.variables import Channel, GivenValue
from gembatch.render.dates import Day
from gembatch.render.values import Value
from gembatch.render.variables import Variables, resolve_variables

Read = Callable[[str], Document]

INSTANT = datetime(2026, 11, 22, tzinfo=UTC)


def resolved(
    document: Document, overrides: Mapping[str, str] | None = None
) -> tuple[Variables, tuple[Diagnostic, ...]]:
    workspace = workspace_from(document)
    given = [GivenValue(name, text, Channel.COMMAND_LINE) for name, text in (overrides or {}).items()]
    return resolve_variables(workspace, workspace.environments["prod"], given, INSTANT)


def workspace_text(declared: str, given: str = "{}") -> str:
    return f"""\
version: 1
name: reviews
specs: ["specs/*.yaml"]
variables: {declared}
environments:
  prod: {{project: acme, region: global, variables: {given}}}
"""


@pytest.mark.parametrize(
    ("given", "overrides", "expected"),
    [
        ("{}", {}, "default"),
        ("{x: environment}", {}, "environment"),
        ("{}", {"x": "override"}, "override"),
        ("{x: environment}", {"x": "override"}, "override"),
    ],
)
def test_the_default_yields_to_the_environment_and_both_to_overrides(
    workspace_document: Read, given: str, overrides: dict[str, str], expected: str
) -> None:
    document = workspace_document(workspace_text("{x: {type: string, default: default}}", given))

    variables, diagnostics = resolved(document, overrides)

    assert () == diagnostics
    assert expected == variables.values["x"]


def test_built_ins_come_from_workspace_environment_and_instant(workspace_document: Read) -> None:
    variables, _ = resolved(workspace_document(workspace_text("{}")))

    assert {
        "project": "acme",
        "region": "global",
        "env": "prod",
        "workspace": "reviews",
        "ds": "2026-11-22",
        "ds_nodash": "20261122",
        "date": Day(2026, 11, 22),
        "week_start": Day(2026, 11, 16),
        "month_start": Day(2026, 11, 1),
        "quarter_start": Day(2026, 10, 1),
        "year_start": Day(2026, 1, 1),
        "yesterday": Day(2026, 11, 21),
        "yesterday_ds": "2026-11-21",
        "tomorrow": Day(2026, 11, 23),
        "tomorrow_ds": "2026-11-23",
    } == variables.values


@pytest.mark.parametrize(
    ("kind", "yaml", "expected"),
    [
        ("string", "text", "text"),
        ("number", "3", 3),
        ("number", "0.2", 0.2),
        ("boolean", "false", False),
        ("list", "[a, 1]", ["a", 1]),
        ("map", "{a: [1]}", {"a": [1]}),
        ("date", '"2026-01-31"', Day(2026, 1, 31)),
    ],
)
def test_a_value_in_the_file_has_the_declared_type(
    workspace_document: Read, kind: str, yaml: str, expected: Value
) -> None:
    document = workspace_document(workspace_text(f"{{x: {{type: {kind}}}}}", f"{{x: {yaml}}}"))

    variables, diagnostics = resolved(document)

    assert () == diagnostics
    assert (type(expected), expected) == (type(variables.values["x"]), variables.values["x"])


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("string", "3", "3"),
        ("string", "", ""),
        ("string", "[a]", "[a]"),
        ("number", "3", 3),
        ("number", "-0.5", -0.5),
        ("number", "1e3", 1000.0),
        ("boolean", "true", True),
        ("boolean", "false", False),
        ("list", '["a", {"b": null}]', ["a", {"b": None}]),
        ("map", '{"a": 1}', {"a": 1}),
        ("date", "2026-01-31", Day(2026, 1, 31)),
    ],
)
def test_an_override_is_read_as_the_declared_type(
    workspace_document: Read, kind: str, text: str, expected: Value
) -> None:
    variables, diagnostics = resolved(workspace_document(workspace_text(f"{{x: {{type: {kind}}}}}")), {"x": text})

    assert () == diagnostics
    assert (type(expected), expected) == (type(variables.values["x"]), variables.values["x"])


@pytest.mark.parametrize(
    ("kind", "yaml", "message"),
    [
        ("string", "3", "variable `x` must be text, got the number 3"),
        ("string", "true", "variable `x` must be text, got true"),
        ("string", "[a]", "variable `x` must be text, got a list"),
        ("string", "null", "variable `x` must be text, got null"),
        ("number", '"3"', 'variable `x` must be a number, got "3"'),
        ("number", "false", "variable `x` must be a number, got false"),
        ("boolean", "1", "variable `x` must be true or false, got the number 1"),
        ("list", "{a: 1}", "variable `x` must be a list, got a map"),
        ("map", "[a]", "variable `x` must be a map, got a list"),
        ("date", '"2026-02-30"', 'variable `x` must be a date such as 2026-11-22, got "2026-02-30"'),
        ("date", "3", "variable `x` must be a date such as 2026-11-22, got the number 3"),
        ("number", "x" * 50, f'variable `x` must be a number, got "{"x" * 40}…"'),
    ],
)
def test_a_value_of_another_type_is_refused_where_it_stands(
    workspace_document: Read, kind: str, yaml: str, message: str
) -> None:
    document = workspace_document(workspace_text(f"{{x: {{type: {kind}}}}}", f"{{x: {yaml}}}"))

    _, (diagnostic,) = resolved(document)

    assert ("variable.type", message) == (diagnostic.rule, diagnostic.message)
    assert document.places.at(("environments", "prod", "variables", "x")) == diagnostic.location


@pytest.mark.parametrize(
    ("kind", "text", "hint"),
    [
        ("number", "three", None),
        ("number", "NaN", None),
        ("number", "Infinity", None),
        ("number", "1e999", None),
        ("number", "true", None),
        ("number", "9" * 5000, None),
        ("boolean", "True", None),
        ("boolean", "1", None),
        ("boolean", "yes", None),
        ("list", "a,b", 'write it as JSON: `["a", "b"]`'),
        ("list", "[NaN]", 'write it as JSON: `["a", "b"]`'),
        ("list", "[" * 100_000, 'write it as JSON: `["a", "b"]`'),
        ("map", "a=1", 'write it as JSON: `{"a": 1}`'),
        ("map", "[]", 'write it as JSON: `{"a": 1}`'),
        ("date", "today", None),
    ],
)
def test_an_override_that_spells_no_such_value_is_refused(
    workspace_document: Read, kind: str, text: str, hint: str | None
) -> None:
    _, (diagnostic,) = resolved(workspace_document(workspace_text(f"{{x: {{type: {kind}}}}}")), {"x": text})

    assert ("variable.type", None, hint) == (diagnostic.rule, diagnostic.location, diagnostic.hint)


def test_a_number_where_text_is_wanted_wants_quotes(workspace_document: Read) -> None:
    _, (diagnostic,) = resolved(workspace_document(workspace_text("{x: {type: string, default: 3}}")))

    assert "put it in quotes" == diagnostic.hint


def test_every_value_given_is_checked_even_one_that_yields_to_another(workspace_document: Read) -> None:
    document = workspace_document(workspace_text("{x: {type: number, default: a}}", "{x: b}"))

    _, diagnostics = resolved(document, {"x": "c"})

    assert ['got "a"', 'got "b"', 'got "c"'] == [each.message.partition(", ")[2] for each in diagnostics]


@pytest.mark.parametrize(
    ("kind", "yaml"),
    [
        ("string", '"a {{ ds }}"'),
        ("list", '["a", "{{ ds }}"]'),
        ("map", '{a: {b: ["{{ ds }}"]}}'),
        ("map", '{a: {"{{ ds }}": 1}}'),
    ],
)
def test_a_value_that_holds_an_expression_is_refused(workspace_document: Read, kind: str, yaml: str) -> None:
    document = workspace_document(workspace_text(f"{{x: {{type: {kind}, default: {yaml}}}}}"))

    _, (diagnostic,) = resolved(document)

    assert ("variable.expression", "variable `x` cannot hold an expression") == (diagnostic.rule, diagnostic.message)


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        ("string", "{{ ds }}", "--var: variable `x` cannot hold an expression"),
        ("list", '["\\u007b\\u007b ds }}"]', "--var: variable `x` cannot hold an expression"),
        ("string", "caf\udce9", "--var: variable `x` holds bytes that are not UTF-8"),
        ("list", '["\\ud800"]', "--var: variable `x` holds bytes that are not UTF-8"),
    ],
)
def test_an_override_holds_neither_expressions_nor_broken_text(
    workspace_document: Read, kind: str, text: str, message: str
) -> None:
    _, (diagnostic,) = resolved(workspace_document(workspace_text(f"{{x: {{type: {kind}}}}}")), {"x": text})

    assert message == diagnostic.message


def test_a_variable_without_a_value_is_found_at_its_declaration(workspace_document: Read) -> None:
    document = workspace_document(workspace_text("{x: {type: string}}"))

    variables, (diagnostic,) = resolved(document)

    assert "x" not in variables.values
    assert "x" in variables.names
    assert (
        Diagnostic(
            "variable.missing",
            "variable `x` has no value in environment `prod`",
            document.places.at_key(("variables", "x")),
            hint="set it under `environments.prod.variables`, give it a `default`, or pass `--var x=…`",
        )
        == diagnostic
    )


def test_a_default_of_null_makes_a_variable_optional(workspace_document: Read) -> None:
    variables, diagnostics = resolved(workspace_document(workspace_text("{x: {type: number, default: null}}")))

    assert () == diagnostics
    assert variables.values["x"] is None


def test_an_unknown_name_in_the_environment_is_found_at_its_key(workspace_document: Read) -> None:
    document = workspace_document(workspace_text("{bucket: {type: string, default: b}}", "{buckt: b}"))

    _, (diagnostic,) = resolved(document)

    assert (
        Diagnostic(
            "variable.unknown",
            "variable `buckt` is not declared",
            document.places.at_key(("environments", "prod", "variables", "buckt")),
            hint="did you mean `bucket`?",
        )
        == diagnostic
    )


@pytest.mark.parametrize(
    ("declared", "hint"),
    [
        ("{bucket: {type: string, default: b}}", "declared are `bucket`; declare it under `variables`"),
        ("{}", "no variables are declared; declare it under `variables`"),
    ],
)
def test_an_unknown_override_says_what_is_declared(workspace_document: Read, declared: str, hint: str) -> None:
    _, (diagnostic,) = resolved(workspace_document(workspace_text(declared)), {"zzz": "1"})

    assert ("variable.unknown", None, hint) == (diagnostic.rule, diagnostic.location, diagnostic.hint)


@pytest.mark.parametrize(
    ("name", "hint"),
    [("ds", "`--date` sets the run's date"), ("project", "it follows from the environment, which `-e` chooses")],
)
def test_what_is_built_in_cannot_be_set(workspace_document: Read, name: str, hint: str) -> None:
    variables, (diagnostic,) = resolved(workspace_document(workspace_text("{}")), {name: "x"})

    assert ("variable.built-in", hint) == (diagnostic.rule, diagnostic.hint)
    assert "x" != variables.values[name]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("ds", "`ds` is built in"),
        ("days", "`days` is a function of templates"),
        ("if", "`if` is a word of the template language"),
        (
            "a-b",
            "`a-b` cannot be written in a template: a name is letters, digits and `_`, and starts with no digit",
        ),
    ],
)
def test_a_name_that_no_template_can_use_cannot_be_declared(workspace_document: Read, name: str, message: str) -> None:
    document = workspace_document(workspace_text(f"{{{name}: {{type: string, default: x}}}}"))

    variables, (diagnostic,) = resolved(document)

    assert ("variable.name", message) == (diagnostic.rule, diagnostic.message)
    assert document.places.at_key(("variables", name)) == diagnostic.location
    assert "2026-11-22" == variables.values["ds"]


def test_an_unknown_type_is_named(workspace_document: Read) -> None:
    _, (near,) = resolved(workspace_document(workspace_text("{x: {type: strin, default: x}}")))
    _, (far,) = resolved(workspace_document(workspace_text("{x: {type: zzz}}")), {"x": "1"})

    assert ("variable `x` has the unknown type `strin`", "did you mean `string`?") == (near.message, near.hint)
    assert "the types are `string`, `number`, `boolean`, `list`, `map`, `date`" == far.hint


def test_axes_join_the_variables(variables: Variables) -> None:
    with_axes = variables.with_axes({"lang": "de"})

    assert {**variables.values, "lang": "de"} == with_axes.values
    assert "lang" in with_axes.names
    assert "lang" not in variables.names
