"""Where an apply stands: the lockfile as it will be written next, and one task per change still open. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum, auto

from gembatch.apply.outcomes import Outcome, Result
from gembatch.errors import LockfileError
from gembatch.lock.lockfile import Holder, Lockfile
from gembatch.model.jobs import Attempt, JobKey, JobName
from gembatch.model.workspace import SubmitSettings
from gembatch.plan.changes import Change

INTERRUPTED = "interrupted"
"""Why an apply stopped when somebody wanted it to."""


class Step(Enum):
    """How far a task is. The order of the members is the usual way through them."""

    STAGING = auto()
    """Its files are on their way to the bucket."""
    INTENDED = auto()
    """Its intent is in the lockfile's next version, which is not stored yet."""
    STORING = auto()
    """The version with its intent is being stored."""
    READY = auto()
    """Its intent is stored: it may be sent."""
    SENT = auto()
    """It was sent, once."""
    UNCERTAIN = auto()
    """The answer was lost; it waits for its next look-up."""
    LOOKING = auto()
    """A look-up is under way."""
    TO_CANCEL = auto()
    """The job in its way will be cancelled once we hold the lockfile."""
    CANCELLING = auto()
    """The wish to cancel is on its way."""
    ENDING = auto()
    """The job in its way is being cancelled; it waits for the next poll."""
    POLLING = auto()
    """A poll is under way."""


@dataclass(frozen=True, slots=True)
class Task:
    """One change that is not done.

    Attributes:
        change: What is to be done.
        attempt: The mark of its submission, made before anything is sent; None for a change that never submits.
        step: How far it is.
        due: When its next command may be given; None for at once.
        since: When it was sent, or the cancel was asked for; None before.
        tries: How often it was throttled, looked up or polled.
        message: What the last answer said.
    """

    change: Change
    attempt: Attempt | None
    step: Step
    due: datetime | None = None
    since: datetime | None = None
    tries: int = 0
    message: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """The whole of an apply.

    Attributes:
        settings: The environment's.
        holder: Who we are; its `until` is set anew with each write.
        lockfile: As it will be written next.
        tasks: What is open, in the order of the plan.
        outcomes: What is done, in the order in which it was done.
        dirty: Whether the lockfile holds something that is not stored.
        writing: Whether a write is under way.
        lease_asked: Until when the last version that was asked to be stored is ours.
        lease_until: Until when the stored version is ours; None before the first write.
        next_create: When the rate allows the next create; None for at once.
        refusals: The last rejection's status, and how many came in a row.
        stopped: Why no more is submitted; empty while more may be.
        failure: Why the lockfile could not be stored; None while it could.
        finished: Whether nothing is left to do.
    """

    settings: SubmitSettings
    holder: Holder
    lockfile: Lockfile
    tasks: Mapping[JobKey, Task] = field(default_factory=dict)
    outcomes: tuple[Outcome, ...] = ()
    dirty: bool = False
    writing: bool = False
    lease_asked: datetime | None = None
    lease_until: datetime | None = None
    next_create: datetime | None = None
    refusals: tuple[int, int] = (0, 0)
    stopped: str = ""
    failure: LockfileError | None = None
    finished: bool = False

    def with_task(self, task: Task) -> State:
        """Returns the state with `task` in place of the one for its key."""
        return replace(self, tasks={**self.tasks, task.change.key: task})

    def with_lockfile(self, lockfile: Lockfile) -> State:
        """Returns the state with a lockfile to be stored; nothing to be stored when it is the same."""
        return self if lockfile == self.lockfile else replace(self, lockfile=lockfile, dirty=True)

    def done(self, task: Task, result: Result, *, name: JobName | None = None, message: str = "") -> State:
        """Returns the state with `task` turned into an outcome."""
        outcome = Outcome(task.change.key, task.change.action, result, name, message)
        rest = {key: other for key, other in self.tasks.items() if key != task.change.key}
        return replace(self, tasks=rest, outcomes=(*self.outcomes, outcome))

    def at(self, *steps: Step) -> tuple[Task, ...]:
        """Returns the tasks that are at one of `steps`, in the order of the plan."""
        return tuple(task for task in self.tasks.values() if task.step in steps)
