"""The jobs of all projects: what can be asked of them, and kept across restarts."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from gembatch.emulator.database import Database
from gembatch.emulator.http import Json
from gembatch.emulator.jobs import job_rows as rows
from gembatch.emulator.jobs import life
from gembatch.emulator.jobs.job import Job, timestamp
from gembatch.emulator.jobs.names import JobName, Parent
from gembatch.emulator.settings import Settings

NEWEST = 2**63 - 1
"""Where the first page of a listing begins: after every place there is."""

_FIRST_ID = 10**18
"""The smallest number of 19 digits. Ids are random, below 2**63, which has as many."""


class NoSuchJobError(LookupError):
    """There is no job of that name."""


@dataclass(frozen=True, slots=True)
class JobPage:
    """A part of a listing.

    Attributes:
        jobs: The newest first.
        last: The place of the last one when there are more after it; None when this page ends the listing.
    """

    jobs: tuple[Job, ...]
    last: int | None


class Jobs:
    """The jobs, shared by all threads and processes that use the database."""

    def __init__(self, database: Database, settings: Settings) -> None:
        database.create(rows.SCHEMA)
        self._database = database
        self._clock = settings.clock
        self._queue = timedelta(seconds=settings.queue_seconds)

    def create(self, parent: Parent, fields: Mapping[str, Json]) -> Job:
        """Accepts a job. The same fields again are another job: nothing identifies a request.

        Args:
            parent: Where it shall live.
            fields: What the caller set: checked, and in canonical form.
        """
        name = JobName(parent, str(_FIRST_ID + secrets.randbelow(2**63 - _FIRST_ID)))
        job = life.accept(name, fields, self._clock(), self._queue)
        with self._database.transaction() as connection:
            rows.insert_job(connection, job)
        return job

    def get(self, name: JobName) -> Job:
        """Returns a job.

        Raises:
            NoSuchJobError: There is none of that name.
        """
        with self._database.read() as connection:
            job = rows.find_job(connection, name)
        if job is None:
            raise NoSuchJobError(str(name))
        return job

    def list(self, parent: Parent, matches: Callable[[Job], bool], *, after: int, limit: int) -> JobPage:
        """Returns a page of jobs. Jobs that are created later come before it, so it stays what it was.

        Args:
            parent: Where they live.
            matches: Whether to list a job.
            after: The place of the last job of the page before, or `NEWEST`.
            limit: Jobs on the page, at least 1.
        """
        page: list[tuple[int, Job]] = []
        with self._database.read() as connection:
            for place, job in rows.newest_jobs(connection, parent, after):
                if not matches(job):
                    continue
                if len(page) == limit:
                    return JobPage(tuple(job for _, job in page), page[-1][0])
                page.append((place, job))
        return JobPage(tuple(job for _, job in page), None)

    def cancel(self, name: JobName) -> Job:
        """Cancels a job, or begins to.

        Raises:
            NoSuchJobError: There is none of that name.
            StateError: It has ended, or is being cancelled already.
        """
        with self._database.transaction() as connection:
            job = rows.find_job(connection, name)
            if job is None:
                raise NoSuchJobError(str(name))
            job = life.ask_to_cancel(job, self._clock())
            rows.update_job(connection, job)
        return job

    def delete(self, name: JobName) -> dict[str, Json]:
        """Forgets a job; its output stays. Returns the operation, which is done.

        Raises:
            NoSuchJobError: There is none of that name.
            StateError: It has not ended.
        """
        operation = _delete_operation(name.parent, timestamp(self._clock()))
        with self._database.transaction() as connection:
            job = rows.find_job(connection, name)
            if job is None:
                raise NoSuchJobError(str(name))
            if not job.state.has_ended:
                raise life.StateError(
                    f"The BatchPredictionJob cannot be deleted, since its state is {job.state.wire_name}: {name}"
                )
            rows.delete_job(connection, name)
            rows.save_operation(connection, str(operation["name"]), json.dumps(operation))
        return operation

    def find_operation(self, name: str) -> dict[str, Json] | None:
        """Returns an operation by its name; None when there is none."""
        with self._database.read() as connection:
            document = rows.find_operation(connection, name)
        return None if document is None else cast("dict[str, Json]", json.loads(document))


def _delete_operation(parent: Parent, moment: str) -> dict[str, Json]:
    identifier = _FIRST_ID + secrets.randbelow(2**63 - _FIRST_ID)
    return {
        "name": f"{parent}/operations/{identifier}",
        "metadata": {
            "@type": "type.googleapis.com/google.cloud.aiplatform.v1.DeleteOperationMetadata",
            "genericMetadata": {"createTime": moment, "updateTime": moment},
        },
        "done": True,
        "response": {"@type": "type.googleapis.com/google.protobuf.Empty"},
    }
