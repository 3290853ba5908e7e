"""An expression's text → its checked tree. This and `translate` are all that imports Jinja, and only for its parser.

Jinja reads, `translate` decides: a node that it does not know is refused. Nothing of Jinja's compiler, filters, tests
or globals comes within an expression's reach. Importing this module loads Jinja: do so where an expression is met.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from jinja2 import Environment, TemplateSyntaxError
from jinja2.lexer import TokenStream
from jinja2.nodes import Expr
from jinja2.parser import Parser

from gembatch.render.scanner import MAX_EXPRESSION
from gembatch.render.translate import translate
from gembatch.render.tree import ExpressionError, Extent, Node, extent_of_token, whole

_UNKNOWN_ESCAPE = re.compile(r"""\\(?:\\|(['"nrtxuU])|(?P<unknown>.))""", re.DOTALL)

# What other languages write, by the sign at which reading stops.
_INSTEAD_OF = {
    "=": "`==` compares",
    "&": "write `and`",
    "|": "write `or`; a single `|` is followed by a filter",
    "!": "write `not`",
    "?": "write `a if condition else b`",
    "$": "names stand as they are, without `$`",
}


def parse_expression(text: str) -> Node:
    """Returns the tree of the text between `{{` and `}}`.

    Raises:
        ExpressionError: The text is no expression, is too long, or uses what is not allowed.
    """
    if len(text) > MAX_EXPRESSION:
        message = f"an expression may have {MAX_EXPRESSION:,} characters, this one has {len(text):,}"
        raise ExpressionError("template.too-long", message, whole(text))
    try:
        return translate(_parsed(text), text)
    except TemplateSyntaxError as error:
        extent = extent_of_token(text, error.lineno)
        sign = text[extent.offset : extent.offset + 1]
        raise ExpressionError("template.syntax", _reworded(error), extent, _INSTEAD_OF.get(sign)) from error
    except RecursionError:
        # Jinja's parser calls itself for each bracket and sign; how many it bears depends on who called us.
        raise ExpressionError("template.too-long", "the expression is nested too deeply", whole(text)) from None


@cache
def _environment() -> Environment:
    return Environment(autoescape=False)  # noqa: S701  nothing is ever rendered by it


def _parsed(text: str) -> Expr:
    parser = Parser(_environment(), "", state="variable")
    parser.stream = TokenStream(_environment().lexer.wrap(_tokens(text)), None, None)
    expression = parser.parse_expression()
    if not parser.stream.eos:
        token = parser.stream.current
        raise TemplateSyntaxError(f"unexpected '{token.value}'", token.lineno)
    return expression


def _tokens(text: str) -> Iterator[tuple[int, str, str]]:
    """Yields Jinja's tokens, each with its offset where Jinja puts the line number.

    Jinja only copies that number to nodes and errors. An expression is seldom longer than a line, so the line would
    say nothing, while the offset lets a message underline the very word.
    """
    offset = 0
    try:
        for _, kind, value in _environment().lexer.tokeniter(text, None, state="variable"):
            if kind == "string":
                _check_escapes(value, offset)
            yield offset, kind, value
            offset += len(value)
    except TemplateSyntaxError as error:
        raise TemplateSyntaxError(error.message or "", offset) from error


def _check_escapes(literal: str, offset: int) -> None:
    # Python keeps the backslash of an escape that it does not know, with a warning: neither is of use to anybody.
    for escape in _UNKNOWN_ESCAPE.finditer(literal):
        if escape["unknown"]:
            extent = Extent(offset + escape.start(), 2)
            hint = f"write `\\\\{escape['unknown']}` for a backslash"
            raise ExpressionError("template.syntax", f"`{escape[0]}` is not an escape in text", extent, hint)


def _reworded(error: TemplateSyntaxError) -> str:
    """Returns what Jinja says in the words of our messages."""
    message = re.sub(r"^(unexpected char .*) at \d+$", r"\1", error.message or "", flags=re.DOTALL).rstrip(".")
    message = re.sub(r"'([^']+)'", r"`\1`", message)
    for end in ("unexpected `end of template`", "unexpected end of template"):
        if message.startswith(end):
            return "the expression ends too early" + message.removeprefix(end)
    return f"the expression cannot be read: {message[:1].lower()}{message[1:]}"
