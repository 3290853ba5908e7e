"""How much a finding matters here: the workspace's `rules`, and `--strict`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

from gembatch.model.diagnostics import Diagnostic, Severity
from gembatch.model.globs import means
from gembatch.model.workspace import RuleSetting
from gembatch.validate.catalogue import ADJUSTABLE


def weighed(
    diagnostics: Iterable[Diagnostic], settings: Sequence[RuleSetting], *, is_strict: bool = False
) -> tuple[Diagnostic, ...]:
    """Returns the findings with the severity that they have here, without those that are ignored.

    Args:
        diagnostics: With their rules' own severities.
        settings: Of the workspace; of those that fit a finding the last one counts.
        is_strict: Whether warnings are errors, those that a setting made included.
    """
    pairs = ((diagnostic, _severity_of(diagnostic, settings)) for diagnostic in diagnostics)
    return tuple(
        replace(diagnostic, severity=Severity.ERROR if is_strict else severity)
        for diagnostic, severity in pairs
        if severity
    )


def _severity_of(diagnostic: Diagnostic, settings: Sequence[RuleSetting]) -> Severity | None:
    """Returns a finding's severity here; None where it is ignored."""
    if diagnostic.rule not in ADJUSTABLE:
        return diagnostic.severity
    fitting = (setting.severity for setting in reversed(settings) if _fits(setting, diagnostic))
    return next(fitting, diagnostic.severity)


def _fits(setting: RuleSetting, diagnostic: Diagnostic) -> bool:
    return fnmatchcase(diagnostic.rule, setting.rule) and (not setting.paths or _lies_in(setting.paths, diagnostic))


def _lies_in(patterns: Sequence[str], diagnostic: Diagnostic) -> bool:
    location = diagnostic.location
    return location is not None and any(means(pattern, location.path) for pattern in patterns)
