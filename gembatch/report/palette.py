"""Colour and safe text. Nothing is said by colour alone, so that plain output loses nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Control characters, those that reorder text, and those that are drawn as nothing: from a spec or a server they could
# rewrite the screen, or say to a program what no person reads. The last are tags, in which whole texts can be hidden.
_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ud800-\udfff"
    "\ufdd0-\ufdef\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)

_UNPRINTABLE_BUT_LINES = re.compile(f"(?!\n){_UNPRINTABLE.pattern}")

# What GitHub Actions takes for a command: two colons where a line begins, space aside; the older form anywhere.
_COMMAND = re.compile(r"((?:^|[\r\n])[^\S\r\n]*)::|##\[")


def printable(text: str) -> str:
    """Returns `text` with every character that is not to be seen written as an escape; it stays on one line."""
    return _UNPRINTABLE.sub(lambda match: _escape(match.group()), text)


def _escape(character: str) -> str:
    """Returns a character by its number, as JSON writes it: one of the higher planes in two halves."""
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{high:02x}{low:02x}" for high, low in zip(units[::2], units[1::2], strict=True))


def printable_json(text: str) -> str:
    """Returns JSON in which what is not to be seen is written as an escape; it means the same, on the same lines."""
    return _UNPRINTABLE_BUT_LINES.sub(lambda match: _escape(match.group()), text)


def without_commands(text: str) -> str:
    """Returns `text` with nothing in it that GitHub Actions would obey; in JSON it still means the same."""
    return _COMMAND.sub(lambda match: "#\\u0023[" if match[1] is None else f"{match[1]}\\u003a:", text)


@dataclass(frozen=True, slots=True)
class Palette:
    """Paints text for a terminal, or leaves it alone.

    Attributes:
        on: Whether it paints.
    """

    on: bool = False

    def bold(self, text: str) -> str:
        """For what the eye should find first."""
        return self._painted("1", text)

    def dim(self, text: str) -> str:
        """For what may be skipped."""
        return self._painted("2", text)

    def red(self, text: str) -> str:
        """For errors and what is lost."""
        return self._painted("31", text)

    def green(self, text: str) -> str:
        """For what is new or went well."""
        return self._painted("32", text)

    def yellow(self, text: str) -> str:
        """For what wants attention."""
        return self._painted("33", text)

    def cyan(self, text: str) -> str:
        """For places and hints."""
        return self._painted("36", text)

    def _painted(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.on and text else text


PLAIN = Palette()
"""Paints nothing."""
