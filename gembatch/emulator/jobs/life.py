"""What can happen to a job, as functions from the job before to the job after. Pure: moments are arguments."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from enum import Enum, auto

from gembatch.emulator.http import Json
from gembatch.emulator.jobs.job import Counts, Job, JobState, Problem, timestamp
from gembatch.emulator.jobs.names import JobName

CANCELED = Problem(1, "CANCELED")
"""What a cancelled job carries, in this spelling."""


class StateError(Exception):
    """The job's state does not allow what was asked."""


class Stage(Enum):
    """The work that a job waits for."""

    BEGIN = auto()
    """Look at its input, and run or fail."""
    FINISH = auto()
    """Answer its rows, and end."""
    CANCEL = auto()
    """End without."""


def accept(name: JobName, fields: Mapping[str, Json], now: datetime, queue: timedelta) -> Job:
    """Returns a new job, which is pending for as long as `queue`."""
    return Job(name, fields, JobState.PENDING, created=now, updated=now, due=now + queue)


def stage_of(job: Job) -> Stage:
    """Returns what happens when a job is due, as every job is until it has ended."""
    return _STAGES[job.state]


_STAGES = {
    JobState.PENDING: Stage.BEGIN,
    JobState.RUNNING: Stage.FINISH,
    JobState.CANCELLING: Stage.CANCEL,
}


def run(job: Job, now: datetime, length: timedelta) -> Job:
    """Returns a pending job running, for `length` at least; any other as it is, for a cancel may have come first."""
    if job.state is not JobState.PENDING:
        return job
    return replace(job, state=JobState.RUNNING, started=now, updated=now, due=now + length)


def show_output(job: Job, now: datetime) -> Job:
    """Returns the job with the directory it writes to."""
    return replace(job, output_directory=output_directory(job), updated=now)


def succeed(job: Job, counts: Counts, now: datetime) -> Job:
    """Returns the job with every row answered, whatever the answers; cancelled if that was asked for meanwhile."""
    if job.state is JobState.CANCELLING:
        return cancel(job, now, counts)
    return replace(_end(job, JobState.SUCCEEDED, now), counts=counts)


def fail(job: Job, problem: Problem, now: datetime) -> Job:
    """Returns the job failed; cancelled if that was asked for meanwhile, and as it is if it has ended."""
    if job.state.has_ended:
        return job
    if job.state is JobState.CANCELLING:
        return cancel(job, now)
    return replace(_end(job, JobState.FAILED, now), error=problem)


def ask_to_cancel(job: Job, now: datetime) -> Job:
    """Returns the job after a cancel: a pending one has ended, a running one is about to.

    Raises:
        StateError: It has ended, or is being cancelled already.
    """
    match job.state:
        case JobState.PENDING:
            return cancel(job, now)
        case JobState.RUNNING:
            return replace(job, state=JobState.CANCELLING, updated=now, due=now)
        case _:
            raise StateError(
                f"The BatchPredictionJob cannot be cancelled, since its state is {job.state.wire_name}: {job.name}"
            )


def cancel(job: Job, now: datetime, counts: Counts | None = None) -> Job:
    """Returns the job cancelled, with the counts of what was done before."""
    return replace(_end(job, JobState.CANCELLED, now), error=CANCELED, counts=counts)


def output_directory(job: Job) -> str:
    """Returns where a job's predictions go.

    The stamp is near the time of creation and not equal to it, as with Google, so that nobody comes to rely on it.
    It depends on the job alone: whoever takes over from a process that died writes to the same place.
    """
    delay = timedelta(microseconds=1000 + int(hashlib.sha256(job.name.id.encode()).hexdigest(), 16) % 8000)
    return f"{job.output_prefix.rstrip('/')}/prediction-model-{timestamp(job.created + delay)}"


def _end(job: Job, state: JobState, now: datetime) -> Job:
    return replace(job, state=state, ended=now, updated=now, due=None)
