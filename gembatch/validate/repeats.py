"""One mistake in a matrix is one finding, however many combinations it shows in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from gembatch.model.diagnostics import Diagnostic


def without_repeats(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Returns the findings once each; those that differ only in their combination are one: `lang=de and 2 more`."""
    combinations: dict[Diagnostic, list[str]] = {}
    for diagnostic in diagnostics:
        combinations.setdefault(replace(diagnostic, combination=""), []).append(diagnostic.combination)
    return tuple(
        replace(diagnostic, combination=_summary(list(dict.fromkeys(texts))))
        for diagnostic, texts in combinations.items()
    )


def _summary(combinations: list[str]) -> str:
    first, *others = combinations
    return f"{first} and {len(others)} more" if others else first
