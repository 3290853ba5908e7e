"""Diagnostics as workflow commands of GitHub Actions, which shows them beside the lines of a pull request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gembatch.model.diagnostics import Diagnostic, Location
from gembatch.report.palette import printable
from gembatch.report.words import count_of

MOST_SHOWN = 10
"""Annotations of one kind that GitHub shows for a step. It says nothing of the others."""


def findings_as_github(diagnostics: Iterable[Diagnostic], folder: str = "") -> str:
    """Returns one command a line for each finding, and a notice where GitHub will not show them all; empty for none.

    Args:
        diagnostics: In reading order.
        folder: The workspace's, relative to the repository, with a slash at its end; empty where they are one.
    """
    findings = tuple(diagnostics)
    return "\n".join([*(_annotation(finding, folder) for finding in findings), *_notice(findings)])


def _annotation(diagnostic: Diagnostic, folder: str) -> str:
    properties = {**_place(diagnostic.location, folder), "title": diagnostic.rule}
    pairs = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{diagnostic.severity.value} {pairs}::{_data(_message(diagnostic))}"


def _place(location: Location | None, folder: str) -> dict[str, str]:
    if location is None:
        return {}
    file = {"file": f"{folder}{location.path}"}
    if not location.line:
        return file
    columns = {"col": str(location.column), "endColumn": str(location.column + location.length)}
    return {**file, "line": str(location.line), "endLine": str(location.line), **columns}


def _message(diagnostic: Diagnostic) -> str:
    """Returns what the annotation says. It begins with the place, which the log of a step leaves out."""
    place = f"{diagnostic.location}: " if diagnostic.location else ""
    within = f" (with {diagnostic.combination})" if diagnostic.combination else ""
    lines = [f"{place}{diagnostic.message}{within} [{diagnostic.rule}]"]
    lines += [f"{location}: {why}" for location, why in diagnostic.related]
    lines += [f"hint: {diagnostic.hint}"] if diagnostic.hint else []
    return "\n".join(map(printable, lines))


def _notice(findings: tuple[Diagnostic, ...]) -> Iterator[str]:
    errors = sum(finding.is_error for finding in findings)
    warnings = len(findings) - errors
    if max(errors, warnings) > MOST_SHOWN:
        total = f"{count_of(errors, 'error')} and {count_of(warnings, 'warning')}"
        yield f"::notice title=gembatch::{total}; GitHub shows {MOST_SHOWN} of each, the log of this step has all"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
