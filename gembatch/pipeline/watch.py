"""After the apply: how the jobs are, until they end, and how to end them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from gembatch.apply.intents import is_held
from gembatch.errors import LockfileHeldError, LockfileMovedError
from gembatch.lock.lockfile import Lockfile, Submission
from gembatch.model.jobs import JobName, JobSpec, JobState, Observed
from gembatch.pipeline.observe import observed_jobs, recorded_jobs
from gembatch.pipeline.run import Run, Shores
from gembatch.plan.status import JobStatus, job_statuses, synced_lockfile

_TRIES = 3


@dataclass(frozen=True, slots=True)
class Watched:
    """The jobs at one moment.

    Attributes:
        statuses: One per key, sorted; retired ones last.
        observed: What Vertex shows.
    """

    statuses: tuple[JobStatus, ...]
    observed: Observed


def watch_jobs(run: Run, jobs: Sequence[JobSpec], shores: Shores) -> Watched:
    """Returns how every desired and recorded job is, from reads alone.

    Raises:
        LockfileError: The lockfile cannot be read, or is of another workspace or environment.
        GatewayError: Vertex cannot be listed as a whole.
    """
    stored, _ = recorded_jobs(run, shores)
    observed = observed_jobs(run, (), stored, shores)
    return Watched(job_statuses(jobs, stored, observed), observed)


def sync_jobs(shores: Shores, observed: Observed) -> bool:
    """Writes the states that Vertex showed into the lockfile; returns whether that could be done.

    It cannot while an apply holds the lockfile: a write would take it from under the apply.
    """
    return _rewritten(shores, lambda lockfile: synced_lockfile(lockfile, observed))


def cancel_jobs(shores: Shores, names: Collection[JobName]) -> None:
    """Records that jobs are to end by our wish, then asks for it.

    In this order: a job that ended by a wish which nobody remembers counts as cancelled by somebody else, and its
    lifecycle may have it submitted again.

    Raises:
        LockfileHeldError: An apply is running; nothing was cancelled.
        GatewayError: Vertex did not take one of them; the ones before it are cancelled.
    """
    if not _rewritten(shores, lambda lockfile: _with_cancelled(lockfile, names)):
        raise LockfileHeldError(
            f"nothing was cancelled: an apply holds {shores.store.location}",
            hint="wait for it to end, or interrupt it; then cancel again",
        )
    for name in names:
        shores.gateway.cancel(name)


def _with_cancelled(lockfile: Lockfile, names: Collection[JobName]) -> Lockfile:
    def cancelled(submission: Submission) -> Submission:
        if submission.name in names and submission.state.is_live:
            return replace(submission, cancelled=True, state=JobState.CANCELLING)
        return submission

    return lockfile.with_submissions(cancelled)


def _rewritten(shores: Shores, change: Callable[[Lockfile], Lockfile]) -> bool:
    """Reads, changes and writes the lockfile; anew when somebody else wrote it in between."""
    for _ in range(_TRIES):
        stored, version = shores.store.read()
        if stored is None:
            return True
        changed = change(stored)
        if changed == stored:
            return True
        if is_held(stored, shores.gateway.server_time()):
            return False
        try:
            shores.store.write(replace(changed, serial=stored.serial + 1), version)
        except LockfileMovedError:
            continue
        return True
    return False
