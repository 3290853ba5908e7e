"""What each answer means for its task. One function per event; pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from gembatch.apply.bookkeeping import (
    name_in_the_way,
    with_cancellation,
    with_end,
    with_intent,
    with_submission,
    without_intent,
)
from gembatch.apply.events import (
    CancelAnswered,
    Created,
    LookedUp,
    Polled,
    Rejected,
    Staged,
    Throttled,
    Uncertain,
    Unsent,
    WriteFailed,
)
from gembatch.apply.outcomes import Result
from gembatch.apply.state import State, Step, Task
from gembatch.plan.changes import Reason

SAME_REJECTIONS = 5
"""After so many equal rejections in a row nothing more is submitted: all others would meet the same wall."""

_WALLS = (401, 403, 404)

CANCEL_WAIT = timedelta(seconds=60)
"""How long an apply waits for a cancelled job to end, before it leaves the new one to the next apply."""

_MOST_THROTTLED = 8
_FIRST_WAIT = 1.0
_LONGEST_WAIT = 60.0
_LONGEST_ASKED = 600.0


def staged(state: State, event: Staged) -> State:
    """The files are there: the intent comes next. Or not: nothing was made, and nothing will be."""
    task = state.tasks.get(event.key)
    if task is None:
        return state
    if event.error:
        return state.done(task, Result.REJECTED, message=event.error)
    return with_intent(state, task)


def written(state: State) -> State:
    """What was stored counts from now on: its intents may be sent."""
    state = replace(state, writing=False, lease_until=state.lease_asked)
    for task in state.at(Step.STORING):
        state = state.with_task(replace(task, step=Step.READY))
    return state


def write_failed(state: State, event: WriteFailed) -> State:
    """Nothing can be recorded any more: nothing may be sent any more."""
    return stop(replace(state, writing=False, failure=event.error), "the lockfile could not be written")


def created(state: State, event: Created) -> State:
    """The job exists and is recorded."""
    task = state.tasks[event.key]
    state = replace(with_submission(state, task, event.job), refusals=(0, 0))
    return state.done(task, Result.SUBMITTED, name=event.job.name)


def rejected(state: State, event: Rejected) -> State:
    """Nothing was made; the others go on, unless they all meet the same wall."""
    task = state.tasks[event.key]
    status, count = state.refusals
    count = count + 1 if status == event.status else 1
    state = replace(without_intent(state, task), refusals=(event.status, count))
    state = state.done(task, Result.REJECTED, message=event.message)
    if count >= SAME_REJECTIONS and event.status in _WALLS:
        return stop(state, f"{count} submissions in a row were refused with {event.status}")
    return state


def throttled(state: State, event: Throttled, now: datetime) -> State:
    """Nothing was made: the same attempt is sent again later. Until then no other is: the quota is theirs as well."""
    task = state.tasks[event.key]
    if state.stopped:
        return _skipped(state, task)
    if task.tries >= _MOST_THROTTLED:
        return without_intent(state, task).done(task, Result.REJECTED, message=event.message)
    # A server may ask for a year; what is refused again after ten minutes is then told, and not waited for.
    wait = _backoff(task.tries) if event.retry_after is None else min(event.retry_after, _LONGEST_ASKED)
    due = now + timedelta(seconds=wait)
    state = replace(state, next_create=max(due, state.next_create or due))
    return state.with_task(replace(task, step=Step.READY, due=due, tries=task.tries + 1, since=None))


def uncertain(state: State, event: Uncertain, now: datetime) -> State:
    """Nobody knows: it is looked up by its attempt until it is settled."""
    task = replace(state.tasks[event.key], step=Step.UNCERTAIN, due=now, tries=0, message=event.message)
    return _left_open(state, task) if state.failure else state.with_task(task)


def unsent(state: State, event: Unsent) -> State:
    """Nothing was made: it is sent under the next lease."""
    task = state.tasks[event.key]
    if state.stopped:
        return _skipped(state, task)
    return state.with_task(replace(task, step=Step.READY, since=None))


def looked_up(state: State, event: LookedUp, now: datetime) -> State:
    """The job is there and is recorded; or it is looked up again, until it is settled that nobody can tell."""
    task = state.tasks[event.key]
    if event.job:
        return with_submission(state, task, event.job).done(task, Result.SUBMITTED, name=event.job.name)
    settle = timedelta(seconds=state.settings.settle_seconds)
    if state.stopped or (task.since and now >= task.since + settle):
        return _left_open(state, task)
    due = now + timedelta(seconds=_backoff(task.tries))
    return state.with_task(replace(task, step=Step.UNCERTAIN, due=due, tries=task.tries + 1))


def _left_open(state: State, task: Task) -> State:
    """The intent stays in the lockfile: the next run finds the job, or settles that there is none."""
    return state.done(task, Result.UNCERTAIN, message=task.message)


def cancel_answered(state: State, event: CancelAnswered, now: datetime) -> State:
    """The job will end, or has: only a poll tells. An error may be that it ended by itself."""
    task = replace(state.tasks[event.key], message=event.error)
    if not event.error:
        state = with_cancellation(state, task)
    if state.failure:
        # What a poll would tell could not be recorded.
        return _left_ending(state, task)
    if event.error:
        return state.with_task(replace(task, step=Step.ENDING, due=now))
    if task.change.reason is not Reason.IN_FLIGHT:
        return state.done(task, Result.CANCELLED, name=name_in_the_way(task))
    return state.with_task(replace(task, step=Step.ENDING, due=now + timedelta(seconds=_FIRST_WAIT)))


def polled(state: State, event: Polled, now: datetime) -> State:
    """Once the job in the way has ended, the new one is intended; too late for that in this apply, it is left."""
    task = state.tasks[event.key]
    if event.job and event.job.state.has_ended:
        return _after_end(with_end(state, task, event.job), task)
    if task.message or state.stopped or (task.since and now >= task.since + CANCEL_WAIT):
        return _left_ending(state, task)
    due = now + timedelta(seconds=_backoff(task.tries))
    return state.with_task(replace(task, step=Step.ENDING, due=due, tries=task.tries + 1))


def _left_ending(state: State, task: Task) -> State:
    """The job in the way has not ended: the next apply goes on from there. Or Vertex did not take the wish at all."""
    if task.message:
        return state.done(task, Result.REJECTED, name=name_in_the_way(task), message=task.message)
    message = "its job is being cancelled; the next apply submits the new one once it has ended"
    return state.done(task, Result.CANCELLING, name=name_in_the_way(task), message=message)


def _after_end(state: State, task: Task) -> State:
    if task.change.reason is not Reason.IN_FLIGHT or state.stopped:
        return state.done(task, Result.CANCELLED, name=name_in_the_way(task))
    return with_intent(state, replace(task, message=""))


def stop(state: State, why: str) -> State:
    """Submits nothing more: what was not sent is dropped, what was is waited for."""
    state = replace(state, stopped=state.stopped or why)
    for task in state.at(Step.STAGING, Step.INTENDED, Step.STORING, Step.READY, Step.TO_CANCEL):
        state = _skipped(state, task)
    for task in state.at(Step.UNCERTAIN):
        state = _left_open(state, task)
    for task in state.at(Step.ENDING):
        state = _left_ending(state, task)
    return state


def _skipped(state: State, task: Task) -> State:
    return without_intent(state, task).done(task, Result.SKIPPED, message=f"not submitted: {state.stopped}")


def _backoff(tries: int) -> float:
    """Returns the seconds to wait after `tries` waits: 1, 2, 4, … and 60 at most."""
    return float(min(_LONGEST_WAIT, _FIRST_WAIT * 2**tries))
