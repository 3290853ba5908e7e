"""What is done to a job when it is due: its input is looked at, its rows are answered."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import takewhile
from typing import assert_never

from gembatch.emulator.jobs import life
from gembatch.emulator.jobs.answers import Answer, answer_row
from gembatch.emulator.jobs.catalog import answers_prompts, short_name
from gembatch.emulator.jobs.job import Counts, Job, JobState, Problem
from gembatch.emulator.jobs.leases import LEASE_SECONDS, Lease, Leases
from gembatch.emulator.jobs.rows import (
    InputProblemError,
    Table,
    find_inputs,
    import_rows,
    missing_bucket,
    read_rows,
    shuffle,
    split_uri,
)
from gembatch.emulator.settings import Settings
from gembatch.emulator.storage.conditions import Conditions
from gembatch.emulator.storage.objects import Objects
from gembatch.emulator.storage.stored import NoSuchBucketError, PreconditionFailedError, StoredObject, StoreError

_PULSE_SECONDS = LEASE_SECONDS / 20
_IF_ABSENT = Conditions(generation_match=0)


class StoppedError(Exception):
    """The emulator stops. Another process, or the next start, goes on with the job."""


class Pulse:
    """Keeps a lease while its holder works, and tells when to stop."""

    def __init__(self, leases: Leases, lease: Lease, stopping: threading.Event) -> None:
        self._leases = leases
        self._lease = lease
        self._stopping = stopping
        self._next = time.monotonic() + _PULSE_SECONDS
        self._is_wanted = True

    def goes_on(self) -> bool:
        """Returns whether the job is still wanted; cheap enough to ask before each row.

        Raises:
            LeaseLostError: Somebody else works on the job by now.
            StoppedError: The emulator stops.
        """
        if time.monotonic() >= self._next:
            if self._stopping.is_set():
                raise StoppedError
            job = self._leases.update(self._lease)
            self._is_wanted = job.state in {JobState.PENDING, JobState.RUNNING}
            self._next = time.monotonic() + _PULSE_SECONDS
        return self._is_wanted


class Execution:
    """Carries out the steps of jobs. What it writes is a function of the job and its input alone."""

    def __init__(self, objects: Objects, leases: Leases, settings: Settings) -> None:
        self._objects = objects
        self._leases = leases
        self._settings = settings

    def carry_out(self, lease: Lease, pulse: Pulse) -> None:
        """Does what is due, and writes what became of it.

        Raises:
            LeaseLostError: Somebody else works on the job by now; what they do stands.
            StoppedError: The emulator stops; nothing was done.
        """
        stopwatch = _Stopwatch(self._settings, lease.job)
        try:
            match lease.stage:
                case life.Stage.BEGIN:
                    self._begin(lease, pulse, stopwatch)
                case life.Stage.FINISH:
                    self._finish(lease, pulse, stopwatch)
                case life.Stage.CANCEL:
                    self._leases.update(lease, lambda job: life.cancel(job, stopwatch.moment()))
                case _:
                    assert_never(lease.stage)
        except InputProblemError as error:
            problem = error.problem
            self._leases.update(lease, lambda job: life.fail(job, problem, stopwatch.moment()))

    def _begin(self, lease: Lease, pulse: Pulse, stopwatch: _Stopwatch) -> None:
        if not answers_prompts(lease.job.model):
            raise InputProblemError(Problem(12, f"This emulator cannot answer for {lease.job.model}, only for Gemini."))
        bucket, _ = split_uri(lease.job.output_prefix)
        if not self._objects.has_bucket(bucket):
            raise missing_bucket(bucket)
        self._import(lease.job, pulse)
        length = timedelta(seconds=self._settings.run_seconds)
        self._leases.update(lease, lambda job: life.run(job, stopwatch.moment(), length))

    def _finish(self, lease: Lease, pulse: Pulse, stopwatch: _Stopwatch) -> None:
        inputs, table = self._import(lease.job, pulse)
        job = self._leases.update(lease, lambda job: life.show_output(job, stopwatch.moment()))
        tally = _Tally()
        answers = self._answers(job, inputs, table)
        self._write(job, tally.lines(takewhile(lambda _: pulse.goes_on(), answers)))
        counts = tally.counts(table.count)
        self._leases.update(lease, lambda job: life.succeed(job, counts, stopwatch.moment()))

    def _import(self, job: Job, pulse: Pulse) -> tuple[tuple[StoredObject, ...], Table]:
        inputs = find_inputs(self._objects, job.input_uris)
        return inputs, import_rows(self._objects, inputs, pulse.goes_on)

    def _answers(self, job: Job, inputs: Iterable[StoredObject], table: Table) -> Iterator[Answer]:
        model = short_name(job.model)
        for index, row in enumerate(shuffle(read_rows(self._objects, inputs))):
            yield answer_row(row, table.row, model, self._processed(job, index / table.count))

    def _processed(self, job: Job, share: float) -> datetime:
        """Returns when a row was answered, which depends on its place alone: see `life.output_directory`."""
        return (job.started or job.created) + timedelta(seconds=share * self._settings.run_seconds)

    def _write(self, job: Job, lines: Iterable[bytes]) -> None:
        bucket, name = split_uri(f"{job.output_directory}/predictions.jsonl")
        try:
            # A file that is there is the same: whoever wrote it died before the job was told.
            with suppress(PreconditionFailedError):
                self._objects.put(bucket, name, lines, content_type="application/json", conditions=_IF_ABSENT)
        except NoSuchBucketError as error:
            raise missing_bucket(bucket) from error
        except StoreError as error:
            raise InputProblemError(Problem(13, f"Failed to export data. {error}")) from error


class _Stopwatch:
    """Tells when a step ended that began when it was due.

    A job goes on where time has brought it: what was due while no emulator ran, happened when it was due.
    """

    def __init__(self, settings: Settings, job: Job) -> None:
        self._clock = settings.clock
        self._began = settings.clock()
        self._due = job.due or self._began

    def moment(self) -> datetime:
        return self._due + (self._clock() - self._began)


class _Tally:
    """Counts answers that pass by."""

    def __init__(self) -> None:
        self._seen: Counter[bool] = Counter()

    def lines(self, answers: Iterable[Answer]) -> Iterator[bytes]:
        for answer in answers:
            self._seen[answer.is_success] += 1
            yield answer.line

    def counts(self, rows: int) -> Counts:
        return Counts(self._seen[True], self._seen[False], rows - self._seen.total())
