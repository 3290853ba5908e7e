"""The canonical REST body of a job: short forms expanded, every field where the API has it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gembatch.model.document import Json, Pointer

OURS = frozenset(
    {"extends", "environments", "previousDisplayName", "matrix", "dates", "input", "output", "lifecycle", "rerun"}
)
"""Keys of a spec that are gembatch's own and no part of the body."""

_ORDER = ("displayName", "model", "inputConfig", "instanceConfig", "modelParameters", "outputConfig")

UriAt = Callable[[Pointer, str], str]
"""Gives the URI for what is written at a place: the text itself, or where a file of the repository is staged."""


def body_of(data: Mapping[str, Json], uri_at: UriAt) -> dict[str, Json]:
    """Returns the body that a job document asks for: the main fields in the API's order, then the others, no labels.

    Args:
        data: A document that fits the strict schema.
        uri_at: What to write for each input.
    """
    expanded: dict[str, Json] = {
        **{key: value for key, value in data.items() if key not in OURS and key != "labels"},
        **_model(data),
        "inputConfig": _input_config(data, uri_at),
        "outputConfig": _output_config(data),
    }
    order = (*_ORDER, *expanded)
    return {key: expanded[key] for key in order if key in expanded}


def canonical(body: Mapping[str, Json]) -> dict[str, Json]:
    """Returns a REST body, as the API shows that of any job, in the form of `body_of`; without labels."""
    expanded = body_of({"inputConfig": None, "outputConfig": None, **body}, lambda _, text: text)
    return {key: value for key, value in expanded.items() if value is not None}


def written_at(pointer: Pointer, data: Mapping[str, Json]) -> Pointer:
    """Returns where a document says what its body has at `pointer`.

    Args:
        pointer: Of a value in `body_of`.
        data: The document.
    """
    match pointer:
        case ("inputConfig", "gcsSource", "uris", int() as index) if isinstance(data.get("input"), list):
            return ("input", index)
        case ("inputConfig", *_) if "input" in data:
            return ("input",)
        case ("outputConfig", *_) if "output" in data:
            return ("output",)
        case _:
            return pointer


# `str() as text` and not `str(text)`, as in `model.jobs`: every job comes by here.
def _model(data: Mapping[str, Json]) -> dict[str, Json]:
    match data:
        case {"model": str() as name}:
            return {"model": model_name(name)}
        case _:
            return {}


def model_name(name: str) -> str:
    """Returns a model's name as the REST API writes it: `gemini-x` and `publisher/x` are expanded."""
    if name.startswith(("publishers/", "projects/", "models/")):
        return name
    publisher, _, short = name.rpartition("/")
    return f"publishers/{publisher or 'google'}/models/{short}"


def _input_config(data: Mapping[str, Json], uri_at: UriAt) -> Json:
    match data:
        case {"input": str() as text} if text.startswith("bq:"):
            return {"instancesFormat": "bigquery", "bigquerySource": {"inputUri": text}}
        case {"input": str() as text}:
            return {"instancesFormat": "jsonl", "gcsSource": {"uris": [uri_at(("input",), text)]}}
        case {"input": [*texts]}:
            uris: list[Json] = [uri_at(("input", index), str(text)) for index, text in enumerate(texts)]
            return {"instancesFormat": "jsonl", "gcsSource": {"uris": uris}}
        case {"inputConfig": {"gcsSource": {"uris": str() as text}}}:
            return {**as_mapping(data["inputConfig"]), "gcsSource": {"uris": [text]}}
        case _:
            return data["inputConfig"]


def _output_config(data: Mapping[str, Json]) -> Json:
    match data:
        case {"output": str() as text} if text.startswith("bq:"):
            return {"predictionsFormat": "bigquery", "bigqueryDestination": {"outputUri": text}}
        case {"output": str() as text}:
            return {"predictionsFormat": "jsonl", "gcsDestination": {"outputUriPrefix": prefix(text)}}
        case {"outputConfig": {"gcsDestination": {"outputUriPrefix": str() as text}}}:
            return {**as_mapping(data["outputConfig"]), "gcsDestination": {"outputUriPrefix": prefix(text)}}
        case _:
            return data["outputConfig"]


def prefix(text: str) -> str:
    """Returns a prefix with exactly one slash at its end, as the API would store it."""
    return f"{text.rstrip('/')}/"


def as_mapping(value: Json) -> Mapping[str, Json]:
    """Returns a value that the schema says is a mapping; an empty one where it is left out."""
    return value if isinstance(value, dict) else {}
