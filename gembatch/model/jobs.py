"""A job as it is desired, as Vertex shows it, and what identifies both."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import NewType

from gembatch.model.diagnostics import Location
from gembatch.model.digests import Digest
from gembatch.model.document import Document, Json

JobName = NewType("JobName", str)
"""The full resource name that Vertex gave: `projects/NUMBER/locations/REGION/batchPredictionJobs/ID`."""

Attempt = NewType("Attempt", str)
"""The identifier that marks one try at submitting: 32 hexadecimal digits, on the job as a label."""

LABEL_PREFIX = "gembatch-"
LABEL_WORKSPACE = "gembatch-workspace"
LABEL_ENVIRONMENT = "gembatch-env"
LABEL_DIGEST = "gembatch-digest"
LABEL_RERUN = "gembatch-rerun"
LABEL_ATTEMPT = "gembatch-attempt"


@dataclass(frozen=True, slots=True, order=True)
class JobKey:
    """The identity of a desired job. No two jobs of a run share one."""

    project: str
    region: str
    environment: str
    display_name: str

    def __str__(self) -> str:
        return self.display_name


class JobState(StrEnum):
    """The states of `google.cloud.aiplatform.v1.JobState`.

    A state that a later API adds reads as unspecified, which has not ended.
    """

    UNSPECIFIED = "JOB_STATE_UNSPECIFIED"
    QUEUED = "JOB_STATE_QUEUED"
    PENDING = "JOB_STATE_PENDING"
    RUNNING = "JOB_STATE_RUNNING"
    SUCCEEDED = "JOB_STATE_SUCCEEDED"
    FAILED = "JOB_STATE_FAILED"
    CANCELLING = "JOB_STATE_CANCELLING"
    CANCELLED = "JOB_STATE_CANCELLED"
    PAUSED = "JOB_STATE_PAUSED"
    EXPIRED = "JOB_STATE_EXPIRED"
    UPDATING = "JOB_STATE_UPDATING"
    PARTIALLY_SUCCEEDED = "JOB_STATE_PARTIALLY_SUCCEEDED"

    @classmethod
    def parse(cls, text: str) -> JobState:
        """Returns the state of that name; unspecified for a name that is not known."""
        return cls.__members__.get(text.removeprefix("JOB_STATE_"), cls.UNSPECIFIED)

    @property
    def has_ended(self) -> bool:
        """Whether the state is terminal. Google's own clients each miss one of the five."""
        return self in _TERMINAL

    @property
    def is_live(self) -> bool:
        """Whether the job may still run, and cost."""
        return not self.has_ended

    @property
    def word(self) -> str:
        """The state for people: `partially succeeded`."""
        return self.value.removeprefix("JOB_STATE_").replace("_", " ").lower()


_TERMINAL = frozenset(
    {JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED, JobState.EXPIRED, JobState.PARTIALLY_SUCCEEDED}
)


class OnFailure(StrEnum):
    """What a run does about a job that ended badly."""

    HOLD = "hold"
    RETRY = "retry"


class OnChangeInFlight(StrEnum):
    """What a run does about a spec that changed while its job is live."""

    REFUSE = "refuse"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """A job's own policy.

    Attributes:
        on_failure: Hold it for a person, or retry.
        max_attempts: With retry: how many jobs in all, from 1.
        on_change_in_flight: Refuse the change while the job is live, or cancel the job.
        max_failed_rows: The share of failed rows, 0 to 1, above which `wait` calls the job failed.
        allow_redated: The body may depend on a date that is finer than those in the name.
    """

    on_failure: OnFailure = OnFailure.HOLD
    max_attempts: int = 3
    on_change_in_flight: OnChangeInFlight = OnChangeInFlight.REFUSE
    max_failed_rows: float = 0.01
    allow_redated: bool = False


@dataclass(frozen=True, slots=True)
class Input:
    """An input as it was when it was looked at.

    Attributes:
        uri: `gs://bucket/object`.
        generation: The object's generation; None when it could not be read, or offline.
        size: Bytes.
        crc32c: The object's checksum, base64 of the big-endian value, as Cloud Storage writes it.
    """

    uri: str
    generation: str | None = None
    size: int | None = None
    crc32c: str | None = None


@dataclass(frozen=True, slots=True)
class StagedFile:
    """A file of the repository that is a job's input.

    Attributes:
        path: Relative to the workspace, with forward slashes.
        uri: Where it is uploaded: `STAGING/SHA256/NAME`.
        sha256: Of its content, 64 hexadecimal digits.
        size: Bytes.
    """

    path: str
    uri: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Series:
    """All instances of one spec and combination over dates.

    Attributes:
        template: The display name as it stands in the spec.
        combination: The matrix combination as canonical JSON.
        dated: Whether the name depends on a date; an undated series has one instance.
    """

    template: str
    combination: str
    dated: bool


@dataclass(frozen=True, slots=True)
class Previous:
    """What a renamed job was called.

    Attributes:
        display_name: Under which it is recorded.
        series: To which its other instances belong.
    """

    display_name: str
    series: Series


@dataclass(frozen=True, slots=True)
class JobSpec:
    """One desired job.

    Attributes:
        key: Its identity.
        body: The canonical REST body, as POSTed but for the attempt's label.
        digest: Over what decides rows and result.
        content: What the digest covers; kept so that any recorded method can be recomputed.
        rerun: The spoken wish to run an unchanged job again; None when not spoken.
        lifecycle: Its policy.
        series: The series it is an instance of.
        document: The document that asks for it, filled in.
        staged: The files that must be in the bucket before it is submitted.
        previous: What it was called, where it is being renamed.
        date: The last date of the run that asks for it; None for a job whose name depends on no date.
    """

    key: JobKey
    body: Mapping[str, Json] = field(repr=False)
    digest: Digest
    content: Mapping[str, Json] = field(repr=False)
    rerun: str | None
    lifecycle: Lifecycle
    series: Series
    document: Document = field(repr=False, compare=False)
    staged: tuple[StagedFile, ...] = ()
    date: dt.date | None = None
    previous: Previous | None = None

    @property
    def location(self) -> Location:
        """Where it is told to stand; see `place_of_job`."""
        return place_of_job(self.document)

    @property
    def previous_key(self) -> JobKey | None:
        """The identity that it had; None where it is not being renamed."""
        return replace(self.key, display_name=self.previous.display_name) if self.previous else None

    @property
    def spec_path(self) -> str:
        """The file that asks for it, relative to the workspace."""
        return self.document.source.path

    @property
    def input_uris(self) -> tuple[str, ...]:
        """The `gs://` or `bq://` inputs, in the order of the body."""
        return input_uris(self.body)

    @property
    def output_uri(self) -> str:
        """The `gs://` prefix or `bq://` destination."""
        return output_uri(self.body)


@dataclass(frozen=True, slots=True)
class RowCounts:
    """How the rows of a job fared: `completionStats`. A count of -1 is unknown to Vertex."""

    successful: int = 0
    failed: int = 0
    incomplete: int = 0


@dataclass(frozen=True, slots=True)
class RemoteJob:
    """A job as Vertex shows it.

    Attributes:
        name: Full resource name.
        display_name: Not unique.
        state: As last seen.
        labels: All of them, ours and others.
        create_time: RFC 3339, UTC; empty when the answer left it out. So are the other times.
        start_time: When it first ran.
        end_time: When it ended.
        update_time: When it last changed.
        error: What Vertex says went wrong; empty when nothing did.
        error_code: The `google.rpc` code of the error; 0 when there is none.
        output: `outputInfo`'s directory or table; empty until the job has begun to write.
        rows: None until Vertex counts them.
        body: The fields a caller may set, in REST form; empty when the read mask left them out.
    """

    name: JobName
    display_name: str
    state: JobState
    labels: Mapping[str, str] = field(default_factory=dict)
    create_time: str = ""
    start_time: str = ""
    end_time: str = ""
    update_time: str = ""
    error: str = ""
    error_code: int = 0
    output: str = ""
    rows: RowCounts | None = None
    body: Mapping[str, Json] = field(default_factory=dict, repr=False)

    @property
    def attempt(self) -> Attempt | None:
        """The attempt that made it; None for a job that gembatch did not make."""
        text = self.labels.get(LABEL_ATTEMPT)
        return Attempt(text) if text else None


@dataclass(frozen=True, slots=True)
class Observed:
    """What Vertex shows at one moment.

    Attributes:
        ours: Jobs with both this workspace's and this environment's label.
        strangers: Other jobs under a display name that is about to be created.
        gone: Recorded names whose GET answered 404.
    """

    ours: tuple[RemoteJob, ...] = ()
    strangers: tuple[RemoteJob, ...] = ()
    gone: frozenset[JobName] = frozenset()


def place_of_job(document: Document) -> Location:
    """Returns where a job is told to stand: its display name, or the spec itself where another file gives the name."""
    named = document.places.at(("displayName",))
    return named if named.path == document.source.path else document.places.at(())


def rerun_label(rerun: str) -> str:
    """Returns the form of a rerun wish on a job's label: any text, made safe as 32 hexadecimal digits."""
    return hashlib.sha256(rerun.encode()).hexdigest()[:32]


def input_uris(body: Mapping[str, Json]) -> tuple[str, ...]:
    """Returns the inputs that a canonical body names, in its order."""
    # `str() as uri` and not `str(uri)`: Python would look, in vain and slowly, for what `str` calls its parts.
    match body.get("inputConfig"):
        case {"gcsSource": {"uris": [*uris]}}:
            return tuple(str(uri) for uri in uris)
        case {"bigquerySource": {"inputUri": str() as uri}}:
            return (uri,)
        case {"vertexMultimodalDatasetSource": {"datasetName": str() as uri}}:
            return (uri,)
        case _:
            return ()


def output_uri(body: Mapping[str, Json]) -> str:
    """Returns the destination that a canonical body names; empty when it names none."""
    match body.get("outputConfig"):
        case {"gcsDestination": {"outputUriPrefix": str() as uri}}:
            return uri
        case {"bigqueryDestination": {"outputUri": str() as uri}}:
            return uri
        case {"vertexMultimodalDatasetDestination": {"bigqueryDestination": {"outputUri": str() as uri}}}:
            return uri
        case _:
            return ""
