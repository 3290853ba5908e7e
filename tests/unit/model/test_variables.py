"""A given value as it is written on a command line, and what stands before a finding about it."""

from __future__ import annotations

import pytest

from gembatch.cli.variables import planned_values
from gembatch.model.document import Json
from gembatch.model.variables import Channel, GivenValue


@pytest.mark.parametrize(
    ("value", "text"),
    [("a b", "a b"), (3, "3"), (0.5, "0.5"), (True, "true"), (["a", 1], '["a",1]'), ({"a": None}, '{"a":null}')],
)
def test_a_value_has_a_text_that_reads_as_the_same_value(value: Json, text: str) -> None:
    assert text == GivenValue("x", value, Channel.VAR_FILE, is_typed=True).text


@pytest.mark.parametrize(
    ("channel", "origin"),
    [
        (Channel.SHELL, "GEMBATCH_VAR_x: "),
        (Channel.COMMAND_LINE, "--var: "),
        (Channel.PLAN, "the plan: "),
        (Channel.VAR_FILE, ""),
    ],
)
def test_what_stands_in_no_file_says_where_it_was_given(channel: Channel, origin: str) -> None:
    assert origin == GivenValue("x", "1", channel).origin


def test_a_plans_values_are_texts() -> None:
    assert (GivenValue("a", "1", Channel.PLAN),) == planned_values({"a": "1"})
