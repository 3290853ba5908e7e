"""The expressions of GitHub Actions, as far as our workflows use them. What is not known here is an error, never empty.

Unlike GitHub, which makes nothing of a misspelt name, this refuses it; only where a name may well be missing, as among
`vars`, the outputs of a step, or past the end of a list, is it null.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>-?\d+)|(?P<name>[A-Za-z_][A-Za-z0-9_-]*)|(?P<sign>&&|\|\||==|!=|[!().,\[\]]))"
)
_EMBEDDED = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
STATUS = ("success", "failure", "cancelled", "always")


class ExpressionError(Exception):
    """The expression cannot be evaluated."""


class Sparse(dict[str, object]):
    """A mapping in which a missing name is null, as GitHub has it everywhere."""


@dataclass(frozen=True)
class Scope:
    """Where an expression stands.

    Attributes:
        contexts: By name.
        status: The state of the job so far: `success`, `failure` or `cancelled`.
    """

    contexts: Mapping[str, object]
    status: str = "success"

    def value(self, text: str) -> object:
        """The value of an expression."""
        return _Parser(text, self).whole()

    def filled(self, text: str) -> object:
        """A text with its expressions filled in; a text that is one expression keeps the type of its value."""
        whole = _EMBEDDED.fullmatch(text.strip())
        if whole and "}}" not in whole[1]:
            return self.value(whole[1])
        return _EMBEDDED.sub(lambda found: text_of(self.value(found[1])), text)

    def text(self, text: str) -> str:
        """A text with its expressions filled in."""
        return text_of(self.filled(text))

    def holds(self, condition: str | None) -> bool:
        """Whether an `if` holds; one that does not ask for the status wants it to be a success."""
        condition = condition if condition is not None else "success()"
        inner = _EMBEDDED.fullmatch(condition.strip())
        expression = inner[1] if inner else condition
        asks = any(f"{name}()" in expression for name in STATUS)
        return (asks or self.status == "success") and is_true(self.value(expression))


def text_of(value: object) -> str:
    """What a value is within a text."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | str():
            return str(value)
        case _:
            raise ExpressionError(f"{value!r} within a text")


def is_true(value: object) -> bool:
    return value not in (None, False, 0, "")


class _Parser:
    """Evaluates while it reads: expressions have no effects."""

    def __init__(self, text: str, scope: Scope) -> None:
        self._text, self._scope = text, scope
        self._tokens: list[tuple[str, str]] = []
        place = 0
        while text[place:].strip():
            found = _TOKEN.match(text, place)
            if not found:
                raise self._refused(f"cannot read {text[place:]!r}")
            self._tokens.append((found.lastgroup or "", found[found.lastgroup or ""]))
            place = found.end()

    def whole(self) -> object:
        value = self._either()
        if self._tokens:
            raise self._refused(f"{self._tokens[0][1]!r} is left over")
        return value

    def _either(self) -> object:
        value = self._both()
        while self._takes("||"):
            other = self._both()
            value = value if is_true(value) else other
        return value

    def _both(self) -> object:
        value = self._compared()
        while self._takes("&&"):
            other = self._compared()
            value = other if is_true(value) else value
        return value

    def _compared(self) -> object:
        value = self._negated()
        for sign in ("==", "!="):
            if self._takes(sign):
                return self._equal(value, self._negated()) is (sign == "==")
        return value

    def _equal(self, one: object, other: object) -> bool:
        # To GitHub null and the empty text are both 0, and any other text is no number.
        pair = [
            "" if value is None and {type(one), type(other)} == {str, type(None)} else value for value in (one, other)
        ]
        if len({type(value) for value in pair} - {type(None)}) > 1:
            raise self._refused(f"compares {one!r} with {other!r}, which GitHub would convert")
        return pair[0] == pair[1]

    def _negated(self) -> object:
        return not is_true(self._negated()) if self._takes("!") else self._followed()

    def _followed(self) -> object:
        value = self._primary()
        while True:
            if self._takes("."):
                value = self._property(value, self._take("name"))
            elif self._takes("["):
                value = self._item(value, self._either())
                self._expect("]")
            else:
                return value

    def _primary(self) -> object:
        if self._takes("("):
            value = self._either()
            self._expect(")")
            return value
        kind, token = self._tokens.pop(0) if self._tokens else ("", "the end")
        match kind:
            case "text":
                return token[1:-1].replace("''", "'")
            case "number":
                return int(token)
            case "name" if token in _CONSTANTS:
                return _CONSTANTS[token]
            case "name" if self._takes("("):
                return self._called(token)
            case "name" if token in self._scope.contexts:
                return self._scope.contexts[token]
            case _:
                raise self._refused(f"knows no {token!r} here")

    def _called(self, name: str) -> object:
        arguments = [] if self._takes(")") else [self._either()]
        if arguments:
            self._expect(")")
        match name, arguments:
            case "always", []:
                return True
            case (("success" | "failure" | "cancelled"), []):
                return self._scope.status == name
            case "fromJSON", [str(text)]:
                return json.loads(text)
            case _:
                raise self._refused(f"knows no function {name} of {len(arguments)}")

    def _property(self, value: object, name: str) -> object:
        match value:
            case Sparse():
                return value.get(name)
            case dict() if name in value:
                return value[name]
            case _:
                raise self._refused(f"finds no {name!r}")

    def _item(self, value: object, index: object) -> object:
        match value, index:
            case list(), int():
                return value[index] if index < len(value) else None
            case _:
                raise self._refused(f"cannot look up {index!r}")

    def _takes(self, sign: str) -> bool:
        if self._tokens and self._tokens[0] == ("sign", sign):
            self._tokens.pop(0)
            return True
        return False

    def _take(self, kind: str) -> str:
        if not self._tokens or self._tokens[0][0] != kind:
            raise self._refused(f"lacks a {kind}")
        return self._tokens.pop(0)[1]

    def _expect(self, sign: str) -> None:
        if not self._takes(sign):
            raise self._refused(f"lacks {sign!r}")

    def _refused(self, why: str) -> ExpressionError:
        return ExpressionError(f"{self._text.strip()!r}: {why}")


_CONSTANTS: Mapping[str, object] = {"true": True, "false": False, "null": None}
