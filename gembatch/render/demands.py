"""What a variable's declaration asks of its values, beyond their type."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from gembatch.model.secrets import hidden
from gembatch.model.workspace import Variable
from gembatch.render.names import FEW, did_you_mean
from gembatch.render.patterns import MAX_VALUE, compiled
from gembatch.render.values import Fault, Value, to_json

_RULE = "variable.value"
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Demands:
    """What a value must be.

    Attributes:
        allowed: The only values; empty for any.
        pattern: What the whole of its text must fit; None for any.
    """

    allowed: tuple[Value, ...] = ()
    pattern: re.Pattern[str] | None = None

    def checked(self, value: Value) -> Value:
        """Returns the value. Null, which only an optional variable can have, is always allowed.

        Raises:
            Fault: It is not allowed.
        """
        if value is None:
            return value
        if self.allowed and value not in self.allowed:
            near = did_you_mean(str(value), map(str, self.allowed))
            raise Fault(f"must be {_choice(self.allowed)}, got {_shown(value)}", near, rule=_RULE)
        if self.pattern and isinstance(value, str):
            _check_form(self.pattern, value)
        return value


def pattern_of(variable: Variable) -> re.Pattern[str] | None:
    """Returns the pattern of a declaration; None when it has none.

    Raises:
        Fault: It cannot be used.
    """
    if variable.pattern is None:
        return None
    if variable.type != "string":
        message = f"has a pattern and the type `{variable.type}`: only text has a form"
        raise Fault(message, "list the `values`, or take the pattern out", rule="variable.pattern")
    return compiled(variable.pattern)


def _check_form(pattern: re.Pattern[str], value: str) -> None:
    if len(value) > MAX_VALUE:
        raise Fault(f"has {len(value):,} characters, more than the {MAX_VALUE} that a pattern allows", rule=_RULE)
    if not pattern.fullmatch(value):
        raise Fault(f"must have the form `{pattern.pattern}`, got {_shown(value)}", rule=_RULE)


def _choice(values: tuple[Value, ...]) -> str:
    if len(values) > FEW:
        return f"one of the {len(values):,} `values`"
    *others, last = map(_shown, values)
    return f"{', '.join(others)} or {last}" if others else last


def _shown(value: Value) -> str:
    text = json.dumps(to_json(value), ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{hidden(text)[:_SHOWN]}…"
