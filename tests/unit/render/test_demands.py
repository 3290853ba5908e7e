"""What a declaration asks of values beyond their type."""

from __future__ import annotations

import pytest

from gembatch.model.workspace import Variable
from gembatch.render.dates import Day
from gembatch.render.demands import Demands, pattern_of
from gembatch.render.patterns import MAX_VALUE, compiled
from gembatch.render.values import Fault, Value


@pytest.mark.parametrize(
    ("demands", "value"),
    [
        (Demands(), "anything"),
        (Demands(("a", "b")), "a"),
        (Demands((1, 2.5)), 2.5),
        (Demands(([1], [2])), [2]),
        (Demands((Day(2026, 11, 22),)), Day(2026, 11, 22)),
        (Demands(("a",)), None),
        (Demands(pattern=compiled("[a-z]+")), "abc"),
        (Demands(pattern=compiled("[a-z]+")), None),
        (Demands(pattern=compiled("x*")), "x" * MAX_VALUE),
    ],
)
def test_an_allowed_value_passes(demands: Demands, value: Value) -> None:
    assert value == demands.checked(value)


@pytest.mark.parametrize(
    ("demands", "value", "message", "hint"),
    [
        (Demands(("dev", "prod")), "prd", 'must be "dev" or "prod", got "prd"', "did you mean `prod`?"),
        (Demands(("dev",)), "x", 'must be "dev", got "x"', None),
        (Demands((1, 2, 3)), 4, "must be 1, 2 or 3, got 4", None),
        (
            Demands((Day(2026, 1, 1),)),
            Day(2026, 1, 3),
            'must be "2026-01-01", got "2026-01-03"',
            "did you mean `2026-01-01`?",
        ),
        (Demands(pattern=compiled("[a-z]+")), "A", 'must have the form `[a-z]+`, got "A"', None),
        (Demands(pattern=compiled("[a-z]+")), "a\n", 'must have the form `[a-z]+`, got "a\\n"', None),
        (
            Demands(pattern=compiled("x*")),
            "x" * 257,
            "has 257 characters, more than the 256 that a pattern allows",
            None,
        ),
    ],
)
def test_any_other_is_refused(demands: Demands, value: Value, message: str, hint: str | None) -> None:
    with pytest.raises(Fault) as refusal:
        demands.checked(value)

    assert ("variable.value", message, hint) == (refusal.value.rule, refusal.value.message, refusal.value.hint)


def test_a_long_value_is_shown_by_its_beginning() -> None:
    with pytest.raises(Fault, match='got "' + "y" * 59 + "…$"):
        Demands(("x",)).checked("y" * 200)


def test_a_declaration_without_a_pattern_has_none() -> None:
    assert pattern_of(Variable("string")) is None


def test_only_text_may_have_a_pattern() -> None:
    with pytest.raises(Fault, match="has a pattern and the type `number`: only text has a form"):
        pattern_of(Variable("number", pattern="[0-9]"))
