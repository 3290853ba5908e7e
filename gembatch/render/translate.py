"""Jinja's syntax tree → ours. This is the white list: a node without a case here is refused."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from jinja2 import nodes

from gembatch.model.nearest import listed
from gembatch.render.filters import FILTERS
from gembatch.render.names import FUNCTIONS, did_you_mean
from gembatch.render.tree import (
    Binary,
    Call,
    Comparison,
    Concatenation,
    Conditional,
    Constant,
    ExpressionError,
    Extent,
    Filtered,
    Items,
    Logic,
    Member,
    Name,
    Node,
    Unary,
    extent_of_token,
    whole,
)

MAX_DEPTH = 32
"""How deeply the parts of an expression may be nested. A chain of operators nests once for each."""

_COMPARISONS = {
    "eq": "==", "ne": "!=", "lt": "<", "lteq": "<=", "gt": ">", "gteq": ">=", "in": "in", "notin": "not in",
}  # fmt: skip


def translate(source: nodes.Expr, text: str) -> Node:
    """Returns our tree of Jinja's, whose line numbers must be offsets in `text`.

    Raises:
        ExpressionError: It holds something that the template language does not have.
    """
    return _Translator(text).node(source, MAX_DEPTH)


@dataclass(frozen=True, slots=True)
class _Translator:
    text: str

    def node(self, source: nodes.Node, depth: int) -> Node:  # noqa: C901, PLR0911, PLR0912  one case a node
        if depth == 0:
            raise ExpressionError("template.too-long", "the expression is nested too deeply", whole(self.text))
        depth -= 1
        match source:
            case nodes.Const(value=value):
                return self._constant(value, source.lineno)
            case nodes.Name(name=name):
                return Name(name, Extent(source.lineno, len(name)))
            case nodes.Getattr() | nodes.Getitem():
                return self._member(source, depth)
            case nodes.Filter():
                return self._filter(source, depth)
            case nodes.Call():
                return self._call(source, depth)
            case nodes.CondExpr():
                return self._conditional(source, depth)
            case nodes.List(items=items) | nodes.Tuple(items=items):
                return Items(self._nodes(items, depth), self._whole)
            case nodes.Concat(nodes=parts):
                return Concatenation(self._nodes(parts, depth), self._whole)
            case nodes.Compare(expr=first, ops=rest):
                operands = tuple((_COMPARISONS[each.op], self.node(each.expr, depth)) for each in rest)
                return Comparison(self.node(first, depth), operands, self._whole)
            case nodes.UnaryExpr(node=operand, operator=operator):
                return Unary(operator, self.node(operand, depth), self._whole)
            case nodes.BinExpr(left=left, right=right, operator=operator) if operator != "**":
                kind = Logic if operator in {"and", "or"} else Binary
                return kind(operator, self.node(left, depth), self.node(right, depth), self._whole)
            case _:
                raise self._refused_node(source)

    @property
    def _whole(self) -> Extent:
        return whole(self.text)

    def _nodes(self, sources: Iterable[nodes.Expr | None], depth: int) -> tuple[Node, ...]:
        # Jinja's types allow a filter without a subject, which only its `{% filter %}` makes.
        return tuple(self.node(source, depth) for source in sources if source is not None)

    def _constant(self, value: bool | float | str | None, offset: int) -> Constant:  # noqa: FBT001  a literal's value
        extent = extent_of_token(self.text, offset)
        if isinstance(value, float) and not math.isfinite(value):
            raise ExpressionError("template.value", "the number is too large", extent)
        if isinstance(value, str) and any("\ud800" <= character <= "\udfff" for character in value):
            raise ExpressionError("template.value", "half a surrogate pair is no character", extent)
        return Constant(value, extent)

    def _member(self, source: nodes.Getattr | nodes.Getitem, depth: int) -> Member:
        # The offset is that of the dot or the bracket.
        extent = extent_of_token(self.text, source.lineno + 1)
        if isinstance(source, nodes.Getitem):
            return Member(self.node(source.node, depth), self.node(source.arg, depth), extent)
        if source.attr.startswith("_"):
            raise self._refused(f"`{source.attr}` is not allowed: no member begins with `_`", extent)
        return Member(self.node(source.node, depth), Constant(source.attr, extent), extent)

    def _filter(self, source: nodes.Filter, depth: int) -> Filtered:
        extent = extent_of_token(self.text, source.lineno)
        known = FILTERS.get(source.name)
        if known is None:
            hint = did_you_mean(source.name, FILTERS) or f"the filters are {listed(FILTERS)}"
            raise self._refused(f"there is no filter `{source.name}`", extent, hint)
        arguments = self._arguments(source, known.arguments, source.name, extent, depth)
        (subject,) = self._nodes((source.node,), depth)
        return Filtered(source.name, subject, arguments, extent)

    def _call(self, source: nodes.Call, depth: int) -> Call:
        if not isinstance(source.node, nodes.Name):
            extent = extent_of_token(self.text, source.lineno)
            raise self._refused("only functions can be called", extent, f"use a filter: {listed(FILTERS)}")
        name, extent = source.node.name, Extent(source.node.lineno, len(source.node.name))
        if name not in FUNCTIONS:
            raise self._refused(f"there is no function `{name}`", extent, _instead_of_call(name))
        (argument,) = self._arguments(source, ("count",), name, extent, depth)
        return Call(name, argument, extent)

    def _arguments(
        self, source: nodes.Filter | nodes.Call, expected: tuple[str, ...], name: str, extent: Extent, depth: int
    ) -> tuple[Node, ...]:
        if source.kwargs or source.dyn_args or source.dyn_kwargs:
            raise self._refused(f"`{name}` takes its arguments by position only", extent)
        if len(source.args) != len(expected):
            usage = f"`{name}({', '.join(expected)})`" if expected else f"`{name}` without parentheses"
            count = f"{len(expected)} argument{'s' * (len(expected) != 1)}"
            raise self._refused(f"`{name}` takes {count}, got {len(source.args)}", extent, f"write {usage}")
        return self._nodes(source.args, depth)

    def _conditional(self, source: nodes.CondExpr, depth: int) -> Conditional:
        if source.expr2 is None:
            raise self._refused("`if` needs an `else`", self._whole, 'write `a if condition else ""` for nothing')
        condition, yes, no = self._nodes((source.test, source.expr1, source.expr2), depth)
        return Conditional(condition, yes, no, self._whole)

    def _refused_node(self, source: nodes.Node) -> ExpressionError:
        match source:
            case nodes.Pow():
                return self._refused("`**` is not allowed", self._whole)
            case nodes.Test():
                hint = "compare with `==`; `| default(…)` stands in for null and for missing members of maps"
                return self._refused("`is` is not allowed", extent_of_token(self.text, source.lineno), hint)
            case nodes.Slice():
                return self._refused("slices are not allowed", extent_of_token(self.text, source.lineno))
            case _:
                return self._refused(f"{type(source).__name__} is not allowed in an expression", self._whole)

    def _refused(self, message: str, extent: Extent, hint: str | None = None) -> ExpressionError:
        return ExpressionError("template.forbidden", message, extent, hint)


def _instead_of_call(name: str) -> str:
    if name in FILTERS:
        return f"`{name}` is a filter: `value | {name}`"
    return did_you_mean(name, FUNCTIONS) or f"the functions are {listed(FUNCTIONS)}"
