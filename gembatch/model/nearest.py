"""Names in messages: the one that was probably meant, and those that there are."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

_MOST = 30


def nearest(word: str, names: Iterable[str]) -> str | None:
    """Returns the name most like `word`; None when none is close.

    Case, dashes and underscores do not count: `display_name` is as near to `displayName` as can be.
    """
    import difflib  # noqa: PLC0415  only findings need it

    by_letters = {_letters(name): name for name in names}
    close = difflib.get_close_matches(_letters(word), by_letters, n=1, cutoff=0.65)
    return by_letters[close[0]] if close else None


def listed(names: Iterable[str]) -> str:
    """Returns names for a sentence: `a`, `b`, `c`, each in backticks; of very many the first."""
    rest = iter(names)
    first = ", ".join(f"`{name}`" for name in islice(rest, _MOST))
    left = sum(1 for _ in rest)
    return f"{first} and {left:,} more" if left else first


def _letters(word: str) -> str:
    return word.replace("_", "").replace("-", "").lower()
