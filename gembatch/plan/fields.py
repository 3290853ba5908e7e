"""Which fields of two bodies differ, for people to read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gembatch.model.document import Json
from gembatch.model.jobs import LABEL_PREFIX
from gembatch.plan.changes import FieldChange


def own_fields(body: Mapping[str, Json]) -> dict[str, Json]:
    """Returns the body without gembatch's labels: what a person asked for."""
    rest = {key: value for key, value in body.items() if key != "labels"}
    match body.get("labels"):
        case dict(labels):
            own: Json = {key: value for key, value in labels.items() if not key.startswith(LABEL_PREFIX)}
            return {**rest, "labels": own} if own else rest
        case _:
            return rest


def differences(before: Mapping[str, Json], after: Mapping[str, Json]) -> tuple[FieldChange, ...]:
    """Returns the leaves that differ, sorted by path; gembatch's labels are never among them."""
    old, new = dict(_leaves("", own_fields(before))), dict(_leaves("", own_fields(after)))
    paths = sorted(path for path in {*old, *new} if old.get(path) != new.get(path))
    return tuple(FieldChange(path, old.get(path), new.get(path)) for path in paths)


def label_differences(changes: tuple[FieldChange, ...]) -> tuple[FieldChange, ...]:
    """Returns those that are about labels: what a keep may differ in."""
    return tuple(change for change in changes if change.path.startswith("labels."))


def _leaves(path: str, value: Json) -> Iterator[tuple[str, Json]]:
    match value:
        case dict() if value or not path:
            for key, item in value.items():
                yield from _leaves(f"{path}.{key}" if path else key, item)
        case list() if value:
            for index, item in enumerate(value):
                yield from _leaves(f"{path}[{index}]", item)
        case _:
            yield path, value
