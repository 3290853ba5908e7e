"""What became of each change."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gembatch.model.jobs import JobKey, JobName
from gembatch.plan.changes import Action


class Result(StrEnum):
    """What became of one change."""

    SUBMITTED = "submitted"
    ADOPTED = "adopted"
    CANCELLED = "cancelled"
    CANCELLING = "cancelling"
    RETIRED = "retired"
    KEPT = "kept"
    BLOCKED = "blocked"
    REJECTED = "rejected"
    SKIPPED = "skipped"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one change.

    Attributes:
        key: The identity.
        action: What was to be done.
        result: What became of it.
        name: The job, where there is one.
        message: What a person should know; empty when all went as planned.
    """

    key: JobKey
    action: Action
    result: Result
    name: JobName | None = None
    message: str = ""
