"""What a plain scalar means: YAML 1.2's core schema, minus everything on which YAML's readers disagree.

Quoted and block scalars are always text and never come here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass

from gembatch.model.document import Json

MAX_DIGITS = 4300
"""Characters of a number; Python refuses to convert longer ones."""

_SHOWN = 40
"""Characters of a scalar that a message quotes."""


@dataclass(frozen=True, slots=True)
class Trap:
    """A plain scalar that does not mean the same to every reader, or that JSON cannot hold.

    Attributes:
        rule: The rule's stable identifier.
        message: What is wrong.
        hint: What to write instead.
    """

    rule: str
    message: str
    hint: str


# Nearly every scalar is text that begins with none of these, and is decided by its first character.
_SUSPECT_STARTS = frozenset("~nNtTfFyYoO+-.0123456789")
_WORDS: dict[str, Json] = {
    "": None,
    **dict.fromkeys(("~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_BOOLEANS_OF_YAML_1_1 = {"y": "true", "yes": "true", "on": "true", "n": "false", "no": "false", "off": "false"}
_WHOLE = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_FRACTION = re.compile(r"[-+]?(?:(?:0|[1-9][0-9]*)\.[0-9]*|\.[0-9]+)")


def resolved(text: str) -> Json | Trap:
    """Returns what the plain scalar `text` means, or why it is refused."""
    if text and text[0] not in _SUSPECT_STARTS:
        return text
    if text in _WORDS:
        return _WORDS[text]
    boolean = _BOOLEANS_OF_YAML_1_1.get(text.lower())
    if boolean:
        return Trap(
            "yaml.boolean",
            f"`{text}` is a boolean to some readers of YAML and text to others",
            f'write {boolean}, or "{text}" in quotes if text is meant',
        )
    return text if text[0].isalpha() else _number_or_text(text)


def _number_or_text(text: str) -> Json | Trap:
    if _WHOLE.fullmatch(text):
        return int(text) if len(text) <= MAX_DIGITS else _too_large(text)
    if _FRACTION.fullmatch(text):
        value = float(text)
        return value if math.isfinite(value) else _too_large(text)
    for pattern, trap in _TRAPS:
        if pattern.fullmatch(text):
            return trap(text)
    return text


def _too_large(text: str) -> Trap:
    return Trap("yaml.number", f"a number of {len(text)} characters is too large", "put it in quotes if text is meant")


def _leading_zero(text: str) -> Trap:
    sign = "-" if text[0] == "-" else ""
    digits = re.sub("^0+(?=[0-9])", "", text.lstrip("+-").replace("_", ""))
    message = f"`{_shown(text)}` begins with a zero: some readers of YAML take it for base 8"
    return Trap("yaml.number", message, _quote_or_write(text, sign + digits))


def _other_base(text: str) -> Trap:
    message = f"`{_shown(text)}` is a number to some readers of YAML and text to others"
    return Trap(
        "yaml.number", message, _quote_or_write(text, str(int(text.replace("_", ""), 0)) if _short(text) else "")
    )


def _underscore(text: str) -> Trap:
    message = f"`{_shown(text)}` is a number to some readers of YAML and text to others"
    return Trap("yaml.number", message, _quote_or_write(text, text.replace("_", "")))


def _exponent(text: str) -> Trap:
    message = f"`{_shown(text)}` is a number to some readers of YAML and text to others"
    value = float(text) if _short(text) else math.inf
    whole = str(int(value)) if value.is_integer() and abs(value) < 10**15 else ""
    return Trap("yaml.number", message, _quote_or_write(text, whole))


def _base_60(text: str) -> Trap:
    message = f"`{_shown(text)}` is a number in base 60 to some readers of YAML and text to others"
    return Trap("yaml.number", message, _quote_or_write(text, ""))


def _not_finite(text: str) -> Trap:
    return Trap("yaml.number", f"`{text}` is not a number that JSON can hold", _quote_or_write(text, ""))


def _date(text: str) -> Trap:
    message = f"`{_shown(text)}` is a date to some readers of YAML and text to others"
    return Trap("yaml.date", message, _quote_or_write(text, ""))


def _quote_or_write(text: str, instead: str) -> str:
    quoted = f'put it in quotes: "{text}"' if _short(text) else "put it in quotes"
    return f"{quoted}, or write {instead}" if instead and _short(instead) else quoted


def _short(text: str) -> bool:
    return len(text) <= _SHOWN


def _shown(text: str) -> str:
    return text if _short(text) else f"{text[:_SHOWN]}…"


_TRAPS: tuple[tuple[re.Pattern[str], Callable[[str], Trap]], ...] = tuple(
    (re.compile(pattern), trap)
    for pattern, trap in (
        (r"[-+]?0[0-9_]+(?:\.[0-9_]*)?", _leading_zero),
        (r"[-+]?0(?:x_*[0-9a-fA-F][0-9a-fA-F_]*|o_*[0-7][0-7_]*|b_*[01][01_]*)", _other_base),
        (r"[-+]?[0-9][0-9_]*(?:\.[0-9_]*)?", _underscore),
        (r"[-+]?(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9_]+)[eE][-+]?[0-9]+", _exponent),
        (r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?", _base_60),
        (r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)", _not_finite),
        (r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}.*)?", _date),
    )
)
