"""The jobs' states for scripts."""

from __future__ import annotations

from collections.abc import Sequence

from gembatch.lock.codec import rows_json
from gembatch.lock.lockfile import Submission
from gembatch.model.document import Json
from gembatch.plan.status import JobStatus, failure_of
from gembatch.report.as_json import as_json


def statuses_as_json(statuses: Sequence[JobStatus]) -> str:
    """Returns the statuses as a list of objects, in their order."""
    return as_json([_status(status) for status in statuses])


def _status(status: JobStatus) -> dict[str, Json]:
    return {
        "displayName": status.key.display_name,
        "project": status.key.project,
        "region": status.key.region,
        "spec": status.spec_word,
        "state": status.state_word,
        "failure": failure_of(status),
        "job": _submission(status.submission) if status.submission else None,
        "history": [_submission(past) for past in status.entry.history] if status.entry else [],
    }


def _submission(submission: Submission) -> dict[str, Json]:
    return {
        "name": submission.name,
        "attempt": submission.attempt,
        "digest": submission.digest,
        "state": submission.state.value,
        "submitted": submission.submitted,
        "ended": submission.ended,
        "output": submission.output,
        "rows": rows_json(submission.rows),
        "error": submission.error,
    }
