"""Desired, recorded and observed side by side, per key: what `status` shows and `wait` judges. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from gembatch.lock.lockfile import LockEntry, Lockfile, Submission
from gembatch.model.digests import is_digest_of
from gembatch.model.jobs import JobKey, JobSpec, JobState, Lifecycle, Observed


@dataclass(frozen=True, slots=True)
class JobStatus:
    """One key's three sides.

    Attributes:
        key: The identity.
        desired: What the specs ask for; None when they do not.
        entry: What the lockfile has, with what Vertex says now; None when it has nothing.
        is_retired: Whether the entry is retired.
        is_gone: Whether Vertex answered that it does not know the recorded job.
    """

    key: JobKey
    desired: JobSpec | None = None
    entry: LockEntry | None = None
    is_retired: bool = False
    is_gone: bool = False

    @property
    def submission(self) -> Submission | None:
        """The job that stands for the key now."""
        return self.entry.current if self.entry else None

    @property
    def is_live(self) -> bool:
        """Whether there is a job to wait for."""
        return self.submission is not None and self.submission.state.is_live and not self.is_gone

    @property
    def state_word(self) -> str:
        """The job's state for people."""
        if self.submission is None:
            return "not submitted"
        return "gone" if self.is_gone and self.submission.state.is_live else self.submission.state.word

    @property
    def spec_word(self) -> str:
        """How the spec relates to the job: `current`, `changed`, `new`, `past` or `removed`."""
        if self.desired is None:
            return "removed" if self.is_retired or not (self.entry and self.entry.series) else "past"
        if self.submission is None:
            return "new"
        is_same = is_digest_of(self.submission.digest, dict(self.desired.content))
        return "current" if is_same and self.desired.rerun in (None, self.submission.rerun) else "changed"


def job_statuses(desired: Iterable[JobSpec], lockfile: Lockfile | None, observed: Observed) -> tuple[JobStatus, ...]:
    """Returns one status per key that is desired or recorded, sorted by key; retired keys come last."""
    specs = {spec.key: spec for spec in desired}
    jobs = lockfile.jobs if lockfile else ()
    retired = lockfile.retired if lockfile else ()
    seen = {job.name: job for job in (*observed.ours, *observed.strangers)}
    active = {entry.key: entry for entry in jobs}

    def status(key: JobKey, entry: LockEntry | None, *, is_retired: bool) -> JobStatus:
        if entry is None:
            return JobStatus(key, specs.get(key))
        job = seen.get(entry.current.name)
        synced = replace(entry, current=entry.current.synced(job)) if job else entry
        return JobStatus(key, specs.get(key), synced, is_retired, entry.current.name in observed.gone)

    first = [status(key, active.get(key), is_retired=False) for key in sorted({*specs, *active} - _keys(retired))]
    return (*first, *(status(e.key, e, is_retired=True) for e in sorted(retired, key=lambda entry: entry.key)))


def _keys(entries: Iterable[LockEntry]) -> set[JobKey]:
    return {entry.key for entry in entries}


def synced_lockfile(lockfile: Lockfile, observed: Observed) -> Lockfile:
    """Returns the lockfile with the states that Vertex shows now; the same object when nothing moved."""
    seen = {job.name: job for job in (*observed.ours, *observed.strangers)}

    def synced(submission: Submission) -> Submission:
        return submission.synced(seen[submission.name]) if submission.name in seen else submission

    # The earlier jobs as well: one that is known to have succeeded need not be bought again when Vertex forgets it.
    fresh = lockfile.with_submissions(synced)
    return lockfile if fresh == lockfile else fresh


def failure_of(status: JobStatus) -> str:
    """Returns why an ended job does not count as a success; empty when it does, or has not ended.

    `SUCCEEDED` says only that the job ran to its end: every row may have failed.
    """
    submission = status.submission
    if submission is None or status.is_live:
        return ""
    if status.is_gone and submission.state.is_live:
        return "Vertex AI does not know the job any more"
    if submission.state is not JobState.SUCCEEDED:
        return f"{submission.state.word}{f': {submission.error}' if submission.error else ''}"
    return _rows_failure(submission, status.desired.lifecycle if status.desired else Lifecycle())


def _rows_failure(submission: Submission, lifecycle: Lifecycle) -> str:
    rows = submission.rows
    if rows is None:
        return ""
    counted = max(0, rows.successful) + max(0, rows.failed) + max(0, rows.incomplete)
    if counted and rows.successful <= 0:
        return f"no row succeeded, of {counted}"
    lost = max(0, rows.failed) + max(0, rows.incomplete)
    if counted and lost / counted > lifecycle.max_failed_rows:
        return f"{lost} of {counted} rows failed, more than maxFailedRows {lifecycle.max_failed_rows:g} allows"
    return ""
