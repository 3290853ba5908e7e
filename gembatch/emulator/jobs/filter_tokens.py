"""The words of a listing's filter. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto


class InvalidFilterError(ValueError):
    """The filter does not follow the grammar, or asks for what cannot be asked.

    Attributes:
        position: Of the offending character, from 1.
    """

    def __init__(self, problem: str, position: int) -> None:
        super().__init__(f"Invalid filter: {problem} at character {position}.")
        self.position = position


class Kind(Enum):
    """What a token is."""

    WORD = auto()
    TEXT = auto()
    OPERATOR = auto()
    OPEN = auto()
    CLOSE = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a filter.

    Attributes:
        kind: A bare word, a quoted text, and so on. Only a bare word can be a keyword or a field.
        text: Without quotes and escapes.
        position: Of its first character, from 1.
    """

    kind: Kind
    text: str
    position: int

    def is_keyword(self, keyword: str) -> bool:
        """Returns whether this is the keyword, which is in capitals and not quoted."""
        return self.kind is Kind.WORD and self.text == keyword

    def __str__(self) -> str:
        return "the end" if self.kind is Kind.END else f"`{self.text}`"


_PATTERN = re.compile(
    r"""\s*(?:
        (?P<OPERATOR> != | <= | >= | = | < | > | : )
      | (?P<OPEN> \( )
      | (?P<CLOSE> \) )
      | "(?P<double> (?: [^"\\] | \\. )* )"
      | '(?P<single> (?: [^'\\] | \\. )* )'
      | (?P<WORD> [\w.*+/@-]+ )
    )""",
    re.VERBOSE | re.DOTALL,
)


def tokenize(text: str) -> Iterator[Token]:
    """Yields a filter's tokens, the last of which is the end.

    Raises:
        InvalidFilterError: A character that begins no token, or a quotation without an end.
    """
    offset, end = 0, len(text.rstrip())
    while offset < end:
        match = _PATTERN.match(text, offset)
        if match is None:
            raise _unreadable(text, offset)
        yield _token(match)
        offset = match.end()
    yield Token(Kind.END, "", end + 1)


def _token(match: re.Match[str]) -> Token:
    group = match.lastgroup or ""
    position = match.start(group) + 1
    if group in {"double", "single"}:
        return Token(Kind.TEXT, re.sub(r"\\(.)", r"\1", match[group], flags=re.DOTALL), position - 1)
    return Token(Kind[group], match[group], position)


def _unreadable(text: str, offset: int) -> InvalidFilterError:
    offset += len(text[offset:]) - len(text[offset:].lstrip())
    character = text[offset]
    problem = "a quotation without an end" if character in "\"'" else f"unexpected `{character}`"
    return InvalidFilterError(problem, offset + 1)
