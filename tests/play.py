"""One apply on virtual time: tests say what happens, and see what the machine asks for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from builders import lockfile as lockfile_of
from builders import remote

from gembatch.apply import machine
from gembatch.apply.events import (
    Begin,
    Command,
    Create,
    Created,
    Event,
    WakeAt,
    Write,
    Written,
)
from gembatch.apply.outcomes import Result
from gembatch.apply.state import State
from gembatch.lock.lockfile import Holder, Lockfile
from gembatch.model.jobs import LABEL_ATTEMPT, Attempt, JobKey, JobSpec, RemoteJob
from gembatch.model.workspace import SubmitSettings
from gembatch.plan.changes import Plan

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOLDER = Holder("1" * 32, "ada@laptop", "https://ci/run/7", until="")
SETTINGS = SubmitSettings(per_minute=None)

_Kind = TypeVar("_Kind", bound=Command)


def attempts_of(plan: Plan) -> dict[JobKey, Attempt]:
    """A mark per change, that can be told apart: aaa…, bbb…"""
    return {change.key: Attempt("abcdefghijklmnop"[number % 16] * 32) for number, change in enumerate(plan.changes)}


@dataclass
class Play:
    """An apply under way.

    Attributes:
        state: Where it stands.
        now: The server's clock.
        commands: What it asked for in the last step, alarms apart.
        alarm: When it wants to be woken.
        stored: The lockfile that was last written.
    """

    state: State
    now: datetime = NOON
    commands: tuple[Command, ...] = ()
    alarm: datetime | None = None
    stored: Lockfile | None = None

    def hears(self, event: Event, *, after: float = 0) -> tuple[Command, ...]:
        """What the machine asks for when `event` happens, `after` seconds from the last; alarms apart."""
        self.now += timedelta(seconds=after)
        if isinstance(event, Written):
            self.stored = self.state.lockfile
        self.state, commands = machine.step(self.state, event, self.now)
        self.commands = tuple(command for command in commands if not isinstance(command, WakeAt))
        self.alarm = next((command.time for command in commands if isinstance(command, WakeAt)), None)
        return self.commands

    def writes(self) -> Lockfile:
        """The lockfile of the one write that was asked for."""
        (write,) = self.asked(Write)
        return write.lockfile

    def asked(self, kind: type[_Kind]) -> list[_Kind]:
        """The commands of one kind that were asked for in the last step."""
        return [command for command in self.commands if isinstance(command, kind)]

    def sent(self) -> list[str]:
        """The display names of the jobs that were sent in the last step."""
        return [command.key.display_name for command in self.asked(Create)]

    @property
    def wait(self) -> float | None:
        """Seconds until the alarm."""
        return None if self.alarm is None else (self.alarm - self.now).total_seconds()

    @property
    def results(self) -> dict[str, Result]:
        return {outcome.key.display_name: outcome.result for outcome in self.state.outcomes}

    @property
    def messages(self) -> dict[str, str]:
        return {outcome.key.display_name: outcome.message for outcome in self.state.outcomes}


def play(
    plan: Plan, recorded: Lockfile | None = None, *, settings: SubmitSettings = SETTINGS, dirty: bool = False
) -> Play:
    """An apply of `plan` that has not begun."""
    state = machine.initial(
        plan,
        recorded or lockfile_of(),
        attempts=attempts_of(plan),
        holder=HOLDER,
        settings=settings,
        dirty=dirty,
    )
    return Play(state)


def begun(
    plan: Plan, recorded: Lockfile | None = None, *, settings: SubmitSettings = SETTINGS, dirty: bool = False
) -> Play:
    """An apply whose first write has been stored."""
    played = play(plan, recorded, settings=settings, dirty=dirty)
    played.hears(Begin())
    played.hears(Written())
    return played


def accepted(spec: JobSpec, attempt: str = "a", number: int = 1, **fields: object) -> Created:
    """Vertex accepted the job of that attempt."""
    return Created(spec.key, made(spec, attempt, number, **fields))


def made(spec: JobSpec, attempt: str = "a", number: int = 1, **fields: object) -> RemoteJob:
    """The job that an attempt made."""
    job = remote(spec, number, **fields)
    return replace(job, labels={**job.labels, LABEL_ATTEMPT: attempt * 32})
