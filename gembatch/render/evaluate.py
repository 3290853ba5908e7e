"""An expression's tree and the variables → its value. There is nothing to escape from: no code is made or run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from gembatch.render.filters import FILTERS, span
from gembatch.render.operations import MissingMemberFault, arithmetic, compare, concatenate, member, signed
from gembatch.render.tree import (
    Binary,
    Call,
    Comparison,
    Concatenation,
    Conditional,
    Constant,
    ExpressionError,
    Filtered,
    Items,
    Logic,
    Member,
    Name,
    Node,
    Unary,
)
from gembatch.render.values import Fault, Value


class MissingMemberError(ExpressionError):
    """A map has no such member; the filter `default` fills in for it."""


class UnsetVariableError(ExpressionError):
    """A declared variable has no value, which is a finding where it is declared."""


def evaluate(node: Node, values: Mapping[str, Value]) -> Value:
    """Returns the value of an expression.

    Raises:
        UnsetVariableError: A name is not in `values`.
        ExpressionError: An operation cannot be done with the values it got.
    """
    try:
        return _evaluated(node, values)
    except MissingMemberFault as fault:
        raise MissingMemberError.of(fault, node.extent) from fault
    except Fault as fault:
        raise ExpressionError.of(fault, node.extent) from fault


def _evaluated(node: Node, values: Mapping[str, Value]) -> Value:  # noqa: C901, PLR0911, PLR0912  one case a node
    match node:
        case Name(name, extent):
            if name not in values:
                raise UnsetVariableError("template.value", f"`{name}` has no value", extent)
            return values[name]
        case Constant(value):
            return value
        case Member(owner, key):
            return member(evaluate(owner, values), evaluate(key, values))
        case Filtered(name, subject, arguments):
            return _filtered(name, subject, [evaluate(argument, values) for argument in arguments], values)
        case Binary(symbol, left, right):
            return arithmetic(symbol, evaluate(left, values), evaluate(right, values))
        case Concatenation(parts):
            return concatenate([evaluate(part, values) for part in parts])
        case Call(name, argument):
            return span(name, evaluate(argument, values))
        case Conditional(condition, yes, no):
            return evaluate(yes if evaluate(condition, values) else no, values)
        case Comparison(first, rest):
            return _compared(first, rest, values)
        case Logic(symbol, left, right):
            decided = evaluate(left, values)
            return decided if bool(decided) == (symbol == "or") else evaluate(right, values)
        case Unary("not", operand):
            return not evaluate(operand, values)
        case Unary(symbol, operand):
            return signed(symbol, evaluate(operand, values))
        case Items(items):
            return [evaluate(item, values) for item in items]
        case _:
            assert_never(node)


def _filtered(name: str, subject: Node, arguments: list[Value], values: Mapping[str, Value]) -> Value:
    try:
        value = evaluate(subject, values)
    except MissingMemberError:
        if name != "default":
            raise
        value = None
    return FILTERS[name].function(value, *arguments)


def _compared(first: Node, rest: tuple[tuple[str, Node], ...], values: Mapping[str, Value]) -> bool:
    left = evaluate(first, values)
    for symbol, operand in rest:
        right = evaluate(operand, values)
        if not compare(symbol, left, right):
            return False
        left = right
    return True
