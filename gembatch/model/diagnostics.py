"""One finding with its place: what, where, why and what to do. Findings are values; `report` turns them into text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

MANY = 10_000
"""Findings of one kind of look that are gathered: one for each combination of a whole matrix, and no more."""


class Severity(StrEnum):
    """How much a finding matters: an error stops the run, a warning is said aloud."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A stretch of one line of one file.

    Attributes:
        path: The file as the user knows it: relative to the workspace, with forward slashes.
        line: Line number, from 1; 0 when the finding is about the file as a whole.
        column: Column of the first character, from 1, counted in characters.
        length: How many characters are meant, from 1; never past the end of the line.
        text: The whole source line without its line break.
    """

    path: str
    line: int = 0
    column: int = 0
    length: int = 1
    text: str = ""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}" if self.line else self.path


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding.

    Attributes:
        rule: The rule's stable identifier, such as `schema.type`.
        message: What is wrong and what was expected; one sentence without a full stop.
        location: Where; None when no file is to blame.
        severity: Error or warning.
        hint: What to do, on a line of its own.
        related: Other places that belong to the finding, each with a word on why ("first defined here").
        combination: The matrix combination in which it arose, such as `lang=de`; empty outside a matrix.
    """

    rule: str
    message: str
    location: Location | None = None
    severity: Severity = Severity.ERROR
    hint: str | None = None
    related: tuple[tuple[Location, str], ...] = ()
    combination: str = ""

    @property
    def is_error(self) -> bool:
        """Whether the finding stops the run."""
        return self.severity is Severity.ERROR


def cut_short(findings: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Returns the findings; of very many the first `MANY`, and one that says so. The others are not asked for."""
    rest = iter(findings)
    first = tuple(islice(rest, MANY))
    if next(rest, None) is None:
        return first
    message = f"more than {MANY:,} findings: the rest was not looked at"
    return (*first, Diagnostic("yaml.limit", message, first[-1].location, hint="mend these first"))


def in_reading_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Returns the findings once each, by file, line and column; those without a place come first."""

    def place(diagnostic: Diagnostic) -> tuple[str, int, int, str, str]:
        at = diagnostic.location or Location("")
        return (at.path, at.line, at.column, diagnostic.rule, diagnostic.message)

    return tuple(sorted(dict.fromkeys(diagnostics), key=place))
