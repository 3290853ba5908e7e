"""What there is to know of an expression by its text alone. Ten thousand specs share a dozen of them."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from gembatch.render.dates import Grain
from gembatch.render.dependence import date_grains
from gembatch.render.tree import Name, Node, members_in, names_in


class Expression(NamedTuple):
    """An expression.

    Attributes:
        text: What stands between `{{` and `}}`.
        tree: What it says; the extents in it count from the start of `text`.
        names: Every variable that it mentions.
        uses: The names of these.
        members: What it takes of each; see `tree.members_in`.
        dates: The grains of the dates on which it depends.
    """

    text: str
    tree: Node
    names: tuple[Name, ...]
    uses: frozenset[str]
    members: tuple[tuple[str, str | None], ...]
    dates: frozenset[Grain]


@lru_cache(maxsize=4096)
def expression_of(text: str) -> Expression:
    """Returns the expression of that text.

    Raises:
        ExpressionError: It cannot be read or is not allowed.
    """
    # Loading Jinja costs a tenth of a second; a workspace without expressions does not pay it.
    from gembatch.render.parse import parse_expression  # noqa: PLC0415

    tree = parse_expression(text)
    names = tuple(names_in(tree))
    return Expression(
        text, tree, names, frozenset(name.name for name in names), tuple(members_in(tree)), date_grains(tree)
    )
