"""Words for what is wrong with a mapping's keys: unknown, missing, misnamed, or set beside another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from gembatch.model.diagnostics import Diagnostic
from gembatch.model.document import Json, Pointer, SourceMap
from gembatch.model.nearest import nearest
from gembatch.validate.violations import Violation
from gembatch.validate.wording import FEW, as_yaml, demand_text, path_text, quoted, shown

SET_BY_VERTEX = frozenset(
    {
        "name", "modelVersionId", "outputInfo", "state", "error", "partialFailures", "resourcesConsumed",
        "completionStats", "createTime", "startTime", "endTime", "updateTime", "satisfiesPzs", "satisfiesPzi",
    }
)  # fmt: skip
"""The fields of a BatchPredictionJob that an answer has and a request does not."""


UNKNOWN_KEY = "schema.unknown-key"


def unknown_key(violation: Violation, places: SourceMap) -> Diagnostic:
    """Says that a key is unknown, at the key, with the one that was probably meant."""
    *around, key = violation.pointer
    within = f" in {path_text(tuple(around))}" if around else ""
    return Diagnostic(
        rule=UNKNOWN_KEY,
        message=f"unknown key {quoted(key)}{within}",
        location=places.at_key(violation.pointer),
        hint=_hint_for_unknown(str(key), violation.properties),
    )


def _hint_for_unknown(key: str, known: Mapping[str, Json]) -> str | None:
    if key in SET_BY_VERTEX and "inputConfig" in known:
        return f"`{key}` is set by Vertex AI; take it out"
    if guess := nearest(key, known):
        return f"did you mean `{guess}`?"
    if len(known) <= FEW:
        return f"the keys here are {', '.join(f'`{name}`' for name in sorted(known))}"
    return None


def meant_key(violation: Violation) -> Pointer | None:
    """Returns the key that was probably meant by an unknown one."""
    if violation.keyword != "additionalProperties":
        return None
    guess = nearest(str(violation.pointer[-1]), violation.properties)
    return (*violation.pointer[:-1], guess) if guess else None


def lacking_keys(violation: Violation) -> tuple[Pointer, ...]:
    """Returns the keys any of which would have prevented the violation."""
    if violation.keyword == "required":
        return (violation.pointer,)
    if violation.keyword == "oneOf" and not _present(violation, _choices(violation)):
        return tuple((*violation.pointer, key) for key in _choices(violation))
    return ()


def missing_key(violation: Violation, places: SourceMap) -> Diagnostic:
    """Says that a key is missing, at the key of the mapping around it, with an example."""
    *around, key = violation.pointer
    return Diagnostic(
        rule="schema.missing-key",
        message=f"{path_text(violation.pointer)} is missing",
        location=places.at_key(tuple(around)),
        hint=_addition(violation.properties, [str(key)]),
    )


def one_key_of(violation: Violation, places: SourceMap) -> Diagnostic:
    """Says that none of several keys is there, or more than one."""
    keys = _choices(violation)
    present = _present(violation, keys)
    if present:
        return _conflict(violation, present, places)
    return Diagnostic(
        rule="schema.missing-key",
        message=f"{path_text((*violation.pointer, keys[0]))} is missing",
        location=places.at_key(violation.pointer),
        hint=_addition(violation.properties, keys),
    )


def not_together(violation: Violation, places: SourceMap) -> Diagnostic:
    """Says that two keys exclude each other."""
    return _conflict(violation, _present(violation, _required(violation.expected)), places)


def _conflict(violation: Violation, present: Sequence[str], places: SourceMap) -> Diagnostic:
    within = f"in {path_text(violation.pointer)}, " if violation.pointer else ""
    first, *_, last = present
    return Diagnostic(
        rule="schema.conflict",
        message=f"{within}set {' or '.join(present)}, not {'both' if len(present) == 2 else 'more than one'}",  # noqa: PLR2004
        location=places.at_key((*violation.pointer, last)),
        related=((places.at_key((*violation.pointer, first)), f"{first} is set here"),),
    )


def misnamed_key(violation: Violation, places: SourceMap) -> Diagnostic:
    """Says that a key is not of the form that names have there."""
    return Diagnostic(
        rule="schema.pattern",
        message=f"a name in {path_text(violation.pointer[:-1])} {demand_text(violation.schema)}, got "
        f"{shown(violation.value)}",
        location=places.at_key(violation.pointer),
    )


def _addition(properties: Mapping[str, Json], keys: Iterable[str]) -> str:
    """Returns a hint that shows what could be added, with the schema's example of it, if it has one."""
    first, *others = keys
    examples = cast("Mapping[str, list[Json]]", properties[first]).get("examples")
    addition = f", for example, `{as_yaml(first, examples[0])}`" if examples else f" `{first}`"
    return " or ".join([f"add{addition}", *(f"`{key}`" for key in others)])


def _present(violation: Violation, keys: Sequence[str]) -> list[str]:
    """Returns which of the keys the mapping has, in its order."""
    return [key for key in violation.value if key in keys] if isinstance(violation.value, dict) else []


def _choices(violation: Violation) -> list[str]:
    """Returns the keys of a `oneOf` between single keys, the only kind that our schemas have."""
    return [key for branch in cast("list[Json]", violation.expected) for key in _required(branch)]


def _required(schema: Json) -> list[str]:
    return cast("Mapping[str, list[str]]", schema)["required"]
