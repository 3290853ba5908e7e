"""Who works on a job. Of all threads and processes that share the database, one at a time may."""

from __future__ import annotations

import secrets
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass

from gembatch.emulator.database import Database
from gembatch.emulator.jobs import job_rows as rows
from gembatch.emulator.jobs import life
from gembatch.emulator.jobs.job import Job
from gembatch.emulator.settings import Settings

LEASE_SECONDS = 5.0
"""How long a job waits for another process when the one that worked on it died. Renew well before."""


class LeaseLostError(Exception):
    """Somebody else works on the job by now."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on a job.

    Attributes:
        job: As it was when the lease was given.
        stage: What is due.
        holder: Identifies this lease.
    """

    job: Job
    stage: life.Stage
    holder: str


class Leases:
    """Gives leases for what is due, and writes what became of it.

    What is due follows the settings' clock. A lease runs by the machine's own, for the settings' may stand still.
    """

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._clock = settings.clock

    def is_behind(self) -> bool:
        """Returns whether any job is due, be it that somebody works on it. Waits for no writer."""
        with self._database.read() as connection:
            return rows.first_due(connection, self._clock()) is not None

    def take(self) -> Lease | None:
        """Returns a lease for the job that has been due longest; None when there is none."""
        # Asked many times a second, mostly in vain: the write lock is for when there is something to take.
        with self._database.read() as connection:
            if self._first_free(connection) is None:
                return None
        with self._database.transaction() as connection:
            job = self._first_free(connection)
            if job is None:
                return None
            lease = Lease(job, life.stage_of(job), secrets.token_hex(8))
            rows.lease_job(connection, job.name, lease.holder, time.time() + LEASE_SECONDS)
        return lease

    def update(self, lease: Lease, change: Callable[[Job], Job] = lambda job: job) -> Job:
        """Changes a job, renews its lease and returns it.

        Args:
            lease: The right to do so.
            change: Makes the job as it should be of the job as it is by now, which may have been cancelled.

        Raises:
            LeaseLostError: Too late; nothing was changed.
        """
        with self._database.transaction() as connection:
            job = rows.find_job(connection, lease.job.name)
            if job is None or rows.lease_holder(connection, lease.job.name) != lease.holder:
                raise LeaseLostError(str(lease.job.name))
            job = change(job)
            rows.update_job(connection, job)
            rows.lease_job(connection, job.name, lease.holder, time.time() + LEASE_SECONDS)
        return job

    def give_back(self, lease: Lease) -> None:
        """Ends a lease, so that what is due next need not wait for its end. Does nothing if it was lost."""
        with self._database.transaction() as connection:
            if rows.lease_holder(connection, lease.job.name) == lease.holder:
                rows.lease_job(connection, lease.job.name, None, None)

    def _first_free(self, connection: sqlite3.Connection) -> Job | None:
        return rows.first_due(connection, self._clock(), unleased_at=time.time())
