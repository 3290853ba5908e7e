"""Colour and safe text. Nothing is said by colour alone, so that plain output loses nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Control characters, and the invisible ones that reorder text: from a spec or a server they could rewrite the screen.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")

# What GitHub Actions takes for a command: two colons where a line begins, space aside; the older form anywhere.
_COMMAND = re.compile(r"((?:^|[\r\n])[^\S\r\n]*)::|##\[")


def printable(text: str) -> str:
    """Returns `text` with every character that is not to be seen written as an escape; it stays on one line."""
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def printable_json(text: str) -> str:
    """Returns JSON in which what is not to be seen is written as an escape; it means the same, on the same lines."""
    return "\n".join(map(printable, text.split("\n")))


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
