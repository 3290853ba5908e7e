"""Which fields of two bodies differ, for people to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from gembatch.model.document import Json
from gembatch.model.jobs import LABEL_PREFIX


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that differs.

    Attributes:
        path: Its way through the body, such as `inputConfig.gcsSource.uris[0]`.
        before: None when it was not there.
        after: None when it is not there any more.
    """

    path: str
    before: Json
    after: Json


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
    """Returns the fields of two bodies that differ, sorted by path; gembatch's labels are never among them."""
    return value_differences(own_fields(before), own_fields(after))


def value_differences(before: Json, after: Json) -> tuple[FieldChange, ...]:
    """Returns the leaves of two values that differ, sorted by path.

    Lists of unequal length differ as a whole: by position, one item more in front would change all the others.
    """
    if before == after:  # of ten thousand jobs most
        return ()
    return tuple(sorted(_differing("", before, after), key=lambda change: change.path))


def label_differences(changes: tuple[FieldChange, ...]) -> tuple[FieldChange, ...]:
    """Returns those that are about labels: what a keep may differ in."""
    return tuple(change for change in changes if change.path.startswith("labels."))


def fields_json(changes: Iterable[FieldChange]) -> list[Json]:
    """Returns the changes as a saved plan keeps them."""
    return [{"path": item.path, "before": item.before, "after": item.after} for item in changes]


def _differing(path: str, before: Json, after: Json) -> Iterator[FieldChange]:
    match before, after:
        case (dict(), dict()) | (dict(), None) | (None, dict()) if before or after:
            yield from _in_maps(path, before, after)
        case (list() as old, list() as new) if len(old) == len(new):
            for index, pair in enumerate(zip(old, new, strict=True)):
                yield from _differing(f"{path}[{index}]", *pair)
        case ([_, *_] as old, None):
            for index, item in enumerate(old):
                yield from _differing(f"{path}[{index}]", item, None)
        case (None, [_, *_] as new):
            for index, item in enumerate(new):
                yield from _differing(f"{path}[{index}]", None, item)
        case _ if before != after:
            yield FieldChange(path, before, after)
        case _:
            return


def _in_maps(path: str, before: Json, after: Json) -> Iterator[FieldChange]:
    old = before if isinstance(before, dict) else {}
    new = after if isinstance(after, dict) else {}
    for key in {**old, **new}:
        yield from _differing(f"{path}.{key}" if path else key, old.get(key), new.get(key))
