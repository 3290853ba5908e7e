"""Brakes on a whole plan: what it submits against the limits of its environment. Pure.

Only what is submitted counts. A job that is kept was paid for, and may have been meant differently then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TypeAlias, TypeVar

from gembatch.model.document import Json, Pointer
from gembatch.model.workspace import Limits
from gembatch.plan.changes import Action, Change, Plan

FEW = 5
"""With fewer recorded jobs than this a share says nothing."""

_NAMED = 3  # jobs that a message names

_NO_PLACE = frozenset({"displayName", "labels"})
"""Fields of a body whose text is a name, whatever it begins with."""

_T = TypeVar("_T")

_Use: TypeAlias = tuple[str, str]
"""A verb, of one job and of several."""

_RUN: _Use = ("runs in", "run in")
_READ: _Use = ("reads from", "read from")
_WRITE: _Use = ("writes to", "write to")

_RAISE = "if that is meant, raise the limit in gembatch.yaml, in a change of its own"
_ALLOW = "if that is meant, allow it in gembatch.yaml, in a change of its own"


@dataclass(frozen=True, slots=True)
class Passed:
    """A limit that a plan goes past.

    Attributes:
        pointer: Of the limit's value within `limits`.
        message: What the plan does, and what the limit allows; one sentence without a full stop.
        hint: How to insist.
    """

    pointer: Pointer
    message: str
    hint: str


def passed_limits(plan: Plan, limits: Limits) -> tuple[Passed, ...]:
    """Returns every limit that the plan goes past, in the order of `Limits`.

    Args:
        plan: The plan.
        limits: The environment's, with what the person at the keyboard insists on.
    """
    rules = (_submissions, _replaced, _per_model, _models, _regions, _projects, _buckets)
    return tuple(passed for rule in rules for passed in rule(plan, limits))


def _submissions(plan: Plan, limits: Limits) -> Iterator[Passed]:
    submissions = len(plan.submissions)
    if submissions > limits.max_submissions:
        yield Passed(
            ("maxSubmissions",),
            f"the plan submits {submissions} jobs, and in {plan.environment} at most {limits.max_submissions} may be "
            "submitted",
            f"if that is meant, say so: --max-submissions {submissions}",
        )


def _replaced(plan: Plan, limits: Limits) -> Iterator[Passed]:
    # Of the jobs that are desired now: a year of past dates in the lockfile would loosen the brake every day.
    recorded = sum(change.recorded is not None and change.desired is not None for change in plan.changes)
    # A live job that is cancelled for its successor is replaced as well, and what it has done is paid for.
    replaced = sum(change.action is not Action.CREATE for change in plan.submissions)
    if recorded >= FEW and replaced / recorded > limits.max_replaced_share:
        yield Passed(
            ("maxReplacedShare",),
            f"the plan replaces {replaced} of {recorded} recorded jobs, and in {plan.environment} at most a share of "
            f"{limits.max_replaced_share:g} may be replaced",
            _RAISE,
        )


def _per_model(plan: Plan, limits: Limits) -> Iterator[Passed]:
    for model, most in limits.max_per_model.items():
        found = [change for change in plan.submissions if _short(model) in _names_of(_model_of(change))]
        if len(found) > most:
            yield Passed(
                ("maxPerModel", model),
                f"the plan submits {_count(found)} with {model}, and in {plan.environment} at most {most} may be "
                "submitted",
                _RAISE,
            )


def _models(plan: Plan, limits: Limits) -> Iterator[Passed]:
    def forbidden(change: Change) -> Iterator[tuple[str, int]]:
        model = _model_of(change)
        number = _first(limits.forbidden_models, lambda glob: any(fnmatchcase(name, glob) for name in _names_of(model)))
        if number is not None:
            yield _short(model), number

    for (model, number), found in _grouped(plan, forbidden):
        yield Passed(
            ("forbiddenModels", number),
            f"the plan submits {_count(found)} with {model}, which is forbidden in {plan.environment}: "
            f"{_listed(found)}",
            _ALLOW,
        )


def _regions(plan: Plan, limits: Limits) -> Iterator[Passed]:
    def forbidden(change: Change) -> Iterator[tuple[str, int]]:
        number = _first(limits.forbidden_regions, lambda glob: fnmatchcase(change.key.region, glob))
        if number is not None:
            yield change.key.region, number

    for (region, number), found in _grouped(plan, forbidden):
        yield Passed(
            ("forbiddenRegions", number),
            f"the plan submits {_count(found)} in {region}, which is forbidden in {plan.environment}: {_listed(found)}",
            _ALLOW,
        )


def _projects(plan: Plan, limits: Limits) -> Iterator[Passed]:
    def foreign(change: Change) -> Iterator[tuple[str, _Use]]:
        for project, use in _projects_of(change):
            if project not in limits.allowed_projects:
                yield project, use

    for (project, use), found in _grouped(plan, foreign) if limits.allowed_projects else ():
        yield Passed(
            ("allowedProjects",),
            f"the plan submits {_using(found, use)} the project {project}, which is not allowed in {plan.environment}: "
            f"{_listed(found)}",
            _ALLOW,
        )


def _buckets(plan: Plan, limits: Limits) -> Iterator[Passed]:
    def foreign(change: Change) -> Iterator[tuple[str, _Use]]:
        for bucket, use in _buckets_of(change):
            if not any(fnmatchcase(bucket, glob) for glob in limits.allowed_buckets):
                yield bucket, use

    for (bucket, use), found in _grouped(plan, foreign) if limits.allowed_buckets else ():
        yield Passed(
            ("allowedBuckets",),
            f"the plan submits {_using(found, use)} the bucket {bucket}, which is not allowed in {plan.environment}: "
            f"{_listed(found)}",
            _ALLOW,
        )


def _grouped(plan: Plan, of: Callable[[Change], Iterable[_T]]) -> Iterator[tuple[_T, list[Change]]]:
    """Yields what the submissions of a plan have in common, each with its changes, in the order of the plan."""
    groups: defaultdict[_T, list[Change]] = defaultdict(list)
    for change in plan.submissions:
        for group in dict.fromkeys(of(change)):
            groups[group].append(change)
    yield from groups.items()


def _first(globs: tuple[str, ...], fits: Callable[[str], bool]) -> int | None:
    return next((number for number, glob in enumerate(globs) if fits(glob)), None)


def _count(changes: list[Change]) -> str:
    return f"{len(changes)} job{'' if len(changes) == 1 else 's'}"


def _using(changes: list[Change], use: _Use) -> str:
    return f"{_count(changes)} that {use[0] if len(changes) == 1 else use[1]}"


def _listed(changes: list[Change]) -> str:
    names = [change.key.display_name for change in changes]
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{', '.join(names[:_NAMED])}{more}"


def _model_of(change: Change) -> str:
    return str(change.body.get("model", ""))


def _short(model: str) -> str:
    return model.rpartition("models/")[2]


def _names_of(model: str) -> frozenset[str]:
    """Returns what a model may be called: in full, in short, and without its version, for each is the same to Google.

    A project's path to a publisher's model is one of the ways to write it.
    """
    short = _short(model)
    return frozenset({model, short, short.partition("@")[0]})


def _projects_of(change: Change) -> Iterator[tuple[str, _Use]]:
    yield change.key.project, _RUN
    for uri, use in _uris_of(change):
        if uri.startswith("bq://"):
            # A project may belong to a domain, `example.com:project`, whose dots part nothing.
            domain, colon, rest = uri.removeprefix("bq://").rpartition(":")
            yield f"{domain}{colon}{rest.partition('.')[0]}", use


def _buckets_of(change: Change) -> Iterator[tuple[str, _Use]]:
    for uri, use in _uris_of(change):
        if uri.startswith("gs://"):
            yield uri.removeprefix("gs://").partition("/")[0], use


def _uris_of(change: Change) -> Iterator[tuple[str, _Use]]:
    """Yields what a job reads and writes. A staged file is among its inputs, where it will be."""
    for key, value in change.body.items():
        if key not in _NO_PLACE:
            yield from ((text, _WRITE if key == "outputConfig" else _READ) for text in _texts(value))


def _texts(value: Json) -> Iterator[str]:
    """Yields every text in a value, at any depth: the API has more fields for URIs than the usual two."""
    match value:
        case str():
            yield value
        case dict():
            yield from (text for part in value.values() for text in _texts(part))
        case list():
            yield from (text for part in value for text in _texts(part))
        case _:
            pass
