"""What a schema cannot say about jobs: rules over one job, and over all of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from gembatch.model.diagnostics import Diagnostic, cut_short, in_reading_order
from gembatch.model.document import Rendered
from gembatch.model.workspace import Environment
from gembatch.validate import (
    date_rules,
    fleet_rules,
    format_rules,
    label_rules,
    model_rules,
    name_rules,
    rename_rules,
    source_rules,
    uri_rules,
)
from gembatch.validate.repeats import without_repeats
from gembatch.validate.subject import Finding, Subject, subject_of

Found: TypeAlias = Iterator[tuple[Subject, Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        id: Its stable identifier.
        description: What it wants, in one line.
        check: Yields what goes against it, over all jobs of a run.
    """

    id: str
    description: str
    check: Callable[[Sequence[Subject]], Found]


def _each(check: Callable[[Subject], Iterator[Finding]]) -> Callable[[Sequence[Subject]], Found]:
    """Returns a rule over one job as a rule over all."""

    def over_all(subjects: Sequence[Subject]) -> Found:
        return ((subject, finding) for subject in subjects for finding in check(subject))

    return over_all


def _each_model(check: Callable[[Subject], Iterator[Finding]]) -> Callable[[Sequence[Subject]], Found]:
    """Returns a rule over the model of one job as a rule over all: one that is fine for a job is so for the others."""

    def over_all(subjects: Sequence[Subject]) -> Found:
        fine: set[str] = set()
        for subject in subjects:
            model = subject.data.get("model")
            if not isinstance(model, str) or model in fine:
                continue
            found = [*check(subject)]
            if not found:
                fine.add(model)
            yield from ((subject, finding) for finding in found)

    return over_all


RULES = (
    Rule("job.same-name", "No two jobs of a run share a display name", fleet_rules.same_name),
    Rule("job.previous-name", "A name that a job had is nobody's now", rename_rules.previous_name),
    Rule("job.same-output", "No two jobs of a run share an output", fleet_rules.same_output),
    Rule("job.output-inside", "No job writes inside another's output", fleet_rules.output_inside),
    Rule("name.characters", "A display name has no control characters", _each(name_rules.display_name)),
    Rule("name.hidden", "A display name holds nothing that cannot be seen", _each(name_rules.hidden)),
    Rule("name.look-alike", "No two display names of a run look alike", fleet_rules.look_alike),
    Rule("model.name", "A model has one of the forms that the API knows", _each_model(name_rules.model)),
    Rule("model.retired", "A model is not retired", _each_model(model_rules.retired)),
    Rule("model.retiring", "A model outlives the next 180 days", _each_model(model_rules.retiring)),
    Rule("model.region", "A model is served where its job runs", _each_model(model_rules.region)),
    Rule("model.unsupported", "A job of Gemini has no fields for other models", _each(model_rules.unsupported)),
    Rule("labels.reserved", "Labels that begin with gembatch- are set by gembatch", _each(label_rules.reserved)),
    Rule("labels.key", "A label's key is one that Google takes", _each(label_rules.keys)),
    Rule("labels.value", "A label's value is one that Google takes", _each(label_rules.values)),
    Rule("labels.count", "A job has at most 64 labels, gembatch's own included", _each(label_rules.count)),
    Rule("uri.scheme", "Inputs and outputs are gs:// or bq://, inputs also files", _each(uri_rules.scheme)),
    Rule("uri.shape", "URIs name a bucket and an object, or a table", _each(uri_rules.shape)),
    Rule("input.staging", "A file as input needs a place to be uploaded to", _each(uri_rules.staging)),
    Rule("input.wildcard", "An input is one object", _each(source_rules.wildcard)),
    Rule("input.several", "A job has one input", _each(source_rules.several)),
    Rule("input.format", "The instances' format fits the source", _each(format_rules.instances)),
    Rule("output.format", "The predictions' format fits the destination", _each(format_rules.predictions)),
    Rule("bigquery.location", "Tables are in the region of their job", _each(source_rules.location)),
    Rule("date.redated", "A body changes no more often than the display name", _each(date_rules.redated)),
)
"""Every rule. `schema.*` rules come before them: length of a display name, kinds of values, keys."""


def check_jobs(rendered: Sequence[Rendered], *, environment: Environment, today: dt.date) -> tuple[Diagnostic, ...]:
    """Returns what is wrong with the jobs of a run, in reading order.

    Args:
        rendered: What each is built from: the documents of all of them, which fit the strict schema.
        environment: Where they are to run.
        today: The date of the run.
    """
    subjects = [subject_of(document, environment, today) for document in rendered]
    found = (_diagnostic(rule, subject, finding) for rule in RULES for subject, finding in rule.check(subjects))
    return in_reading_order(without_repeats(cut_short(found)))


def _diagnostic(rule: Rule, subject: Subject, finding: Finding) -> Diagnostic:
    return Diagnostic(
        rule=rule.id,
        message=finding.message,
        location=finding.location,
        severity=finding.severity,
        hint=finding.hint,
        related=finding.related,
        combination=subject.rendered.combination_text,
    )
