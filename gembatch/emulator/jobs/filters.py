"""The filter of the listing: text → predicate. Pure.

The grammar is that of AIP-160 as far as the job service is known to take it. `OR` binds tighter than `AND`, there::

    filter      = disjunction {"AND" disjunction}
    disjunction = negation {"OR" negation}
    negation    = "NOT" negation | "(" filter ")" | comparison
    comparison  = field operator value
"""

from __future__ import annotations

from collections.abc import Callable

from gembatch.emulator.jobs.filter_fields import Filterable, Predicate, make_comparison
from gembatch.emulator.jobs.filter_tokens import InvalidFilterError, Kind, Token, tokenize

_MAX_DEPTH = 50


def parse_filter(text: str) -> Callable[[Filterable], bool]:
    """Returns whether a job is asked for, as a function. An empty filter asks for all.

    Raises:
        InvalidFilterError: The text is not a filter; says which character.
    """
    if not text.strip():
        return lambda _: True
    parser = _Parser(text)
    predicate = parser.conjunction()
    parser.expect(Kind.END, "`AND`, `OR` or the end")
    return predicate


class _Parser:
    """Recursive descent with one token of foresight."""

    def __init__(self, text: str) -> None:
        self._tokens = tokenize(text)
        self._next = next(self._tokens)
        self._depth = 0

    def conjunction(self) -> Predicate:
        operands = self._chain("AND", self._disjunction)
        return operands[0] if len(operands) == 1 else lambda job: all(operand(job) for operand in operands)

    def expect(self, kind: Kind, wanted: str) -> Token:
        """Returns the next token, which must be of that kind, and moves on."""
        if self._next.kind is not kind:
            raise self._unexpected(wanted)
        return self._advance()

    def _disjunction(self) -> Predicate:
        operands = self._chain("OR", self._negation)
        return operands[0] if len(operands) == 1 else lambda job: any(operand(job) for operand in operands)

    def _chain(self, keyword: str, operand: Callable[[], Predicate]) -> list[Predicate]:
        operands = [operand()]
        while self._next.is_keyword(keyword):
            self._advance()
            operands.append(operand())
        return operands

    def _negation(self) -> Predicate:
        if self._next.is_keyword("NOT"):
            self._advance()
            negated = self._nested(self._negation)
            return lambda job: not negated(job)
        if self._next.kind is Kind.OPEN:
            self._advance()
            inner = self._nested(self.conjunction)
            self.expect(Kind.CLOSE, "`)`")
            return inner
        return self._comparison()

    def _comparison(self) -> Predicate:
        if self._next.is_keyword("AND") or self._next.is_keyword("OR"):
            raise self._unexpected("a field")
        field = self.expect(Kind.WORD, "a field")
        sign = self.expect(Kind.OPERATOR, "an operator")
        value = self._value()
        return make_comparison(field, sign, value)

    def _value(self) -> Token:
        if self._next.kind not in {Kind.WORD, Kind.TEXT}:
            raise self._unexpected("a value")
        return self._advance()

    def _nested(self, operand: Callable[[], Predicate]) -> Predicate:
        # Python's own stack would end in an error that nobody could place.
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise InvalidFilterError("nested too deeply", self._next.position)
        predicate = operand()
        self._depth -= 1
        return predicate

    def _advance(self) -> Token:
        token, self._next = self._next, next(self._tokens, self._next)
        return token

    def _unexpected(self, wanted: str) -> InvalidFilterError:
        return InvalidFilterError(f"unexpected {self._next}, expected {wanted},", self._next.position)
