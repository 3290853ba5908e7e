"""One leaf with expressions: its text → its pieces → its value. Extents here count from the start of the leaf."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from gembatch.model.document import Json
from gembatch.model.nearest import listed
from gembatch.render.dates import Grain
from gembatch.render.expressions import Expression, expression_of
from gembatch.render.names import BUILT_INS, FEW, FUNCTIONS, did_you_mean
from gembatch.render.scanner import offsets, scan
from gembatch.render.tree import ExpressionError, Name
from gembatch.render.values import Fault, as_text, checked_length, to_json
from gembatch.render.variables import Variables


class Leaf(NamedTuple):
    """The pieces of a leaf. There are as many leaves as in all files together.

    Attributes:
        texts: The literal texts around the expressions, empty ones too: one more than there are expressions.
        expressions: Its expressions, in order.
    """

    texts: tuple[str, ...]
    expressions: tuple[Expression, ...]

    @property
    def offsets(self) -> tuple[int, ...]:
        """Where the text of each expression begins, from 0."""
        return tuple(offsets(self.texts, [expression.text for expression in self.expressions]))


NO_LEAF = Leaf(("",), ())


def read_leaf(text: str) -> Leaf:
    """Returns the pieces of a leaf.

    Raises:
        ExpressionError: An expression cannot be read or is not allowed; the first of the leaf.
    """
    texts, insides = scan(text)
    expressions: list[Expression] = []
    for number, inside in enumerate(insides):
        try:
            expressions.append(expression_of(inside))
        except ExpressionError as error:
            raise error.within([*offsets(texts, insides)][number]) from error
    return Leaf(tuple(texts), tuple(expressions))


def undefined_names(leaf: Leaf, known: frozenset[str]) -> list[ExpressionError]:
    """Returns an error for each use of a name that is not known."""
    if all([expression.uses <= known for expression in leaf.expressions]):  # noqa: C419  a generator takes longer
        return []
    return [
        _undefined(name, known).within(offset)
        for expression, offset in zip(leaf.expressions, leaf.offsets, strict=True)
        for name in expression.names
        if name.name not in known
    ]


def grains_of(leaf: Leaf) -> frozenset[Grain]:
    """Returns the grains of the dates on which a leaf depends; empty when it depends on none."""
    first, *others = leaf.expressions
    return first.dates.union(*(expression.dates for expression in others)) if others else first.dates


def fill_leaf(leaf: Leaf, variables: Variables) -> Json:
    """Returns the leaf's value: text, or whatever the expression gives when the leaf is one expression and no more.

    Args:
        leaf: Its pieces.
        variables: What the names in them mean.

    Raises:
        ExpressionError: An expression fails, or its result cannot stand there.
    """
    texts, expressions = leaf
    filled = texts[0]
    for number, expression in enumerate(expressions):
        try:
            value = variables.value_of(expression)
            if texts == ("", ""):
                return to_json(value)
            filled += as_text(value)
            checked_length(len(filled))
        except Fault as fault:
            raise ExpressionError.of(fault, expression.tree.extent).within(leaf.offsets[number]) from fault
        except ExpressionError as error:
            raise error.within(leaf.offsets[number]) from error
        filled += texts[number + 1]
    return filled


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
