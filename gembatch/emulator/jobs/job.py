"""A batch prediction job as a value, and as the document that the API shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import cast

from gembatch.emulator.http import Json
from gembatch.emulator.jobs.names import JobName


class JobState(IntEnum):
    """The states of `google.cloud.aiplatform.v1.JobState`, with their numbers on the wire."""

    UNSPECIFIED = 0
    QUEUED = 1
    PENDING = 2
    RUNNING = 3
    SUCCEEDED = 4
    FAILED = 5
    CANCELLING = 6
    CANCELLED = 7
    PAUSED = 8
    EXPIRED = 9
    UPDATING = 10
    PARTIALLY_SUCCEEDED = 11

    @property
    def wire_name(self) -> str:
        """The name on the wire: `JOB_STATE_RUNNING`."""
        return f"JOB_STATE_{self.name}"

    @property
    def has_ended(self) -> bool:
        """Whether nothing follows this state."""
        return self in _TERMINAL


_TERMINAL = frozenset(
    {JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED, JobState.EXPIRED, JobState.PARTIALLY_SUCCEEDED}
)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a job ended badly.

    Attributes:
        code: Number of a `google.rpc.Code`.
        message: For people.
    """

    code: int
    message: str


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of a job's rows."""

    successful: int = 0
    failed: int = 0
    incomplete: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """A job.

    Attributes:
        name: Its resource name.
        fields: What the caller set, in canonical form.
        state: Where it stands.
        created: When it was accepted. This and the other moments are UTC.
        updated: When it last changed.
        due: When the next thing happens to it without being asked for; None once it has ended.
        started: When it first ran.
        ended: When it reached a terminal state.
        error: Set when it failed or was cancelled.
        output_directory: `gs://bucket/prefix/prediction-model-STAMP`, once it writes.
        counts: Of rows, once there are any.
    """

    name: JobName
    fields: Mapping[str, Json]
    state: JobState
    created: datetime
    updated: datetime
    due: datetime | None = None
    started: datetime | None = None
    ended: datetime | None = None
    error: Problem | None = None
    output_directory: str | None = None
    counts: Counts | None = None

    @property
    def display_name(self) -> str:
        """The caller's name for it. Not unique."""
        return cast("str", self.fields["displayName"])

    @property
    def model(self) -> str:
        """The model's name as the caller wrote it."""
        return cast("str", self.fields["model"])

    @property
    def labels(self) -> Mapping[str, str]:
        """The caller's labels."""
        return cast("Mapping[str, str]", self.fields.get("labels", {}))

    @property
    def input_uris(self) -> Sequence[str]:
        """The `gs://` URIs of the rows, as the caller wrote them."""
        config = cast("Mapping[str, Mapping[str, Sequence[str]]]", self.fields["inputConfig"])
        return config["gcsSource"]["uris"]

    @property
    def output_prefix(self) -> str:
        """The `gs://` URI under which the predictions go, as the caller wrote it."""
        config = cast("Mapping[str, Mapping[str, str]]", self.fields["outputConfig"])
        return config["gcsDestination"]["outputUriPrefix"]


def document_of(job: Job) -> dict[str, Json]:
    """Returns the job as the API shows it, with the names of enums."""
    document: dict[str, Json] = {
        "name": str(job.name),
        **job.fields,
        "modelVersionId": "1",
        "state": job.state.wire_name,
        "createTime": timestamp(job.created),
        "updateTime": timestamp(job.updated),
    }
    if job.started:
        document["startTime"] = timestamp(job.started)
    if job.ended:
        document["endTime"] = timestamp(job.ended)
    if job.error:
        document["error"] = {"code": job.error.code, "message": job.error.message}
    if job.output_directory:
        document["outputInfo"] = {"gcsOutputDirectory": job.output_directory}
    if job.counts:
        document["completionStats"] = _stats(job.counts)
    return document


def timestamp(moment: datetime) -> str:
    """Returns a moment as the API writes it: RFC 3339 with microseconds, in UTC."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _stats(counts: Counts) -> dict[str, Json]:
    """Returns `completionStats`: 64-bit integers are text in JSON, and those that are zero are left out."""
    stats = {
        "successfulCount": counts.successful,
        "failedCount": counts.failed,
        "incompleteCount": counts.incomplete,
    }
    return {name: str(count) for name, count in stats.items() if count}
