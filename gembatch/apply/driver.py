"""Carries out what the machine asks for: one thread a request, one loop that steps. All effects of apply are here."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TypeAlias, assert_never

from gembatch.apply.events import (
    Begin,
    Cancel,
    CancelAnswered,
    Create,
    Created,
    Event,
    Interrupted,
    LookedUp,
    LookUp,
    Poll,
    Polled,
    Rejected,
    Stage,
    Staged,
    Throttled,
    Uncertain,
    Unsent,
    WakeAt,
    Woken,
    Write,
    WriteFailed,
    Written,
)
from gembatch.apply.machine import step
from gembatch.apply.outcomes import Outcome
from gembatch.apply.state import State
from gembatch.errors import (
    CredentialsError,
    GatewayError,
    GembatchError,
    LockfileError,
    RejectedError,
    ThrottledError,
    UncertainError,
)
from gembatch.lock.store import LockfileStore, Version
from gembatch.model.jobs import Attempt, RemoteJob
from gembatch.stage.objects import ObjectStore
from gembatch.vertex.filters import with_attempt
from gembatch.vertex.gateway import JobGateway

_UNAUTHENTICATED = 401

_Effect: TypeAlias = Stage | Write | Create | LookUp | Cancel | Poll


@dataclass(slots=True)
class Driver:
    """Runs one apply against the real world.

    Attributes:
        gateway: Vertex.
        store: The lockfile's store.
        objects: Cloud Storage, for files that are inputs.
        root: The workspace, from which staged files are read.
        on_outcome: Told of each outcome as it comes, on the loop's thread.
    """

    gateway: JobGateway
    store: LockfileStore
    objects: ObjectStore
    root: Path
    on_outcome: Callable[[Outcome], None]
    _events: SimpleQueue[Event | BaseException] = field(default_factory=SimpleQueue, init=False)
    _version: Version = field(default=Version(""), init=False)

    def interrupt(self) -> None:
        """Asks the apply to end. Safe in a signal handler: the queue is reentrant."""
        self._events.put(Interrupted())

    def run(self, state: State, version: Version) -> State:
        """Steps until nothing is left to do; returns the last state.

        Args:
            state: As `machine.initial` made it.
            version: Of the lockfile that the plan was made on.
        """
        self._version = version
        concurrency = state.settings.concurrency
        # Creates and the one write never queue, least of all behind reads that take their time: a lease would run out.
        with ThreadPoolExecutor(concurrency + 1) as urgent, ThreadPoolExecutor(concurrency) as patient:
            self._events.put(Begin())
            for outcome in state.outcomes:
                self.on_outcome(outcome)
            alarm: datetime | None = None
            while not state.finished:
                event = self._next_event(alarm)
                before = len(state.outcomes)
                state, commands = step(state, event, self.gateway.server_time())
                alarm = next((command.time for command in commands if isinstance(command, WakeAt)), None)
                for command in commands:
                    if not isinstance(command, WakeAt):
                        pool = urgent if isinstance(command, Create | Write) else patient
                        pool.submit(self._carry_out, command, state.settings.timeout_seconds)
                for outcome in state.outcomes[before:]:
                    self.on_outcome(outcome)
        return state

    def _next_event(self, alarm: datetime | None) -> Event:
        wait = None if alarm is None else max(0.0, (alarm - self.gateway.server_time()).total_seconds())
        try:
            event = self._events.get(timeout=wait)
        except Empty:
            return Woken()
        if isinstance(event, BaseException):
            raise event
        return event

    def _carry_out(self, command: _Effect, timeout: float) -> None:
        try:
            self._events.put(self._answer(command, timeout))
        except BaseException as error:  # noqa: BLE001
            # A defect of ours. The loop raises it: to swallow it here would leave the loop waiting for ever.
            self._events.put(error)

    def _answer(self, command: _Effect, timeout: float) -> Event:  # noqa: PLR0911 - a closed match is a table
        match command:
            case Stage():
                return self._stage(command)
            case Write():
                return self._write(command)
            # The process may have been stopped since the machine asked; the lease went on.
            case Create() if self.gateway.server_time() >= command.latest:
                return Unsent(command.key)
            case Create():
                return self._create(command, timeout)
            case LookUp():
                return LookedUp(command.key, self._found(command.attempt))
            case Cancel():
                return self._cancel(command)
            case Poll():
                return self._poll(command)
            case _:
                assert_never(command)

    def _stage(self, command: Stage) -> Event:
        try:
            for file in command.files:
                self.objects.upload_once(file, self.root)
        except (GembatchError, OSError) as error:
            return Staged(command.key, _told(error))
        return Staged(command.key)

    def _write(self, command: Write) -> Event:
        try:
            self._version = self.store.write(command.lockfile, self._version)
        except LockfileError as error:
            return WriteFailed(error)
        return Written()

    def _create(self, command: Create, timeout: float) -> Event:
        try:
            return Created(command.key, self.gateway.create(command.body, timeout=timeout))
        except RejectedError as error:
            return Rejected(command.key, error.status, _told(error))
        except CredentialsError as error:
            return Rejected(command.key, _UNAUTHENTICATED, _told(error))
        except ThrottledError as error:
            return Throttled(command.key, str(error), error.retry_after)
        except UncertainError as error:
            return Uncertain(command.key, str(error))
        except Exception as error:  # noqa: BLE001
            # Whatever else went wrong, it went wrong somewhere around a POST: to think that nothing was sent, and to
            # send it again, is the one mistake that must not be made.
            return Uncertain(command.key, f"{type(error).__name__}: {error}")

    def _found(self, attempt: Attempt) -> RemoteJob | None:
        try:
            jobs = self.gateway.jobs(with_attempt(attempt), fields=None)
        except GatewayError:
            return None
        return next((job for job in jobs if job.attempt == attempt), None)

    def _cancel(self, command: Cancel) -> Event:
        try:
            self.gateway.cancel(command.name)
        except GatewayError as error:
            return CancelAnswered(command.key, _told(error))
        return CancelAnswered(command.key)

    def _poll(self, command: Poll) -> Event:
        try:
            return Polled(command.key, self.gateway.get(command.name))
        except GatewayError:
            return Polled(command.key, None)


def _told(error: Exception) -> str:
    """Returns what a person should know of an error: its sentence, and what to do about it."""
    hint = error.hint if isinstance(error, GembatchError) else None
    return f"{error}; {hint}" if hint else str(error)
