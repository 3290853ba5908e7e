"""The syntax tree of an expression: all that the template language can say, and nothing else.

What has no node here cannot be evaluated: there is no power, no loop, no call but of a span, no test, no macro.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, Self, TypeAlias, assert_never

from gembatch.render.values import Fault, Value


class Extent(NamedTuple):
    """A stretch of an expression's text.

    Attributes:
        offset: Of the first character, from 0.
        length: In characters.
    """

    offset: int
    length: int


class ExpressionError(Exception):
    """An expression that cannot be read, is not allowed, or fails.

    Attributes:
        rule: The rule of the diagnostic it becomes.
        message: What is wrong, as a sentence without a full stop.
        extent: Where in the text that was read.
        hint: What to do, or None.
    """

    def __init__(self, rule: str, message: str, extent: Extent, hint: str | None = None) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.extent = extent
        self.hint = hint

    @classmethod
    def of(cls, fault: Fault, extent: Extent) -> Self:
        """Returns a fault with its place."""
        return cls(fault.rule, fault.message, extent, fault.hint)

    def within(self, offset: int) -> Self:
        """Returns the same error with its extent counted from the start of a leaf that has the text at `offset`."""
        extent = Extent(self.extent.offset + offset, self.extent.length)
        return type(self)(self.rule, self.message, extent, self.hint)


@dataclass(frozen=True, slots=True)
class Constant:
    """`"text"`, `3`, `0.2`, `true`, `none`."""

    value: Value
    extent: Extent = field(compare=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A variable."""

    name: str
    extent: Extent = field(compare=False)


@dataclass(frozen=True, slots=True)
class Member:
    """`owner.key` and `owner[key]`: a part of a date, a member of a map, an item of a list."""

    owner: Node
    key: Node
    extent: Extent = field(compare=False)


@dataclass(frozen=True, slots=True)
class Unary:
    """`not x`, `-x`, `+x`."""

    operator: str
    operand: Node
    extent: Extent = field(compare=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """`+ - * / // %`."""

    operator: str
    left: Node
    right: Node
    extent: Extent = field(compare=False)


@dataclass(frozen=True, slots=True)
class Logic:
    """`and`, `or`: the operand that decides, as in Python."""

    operator: str
    left: Node
    right: Node
    extent: Extent = field(compare=False)


@dataclass(frozen=True, slots=True)
class Comparison:
    """`a < b <= c`, `a in b`: each operator with its right side; all must hold."""

    first: Node
    rest: tuple[tuple[str, Node], ...]
    extent: Extent = field(compare=False)


@dataclass(frozen=True, slots=True)
class Concatenation:
    """`a ~ b ~ c`: text of all its parts."""

    parts: tuple[Node, ...]
    extent: Extent = field(compare=False)


@dataclass(frozen=True, slots=True)
class Conditional:
    """`yes if condition else no`."""

    condition: Node
    yes: Node
    no: Node
    extent: Extent = field(compare=False)


@dataclass(frozen=True, slots=True)
class Items:
    """`[a, b]` and `(a, b)`: both are lists."""

    items: tuple[Node, ...]
    extent: Extent = field(compare=False)


@dataclass(frozen=True, slots=True)
class Filtered:
    """`subject | name(arguments)`."""

    name: str
    subject: Node
    arguments: tuple[Node, ...]
    extent: Extent = field(compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """`days(n)`, `weeks(n)`, `months(n)`, `years(n)`."""

    name: str
    argument: Node
    extent: Extent = field(compare=False)


Node: TypeAlias = (
    "Constant | Name | Member | Unary | Binary | Logic | Comparison | Concatenation | Conditional | Items | Filtered"
    " | Call"
)


def children(node: Node) -> tuple[Node, ...]:  # noqa: PLR0911  one case a node
    """Returns the nodes right below a node, in the order of the text."""
    match node:
        case Constant() | Name():
            return ()
        case Member(owner, key):
            return (owner, key)
        case Unary(_, operand):
            return (operand,)
        case Binary(_, left, right) | Logic(_, left, right):
            return (left, right)
        case Comparison(first, rest):
            return (first, *(operand for _, operand in rest))
        case Concatenation(nodes) | Items(nodes):
            return nodes
        case Conditional(condition, yes, no):
            return (yes, condition, no)
        case Filtered(_, subject, arguments):
            return (subject, *arguments)
        case Call(_, argument):
            return (argument,)
        case _:
            assert_never(node)


def names_in(node: Node) -> Iterator[Name]:
    """Yields every variable that the expression mentions, in branches not taken too."""
    if isinstance(node, Name):
        yield node
    for child in children(node):
        yield from names_in(child)


def members_in(node: Node) -> Iterator[tuple[str, str | None]]:
    """Yields each variable with the member that the expression takes of it; with None where it takes the whole."""
    match node:
        case Member(Name(name), Constant(str(member))):
            yield name, member
        case Name(name):
            yield name, None
        case _:
            for child in children(node):
                yield from members_in(child)


_TOKEN = re.compile(r"\w+|\S|\Z")


def extent_of_token(text: str, offset: int) -> Extent:
    """Returns the word or sign of an expression's text that begins at `offset`, or next after it."""
    found = _TOKEN.search(text, offset)
    return Extent(found.start(), max(1, len(found[0]))) if found else whole(text)


def whole(text: str) -> Extent:
    """Returns the extent of an expression without the blanks around it."""
    stripped = text.strip()
    return Extent(text.index(stripped), max(1, len(stripped)))
