"""From a REST body back to the document that asks for it: the inverse of `body`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gembatch.model.document import Json
from gembatch.model.jobs import LABEL_PREFIX
from gembatch.validate.body import as_mapping, canonical

_GOOGLES = "publishers/google/models/"


def spec_of(body: Mapping[str, Json]) -> dict[str, Json]:
    """Returns the document that asks for a body, without gembatch's labels, and in short forms where they are exact.

    A short form is exact if it expands to what it stands for.

    Args:
        body: The fields of a job that a caller may set, as the API shows them.
    """
    spec = {key: _whole(value) for key, value in body.items() if key != "labels"}
    for long, short, value in _candidates(spec):
        shorter = {short if key == long else key: value if key == long else item for key, item in spec.items()}
        if canonical(shorter) == canonical(spec):
            spec = shorter
    labels: Json = {
        key: value for key, value in as_mapping(body.get("labels")).items() if not key.startswith(LABEL_PREFIX)
    }
    return {**spec, "labels": labels} if labels else spec


def _candidates(spec: Mapping[str, Json]) -> Iterator[tuple[str, str, Json]]:
    """Yields short forms: the key they stand for, their own, and their value."""
    model = spec.get("model")
    if isinstance(model, str):
        yield "model", "model", model.removeprefix(_GOOGLES)
    match spec.get("inputConfig"):
        case {"gcsSource": {"uris": [uri]}} | {"bigquerySource": {"inputUri": uri}}:
            yield "inputConfig", "input", uri
        case {"gcsSource": {"uris": [_, *_] as uris}}:
            yield "inputConfig", "input", uris
        case _:
            pass
    match spec.get("outputConfig"):
        case {"gcsDestination": {"outputUriPrefix": uri}} | {"bigqueryDestination": {"outputUri": uri}}:
            yield "outputConfig", "output", uri
        case _:
            pass


def _whole(value: Json) -> Json:
    """Returns a value with whole numbers written as such: a protobuf `Value` knows only 1024.0."""
    match value:
        case float() if value.is_integer():
            return int(value)
        case list():
            return [_whole(item) for item in value]
        case dict():
            return {key: _whole(item) for key, item in value.items()}
        case _:
            return value
