"""How a text looks to a reader: texts of one skeleton are hard to tell apart on a screen.

A small part of what the Unicode standard's annex on security (UTS #39) lists: letters of Latin, Greek and Cyrillic
that most fonts draw alike. 0 and O, 1 and l are not among them, as numbered names would be taken for one another.
"""

from __future__ import annotations

import unicodedata

_CYRILLIC = dict(zip("АВЕКМНОРСТХаеорсухіјѕһԁԛԝӏ", "ABEKMHOPCTXaeopcyxijshdqwl", strict=True))  # noqa: RUF001  the point
_GREEK = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧονι", "ABEZHIKMNOPTYXovi", strict=True))  # noqa: RUF001
_DASHES = dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
_LOOKS_LIKE = str.maketrans({**_CYRILLIC, **_GREEK, **_DASHES})

# Letters by their category, and drawn as nothing.
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")


def skeleton(text: str) -> str:
    """Returns what a reader makes of a text: equal for texts that differ in case, in hidden characters or in script."""
    if text.isascii():
        return " ".join(text.lower().split())
    seen = "".join(char for char in unicodedata.normalize("NFKC", text) if not is_invisible(char))
    folded = seen.translate(_LOOKS_LIKE).casefold()
    return " ".join(unicodedata.normalize("NFC", folded).split())


def is_invisible(char: str) -> bool:
    """Returns whether a character is drawn as nothing: zero-width spaces and joiners, marks of direction, fillers."""
    return char in _FILLERS or unicodedata.category(char) == "Cf"


def character_text(char: str) -> str:
    """Returns a character by its number and name: `U+200B (zero width space)`."""
    return f"U+{ord(char):04X} ({unicodedata.name(char, 'unnamed').lower()})"


def difference(text: str, other: str) -> str:
    """Returns the first character in which two texts differ, for people."""
    number = next((at for at, pair in enumerate(zip(text, other, strict=False)) if pair[0] != pair[1]), None)
    if number is None:
        number = min(len(text), len(other))
    return f"they differ in character {number + 1}: {_at(text, number)} and {_at(other, number)}"


def _at(text: str, number: int) -> str:
    return character_text(text[number]) if number < len(text) else "none"
