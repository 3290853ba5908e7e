"""A leaf's text → literal pieces and the expressions between them. Only `{{ … }}` is known."""

from __future__ import annotations

import re
from typing import NamedTuple

from gembatch.render.tree import ExpressionError, Extent

MAX_LEAF = 20_000
"""Characters that a leaf with expressions may have."""

MAX_EXPRESSION = 1_000
"""Characters that may stand between `{{` and `}}`."""

_OPENING = re.compile(r"\{[{%#]")
# Strings are swallowed whole, so that braces in them do not close; possessive, so that a missing quote costs one pass.
_STEP = re.compile(r"""'(?:[^'\\]|\\.)*+'|"(?:[^"\\]|\\.)*+"|\}\}|['"{]""", re.DOTALL)


class Hole(NamedTuple):
    """What stands between `{{` and `}}`.

    Attributes:
        text: As written, blanks included.
        offset: Of its first character in the leaf, from 0.
    """

    text: str
    offset: int


def scan(leaf: str) -> tuple[str | Hole, ...]:
    """Returns the pieces of a leaf in order: literal text and expressions; empty literals are left out.

    Raises:
        ExpressionError: The leaf is too long, a `{{` is never closed, or something other than an expression opens.
            Its extent counts from the start of the leaf.
    """
    pieces: list[str | Hole] = []
    position = 0
    while opening := _OPENING.search(leaf, position):
        start, inside = opening.span()
        _check_opening(leaf, start)
        end = _end_of_expression(leaf, inside)
        text = leaf[inside:end]
        if not text.strip():
            empty = Extent(start, end + len("}}") - start)
            raise ExpressionError("template.syntax", "there is nothing between `{{` and `}}`", empty)
        if start > position:
            pieces.append(leaf[position:start])
        pieces.append(Hole(text, inside))
        position = end + len("}}")
    if pieces and len(leaf) > MAX_LEAF:
        message = f"a value with expressions may have {MAX_LEAF:,} characters, this one has {len(leaf):,}"
        raise ExpressionError("template.too-long", message, Extent(0, len(leaf)))
    if position < len(leaf):
        pieces.append(leaf[position:])
    return tuple(pieces)


def _check_opening(leaf: str, start: int) -> None:
    match leaf[start : start + 3]:
        case "{{-" | "{{+":
            hint = "write `{{ -x }}` for a negative number"
            _refuse(start, 3, "`{{-` and `{{+` do not trim or keep blanks here", hint)
        case opening if opening[1] == "%":
            hint = 'only expressions `{{ … }}` may be used; write `{{ "{%" }}` for the characters themselves'
            _refuse(start, 2, "`{%` opens a statement, and statements are not allowed", hint)
        case opening if opening[1] == "#":
            hint = 'use a YAML comment; write `{{ "{#" }}` for the characters themselves'
            _refuse(start, 2, "`{#` opens a template comment, and those are not allowed", hint)


def _refuse(start: int, length: int, message: str, hint: str) -> None:
    raise ExpressionError("template.forbidden", message, Extent(start, length), hint)


def _end_of_expression(leaf: str, start: int) -> int:
    """Returns where the `}}` stands that closes the expression beginning at `start`."""
    step = _STEP.search(leaf, start)
    while step is not None and step[0] != "}}":
        if step[0] == "{":
            message = "`{` cannot stand in an expression: either `}}` is missing before it, or it opens a map"
            raise ExpressionError("template.syntax", message, Extent(step.start(), 1), "keep maps in a variable")
        if step[0] in {"'", '"'}:
            raise ExpressionError("template.syntax", "this quote is never closed", Extent(step.start(), 1))
        step = _STEP.search(leaf, step.end())
    if step is None:
        hint = 'write `{{ "{{" }}` for the characters themselves'
        raise ExpressionError("template.syntax", "`{{` is never closed by `}}`", Extent(start - 2, 2), hint)
    return step.start()
