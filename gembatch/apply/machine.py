"""The whole of apply without I/O, threads or clock: `step(state, event, now)` → the next state, and commands.

The order that makes it safe:

1. Files are staged first: that costs nothing, and takes no lease.
2. One conditional write stores every intent, with us as holder. Whoever loses that race submits nothing.
3. Only a task whose intent is stored is sent, only while the lease outlasts the request, and only once.
4. A lost answer is looked up by the attempt's label until it is settled; it is never sent again.
5. Outcomes are written as they come, each write renewing the lease; the last one lets go of the lockfile, unless an
   intent is still open: then the holder stays in it, so that the next run knows since when to count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from gembatch.apply import answers, bookkeeping
from gembatch.apply.events import (
    Begin,
    Cancel,
    CancelAnswered,
    Command,
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
from gembatch.apply.state import INTERRUPTED, State, Step, Task
from gembatch.lock.lockfile import Holder, Lockfile
from gembatch.model.document import Json
from gembatch.model.jobs import LABEL_ATTEMPT, Attempt, JobKey
from gembatch.model.workspace import SubmitSettings
from gembatch.plan.changes import Plan


def initial(
    plan: Plan,
    lockfile: Lockfile,
    *,
    attempts: Mapping[JobKey, Attempt],
    holder: Holder,
    settings: SubmitSettings,
    dirty: bool = False,
) -> State:
    """Returns the state of an apply that has not begun.

    Args:
        plan: What to carry out.
        lockfile: What is recorded, without open intents.
        attempts: A fresh random mark for every change that may submit.
        holder: Who we are.
        settings: The environment's.
        dirty: Whether `lockfile` is not what is stored: an earlier run's intents were resolved.
    """
    state = State(settings=settings, holder=holder, lockfile=lockfile, dirty=dirty)
    return bookkeeping.with_plan(state, plan, attempts)


def step(state: State, event: Event, now: datetime) -> tuple[State, tuple[Command, ...]]:
    """Returns the state after `event`, and what to do next.

    Args:
        state: As the last step left it.
        event: What happened.
        now: The server's clock.
    """
    return _advanced(_told(state, event, now), now, begins=isinstance(event, Begin))


def _told(state: State, event: Event, now: datetime) -> State:  # noqa: C901, PLR0911, PLR0912 - a closed match is a table
    """Returns the state with what the event says, before anything new is asked for."""
    match event:
        case Begin() | Woken():
            return state
        case Staged():
            return answers.staged(state, event)
        case Written():
            return answers.written(state)
        case WriteFailed():
            return answers.write_failed(state, event)
        case Created():
            return answers.created(state, event)
        case Rejected():
            return answers.rejected(state, event)
        case Throttled():
            return answers.throttled(state, event, now)
        case Uncertain():
            return answers.uncertain(state, event, now)
        case Unsent():
            return answers.unsent(state, event)
        case LookedUp():
            return answers.looked_up(state, event, now)
        case CancelAnswered():
            return answers.cancel_answered(state, event, now)
        case Polled():
            return answers.polled(state, event, now)
        case Interrupted():
            return answers.stop(state, INTERRUPTED)
        case _:
            assert_never(event)


def _advanced(state: State, now: datetime, *, begins: bool) -> tuple[State, tuple[Command, ...]]:
    """Returns what can be done now: stage, write, send, look up, cancel, poll, or wait."""
    commands: list[Command] = []
    if begins:
        commands += [Stage(task.change.key, bookkeeping.files_of(task)) for task in state.at(Step.STAGING)]
    if state.failure is None and not state.at(Step.STAGING):
        state = _sent(state, now, commands)
        state = _stored(state, now, commands)
    if not state.tasks and not state.writing:
        return replace(state, finished=True), tuple(commands)
    commands += _alarm(state, now)
    return state, tuple(commands)


def _sent(state: State, now: datetime, commands: list[Command]) -> State:
    """Gives every command whose time has come to the tasks that wait for it."""
    may_send = _may_send(state, now)
    for task in state.at(Step.READY, Step.UNCERTAIN, Step.TO_CANCEL, Step.ENDING):
        if task.due and task.due > now:
            continue
        if task.step is not Step.READY:
            state = _next(state, task, now, commands)
        elif may_send:  # once there is no more room, there is none for any of those behind: there may be thousands
            state = _next(state, task, now, commands)
            may_send = _may_send(state, now)
    return state


def _next(state: State, task: Task, now: datetime, commands: list[Command]) -> State:
    key = task.change.key
    match task.step:
        case Step.READY if latest := _latest_send(state):
            commands.append(Create(key, _marked(task), latest))
            return replace(state, next_create=_paced(state, now)).with_task(replace(task, step=Step.SENT, since=now))
        case Step.UNCERTAIN if task.attempt:
            commands.append(LookUp(key, task.attempt))
            return state.with_task(replace(task, step=Step.LOOKING))
        case Step.TO_CANCEL if state.lease_until:
            commands.append(Cancel(key, bookkeeping.name_in_the_way(task)))
            return state.with_task(replace(task, step=Step.CANCELLING, since=now))
        case Step.ENDING:
            commands.append(Poll(key, bookkeeping.name_in_the_way(task)))
            return state.with_task(replace(task, step=Step.POLLING))
        case _:
            return state


def _may_send(state: State, now: datetime) -> bool:
    in_flight = len(state.at(Step.SENT))
    paced = state.next_create is None or state.next_create <= now
    return in_flight < state.settings.concurrency and paced and not _must_renew(state, now)


def _latest_send(state: State) -> datetime | None:
    """Returns until when a request may be sent that the lease outlasts; None while there is no lease."""
    timeout = timedelta(seconds=state.settings.timeout_seconds)
    return state.lease_until - timeout if state.lease_until else None


def _must_renew(state: State, now: datetime) -> bool:
    """Whether the lease would not outlast a request sent now."""
    latest = _latest_send(state)
    return latest is None or latest <= now


def _paced(state: State, now: datetime) -> datetime | None:
    rate = state.settings.per_minute
    return now + timedelta(seconds=60 / rate) if rate else None


def _marked(task: Task) -> dict[str, Json]:
    """Returns the body with the attempt's label: by it a lost job is found again."""
    body = dict(task.change.body)
    labels = body.get("labels")
    return {**body, "labels": {**(labels if isinstance(labels, dict) else {}), LABEL_ATTEMPT: task.attempt}}


def _stored(state: State, now: datetime, commands: list[Command]) -> State:
    """Writes the lockfile when there is something to store, to renew, or to let go of; one write at a time."""
    lets_go = not state.tasks and state.lease_asked is not None and state.lease_asked > now
    renews = bool(state.at(Step.READY, Step.TO_CANCEL)) and _must_renew(state, now)
    if state.writing or not (state.dirty or lets_go or renews):
        return state
    # With nothing left to do the lease ends now; an open intent keeps the holder in the file, to count from its lease.
    lease_until = now + timedelta(seconds=state.settings.lease_seconds) if state.tasks else now
    holder = replace(state.holder, until=lease_until.isoformat())
    is_held = bool(state.tasks or state.lockfile.intents)
    lockfile = replace(state.lockfile, holder=holder if is_held else None, serial=state.lockfile.serial + 1)
    commands.append(Write(lockfile))
    for task in state.at(Step.INTENDED):
        state = state.with_task(replace(task, step=Step.STORING))
    return replace(state, lockfile=lockfile, dirty=False, writing=True, lease_asked=lease_until)


def _alarm(state: State, now: datetime) -> list[Command]:
    """Returns when to look again, where only time brings the next step."""
    times = [task.due for task in state.at(Step.READY, Step.UNCERTAIN, Step.TO_CANCEL, Step.ENDING) if task.due]
    if state.at(Step.READY) and state.next_create:
        times.append(state.next_create)
    later = [time for time in times if time > now]
    return [WakeAt(min(later))] if later else []
