"""A job as rules look at it: the document that asks for it, filled in; and what a rule finds about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from gembatch.model.diagnostics import Location, Severity
from gembatch.model.document import Json, Rendered
from gembatch.model.jobs import place_of_job
from gembatch.model.workspace import Environment
from gembatch.validate.body import as_mapping
from gembatch.validate.uris import UriPlace, input_places, output_place


@dataclass(frozen=True, slots=True)
class Subject:
    """What rules look at. All of them ask for the same few parts of a document, so those are looked up once.

    Attributes:
        rendered: The document.
        environment: Where it is to run.
        today: The date of the run.
        data: The document's content, with its short forms.
        name: Its display name: with the environment, its identity.
        labels: The labels that the document sets.
        inputs: Where its inputs are written.
        output: Where its output is written; None where it has no URI.
    """

    rendered: Rendered
    environment: Environment
    today: dt.date
    data: Mapping[str, Json]
    name: str
    labels: Mapping[str, Json]
    inputs: tuple[UriPlace, ...]
    output: UriPlace | None

    @property
    def uris(self) -> tuple[UriPlace, ...]:
        """Where its inputs and its output are written."""
        return self.inputs if self.output is None else (*self.inputs, self.output)

    @property
    def location(self) -> Location:
        """Where the job is told to stand."""
        return place_of_job(self.rendered.document)

    @property
    def previous_name(self) -> str | None:
        """The display name that it had; None where it is not being renamed."""
        return str(self.data["previousDisplayName"]) if self.rendered.previous else None

    @property
    def output_uri(self) -> str:
        """Its output as its body has it; empty where that is no URI."""
        return self.output.canonical if self.output else ""

    def at(self, *pointer: str | int) -> Location:
        """Returns the place of a value."""
        return self.rendered.document.places.at(pointer)

    def at_key(self, *pointer: str | int) -> Location:
        """Returns the place of a value's key."""
        return self.rendered.document.places.at_key(pointer)


def subject_of(rendered: Rendered, environment: Environment, today: dt.date) -> Subject:
    """Returns a job as rules look at it.

    Args:
        rendered: A document that fits the strict schema.
        environment: Where it is to run.
        today: The date of the run.
    """
    data = as_mapping(rendered.document.data)
    labels = as_mapping(data.get("labels"))
    name = str(data["displayName"])
    return Subject(rendered, environment, today, data, name, labels, input_places(data), output_place(data))


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
