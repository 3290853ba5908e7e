"""A job beside the document it was built from, and what a rule finds about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from gembatch.model.diagnostics import Location, Severity
from gembatch.model.document import Json, Rendered
from gembatch.model.jobs import JobSpec
from gembatch.model.workspace import Environment
from gembatch.validate.body import as_mapping


@dataclass(frozen=True, slots=True)
class Subject:
    """What rules look at.

    Attributes:
        job: The job.
        rendered: What it was built from.
        environment: Where it is to run.
        today: The date of the run.
    """

    job: JobSpec
    rendered: Rendered
    environment: Environment
    today: dt.date

    @property
    def data(self) -> Mapping[str, Json]:
        """The document, with its short forms."""
        return as_mapping(self.rendered.document.data)

    @property
    def labels(self) -> Mapping[str, Json]:
        """The labels that the document sets."""
        return as_mapping(self.data.get("labels"))

    def at(self, *pointer: str | int) -> Location:
        """Returns the place of a value."""
        return self.rendered.document.places.at(pointer)

    def at_key(self, *pointer: str | int) -> Location:
        """Returns the place of a value's key."""
        return self.rendered.document.places.at_key(pointer)


@dataclass(frozen=True, slots=True)
class Finding:
    """A diagnostic but for what the rule and the subject know: identifier and combination.

    Attributes:
        message: What is wrong.
        location: Where.
        hint: What to do.
        related: Other places, each with a word on why.
        severity: Error or warning.
    """

    message: str
    location: Location
    hint: str | None = None
    related: tuple[tuple[Location, str], ...] = ()
    severity: Severity = Severity.ERROR
