"""Text from elsewhere is written so that rendering gives it back."""

from __future__ import annotations

import pytest

from gembatch.render.literal import as_literal

PLAIN = ["", "daily", "{", "}}", "{ {x} }", "%}", "a}}b{", "quotes \" and ' and \\"]
OPENED = ["{{", "{{ ds }}", "a{{b}}c{{d}}", "{{{", "{{{{", "{%", "{% if x %}", "{#", "{# no #}", "{{%", "{{ '{{' }}"]


@pytest.mark.parametrize("text", PLAIN)
def test_text_that_opens_no_expression_stands_as_it_is(text):
    assert text == as_literal(text)


@pytest.mark.parametrize("text", [*PLAIN, *OPENED])
def test_a_literal_renders_to_its_text(text, evaluate):
    assert text == evaluate(as_literal(text))


def test_every_text_in_a_value_is_written_so_and_nothing_else_is_touched():
    value = {"a": ["{{ x }}", 1, None, {"b": "{%"}], "{{ key }}": True}

    assert {"a": ["{{ '{{' }} x }}", 1, None, {"b": "{{ '{%' }}"}], "{{ key }}": True} == as_literal(value)
