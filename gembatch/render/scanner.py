"""A leaf's text → literal pieces and the expressions between them. Only `{{ … }}` is known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from gembatch.render.tree import ExpressionError, Extent

MAX_LEAF = 20_000
"""Characters that a leaf with expressions may have."""

MAX_EXPRESSION = 1_000
"""Characters that may stand between `{{` and `}}`."""

# Strings are swallowed whole, so that braces in them do not close; possessive, so that a missing quote costs one pass.
_STRINGS = r"""'(?:[^'\\]|\\.)*+'|"(?:[^"\\]|\\.)*+\""""
_OPENING = re.compile(
    rf"""
    \{{ (?:
        \{{ (?![-+]) ( (?: [^'"{{}}]++ | {_STRINGS} | \}}(?!\}}) )*+ ) \}}\}}  # a whole expression, and what is in it
        | [{{%#]                                                             # or only what opens one, or something else
    )""",
    re.DOTALL | re.VERBOSE,
)
_STEP = re.compile(rf"""{_STRINGS}|\}}\}}|['"{{]""", re.DOTALL)


def scan(leaf: str) -> tuple[list[str], list[str]]:
    """Returns the literal texts of a leaf, and what stands between `{{` and `}}`: after each text but the last.

    Raises:
        ExpressionError: The leaf is too long, a `{{` is never closed, or something other than an expression opens.
            Its extent counts from the start of the leaf.
    """
    texts: list[str] = []
    insides: list[str] = []
    position = 0
    for found in _OPENING.finditer(leaf):
        start, end = found.span()
        inside = found[1]
        if not inside or inside.isspace():
            raise _refusal(leaf, start)
        texts.append(leaf[position:start])
        insides.append(inside)
        position = end
    if insides and len(leaf) > MAX_LEAF:
        message = f"a value with expressions may have {MAX_LEAF:,} characters, this one has {len(leaf):,}"
        raise ExpressionError("template.too-long", message, Extent(0, len(leaf)))
    texts.append(leaf[position:])
    return texts, insides


def offsets(texts: Sequence[str], insides: Iterable[str]) -> Iterator[int]:
    """Yields where in the leaf each of its expressions' insides begins, from 0."""
    position = 0
    for text, inside in zip(texts, insides, strict=False):  # the last text has none after it
        position += len(text) + len("{{")
        yield position
        position += len(inside) + len("}}")


def _refusal(leaf: str, start: int) -> ExpressionError:
    """Returns why no expression opens at `start`, or raises it."""
    _check_opening(leaf, start)
    end = _end_of_expression(leaf, start + len("{{"))
    empty = Extent(start, end + len("}}") - start)
    return ExpressionError("template.syntax", "there is nothing between `{{` and `}}`", empty)


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
