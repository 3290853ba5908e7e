"""One mistake in a matrix is one finding, however many combinations it shows in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from gembatch.model.diagnostics import Diagnostic


def without_repeats(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Returns the findings once each; those that differ only in their combination are one: `lang=de and 2 more`.

    Its hint is the first one's: where hints differ, they tell what each combination gave.
    """
    alike: dict[Diagnostic, list[Diagnostic]] = {}
    for diagnostic in diagnostics:
        hint = None if diagnostic.combination else diagnostic.hint
        alike.setdefault(replace(diagnostic, combination="", hint=hint), []).append(diagnostic)
    return tuple(replace(found[0], combination=_summary(found)) for found in alike.values())


def _summary(found: Sequence[Diagnostic]) -> str:
    first, *others = dict.fromkeys(diagnostic.combination for diagnostic in found)
    return f"{first} and {len(others)} more" if others else first
