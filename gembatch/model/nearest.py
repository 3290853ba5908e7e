"""The name that was probably meant."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(word: str, names: Iterable[str]) -> str | None:
    """Returns the name most like `word`; None when none is close.

    Case, dashes and underscores do not count: `display_name` is as near to `displayName` as can be.
    """
    import difflib  # noqa: PLC0415  only findings need it

    by_letters = {_letters(name): name for name in names}
    close = difflib.get_close_matches(_letters(word), by_letters, n=1, cutoff=0.65)
    return by_letters[close[0]] if close else None


def _letters(word: str) -> str:
    return word.replace("_", "").replace("-", "").lower()
