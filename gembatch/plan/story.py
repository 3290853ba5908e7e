"""How the jobs of an applied plan went on: what ended, what failed, and where the predictions are. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gembatch.lock.lockfile import Lockfile, Submission
from gembatch.model.jobs import JobKey
from gembatch.plan.approval import Approved
from gembatch.plan.changes import Action


@dataclass(frozen=True, slots=True)
class Chapter:
    """One job that a plan was to bring about.

    Attributes:
        key: Its identity.
        submission: The job; None where none is recorded that does what was approved.
    """

    key: JobKey
    submission: Submission | None

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come of it."""
        return self.submission is None or not self.submission.state.is_live


def story_of(changes: Mapping[JobKey, Approved], lockfile: Lockfile | None) -> tuple[Chapter, ...]:
    """Returns what became of the jobs that approved changes were to submit or adopt, by key."""
    wanted = [change for change in changes.values() if change.action.submits or change.action is Action.ADOPT]
    return tuple(Chapter(change.key, _submission(change, lockfile)) for change in sorted(wanted, key=lambda it: it.key))


def _submission(change: Approved, lockfile: Lockfile | None) -> Submission | None:
    entry = lockfile.entry(change.key) if lockfile else None
    if entry is None:
        return None
    # The newest that does it: the key may have had others since.
    return next((each for each in reversed(entry.submissions) if _does(each, change)), None)


def _does(submission: Submission, change: Approved) -> bool:
    if change.action is Action.ADOPT:
        return submission.name == change.premise.observed
    return submission.digest == change.digest
