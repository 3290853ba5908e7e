"""What the apply machine is told, and what it asks for. Values only.

Every event carries what a command brought back; every command is one effect. A driver turns the one into the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from gembatch.errors import LockfileError
from gembatch.lock.lockfile import Lockfile
from gembatch.model.document import Json
from gembatch.model.jobs import Attempt, JobKey, JobName, RemoteJob, StagedFile


@dataclass(frozen=True, slots=True)
class Begin:
    """The apply starts."""


@dataclass(frozen=True, slots=True)
class Staged:
    """The files of a job are in the bucket; or are not, and `error` says why."""

    key: JobKey
    error: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """The lockfile that was asked to be written is stored."""


@dataclass(frozen=True, slots=True)
class WriteFailed:
    """The lockfile is not stored: it moved, or cannot be written."""

    error: LockfileError


@dataclass(frozen=True, slots=True)
class Created:
    """Vertex accepted the job."""

    key: JobKey
    job: RemoteJob


@dataclass(frozen=True, slots=True)
class Rejected:
    """Vertex refused for good: nothing was made."""

    key: JobKey
    status: int
    message: str


@dataclass(frozen=True, slots=True)
class Throttled:
    """Vertex answered 429: nothing was made. `retry_after` is in seconds; None when the server does not say."""

    key: JobKey
    message: str
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Uncertain:
    """The answer was lost: a job may or may not have been made."""

    key: JobKey
    message: str


@dataclass(frozen=True, slots=True)
class Unsent:
    """It had become too late to send within the lease: nothing was sent."""

    key: JobKey


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What a listing by attempt shows: the job, or None. A listing that failed is None as well, and is asked again."""

    key: JobKey
    job: RemoteJob | None


@dataclass(frozen=True, slots=True)
class CancelAnswered:
    """Vertex took the wish to cancel; or did not, and `error` says why."""

    key: JobKey
    error: str = ""


@dataclass(frozen=True, slots=True)
class Polled:
    """A job that is being cancelled, as it is now; None when it cannot be read or is gone."""

    key: JobKey
    job: RemoteJob | None


@dataclass(frozen=True, slots=True)
class Woken:
    """The time that was asked for has come."""


@dataclass(frozen=True, slots=True)
class Interrupted:
    """Somebody wants the apply to end: no new submission, but those in flight are waited for and recorded."""


Event: TypeAlias = (
    Begin
    | Staged
    | Written
    | WriteFailed
    | Created
    | Rejected
    | Throttled
    | Uncertain
    | Unsent
    | LookedUp
    | CancelAnswered
    | Polled
    | Woken
    | Interrupted
)


@dataclass(frozen=True, slots=True)
class Stage:
    """Make sure that files are in the bucket; answered by `Staged`."""

    key: JobKey
    files: tuple[StagedFile, ...]


@dataclass(frozen=True, slots=True)
class Write:
    """Store the lockfile if it is unchanged since it was last read or written; `Written` or `WriteFailed`."""

    lockfile: Lockfile


@dataclass(frozen=True, slots=True)
class Create:
    """Submit, once; `Created`, `Rejected`, `Throttled` or `Uncertain`. Never repeated by whoever carries it out.

    Not sent any more after `latest`, by the server's clock, since the lease would not outlast it; `Unsent`.
    """

    key: JobKey
    body: Mapping[str, Json] = field(repr=False)
    latest: datetime


@dataclass(frozen=True, slots=True)
class LookUp:
    """Search for the job of an attempt, every page; `LookedUp`."""

    key: JobKey
    attempt: Attempt


@dataclass(frozen=True, slots=True)
class Cancel:
    """Ask for a job's end; `CancelAnswered`."""

    key: JobKey
    name: JobName


@dataclass(frozen=True, slots=True)
class Poll:
    """Read one job; `Polled`."""

    key: JobKey
    name: JobName


@dataclass(frozen=True, slots=True)
class WakeAt:
    """Send `Woken` at that time, by the server's clock, unless something happens before."""

    time: datetime


Command: TypeAlias = Stage | Write | Create | LookUp | Cancel | Poll | WakeAt
