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
    DONE = "done"
    """Approved, and there already: somebody carried it out before."""
    LEFT = "left"
    """Not approved."""
    REFUSED = "refused"
    """Approved, and not what it was then."""

    @property
    def did_something(self) -> bool:
        """Whether Vertex AI or the lockfile is another one since."""
        return self in (Result.SUBMITTED, Result.ADOPTED, Result.CANCELLED, Result.CANCELLING, Result.RETIRED)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one change.

    Attributes:
        key: The identity.
        action: What was to be done.
        result: What became of it.
        name: The job, where there is one.
        message: What a person should know; empty when all went as planned.
        output: Where the job's predictions are, or will be; empty where there is no job.
    """

    key: JobKey
    action: Action
    result: Result
    name: JobName | None = None
    message: str = ""
    output: str = ""
