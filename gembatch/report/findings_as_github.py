"""Diagnostics as workflow commands of GitHub Actions, which shows them beside the lines of a pull request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gembatch.model.diagnostics import Diagnostic
from gembatch.report.words import count_of
from gembatch.report.workflow_commands import MOST_SHOWN, command


def findings_as_github(diagnostics: Iterable[Diagnostic], folder: str = "") -> str:
    """Returns one command a line for each finding, and a notice where GitHub will not show them all; empty for none.

    Args:
        diagnostics: In reading order.
        folder: The workspace's, relative to the repository, with a slash at its end; empty where they are one.
    """
    findings = tuple(diagnostics)
    return "\n".join([*(_annotation(finding, folder) for finding in findings), *_notice(findings)])


def _annotation(diagnostic: Diagnostic, folder: str) -> str:
    return command(
        diagnostic.severity.value,
        _message(diagnostic),
        title=diagnostic.rule,
        location=diagnostic.location,
        folder=folder,
    )


def _message(diagnostic: Diagnostic) -> list[str]:
    """Returns what the annotation says. It begins with the place, which the log of a step leaves out."""
    place = f"{diagnostic.location}: " if diagnostic.location else ""
    within = f" (with {diagnostic.combination})" if diagnostic.combination else ""
    lines = [f"{place}{diagnostic.message}{within} [{diagnostic.rule}]"]
    lines += [f"{location}: {why}" for location, why in diagnostic.related]
    lines += [f"hint: {diagnostic.hint}"] if diagnostic.hint else []
    return lines


def _notice(findings: tuple[Diagnostic, ...]) -> Iterator[str]:
    errors = sum(finding.is_error for finding in findings)
    warnings = len(findings) - errors
    if max(errors, warnings) > MOST_SHOWN:
        total = f"{count_of(errors, 'error')} and {count_of(warnings, 'warning')}"
        told = f"{total}; GitHub shows {MOST_SHOWN} of each, the log of this step has all"
        yield command("notice", [told], title="gembatch")
