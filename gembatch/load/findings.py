"""The findings of one file, gathered while it is read."""

from __future__ import annotations

from gembatch.model.diagnostics import Diagnostic, Location
from gembatch.model.document import Mark

MAX_FINDINGS = 100
"""Findings in one file. After that many the rest is left unread: nobody reads on, and each quotes its line."""


class TooMuchError(Exception):
    """The file goes past a limit: reading it ends, however deep the call stands. The reason is among the findings."""


class Findings:
    """What is wrong with one file, in the order of reading.

    Attributes:
        diagnostics: The findings so far.
    """

    __slots__ = ("diagnostics",)

    def __init__(self) -> None:
        self.diagnostics: list[Diagnostic] = []

    def add(self, rule: str, message: str, mark: Mark, hint: str) -> None:
        """Adds a finding at `mark`.

        Raises:
            TooMuchError: It was one of too many.
        """
        self.append(Diagnostic(rule, message, mark.location(), hint=hint))

    def append(self, diagnostic: Diagnostic) -> None:
        """Adds a finding as it stands.

        Raises:
            TooMuchError: It was one of too many.
        """
        self.diagnostics.append(diagnostic)
        if len(self.diagnostics) == MAX_FINDINGS:
            self.stop(f"{MAX_FINDINGS} findings in this file: the rest of it was not read", diagnostic.location)

    def stop(self, message: str, location: Location | None, hint: str | None = None) -> None:
        """Adds the finding that a limit is passed, and ends the reading.

        Raises:
            TooMuchError: Always.
        """
        self.diagnostics.append(Diagnostic("yaml.limit", message, location, hint=hint))
        raise TooMuchError
