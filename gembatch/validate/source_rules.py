"""Rules over what rows are read from and predictions written to, as far as only Google knows what it takes.

The emulator takes all of it, so nothing is said where jobs run there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gembatch.model.diagnostics import Diagnostic, Location, Severity
from gembatch.validate.subject import Finding, Subject
from gembatch.validate.uris import BIGQUERY, GCS, UriPlace
from gembatch.validate.wording import path_text

_WILDCARD = re.compile(r"[*?\[]")


def cached_rows(path: str, line: int, place: Location) -> Diagnostic:
    """Returns the finding that rows of a file use explicit caching.

    Args:
        path: The file.
        line: Of the first such row, from 1.
        place: Where the file is named.
    """
    return Diagnostic(
        rule="input.cached-content",
        message=f"rows of `{path}` name a cached content, which batch jobs do not support: each of them fails",
        location=place,
        severity=Severity.WARNING,
        hint="take `cachedContent` out; what rows have in common at their beginning is cached, and cheaper, by itself",
        related=((Location(path, line, 1), "the first of them"),),
    )


def wildcard(subject: Subject) -> Iterator[Finding]:
    """Yields inputs that mean several objects."""
    for place in _inputs_at_google(subject):
        found = _WILDCARD.search(place.text) if place.kind == GCS else None
        if found:
            yield Finding(
                f"{path_text(place.pointer)} has a wildcard, and Google's pages promise no more than one file",
                subject.at(*place.pointer),
                hint="its notebooks read folder/*.jsonl; try it on few rows first, or write one file"
                if found[0] == "*"
                else f"only `*` was ever shown to work; what `{found[0]}` means to Google is not documented",
                severity=Severity.WARNING,
            )


def several(subject: Subject) -> Iterator[Finding]:
    """Yields lists of more than one input."""
    places = _inputs_at_google(subject)
    if len(places) > 1:
        yield Finding(
            f"the job reads {len(places)} files, and Google's pages promise no more than one",
            subject.at(*places[1].pointer),
            hint="put the rows into one file, or make a job of each with a `matrix`",
            severity=Severity.WARNING,
        )


def location(subject: Subject) -> Iterator[Finding]:
    """Yields tables of a job that runs in `global`, where no table can be."""
    if subject.environment.endpoint is not None or subject.environment.region != "global":
        return
    for place in subject.uris:
        if place.kind == BIGQUERY:
            yield Finding(
                f"{path_text(place.pointer)} is a table, which Google asks to be in the job's region, and no table is "
                "in global",
                subject.at(*place.pointer),
                hint="Google's own examples do it all the same; try few rows first, or run the job beside its tables",
                severity=Severity.WARNING,
            )


def _inputs_at_google(subject: Subject) -> tuple[UriPlace, ...]:
    return subject.inputs if subject.environment.endpoint is None else ()
