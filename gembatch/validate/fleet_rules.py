"""Rules over all jobs of a run: what must not be shared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import TypeVar

from gembatch.model.diagnostics import Location, Severity
from gembatch.model.document import Json, Pointer
from gembatch.validate.likeness import difference, skeleton
from gembatch.validate.subject import Finding, Subject
from gembatch.validate.wording import quoted

K = TypeVar("K")


def same_name(subjects: Sequence[Subject]) -> Iterator[tuple[Subject, Finding]]:
    """Yields each job whose key an earlier one has."""
    first: dict[str, Subject] = {}
    told: dict[Location, str] = {}
    for subject in subjects:
        other = first.setdefault(subject.name, subject)
        if other is not subject and _is_news(subject, other, subject.name, told):
            yield (
                subject,
                Finding(
                    f"two jobs are called {quoted(subject.name)}",
                    subject.location,
                    hint=_advice(subject, other, "displayName") or "give each job a `displayName` of its own",
                    related=((other.location, "the first one is here"),),
                ),
            )


def look_alike(subjects: Sequence[Subject]) -> Iterator[tuple[Subject, Finding]]:
    """Yields each job whose display name a reader would take for that of an earlier one."""
    first: dict[str, Subject] = {}
    for subject in subjects:
        name = subject.name
        other = first.setdefault(skeleton(name), subject)
        if name != other.name:
            yield (
                subject,
                Finding(
                    f"the name {quoted(name)} looks like {quoted(other.name)}",
                    subject.location,
                    hint=difference(name, other.name),
                    related=((other.location, "the other one is here"),),
                    severity=Severity.WARNING,
                ),
            )


def _is_news(subject: Subject, other: Subject, what: K, told: dict[Location, K]) -> bool:
    """Returns whether two jobs that share something are the first of their document to do so.

    A name that lacks an axis is shared once for each value of every other axis: that is one mistake.
    """
    return subject.location != other.location or told.setdefault(subject.location, what) == what


def _advice(subject: Subject, other: Subject, key: str) -> str | None:
    """Returns what would tell two jobs of one document apart, as a hint."""
    combination = subject.rendered.combination
    if subject.location != other.location:
        return None
    others = other.rendered.combination
    axes = [_telling(axis, value, others[axis]) for axis, value in combination.items() if others[axis] != value]
    if not axes:
        # Two dates of one series: a run for one date alone would not have found it.
        return f"put `{{{{ ds }}}}` into `{key}`, or run for one date at a time, with `--date`"
    return f"put {' and '.join(f'`{{{{ {axis} }}}}`' for axis in axes)} into `{key}`"


def _telling(axis: str, value: Json, other: Json) -> str:
    """Returns what tells two values of an axis apart: of two maps the first member in which they differ."""
    if not isinstance(value, dict) or not isinstance(other, dict):
        return axis
    return next(f"{axis}.{member}" for member in {**value, **other} if value.get(member) != other.get(member))


def same_output(subjects: Sequence[Subject]) -> Iterator[tuple[Subject, Finding]]:
    """Yields each job whose output an earlier one has: two that start at once overwrite each other."""
    first: dict[str, Subject] = {}
    told: dict[Location, str] = {}
    for subject in subjects:
        uri = subject.output_uri
        other = first.setdefault(uri, subject)
        if other is not subject and _is_shared(uri) and _is_news(subject, other, uri, told):
            yield (
                subject,
                Finding(
                    f"two jobs write to {uri}",
                    _output_location(subject),
                    hint=_advice(subject, other, str(_output_pointer(subject)[-1]))
                    or "give each job an output of its own; jobs that start at once overwrite each other",
                    related=((_output_location(other), f"{quoted(other.name)} writes there too"),),
                ),
            )


def _is_shared(uri: str) -> bool:
    """Returns whether an output is one place. A `bq://` project or dataset is not: each job makes a table in it."""
    return bool(uri) and (not uri.startswith("bq://") or uri.count(".") > 1)


def output_inside(subjects: Sequence[Subject]) -> Iterator[tuple[Subject, Finding]]:
    """Yields each job that writes to a prefix inside another's: nothing is lost, but results are hard to tell apart."""
    around: list[tuple[str, Subject]] = []
    for uri, subject in sorted(((each.output_uri, each) for each in subjects), key=itemgetter(0)):
        # Sorted, every prefix of a URI stands before it with nothing but URIs inside that prefix in between.
        while around and not uri.startswith(around[-1][0]):
            around.pop()
        if not uri.startswith("gs://"):
            continue
        if around and around[-1][0] != uri:
            prefix, other = around[-1]
            yield (
                subject,
                Finding(
                    f"the output {uri} lies inside {prefix}",
                    _output_location(subject),
                    related=((_output_location(other), f"{quoted(other.name)} writes there"),),
                    severity=Severity.WARNING,
                ),
            )
        around.append((uri, subject))


def _output_location(subject: Subject) -> Location:
    return subject.at(*_output_pointer(subject))


def _output_pointer(subject: Subject) -> Pointer:
    return subject.output.pointer if subject.output else ("outputConfig",)
