"""One leaf with expressions: its text → its pieces → its value. Extents here count from the start of the leaf."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from gembatch.model.document import Json
from gembatch.render.dates import Grain
from gembatch.render.dependence import date_grains
from gembatch.render.evaluate import evaluate
from gembatch.render.names import BUILT_INS, FEW, FUNCTIONS, did_you_mean, listed
from gembatch.render.scanner import scan
from gembatch.render.tree import ExpressionError, Name, Node, members_in, names_in
from gembatch.render.values import Fault, Value, as_text, checked_length, to_json


class Expression(NamedTuple):
    """An expression in its leaf. There are as many as in all files together.

    Attributes:
        offset: Where its text begins in the leaf; the tree's extents count from there.
        tree: What it says.
        names: Every variable that it mentions.
        members: What it takes of each; see `tree.members_in`.
        dates: The grains of the dates on which it depends.
    """

    offset: int
    tree: Node
    names: tuple[Name, ...]
    members: tuple[tuple[str, str | None], ...]
    dates: frozenset[Grain]


Leaf: TypeAlias = "tuple[str | Expression, ...]"
"""The pieces of a leaf in order: literal text, and expressions."""


def read_leaf(text: str) -> Leaf:
    """Returns the pieces of a leaf.

    Raises:
        ExpressionError: An expression cannot be read or is not allowed; the first of the leaf.
    """
    return tuple(piece if isinstance(piece, str) else _read(piece.text, piece.offset) for piece in scan(text))


def _read(text: str, offset: int) -> Expression:
    try:
        return Expression(offset, *_understood(text))
    except ExpressionError as error:
        raise error.within(offset) from error


@lru_cache(maxsize=4096)
def _understood(
    text: str,
) -> tuple[Node, tuple[Name, ...], tuple[tuple[str, str | None], ...], frozenset[Grain]]:
    """Returns what there is to an expression but for its place: ten thousand specs share a dozen of them."""
    # Loading Jinja costs a tenth of a second; a workspace without expressions does not pay it.
    from gembatch.render.parse import parse_expression  # noqa: PLC0415

    tree = parse_expression(text)
    return tree, tuple(names_in(tree)), tuple(members_in(tree)), date_grains(tree)


def undefined_names(leaf: Leaf, known: Collection[str]) -> Iterator[ExpressionError]:
    """Yields an error for each use of a name that is not known."""
    for expression in expressions_of(leaf):
        for name in expression.names:
            if name.name not in known:
                yield _undefined(name, known).within(expression.offset)


def grains_of(leaf: Leaf) -> frozenset[Grain]:
    """Returns the grains of the dates on which a leaf depends; empty when it depends on none."""
    found = [expression.dates for expression in expressions_of(leaf)]
    return found[0] if len(found) == 1 else frozenset[Grain]().union(*found)


def fill_leaf(leaf: Leaf, values: Mapping[str, Value]) -> Json:
    """Returns the leaf's value: text, or whatever the expression gives when the leaf is one expression and no more.

    Args:
        leaf: Its pieces.
        values: A value for every name in them.

    Raises:
        ExpressionError: An expression fails, or its result cannot stand there.
    """
    if len(leaf) == 1 and isinstance(leaf[0], Expression):
        return _value_of(leaf[0], values)
    text = ""
    for piece in leaf:
        text += piece if isinstance(piece, str) else _text_of(piece, values, len(text))
    return text


def _value_of(expression: Expression, values: Mapping[str, Value]) -> Json:
    try:
        return to_json(evaluate(expression.tree, values))
    except Fault as fault:
        raise ExpressionError.of(fault, expression.tree.extent).within(expression.offset) from fault
    except ExpressionError as error:
        raise error.within(expression.offset) from error


def _text_of(expression: Expression, values: Mapping[str, Value], length_before: int) -> str:
    try:
        text = as_text(evaluate(expression.tree, values))
        checked_length(length_before + len(text))
    except Fault as fault:
        raise ExpressionError.of(fault, expression.tree.extent).within(expression.offset) from fault
    except ExpressionError as error:
        raise error.within(expression.offset) from error
    return text


def expressions_of(leaf: Leaf) -> Iterator[Expression]:
    """Returns the expressions of a leaf, in order."""
    return (piece for piece in leaf if isinstance(piece, Expression))


def _undefined(name: Name, known: Collection[str]) -> ExpressionError:
    return ExpressionError(
        "template.undefined", f"`{name.name}` is not defined", name.extent, _instead(name.name, known)
    )


def _instead(name: str, known: Collection[str]) -> str:
    if name in FUNCTIONS:
        return f"`{name}` is a function: `date - {name}(1)`"
    if near := did_you_mean(name, known):
        return near
    own = sorted(set(known).difference(BUILT_INS))
    if not own or len(own) > FEW:
        return "declare it under `variables` of the workspace, or as an axis under `matrix`"
    return f"defined are {listed(own)}, and built in {listed(BUILT_INS)}"
