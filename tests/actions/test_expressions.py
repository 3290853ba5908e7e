"""The runner's own expressions: what they mean, and that nothing unknown passes as empty."""

from __future__ import annotations

import pytest
from actions.expressions import ExpressionError, Scope, Sparse

CONTEXTS = {
    "github": {"ref": "refs/heads/main", "event": {"number": 17}},
    "vars": Sparse(A="x"),
    "needs": {"a": {"result": "success", "outputs": Sparse(list='{"names": ["x", "y"]}')}},
}
SCOPE = Scope(CONTEXTS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'it''s'", "it's"),
        ("null", None),
        ("github.event.number == 17", True),
        ("vars.A != ''", True),
        ("vars.B == null", True),
        ("vars.B != ''", False),
        ("vars.B || 'c'", "c"),
        ("!(vars.A == 'x') || true && 'd'", "d"),
        ("fromJSON(needs.a.outputs.list).names", ["x", "y"]),
        ("fromJSON(needs.a.outputs.list).names[1]", "y"),
        ("fromJSON(needs.a.outputs.list).names[2] != null", False),
        ("always() && !cancelled() && success()", True),
    ],
)
def test_a_value(text: str, expected: object):
    assert expected == SCOPE.value(text)


@pytest.mark.parametrize(
    "text",
    [
        "secrets.X",
        "github.reff",
        "github.ref.x",
        "toJSON(github)",
        "github.event.number == '17'",
        "1 2",
        "'",
        "a b",
        "",
    ],
)
def test_what_is_unknown_is_an_error(text: str):
    with pytest.raises(ExpressionError):
        SCOPE.value(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${{ github.event.number }}", 17),
        ("a-${{ github.event.number }}-${{ vars.A }}${{ vars.B }}", "a-17-x"),
        ("${{ vars.A }}/${{ vars.A }}", "x/x"),
    ],
)
def test_a_text_is_filled_in(text: str, expected: object):
    assert expected == SCOPE.filled(text)


@pytest.mark.parametrize(
    ("condition", "status", "expected"),
    [
        (None, "success", True),
        (None, "failure", False),
        ("github.event.number == 17", "failure", False),
        ("${{ always() && vars.A == 'x' }}", "cancelled", True),
        ("!cancelled()", "failure", True),
        ("!cancelled()", "cancelled", False),
        ("failure()", "failure", True),
    ],
)
def test_a_condition_that_asks_for_no_status_wants_success(condition: str | None, status: str, expected: bool):  # noqa: FBT001
    assert expected is Scope(CONTEXTS, status).holds(condition)
