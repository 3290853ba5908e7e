"""What must be refused, at once and with a place: ways out of an expression, and ways to waste memory and time."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gembatch.model.diagnostics import Diagnostic
from gembatch.render.parse import parse_expression
from gembatch.render.tree import ExpressionError

Fail = Callable[[str], Diagnostic]

ESCAPES = [
    "''.__class__.__mro__[1].__subclasses__()",
    "().__class__.__base__",
    "bucket.__init__.__globals__",
    "bucket['__class__']",
    "langs['__class__']",
    "date['__class__']",
    "date.__class__",
    "date._date",
    "date['_date']",
    "date.of",
    "date.parse('2026-01-01')",
    "limits.items()",
    "limits.keys",
    "bucket | attr('__class__')",
    "bucket | attr('\\x5f\\x5fclass\\x5f\\x5f')",
    "'{0.__class__}'.format(bucket)",
    "'{a.__class__}'.format_map(limits)",
    "bucket.format",
    "'%s' % bucket",
    "cycler.__init__.__globals__.os",
    "lipsum.__globals__['os'].popen('id')",
    "joiner()",
    "namespace(a=1)",
    "dict(a=1)",
    "range(10)",
    "range.__class__",
    "self",
    "self._TemplateReference__context",
    "caller()",
    "loop.index",
    "request.application",
    "config",
    "get_flashed_messages.__globals__",
    "bucket | map('upper')",
    "langs | map(attribute='__class__') | list",
    "langs | batch(1000000)",
    "langs | slice(1000000)",
    "langs | tojson",
    "langs | pprint",
    "bucket | center(1000000000)",
    "bucket | format('x')",
    "bucket | indent(1000000000)",
    "bucket | wordwrap(1)",
    "bucket | xmlattr",
    "bucket | filesizeformat",
    "bucket | random",
    "lambda: 1",
    "[x for x in langs]",
    "bucket if bucket",
    "now()",
    "date.today()",
    "env['HOME']",
    "environ['HOME']",
    "open('/etc/passwd')",
    "__import__('os')",
    "limits(1)",
    "days(*langs)",
    "days(**limits)",
    "days(count=1)",
    "days(1)(2)",
    "bucket | replace(old='a', new='b')",
    "bucket | default('x', true)",
    "bucket | upper.lower",
    "bucket is defined",
    "bucket is callable",
    "bucket is not none",
    "langs[0:1]",
    "langs[::-1]",
    "langs[0, 1]",
    "`id`",
    "1;2",
    "a.b.c",
    "print",
]

WASTES = [
    "'a' * 1000000000",
    "1000000000 * 'a'",
    "langs * 1000000000",
    "[0] * 1000000000",
    "9 ** 9 ** 9",
    "2 ** 99999999",
    "'%1000000000d' % 1",
    "'%0*d' % (1000000000, 1)",
    "'x' | center(1000000000)",
    "'x'.ljust(1000000000)",
    "lipsum(n=1000000)",
    "range(1000000000)",
    "'x' | replace('', 'xxxxxxxxxx')",
    "1e999",
    "-1e999",
    "1e308 * 10 - 1e308 * 10",
    "*".join(["9" * 100] * 9),
    "'\\ud800'",
    "'\\U00110000'",
    "'\\N{BULLET}'",
    "'\\d'",
    "(" * 400 + "1" + ")" * 400,
    "[" * 400 + "]" * 400,
    "-" * 900 + "1",
    "not " * 200 + "on",
    "1" + "+1" * 400,
    "limits" + ".a" * 400,
    "bucket" + "|lower" * 150,
    "1 if on else " * 70 + "1",
    "1" + " < 1" * 5 + "(" * 300,
    "bucket ~ " * 200 + "bucket",
    "(" * 3000 + "1" + ")" * 3000,
    "x" * 1001,
    " " * 5000,
]

STATEMENTS = [
    "{% for x in range(1000000) %}{% for y in range(1000000) %}{% endfor %}{% endfor %}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% include '/etc/passwd' %}",
    "{% include '../../etc/passwd' %}",
    "{% extends '..%2f..%2fx' %}",
    "{% import 'x' as x %}",
    "{% set x = namespace(s='x') %}",
    "{% raw %}{{ x }}{% endraw %}",
    "{%- if true -%}",
    "{# comment #}",
    "{#- comment -#}",
    "{{ bucket }}{% if true %}",
    "{{- bucket -}}",
    "{{+ bucket }}",
    "{{ bucket -}}",
    "{{ bucket",
    "{{ 'bucket }}",
    '{{ "bucket }}',
    "{{ bucket }",
    "{{ {{ bucket }} }}",
    "{{ {} }}",
    "{{ {'a': {'b': 1}} }}",
    "{{ }}",
    "{{}}",
    "{{",
    "{{ '{{",
    "{{" * 10_000,
    "{{ '" * 5_000,
    "{{ 1 }}" * 3_000,
    "{{ bucket }}" + "x" * 20_000,
]


@pytest.mark.parametrize("expression", ESCAPES)
def test_nothing_but_our_own_values_can_be_reached(fail: Fail, expression: str) -> None:
    diagnostic = fail(f"{{{{ {expression} }}}}")

    assert diagnostic.rule in {"template.forbidden", "template.undefined", "template.value", "template.syntax"}
    assert diagnostic.location is not None


@pytest.mark.parametrize("expression", WASTES)
def test_nothing_grows_without_bound(fail: Fail, expression: str) -> None:
    diagnostic = fail(f"{{{{ {expression} }}}}")

    assert diagnostic.rule in {"template.forbidden", "template.value", "template.too-long", "template.syntax"}
    assert diagnostic.location is not None


def test_a_map_is_refused_by_the_white_list_too() -> None:
    """The scanner never lets one through; the tree would not take it either."""
    with pytest.raises(ExpressionError, match="Dict is not allowed in an expression"):
        parse_expression("{'a': 1}")


@pytest.mark.parametrize("leaf", STATEMENTS)
def test_only_expressions_are_taken(fail: Fail, leaf: str) -> None:
    diagnostic = fail(leaf)

    assert diagnostic.rule in {"template.forbidden", "template.syntax", "template.too-long"}
    assert diagnostic.location is not None
