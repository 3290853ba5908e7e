"""What the service refuses at once, when a job is created. Pure.

What is wrong with data, a missing bucket for one, is found out later: the job is accepted, and fails.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import cast

from gembatch.emulator.http import ApiError, Json
from gembatch.emulator.jobs.catalog import is_known, short_name
from gembatch.emulator.jobs.job_shape import JOB
from gembatch.emulator.jobs.wire import ShapeError, read_message, snake_case

_MAX_DISPLAY_NAME = 128
_MAX_LABELS = 64
_MAX_LABEL = 64

Message = Mapping[str, Json]


def check_new_job(body: Json, today: date) -> dict[str, Json]:
    """Returns what the caller of create set, in canonical form.

    Args:
        body: The request's body.
        today: Decides which models are retired.

    Raises:
        ApiError: 400 for a job that cannot be meant, with everything that is wrong with it; 404 for its model.
    """
    try:
        fields = read_message(JOB, body, "batch_prediction_job")
    except ShapeError as error:
        raise ApiError(400, "INVALID_ARGUMENT", str(error)) from error
    if findings := [f"{number}.{finding}" for number, finding in enumerate(_findings(fields), start=1)]:
        raise ApiError(400, "INVALID_ARGUMENT", "List of found errors:\t" + "\t".join(findings))
    model = cast("str", fields["model"])
    if not is_known(model, today):
        raise ApiError(404, "NOT_FOUND", f"The PublisherModel {short_name(model)} does not exist.")
    return fields


def _findings(fields: Message) -> Iterator[str]:
    yield from _display_name_findings(cast("str", fields.get("displayName", "")))
    yield from _model_findings(fields)
    yield from _input_findings(cast("Message", fields.get("inputConfig", {})))
    yield from _output_findings(cast("Message", fields.get("outputConfig", {})))
    yield from _label_findings(cast("Mapping[str, str]", fields.get("labels", {})))


def _display_name_findings(display_name: str) -> Iterator[str]:
    if not display_name:
        yield _required("display_name")
    elif len(display_name) > _MAX_DISPLAY_NAME:
        yield _finding("display_name", f"Must be at most {_MAX_DISPLAY_NAME} characters long.")


def _model_findings(fields: Message) -> Iterator[str]:
    if "unmanagedContainerModel" in fields:
        yield _finding("unmanaged_container_model", "This emulator has no custom containers; name a model.")
    elif "model" not in fields:
        yield _required("model")


def _input_findings(config: Message) -> Iterator[str]:
    yield from _format_findings("input_config", config, "instancesFormat")
    if "gcsSource" in config:
        uris = cast("list[str]", cast("Message", config["gcsSource"]).get("uris", []))
        if not uris:
            yield _required("input_config.gcs_source.uris")
        for uri in uris:
            yield from _uri_findings("input_config.gcs_source.uris", uri, needs_object=True)
    else:
        yield _other_kind("input_config", config, "source")


def _output_findings(config: Message) -> Iterator[str]:
    yield from _format_findings("output_config", config, "predictionsFormat")
    if "gcsDestination" in config:
        prefix = cast("str", cast("Message", config["gcsDestination"]).get("outputUriPrefix", ""))
        yield from _uri_findings("output_config.gcs_destination.output_uri_prefix", prefix, needs_object=False)
    else:
        yield _other_kind("output_config", config, "destination")


def _format_findings(path: str, config: Message, name: str) -> Iterator[str]:
    """Yields what is wrong with a format, which must be that of the source or destination beside it."""
    form = config.get(name)
    wanted = "jsonl" if {"gcsSource", "gcsDestination"} & config.keys() else None
    if form is None:
        yield _required(f"{path}.{snake_case(name)}")
    elif wanted and form != wanted:
        yield _finding(f"{path}.{snake_case(name)}", f'"{form}" is not the format of Cloud Storage here; "jsonl" is.')


def _other_kind(path: str, config: Message, oneof: str) -> str:
    """Returns the finding for a source or destination that is not in Cloud Storage."""
    kind = next((name for name in config if name.startswith(("bigquery", "vertex"))), None)
    if kind is None:
        return _required(f"{path}.{oneof}")
    what = "BigQuery" if kind.startswith("bigquery") else "multimodal datasets"
    return _finding(f"{path}.{snake_case(kind)}", f"This emulator does not do {what} yet; use Cloud Storage.")


def _uri_findings(path: str, uri: str, *, needs_object: bool) -> Iterator[str]:
    bucket, _, name = uri.removeprefix("gs://").partition("/")
    if not uri:
        yield _required(path)
    elif not uri.startswith("gs://") or not bucket or (needs_object and not name):
        yield _finding(path, f'"{uri}" is not a Cloud Storage URI.')


def _label_findings(labels: Mapping[str, str]) -> Iterator[str]:
    if len(labels) > _MAX_LABELS:
        yield _finding("labels", f"Must have at most {_MAX_LABELS} entries.")
    for key, value in labels.items():
        if not key or not _is_label(key):
            yield _finding("labels", f'"{key}" is not a label key: {_LABEL_RULE}')
        if not _is_label(value):
            yield _finding("labels", f'"{value}" is not a label value: {_LABEL_RULE}')


_LABEL_RULE = (
    f"only lowercase letters, digits, underscores and dashes, of any language, at most {_MAX_LABEL} characters."
)


def _is_label(text: str) -> bool:
    return len(text) <= _MAX_LABEL and all(
        character in "_-" or (character.isalnum() and character == character.lower()) for character in text
    )


def _required(path: str) -> str:
    return _finding(path, "Required field is not set.")


def _finding(path: str, message: str) -> str:
    return f"Field: {path}; Message: {message}"
