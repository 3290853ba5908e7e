"""The lockfile: what was submitted, what is about to be, and by whom. Values only; `lock.codec` is their text. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NewType

from gembatch.model.digests import Digest
from gembatch.model.document import Json
from gembatch.model.jobs import Attempt, Input, JobKey, JobName, JobState, RemoteJob, RowCounts, Series

Lineage = NewType("Lineage", str)
"""The birth mark of a lockfile: 32 hexadecimal digits, never changed."""


@dataclass(frozen=True, slots=True)
class Submission:
    """One job that was submitted or adopted under a key.

    Attributes:
        name: The resource name that Vertex gave.
        attempt: The attempt that made it; None for an adopted job that gembatch did not make.
        digest: What it was asked to do.
        rerun: The rerun wish it answered; None when there was none.
        state: As last recorded.
        submitted: When Vertex created it, RFC 3339.
        output: Where its predictions are; the destination asked for until Vertex names the folder or table.
        ended: When it ended; empty while it is live.
        rows: None until Vertex counted them.
        error: What Vertex said went wrong.
        cancelled: Whether gembatch asked for its cancellation.
        inputs: Its inputs as they were when it was planned.
        body: The canonical body without gembatch's labels, for telling what a change changes.
    """

    name: JobName
    attempt: Attempt | None
    digest: Digest
    rerun: str | None
    state: JobState
    submitted: str
    output: str = ""
    ended: str = ""
    rows: RowCounts | None = None
    error: str = ""
    cancelled: bool = False
    inputs: tuple[Input, ...] = ()
    body: Mapping[str, Json] = field(default_factory=dict, repr=False)

    def synced(self, job: RemoteJob) -> Submission:
        """Returns the submission with what Vertex now says of it; what it no longer says is kept."""
        return replace(
            self,
            state=job.state,
            ended=job.end_time or self.ended,
            output=job.output or self.output,
            rows=job.rows or self.rows,
            error=job.error,
        )


@dataclass(frozen=True, slots=True)
class LockEntry:
    """All that is remembered of one key.

    Attributes:
        key: Its identity.
        spec: The file that asked for it; empty for a job found by its labels alone.
        series: The series it belongs to; None for a job found by its labels alone.
        current: The job that stands for the key now.
        history: The jobs before it, oldest first. A job is never dropped from here.
    """

    key: JobKey
    spec: str
    series: Series | None
    current: Submission
    history: tuple[Submission, ...] = ()

    def is_of(self, key: JobKey) -> bool:
        """Whether it is that key's."""
        # The name first: it tells nearly all keys apart, and to compare whole ones takes ten times as long.
        return self.key.display_name == key.display_name and self.key == key

    @property
    def submissions(self) -> tuple[Submission, ...]:
        """Every job that the key ever had, oldest first."""
        return (*self.history, self.current)

    def succeeded_by(self, submission: Submission) -> LockEntry:
        """Returns the entry with `submission` in front; one that is in the history already moves there."""
        history = tuple(past for past in self.submissions if past.name != submission.name)
        return replace(self, current=submission, history=history)


@dataclass(frozen=True, slots=True)
class Intent:
    """A submission that is about to be sent, or was sent and not yet recorded.

    Attributes:
        attempt: The mark that the job will carry.
        key: What it will be submitted for.
        spec: The file that asks for it.
        series: The series it belongs to.
        digest: What it will be asked to do.
        rerun: The rerun wish it answers.
        inputs: Its inputs as planned.
        body: The body without gembatch's labels.
    """

    attempt: Attempt
    key: JobKey
    spec: str
    series: Series | None
    digest: Digest
    rerun: str | None
    inputs: tuple[Input, ...] = ()
    body: Mapping[str, Json] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who is applying.

    Attributes:
        id: Random, one a run.
        who: `user@host`, for people.
        run_url: The pipeline's page; empty outside one.
        until: When the lease ends, RFC 3339, by the server's clock.
    """

    id: str
    who: str
    run_url: str
    until: str

    def __str__(self) -> str:
        return f"{self.who} ({self.run_url})" if self.run_url else self.who


@dataclass(frozen=True, slots=True)
class Lockfile:
    """The document.

    Attributes:
        workspace: Name of the workspace.
        environment: Name of the environment.
        lineage: Its birth mark.
        serial: Count of its writes, from 1; 0 before the first.
        data_id: Which emulator's data it speaks of; None for Google.
        holder: Who is applying, or did not finish; None when nobody is.
        intents: Submissions on their way, by display name.
        jobs: Entries of the jobs that the specs ask for, or asked for on another date; by display name.
        retired: Entries that no spec asks for any more; by display name.
    """

    workspace: str
    environment: str
    lineage: Lineage
    serial: int = 0
    data_id: str | None = None
    holder: Holder | None = None
    intents: tuple[Intent, ...] = ()
    jobs: tuple[LockEntry, ...] = ()
    retired: tuple[LockEntry, ...] = ()

    def entry(self, key: JobKey) -> LockEntry | None:
        """Returns what is remembered of a key, retired or not."""
        return next((entry for entry in (*self.jobs, *self.retired) if entry.is_of(key)), None)

    def with_entry(self, entry: LockEntry) -> Lockfile:
        """Returns the lockfile with `entry` among its jobs, in place of what it knew of the key."""
        return replace(self, jobs=_placed(self.jobs, entry), retired=_without(self.retired, entry.key))

    def with_retired(self, entry: LockEntry) -> Lockfile:
        """Returns the lockfile with `entry` among the retired, in place of what it knew of the key."""
        return replace(self, jobs=_without(self.jobs, entry.key), retired=_placed(self.retired, entry))

    def with_submissions(self, change: Callable[[Submission], Submission]) -> Lockfile:
        """Returns the lockfile with `change` made to every job of every entry, earlier ones included."""

        def changed(entry: LockEntry) -> LockEntry:
            return replace(entry, current=change(entry.current), history=tuple(map(change, entry.history)))

        return replace(self, jobs=tuple(map(changed, self.jobs)), retired=tuple(map(changed, self.retired)))

    def with_intent(self, intent: Intent) -> Lockfile:
        """Returns the lockfile with one intent more."""
        return replace(self, intents=(*self.without_intent(intent.attempt).intents, intent))

    def without_intent(self, attempt: Attempt) -> Lockfile:
        """Returns the lockfile without the intent of that attempt."""
        return replace(self, intents=tuple(intent for intent in self.intents if intent.attempt != attempt))


def _without(entries: Iterable[LockEntry], key: JobKey) -> tuple[LockEntry, ...]:
    return tuple(entry for entry in entries if not entry.is_of(key))


def _placed(entries: Iterable[LockEntry], entry: LockEntry) -> tuple[LockEntry, ...]:
    return (*_without(entries, entry.key), entry)
