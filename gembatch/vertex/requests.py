"""Between our nouns and the REST form of a `BatchPredictionJob`. Pure: knows JSON, not Google's classes.

The fields are those of `google/cloud/aiplatform/v1/batch_prediction_job.proto` under their JSON names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from gembatch.errors import RejectedError
from gembatch.model.document import Json
from gembatch.model.jobs import JobName, JobState, RemoteJob, RowCounts

SETTABLE_FIELDS = (
    "displayName",
    "model",
    "inputConfig",
    "instanceConfig",
    "modelParameters",
    "outputConfig",
    "labels",
    "serviceAccount",
    "encryptionSpec",
    "dedicatedResources",
    "manualBatchTuningParameters",
    "generateExplanation",
    "explanationSpec",
    "unmanagedContainerModel",
    "disableContainerLogging",
)
"""The fields of a job that a caller may set; the rest is output only."""

STATUS_FIELDS = (
    "name",
    "displayName",
    "state",
    "labels",
    "createTime",
    "startTime",
    "endTime",
    "updateTime",
    "error",
    "outputInfo",
    "completionStats",
)
"""What a `RemoteJob` needs except its body."""

_UTC_TIME = re.compile(r"(?P<second>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(?P<fraction>\d+))?Z")
_NAME = re.compile(r"projects/[^/\s]+/locations/(?P<region>[^/\s]+)/batchPredictionJobs/[^/\s]+")


def location_of(project: str, region: str) -> str:
    """Returns the resource under which a project's jobs in a region live."""
    return f"projects/{project}/locations/{region}"


def check_name(name: JobName, region: str) -> None:
    """Checks that a name can be asked of the gateway of a region.

    Asked of another region's host, a job that exists is "not found", which would pass for gone.

    Raises:
        RejectedError: It is no job's name, or of another region; status 400.
    """
    match = _NAME.fullmatch(name)
    if match is None:
        message = f"`{name}` is not a job's name; expected `projects/P/locations/R/batchPredictionJobs/ID`"
        raise RejectedError(message, status=400)
    if match["region"] != region:
        message = f"`{name}` is a job in `{match['region']}`, but the environment's region is `{region}`"
        raise RejectedError(message, status=400)


def remote_job(rest: Mapping[str, Json]) -> RemoteJob:
    """Returns the job that a REST answer shows. What the answer leaves out is empty.

    Raises:
        ValueError: The answer names no job.
    """
    name = _text(rest, "name")
    if not name:
        raise ValueError("the job in the answer has no name")
    error = _mapping(rest, "error")
    return RemoteJob(
        name=JobName(name),
        display_name=_text(rest, "displayName"),
        # A state that this version's API does not know arrives as a number.
        state=JobState.parse(str(rest.get("state", ""))),
        labels={key: str(value) for key, value in _mapping(rest, "labels").items()},
        create_time=_time(rest, "createTime"),
        start_time=_time(rest, "startTime"),
        end_time=_time(rest, "endTime"),
        update_time=_time(rest, "updateTime"),
        error=_text(error, "message"),
        error_code=_whole(error, "code"),
        output=_output(_mapping(rest, "outputInfo")),
        rows=_rows(rest.get("completionStats")),
        body={key: rest[key] for key in SETTABLE_FIELDS if key in rest},
    )


def _output(info: Mapping[str, Json]) -> str:
    # The proto describes a bare table name beside its dataset; for Gemini the service sends the full `bq://` reference.
    table, dataset = _text(info, "bigqueryOutputTable"), _text(info, "bigqueryOutputDataset")
    if table and dataset and not table.startswith("bq://"):
        table = f"{dataset}.{table}"
    return _text(info, "gcsOutputDirectory") or table or dataset or _text(info, "vertexMultimodalDatasetName")


def _rows(stats: Json) -> RowCounts | None:
    if not isinstance(stats, dict):
        return None
    return RowCounts(
        successful=_whole(stats, "successfulCount"),
        failed=_whole(stats, "failedCount"),
        incomplete=_whole(stats, "incompleteCount"),
    )


def _text(rest: Mapping[str, Json], key: str) -> str:
    value = rest.get(key)
    return value if isinstance(value, str) else ""


def _time(rest: Mapping[str, Json], key: str) -> str:
    """Returns an RFC 3339 time in UTC with six digits of fraction, so that times sort as text; empty for none.

    The API writes none, three, six or nine digits, as many as the time needs.
    """
    text = _text(rest, key)
    match = _UTC_TIME.fullmatch(text)
    return f"{match['second']}.{match['fraction'] or '':0<6.6}Z" if match else text


def _mapping(rest: Mapping[str, Json], key: str) -> Mapping[str, Json]:
    value = rest.get(key)
    return value if isinstance(value, dict) else {}


def _whole(rest: Mapping[str, Json], key: str) -> int:
    """Reads an integer; proto3 JSON leaves zero out and sends 64 bits as text."""
    value = rest.get(key)
    return int(value) if isinstance(value, int | str) else 0
