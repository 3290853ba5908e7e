"""Brakes on a whole plan: what it submits against the limits of its environment. Pure.

Only what is submitted counts. A job that is kept was paid for, and may have been meant differently then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import cache
from typing import TypeAlias, TypeVar

from gembatch.model.document import Json, Pointer
from gembatch.model.workspace import Limits
from gembatch.plan.changes import Action, Change, Plan

FEW = 5
"""With fewer recorded jobs than this a share says nothing."""

_NAMED = 3  # jobs that a message names

_NO_PLACE = frozenset({"displayName", "labels", "model"})
"""Fields of a body whose text is no place, whatever it begins with."""

_DATASET_OF = "projects/"
"""What the name of a multimodal dataset begins with: a table of BigQuery is behind it."""

_T = TypeVar("_T")


class _Kind(StrEnum):
    """What a job may have to do with."""

    PROJECT = "project"
    BUCKET = "bucket"


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
    rules = (_submissions, _replaced, _per_model, _models, _regions, _places)
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
        found = [change for change in plan.submissions if _short(model).casefold() in _names_of(_model_of(change))]
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
        number = _first_fit(limits.forbidden_models, _names_of(model))
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
        number = _first_fit(limits.forbidden_regions, frozenset({change.key.region}))
        if number is not None:
            yield change.key.region, number

    for (region, number), found in _grouped(plan, forbidden):
        yield Passed(
            ("forbiddenRegions", number),
            f"the plan submits {_count(found)} in {region}, which is forbidden in {plan.environment}: {_listed(found)}",
            _ALLOW,
        )


def _places(plan: Plan, limits: Limits) -> Iterator[Passed]:
    def foreign(change: Change) -> Iterator[tuple[_Kind, str, _Use]]:
        return ((kind, name, use) for kind, name, use in _places_of(change) if not _is_allowed(kind, name, limits))

    found = _grouped(plan, foreign) if limits.allowed_projects or limits.allowed_buckets else ()
    for (kind, name, use), changes in sorted(found, key=lambda group: group[0][0] is not _Kind.PROJECT):
        verb = use[0] if len(changes) == 1 else use[1]
        yield Passed(
            ("allowedProjects" if kind is _Kind.PROJECT else "allowedBuckets",),
            f"the plan submits {_count(changes)} that {verb} the {kind} {name}, which is not allowed in "
            f"{plan.environment}: {_listed(changes)}",
            _ALLOW,
        )


def _is_allowed(kind: _Kind, name: str, limits: Limits) -> bool:
    match kind:
        case _Kind.PROJECT:
            return not limits.allowed_projects or name in limits.allowed_projects
        case _Kind.BUCKET:
            return not limits.allowed_buckets or _first_fit(limits.allowed_buckets, frozenset({name})) is not None


def _grouped(plan: Plan, of: Callable[[Change], Iterable[_T]]) -> Iterator[tuple[_T, list[Change]]]:
    """Yields what the submissions of a plan have in common, each with its changes, in the order of the plan."""
    groups: defaultdict[_T, list[Change]] = defaultdict(list)
    for change in plan.submissions:
        for group in dict.fromkeys(of(change)):
            groups[group].append(change)
    yield from groups.items()


@cache
def _first_fit(globs: tuple[str, ...], names: frozenset[str]) -> int | None:
    """Returns the number of the first glob that any of the names fits, in whatever case; None where none does."""
    folded = [name.casefold() for name in names]
    fitting = (any(fnmatchcase(name, glob.casefold()) for name in folded) for glob in globs)
    return next((number for number, fits in enumerate(fitting) if fits), None)


def _count(changes: list[Change]) -> str:
    return f"{len(changes)} job{'' if len(changes) == 1 else 's'}"


def _listed(changes: list[Change]) -> str:
    names = [change.key.display_name for change in changes]
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{', '.join(names[:_NAMED])}{more}"


def _model_of(change: Change) -> str:
    return str(change.body.get("model", ""))


def _short(model: str) -> str:
    return model.rpartition("models/")[2]


@cache
def _names_of(model: str) -> frozenset[str]:
    """Returns what a model may be called: in full, in short, and without its version, for each is the same to Google.

    A project's path to a publisher's model is one of the ways to write it. No two models differ by case alone.
    """
    model = model.casefold()
    short = _short(model)
    return frozenset({model, short, short.partition("@")[0]})


def _places_of(change: Change) -> Iterator[tuple[_Kind, str, _Use]]:
    """Yields the projects and buckets that a job has to do with. A staged file's bucket is among those it reads."""
    yield _Kind.PROJECT, change.key.project, _RUN
    for key, value in change.body.items():
        if key not in _NO_PLACE:
            use = _WRITE if key == "outputConfig" else _READ
            yield from ((*_place_of(uri), use) for uri in _uris_in(value))


def _place_of(uri: str) -> tuple[_Kind, str]:
    if uri.startswith("gs://"):
        return _Kind.BUCKET, uri.removeprefix("gs://").partition("/")[0]
    if uri.startswith(_DATASET_OF):
        return _Kind.PROJECT, uri.removeprefix(_DATASET_OF).partition("/")[0]
    # A project may belong to a domain, `example.com:project`, whose dots part nothing.
    domain, colon, rest = uri.removeprefix("bq://").rpartition(":")
    return _Kind.PROJECT, f"{domain}{colon}{rest.partition('.')[0]}"


def _uris_in(value: Json) -> list[str]:
    """Returns the URIs in a value, and names of datasets, at any depth: there are more fields for them than two."""
    if isinstance(value, str):
        return [value] if value.startswith(("gs://", "bq://", _DATASET_OF)) else []
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [uri for part in parts for uri in _uris_in(part)]
