"""Templates that are to reach what is not theirs, or to grow without end.

What single expressions are refused for is tested where they are read; here whole commands stay within their limits.
"""

from __future__ import annotations

import json

import pytest
from safety.conftest import SPEC, Hostile

pytestmark = pytest.mark.slow

ATTACKS = {
    "a walk over classes": ("''.__class__.__mro__[1].__subclasses__()", "template.forbidden"),
    "a class by filter, in hexadecimal": ("topic | attr('\\x5f\\x5fclass\\x5f\\x5f')", "template.forbidden"),
    "a stored format": ("'{0.__class__}'.format(topic)", "template.forbidden"),
    "the globals of a helper": ("lipsum.__globals__['os'].popen('id')", "template.forbidden"),
    **{
        f"the globals of {helper}": (f"{helper}.__init__.__globals__", "template.forbidden")
        for helper in ("cycler", "joiner", "namespace", "dict", "range", "self", "loop", "config", "request")
    },
    "a class by a key": ("topic['__class__']", "template.value"),
    "a class by parts": ("topic['__cl' ~ 'ass__']", "template.value"),
    "a filter of attributes by name": ("topic | map(attribute='__class__')", "template.forbidden"),
    "a frame": ("(topic for x in langs).gi_frame", "template.syntax"),
    "a file": ("open('/etc/passwd').read()", "template.forbidden"),
    "the environment": ("env['API_TOKEN']", "template.value"),
    "the environment of the process": ("environ.API_TOKEN", "template.undefined"),
    "today": ("date.today()", "template.forbidden"),
    "a clock": ("now()", "template.forbidden"),
    "chance": ("langs | random", "template.forbidden"),
    "text times a thousand million": ("'a' * 1000000000", "template.value"),
    "a power of powers": ("9 ** 9 ** 9", "template.forbidden"),
    "a width": ("'x' | center(1000000000)", "template.forbidden"),
    "a format with a width": ("'%1000000000d' % 1", "template.value"),
    "a list times a million": ("langs * 1000000", "template.value"),
    "slices": ("topic | slice(1000000000)", "template.forbidden"),
    "batches": ("langs | batch(1000000000, 'x')", "template.forbidden"),
    "JSON within JSON": ("langs | tojson | tojson | tojson", "template.forbidden"),
    "a range": ("range(1000000000) | list", "template.forbidden"),
    "filler text": ("lipsum(1000000)", "template.forbidden"),
    "a comprehension": ("[x for x in langs]", "template.syntax"),
    "3,000 parentheses": ("(" * 3000 + "1" + ")" * 3000, "template.too-long"),
    "400 parentheses": ("(" * 400 + "1" + ")" * 400, "template.too-long"),
    "900 signs": ("-" * 900 + "1", "template.too-long"),
    "a year past the last one": ("date + years(99999)", "template.value"),
    "more days than there are": ("date + days(999999999999)", "template.value"),
    "a day format of 400 years": ("date | strftime('" + "%Y" * 400 + "')", "labels.value"),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_expression_is_refused_with_one_clear_finding(hostile: Hostile, name: str) -> None:
    expression, rule = ATTACKS[name]
    hostile.write({"specs/daily.yaml": f"{SPEC}labels: {{team: {json.dumps('{{ ' + expression + ' }}')}}}\n"})

    assert {rule} == hostile.rules_of()


STATEMENTS = {
    "nested loops": "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}",
    "a macro that calls itself": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "a doubling": "{% set n = namespace(s='x') %}{% for a in langs %}{% set n.s = n.s ~ n.s %}{% endfor %}",
    "an absolute include": "{% include '/etc/passwd' %}",
    "an include above": "{% include '../outside.yaml' %}",
    "an encoded include": "{% extends '..%2f..%2foutside.yaml' %}",
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_statement_is_refused(hostile: Hostile, name: str) -> None:
    hostile.write({"specs/daily.yaml": f"{SPEC}labels: {{team: {json.dumps(STATEMENTS[name])}}}\n"})

    assert {"template.forbidden"} == hostile.rules_of()


def test_what_a_value_holds_stays_one_value(hostile: Hostile) -> None:
    held = 'x"\nmodel: "gemini-4-argon'
    hostile.write({"specs/daily.yaml": f'{SPEC}modelParameters: {{prompt: ["{{{{ topic }}}}"]}}\n'})

    done = hostile.run("render", "--format", "json", "--var", f"topic={held}")

    (body,) = json.loads(done.out)
    assert ([held], "publishers/google/models/gemini-3.8-flash") == (body["modelParameters"]["prompt"], body["model"])


def test_leaves_that_are_too_much_together_are_not_all_filled_in(hostile: Hostile) -> None:
    """Each is within what one may be; together they are 800 million characters."""
    prompts = '  - "{{ topic ~ topic ~ topic ~ topic }}"\n' * 10_000
    hostile.write({"specs/daily.yaml": f"{SPEC}modelParameters:\n  prompts:\n{prompts}"})

    assert {"job.size"} == hostile.rules_of("--var", f"topic={'x' * 20_000}")


MATRICES = {
    "seven axes": {name: [*range(9)] for name in "abcdefg"},
    "five thousand axes": {f"axis{number}": [1, 2] for number in range(5_000)},
}


@pytest.mark.parametrize("name", MATRICES)
def test_a_matrix_is_counted_before_it_is_made(hostile: Hostile, name: str) -> None:
    hostile.write({"specs/daily.yaml": f"{SPEC}matrix: {json.dumps(MATRICES[name])}\n"})

    assert {"matrix.too-large"} == hostile.rules_of()
