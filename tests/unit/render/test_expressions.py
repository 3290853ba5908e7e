"""What expressions give, and how they fail. `conftest.WORKSPACE` has the variables."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gembatch.model.diagnostics import Diagnostic
from gembatch.model.document import Json

Evaluate = Callable[[str], Json]
Fail = Callable[[str], Diagnostic]


@pytest.mark.parametrize(
    ("leaf", "expected"),
    [
        ("{{ bucket }}", "acme-batch"),
        ("{{bucket}}", "acme-batch"),
        ("{{ count }}", 3),
        ("{{ share }}", 0.2),
        ("{{ on }}", True),
        ("{{ nothing }}", None),
        ("{{ langs }}", ["de", "fr"]),
        ("{{ limits }}", {"low": 1, "deep": {"top": "x"}}),
        ("{{ since }}", "2026-01-31"),
        ("{{ date }}", "2026-11-22"),
        ("{{ [date, [week_start]] }}", ["2026-11-22", ["2026-11-16"]]),
        ("{{ ('a', 1) }}", ["a", 1]),
        ("{{ [] }}", []),
        ("{{ true }}", True),
        ("{{ none }}", None),
    ],
)
def test_a_leaf_that_is_one_expression_keeps_its_type(evaluate: Evaluate, leaf: str, expected: Json) -> None:
    value = evaluate(leaf)

    assert (type(expected), expected) == (type(value), value)


@pytest.mark.parametrize(
    ("leaf", "expected"),
    [
        ("gs://{{ bucket }}/{{ ds }}.jsonl", "gs://acme-batch/2026-11-22.jsonl"),
        ("{{ count }}{{ share }}", "30.2"),
        ("-{{ on }}-{{ not on }}", "-true-false"),
        ("{{ 1.0 }}!", "1!"),
        ("{{ 4 / 2 }}!", "2!"),
        ("{{ 1 / 4 }}!", "0.25!"),
        ("{{ date }}!", "2026-11-22!"),
        (" {{ count }}", " 3"),
        ('{{ "{{" }} and {{ "}}" }}', "{{ and }}"),
        ("{{ '{%' }} {{ '{#' }} }} %} #}", "{% {# }} %} #}"),
        ('{"json": {"a": 1}}', '{"json": {"a": 1}}'),
        ("{ {bucket} }", "{ {bucket} }"),
        ("{{ 'it\\'s \\\\ \\u00e9\\x41\\n' }}", "it's \\ éA\n"),
        ("{{ 'a' 'b' }}", "ab"),
    ],
)
def test_text_around_an_expression_makes_the_whole_text(evaluate: Evaluate, leaf: str, expected: str) -> None:
    assert expected == evaluate(leaf)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("7 // 2", 3),
        ("7 % 4", 3),
        ("7 / 2", 3.5),
        ("4096 / 2", 2048),
        ("-count", -3),
        ("+count", 3),
        ("share * 10", 2.0),
        ("count ~ bucket ~ share ~ on ~ date", "3acme-batch0.2true2026-11-22"),
        ("date - days(1)", "2026-11-21"),
        ("date + weeks(2)", "2026-12-06"),
        ("since + months(1)", "2026-02-28"),
        ("date - days(count)", "2026-11-19"),
        ("date - days(2.0)", "2026-11-20"),
        ("month_start - days(1)", "2026-10-31"),
        ("month_start + months(1) - days(1)", "2026-11-30"),
        ("quarter_start - months(3)", "2026-07-01"),
        ("year_start - years(1)", "2025-01-01"),
        ("since - years(2)", "2024-01-31"),
        ("yesterday - weeks(1)", "2026-11-14"),
    ],
)
def test_arithmetic(evaluate: Evaluate, expression: str, expected: Json) -> None:
    value = evaluate(f"{{{{ {expression} }}}}")

    assert (type(expected), expected) == (type(value), value)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("count == 3", True),
        ("count == 3.0", True),
        ("count != 3", False),
        ("count == '3'", False),
        ("on == 1", False),
        ("nothing == none", True),
        ("date == none", False),
        ("langs == ['de', 'fr']", True),
        ("1 < count <= 3", True),
        ("5 > count > 3", False),
        ("'a' < 'b'", True),
        ("since < date", True),
        ("date >= date", True),
        ("'me-b' in bucket", True),
        ("'de' in langs", True),
        ("1 in [true]", False),
        ("'en' not in langs", True),
        ("'low' in limits", True),
        ("'x' in limits", False),
        ("1 in limits", False),
        ("not on", False),
        ("on and count", 3),
        ("nothing and count", None),
        ("nothing or bucket", "acme-batch"),
        ("count or bucket", 3),
        ("'big' if count > 2 else 'small'", "big"),
        ("'a' if 1 > 2 else 'b' if 2 > 3 else 'c'", "c"),
        ("1 if true else 1 / 0", 1),
    ],
)
def test_comparison_and_choice(evaluate: Evaluate, expression: str, expected: Json) -> None:
    value = evaluate(f"{{{{ {expression} }}}}")

    assert (type(expected), expected) == (type(value), value)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("limits.low", 1),
        ("limits['low']", 1),
        ("limits.deep.top", "x"),
        ("langs[0]", "de"),
        ("langs[-1]", "fr"),
        ("langs.1", "fr"),
        ("[1, 2][1]", 2),
        ("date.year", 2026),
        ("date.month", 11),
        ("date.day", 22),
        ("date.iso_year", 2026),
        ("date.iso_week", 47),
        ("date.weekday", 7),
        ("date.quarter", 4),
        ("(date - months(2)).quarter", 3),
        ("(date - days(30)).week_start", "2026-10-19"),
        ("(date - days(30)).month_start", "2026-10-01"),
        ("since.quarter_start", "2026-01-01"),
        ("(date - years(1)).year_start.year", 2025),
        ("(date - months(1)).month", 10),
    ],
)
def test_members(evaluate: Evaluate, expression: str, expected: Json) -> None:
    assert expected == evaluate(f"{{{{ {expression} }}}}")


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("date | strftime('%Y/%m')", "2026/11"),
        ("(date - days(1)) | strftime('%d.%m.%y')", "21.11.26"),
        ("'AbC' | lower", "abc"),
        ("bucket | upper", "ACME-BATCH"),
        ("'  a ' | trim", "a"),
        ("bucket | replace('-', '_')", "acme_batch"),
        ("1.5 | replace('.', '-')", "1-5"),
        ("'Größe & Maß (neu)!' | slug", "größe-maß-neu"),
        ("'a_b--c' | slug", "a_b--c"),
        ("'gemini-3.8-flash' | slug", "gemini-3-8-flash"),
        ("'A\u0308' | slug", "ä"),
        ("date | slug", "2026-11-22"),
        ("nothing | default('x')", "x"),
        ("'' | default('x')", ""),
        ("limits.high | default(9)", 9),
        ("limits.none.at | default(9)", 9),
        ("limits.low | default(9)", 1),
        ("langs | join('+')", "de+fr"),
        ("[1, on, date] | join(' ')", "1 true 2026-11-22"),
        ("[] | join(',')", ""),
        ("bucket | length", 10),
        ("langs | length", 2),
        ("limits | length", 2),
        ("bucket | upper | lower | length", 10),
    ],
)
def test_filters(evaluate: Evaluate, expression: str, expected: Json) -> None:
    assert expected == evaluate(f"{{{{ {expression} }}}}")


def test_a_slug_fits_a_label_and_does_not_end_in_a_dash(evaluate: Evaluate) -> None:
    text = "a" * 62 + " " + "b" * 62

    assert "a" * 62 == evaluate(f"{{{{ '{text}' | slug }}}}")


def test_a_list_is_the_leafs_own(evaluate: Evaluate) -> None:
    """Changing one rendered document changes neither the variable nor another document."""
    first = evaluate("{{ langs }}")
    assert isinstance(first, list)
    first.append("en")

    assert ["de", "fr"] == evaluate("{{ langs }}")


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("1 / 0", "division by zero"),
        ("1 // 0", "division by zero"),
        ("1 % 0", "division by zero"),
        ("bucket + 'x'", "`+` needs numbers, got text and text"),
        ("on + 1", "`+` needs numbers, got a boolean and a number"),
        ("nothing - 1", "`-` needs numbers, got null and a number"),
        ("-bucket", "`-` needs a number, got text"),
        ("-on", "`-` needs a number, got a boolean"),
        ("date * 2", "`*` needs numbers, got a date and a number"),
        ("date - 1", "`-` needs a span after a date, got a number"),
        ("date - since", "`-` needs a span after a date, got a date"),
        ("days(1) + date", "`+` needs numbers, got a span of time and a date"),
        ("date + days(9999999)", "the date lies outside the years 1 to 9999"),
        ("date - days(9999999)", "the date lies outside the years 1 to 9999"),
        ("days(bucket)", "`days` needs a whole number, got text"),
        ("weeks(0.5)", "`weeks` needs a whole number, got 0.5"),
        ("days(1)", "a span of time is no value for a field"),
        ("[days(1)]", "a span of time is no value for a field"),
        ("days(1) ~ ''", "a span of time cannot stand inside text"),
        ("nothing ~ ''", "null cannot stand inside text"),
        ("langs ~ ''", "a list cannot stand inside text"),
        ("limits ~ ''", "a map cannot stand inside text"),
        ("count < bucket", "`<` cannot order a number and text"),
        ("on < on", "`<` cannot order a boolean and a boolean"),
        ("langs < langs", "`<` cannot order a list and a list"),
        ("date == ds", "cannot compare a date with text"),
        ("1 in count", "`in` looks in text, a list or a map; cannot look for a number in a number"),
        ("1 in bucket", "`in` looks in text, a list or a map; cannot look for a number in text"),
        ("limits.high", "the map has no member `high`"),
        ("limits[1]", "the map has no member `1`"),
        ("limits[langs]", "the map has no member a list"),
        ("limits.high.at | upper", "the map has no member `high`"),
        ("langs[2]", "the list has 2 items, there is no item 2"),
        ("langs[-3]", "the list has 2 items, there is no item -3"),
        ("langs[true]", "a list has no member `true`"),
        ("langs.first", "a list has no member `first`"),
        ("bucket.upper", "text has no member `upper`"),
        ("bucket[0]", "text has no member `0`"),
        ("nothing.x", "null has no member `x`"),
        ("date.years", "a date has no member `years`"),
        ("date[1]", "a date has no member `1`"),
        ("date.week_end", "a date has no member `week_end`"),
        ("ds | strftime('%Y')", "`strftime` formats a date, got text"),
        ("date | strftime(1)", '`strftime` needs a format such as "%Y-%m", got a number'),
        ("date | strftime('%H')", "`%H` is not known to `strftime`"),
        ("date | strftime('%')", "`%` is not known to `strftime`"),
        ("bucket | replace('', 'x')", "`replace` needs something to look for, got empty text"),
        ("langs | lower", "a list cannot stand inside text"),
        ("'!!' | slug", "`slug` leaves nothing of the text"),
        ("bucket | join(',')", "`join` needs a list, got text"),
        ("count | length", "`length` counts text, a list or a map, got a number"),
        ("9223372036854775807 + 1", "the result is too large a number"),
        ("1e300 * 1e300", "the result is too large a number"),
        ("9223372036854775807 * 9223372036854775807", "the result is too large a number"),
    ],
)
def test_what_cannot_be_done_with_a_value_is_said(fail: Fail, expression: str, message: str) -> None:
    diagnostic = fail(f"{{{{ {expression} }}}}")

    assert ("template.value", message) == (diagnostic.rule, diagnostic.message)


@pytest.mark.parametrize(
    ("leaf", "hint"),
    [
        ("{{ 'a' + 'b' }}", "join text with `~`"),
        ("{{ days(1) + date }}", "a date comes first: `date - days(1)`"),
        ("{{ date - 1 }}", "say of what: `date - days(1)`"),
        ("{{ date - since }}", None),
        ("{{ 2 * on }}", None),
        ("{{ date == ds }}", "`ds` is the date as text"),
        ("{{ ds | strftime('%Y') }}", '`date` is the date, `ds` is text: `date | strftime("%Y-%m")`'),
        (
            "{{ date - days(1) | strftime('%Y') }}",
            "a filter binds before `+` and `-`, so write `(date - days(1)) | strftime(…)`",
        ),
        (
            "{{ date | strftime('%q') }}",
            "known are `%Y`, `%y`, `%m`, `%B`, `%b`, `%G`, `%V`, `%d`, `%F`, `%j`, `%A`, `%a`, `%u`",
        ),
        ("{{ date.years }}", "did you mean `year`?"),
        (
            "{{ date.q }}",
            (
                "a date has `year`, `quarter`, `month`, `day`, `iso_year`, `iso_week`, `weekday`, `week_start`, "
                "`month_start`, `quarter_start`, `year_start`"
            ),
        ),
        ("{{ limits.lo }}", "did you mean `low`?"),
        ("{{ limits.q }}", "it has `low`, `deep`"),
        ("{{ nothing }}!", "give it a value with `| default(…)`"),
        ("{{ limits }}!", "take one of its members: `name.member`"),
        ("{{ langs }}!", 'join it: `name | join(",")`'),
        ("{{ days(1) }}!", "add it to a date: `date + days(1)`"),
        ("{{ buckt }}", "did you mean `bucket`?"),
        ("{{ BUCKET }}", "did you mean `bucket`?"),
        ("{{ date - days }}", "`days` is a function: `date - days(1)`"),
        (
            "{{ zzz }}",
            (
                "defined are `bucket`, `count`, `langs`, `limits`, `nothing`, `on`, `share`, `since`, and built in "
                "`project`, `region`, `env`, `workspace`, `ds`, `ds_nodash`, `date`, `week_start`, `month_start`, "
                "`quarter_start`, `year_start`, `yesterday`, `yesterday_ds`, `tomorrow`, `tomorrow_ds`"
            ),
        ),
        ("{{ bucket | uper }}", "did you mean `upper`?"),
        (
            "{{ bucket | zzz }}",
            "the filters are `strftime`, `lower`, `upper`, `trim`, `replace`, `slug`, `default`, `join`, `length`",
        ),
        ("{{ day(1) }}", "did you mean `days`?"),
        ("{{ zzz(1) }}", "the functions are `days`, `weeks`, `months`, `years`"),
        ("{{ lower(bucket) }}", "`lower` is a filter: `value | lower`"),
        ("{{ bucket | replace('a') }}", "write `replace(old, new)`"),
        ("{{ bucket | lower(1) }}", "write `lower` without parentheses"),
        ("{{ days() }}", "write `days(count)`"),
        ("{{ 1 if on }}", 'write `a if condition else ""` for nothing'),
        ("{{ count = 3 }}", "`==` compares"),
        ("{{ on && on }}", "write `and`"),
        ("{{ on || on }}", "write `or`; a single `|` is followed by a filter"),
        ("{{ !on }}", "write `not`"),
        ("{{ on ? 1 : 2 }}", "write `a if condition else b`"),
        ("{{ $bucket }}", "names stand as they are, without `$`"),
        ("{{ bucket", 'write `{{ "{{" }}` for the characters themselves'),
        ("{{- count }}", "write `{{ -x }}` for a negative number"),
    ],
)
def test_a_hint_says_what_to_write(fail: Fail, leaf: str, hint: str | None) -> None:
    assert hint == fail(leaf).hint


@pytest.mark.parametrize(
    ("leaf", "message"),
    [
        ("{{ 1 + }}", "the expression ends too early"),
        ("{{ (1 }}", "the expression ends too early, expected `)`"),
        ("{{ [1, 2) }}", "the expression cannot be read: unexpected `)`, expected `]`"),
        ("{{ 1 ; 2 }}", "the expression cannot be read: unexpected `;`"),
        ("{{ 1 \\ 2 }}", "the expression cannot be read: unexpected char `\\\\`"),
        ("{{ on is a is b }}", "the expression cannot be read: you cannot chain multiple tests with is"),
        ("{{ bucket count }}", "the expression cannot be read: unexpected `count`"),
        ("{{ '\\x4' }}", "the expression cannot be read: truncated \\xXX escape"),
        ("{{ '\\d' }}", "`\\d` is not an escape in text"),
        ("{{ 'a }}", "this quote is never closed"),
        ("{{ a", "`{{` is never closed by `}}`"),
        ("{{ }}", "there is nothing between `{{` and `}}`"),
        ("{{ {} }}", "`{` cannot stand in an expression: either `}}` is missing before it, or it opens a map"),
    ],
)
def test_what_cannot_be_read_is_said(fail: Fail, leaf: str, message: str) -> None:
    diagnostic = fail(leaf)

    assert ("template.syntax", message) == (diagnostic.rule, diagnostic.message)


@pytest.mark.parametrize(
    ("leaf", "message"),
    [
        ("{{ 2 ** 3 }}", "`**` is not allowed"),
        ("{{ on is defined }}", "`is` is not allowed"),
        ("{{ langs[0:1] }}", "slices are not allowed"),
        ("{{ 1 if on }}", "`if` needs an `else`"),
        ("{{ bucket.__len__ }}", "`__len__` is not allowed: no member begins with `_`"),
        ("{{ bucket | map }}", "there is no filter `map`"),
        ("{{ range(3) }}", "there is no function `range`"),
        ("{{ bucket.upper() }}", "only functions can be called"),
        ("{{ days(n=1) }}", "`days` takes its arguments by position only"),
        ("{{ days(1, 2) }}", "`days` takes 1 argument, got 2"),
        ("{% if on %}", "`{%` opens a statement, and statements are not allowed"),
        ("{# on #}", "`{#` opens a template comment, and those are not allowed"),
        ("{{- on }}", "`{{-` and `{{+` do not trim or keep blanks here"),
    ],
)
def test_what_is_not_allowed_is_named(fail: Fail, leaf: str, message: str) -> None:
    diagnostic = fail(leaf)

    assert ("template.forbidden", message) == (diagnostic.rule, diagnostic.message)


@pytest.mark.parametrize(
    ("leaf", "message"),
    [
        ("{{ '" + "x" * 1000 + "' }}", "an expression may have 1,000 characters, this one has 1,004"),
        ("{{ on }}" + "x" * 20_000, "a value with expressions may have 20,000 characters, this one has 20,008"),
        ("{{ 1" + " + 1" * 32 + " }}", "the expression is nested too deeply"),
        ("{{ " + "(" * 400 + "1" + ")" * 400 + " }}", "the expression is nested too deeply"),
    ],
)
def test_what_is_too_long_is_measured(fail: Fail, leaf: str, message: str) -> None:
    diagnostic = fail(leaf)

    assert ("template.too-long", message) == (diagnostic.rule, diagnostic.message)


@pytest.mark.parametrize(
    ("leaf", "underlined"),
    [
        ("gs://{{ buckt }}/x", "buckt"),
        ("{{ bucket }}/{{ bucket ~ lnag }}", "lnag"),
        ("{{ 1 if on else nope }}", "nope"),
        ("{{ limits.high }}", "high"),
        ("{{ limits [ 'high' ] }}", "''"),
        ("{{ bucket | uper }}", "uper"),
        ("{{ ds | strftime('%Y') }}", "strftime"),
        ("{{ range(3) }}", "range"),
        ("{{ 1 / 0 }}!", "1 / 0"),
        ("{{ bucket.__class__ }}", "__class__"),
        ("{{ bucket nope }}", "nope"),
        ("{{ bucket & nope }}", "&"),
        ("{{ bucket is defined }}", "is"),
        ("a {% if x %}", "{%"),
        ("a {# x #}", "{#"),
        ("a {{ bucket", "{{"),
        ("a {{- bucket }}", "{{-"),
        ("a {{ '{{ }}", "''"),
        ("a {{ {'a': 1} }}", "{"),
        ("a {{ '\\q' }}", "\\q"),
        ("a {{ langs[0:1] }}", "0"),
        ("a {{ }}", "{{ }}"),
        ("a {{}} b", "{{}}"),
    ],
)
def test_the_very_word_is_underlined(fail: Fail, leaf: str, underlined: str) -> None:
    location = fail(leaf).location  # in single quotes, where a quote is doubled
    assert location is not None
    start = location.column - 1

    assert underlined == location.text[start : start + location.length]
