"""The tables of jobs and operations, and how a row becomes a job and back. Transactions are the caller's."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Iterator
from datetime import datetime

from gembatch.emulator.jobs.job import Counts, Job, JobState, Problem, timestamp
from gembatch.emulator.jobs.names import JobName, Parent

SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    project TEXT NOT NULL,
    location TEXT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    fields TEXT NOT NULL,
    state INTEGER NOT NULL,
    created TEXT NOT NULL,
    updated TEXT NOT NULL,
    due TEXT,
    started TEXT,
    ended TEXT,
    error_code INTEGER,
    error_message TEXT,
    output_directory TEXT,
    successful INTEGER,
    failed INTEGER,
    incomplete INTEGER,
    -- Who works on it, and until when nobody else may: seconds of this machine's own clock.
    lease_holder TEXT,
    lease_until REAL
);
CREATE INDEX IF NOT EXISTS jobs_by_parent ON jobs (project, location, sequence);
CREATE INDEX IF NOT EXISTS jobs_by_due ON jobs (due) WHERE due IS NOT NULL;

CREATE TABLE IF NOT EXISTS operations (
    name TEXT PRIMARY KEY,
    document TEXT NOT NULL
) WITHOUT ROWID;
"""

_INSERT = """
INSERT INTO jobs (project, location, id, fields, state, created, updated, due)
VALUES (:project, :location, :id, :fields, :state, :created, :updated, :due)
"""
_UPDATE = """
UPDATE jobs
SET state = :state, updated = :updated, due = :due, started = :started, ended = :ended, error_code = :error_code,
    error_message = :error_message, output_directory = :output_directory, successful = :successful,
    failed = :failed, incomplete = :incomplete
WHERE project = :project AND location = :location AND id = :id
"""
_FIND = "SELECT * FROM jobs WHERE project = ? AND location = ? AND id = ?"
_DELETE = "DELETE FROM jobs WHERE project = ? AND location = ? AND id = ?"
_OF_PARENT = "SELECT * FROM jobs WHERE project = ? AND location = ? AND sequence < ? ORDER BY sequence DESC"
_FIRST_DUE = """
SELECT * FROM jobs WHERE due <= ? AND (lease_until IS NULL OR lease_until < ?) ORDER BY due, sequence LIMIT 1
"""
_LEASE = "UPDATE jobs SET lease_holder = ?, lease_until = ? WHERE project = ? AND location = ? AND id = ?"


def insert_job(connection: sqlite3.Connection, job: Job) -> None:
    """Writes a new job's row."""
    connection.execute(_INSERT, _as_row(job))


def update_job(connection: sqlite3.Connection, job: Job) -> None:
    """Writes what has changed of a job; what the caller set never does."""
    connection.execute(_UPDATE, _as_row(job))


def delete_job(connection: sqlite3.Connection, name: JobName) -> None:
    """Deletes a job's row."""
    connection.execute(_DELETE, _key(name))


def find_job(connection: sqlite3.Connection, name: JobName) -> Job | None:
    """Returns the job; None when there is none."""
    row = connection.execute(_FIND, _key(name)).fetchone()
    return None if row is None else _as_job(row)


def newest_jobs(connection: sqlite3.Connection, parent: Parent, before: int) -> Iterator[tuple[int, Job]]:
    """Yields the jobs of a parent with their places in the order of creation, the newest first.

    Args:
        connection: Reads them one by one.
        parent: Where they live.
        before: Only those with a smaller place.
    """
    for row in connection.execute(_OF_PARENT, (parent.project, parent.location, before)):
        yield row["sequence"], _as_job(row)


def first_due(connection: sqlite3.Connection, now: datetime, *, unleased_at: float | None = None) -> Job | None:
    """Returns the job that has been due longest; None when no job is due.

    Args:
        connection: Where to look.
        now: What is due later is not due.
        unleased_at: Only jobs on which nobody works at this time, in seconds as for `lease_job`.
    """
    free_until = math.inf if unleased_at is None else unleased_at
    # Timestamps of one length compare as texts.
    row = connection.execute(_FIRST_DUE, (timestamp(now), free_until)).fetchone()
    return None if row is None else _as_job(row)


def lease_job(connection: sqlite3.Connection, name: JobName, holder: str | None, until: float | None) -> None:
    """Notes who works on a job and until when, in seconds of this machine's clock; None for nobody."""
    connection.execute(_LEASE, (holder, until, *_key(name)))


def lease_holder(connection: sqlite3.Connection, name: JobName) -> str | None:
    """Returns who works on the job, or was the last to; None when nobody does, or there is no such job."""
    row = connection.execute(_FIND, _key(name)).fetchone()
    return None if row is None else row["lease_holder"]


def save_operation(connection: sqlite3.Connection, name: str, document: str) -> None:
    """Writes an operation, which never changes: all are done when they are made."""
    connection.execute("INSERT INTO operations VALUES (?, ?)", (name, document))


def find_operation(connection: sqlite3.Connection, name: str) -> str | None:
    """Returns an operation's document; None when there is none."""
    row = connection.execute("SELECT document FROM operations WHERE name = ?", (name,)).fetchone()
    return None if row is None else row["document"]


def _key(name: JobName) -> tuple[str, str, str]:
    return name.parent.project, name.parent.location, name.id


def _as_row(job: Job) -> dict[str, str | int | None]:
    counts = job.counts
    return {
        "project": job.name.parent.project,
        "location": job.name.parent.location,
        "id": job.name.id,
        "fields": json.dumps(job.fields),
        "state": job.state.value,
        "created": timestamp(job.created),
        "updated": timestamp(job.updated),
        "due": _timestamp(job.due),
        "started": _timestamp(job.started),
        "ended": _timestamp(job.ended),
        "error_code": job.error.code if job.error else None,
        "error_message": job.error.message if job.error else None,
        "output_directory": job.output_directory,
        "successful": counts.successful if counts else None,
        "failed": counts.failed if counts else None,
        "incomplete": counts.incomplete if counts else None,
    }


def _as_job(row: sqlite3.Row) -> Job:
    return Job(
        name=JobName(Parent(row["project"], row["location"]), row["id"]),
        fields=json.loads(row["fields"]),
        state=JobState(row["state"]),
        created=datetime.fromisoformat(row["created"]),
        updated=datetime.fromisoformat(row["updated"]),
        due=_moment(row["due"]),
        started=_moment(row["started"]),
        ended=_moment(row["ended"]),
        error=None if row["error_code"] is None else Problem(row["error_code"], row["error_message"]),
        output_directory=row["output_directory"],
        counts=None if row["successful"] is None else Counts(row["successful"], row["failed"], row["incomplete"]),
    )


def _timestamp(moment: datetime | None) -> str | None:
    return None if moment is None else timestamp(moment)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
