"""What an apply writes down: entries adopted, kept, retired; intents; submissions recorded. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from gembatch.apply.intents import record, submission_of
from gembatch.apply.outcomes import Outcome, Result
from gembatch.apply.state import State, Step, Task
from gembatch.lock.lockfile import Intent, LockEntry, Lockfile, Submission
from gembatch.model.jobs import Attempt, JobKey, JobName, JobState, RemoteJob, StagedFile
from gembatch.plan.changes import Action, Change, Found, Plan
from gembatch.plan.fields import own_fields


def with_plan(state: State, plan: Plan, attempts: Mapping[JobKey, Attempt]) -> State:
    """Returns the state with every change of the plan either written down at once, or turned into a task."""
    for change in plan.changes:
        state = _with_change(state, change, attempts.get(change.key))
    for found in plan.unrecorded:
        state = state.with_lockfile(state.lockfile.with_retired(_entry_of(found, state.lockfile)))
    return state


def _with_change(state: State, change: Change, attempt: Attempt | None) -> State:
    entry = change.recorded
    if entry and entry.key != change.key and change.action is not Action.BLOCKED:
        # First of all: whatever becomes of the job, its history is under the name that the specs ask for now.
        state = state.with_lockfile(state.lockfile.with_renamed(entry, change.key))
        change = replace(change, recorded=replace(entry, key=change.key))
    match change.action:
        case Action.CREATE | Action.REPLACE:
            task = Task(change, attempt, Step.STAGING)
            return state.with_task(task) if files_of(task) else with_intent(state, task)
        case Action.CANCEL:
            return state.with_task(Task(change, attempt, Step.TO_CANCEL))
        case Action.ADOPT:
            return _noted(state.with_lockfile(_adopted(state.lockfile, change)), change, Result.ADOPTED)
        case Action.RETIRE:
            return _noted(state.with_lockfile(_retired(state.lockfile, change)), change, Result.RETIRED)
        case Action.KEEP:
            return _noted(state.with_lockfile(_kept(state.lockfile, change)), change, Result.KEPT)
        case Action.BLOCKED:
            return _noted(state, change, Result.BLOCKED)


def _noted(state: State, change: Change, result: Result) -> State:
    name = change.observed.name if change.observed else change.premise.recorded
    outcome = Outcome(change.key, change.action, result, name, change.note)
    return replace(state, outcomes=(*state.outcomes, outcome))


def files_of(task: Task) -> tuple[StagedFile, ...]:
    """Returns the files that must be in the bucket before the task is sent."""
    return task.change.desired.staged if task.change.desired else ()


def with_intent(state: State, task: Task) -> State:
    """Returns the state with the task's intent in the lockfile's next version."""
    change = task.change
    if change.desired is None or task.attempt is None:
        raise ValueError(f"{change.key}: a change that submits needs a desired job and an attempt")
    intent = Intent(
        attempt=task.attempt,
        key=change.key,
        spec=change.spec_path,
        series=change.desired.series,
        digest=change.desired.digest,
        rerun=change.desired.rerun,
        inputs=change.inputs,
        body=own_fields(change.body),
    )
    state = state.with_lockfile(state.lockfile.with_intent(intent))
    return state.with_task(replace(task, step=Step.INTENDED, due=None, since=None, tries=0))


def without_intent(state: State, task: Task) -> State:
    """Returns the state without the task's intent: nothing was made, for certain."""
    return state.with_lockfile(state.lockfile.without_intent(task.attempt)) if task.attempt else state


def with_submission(state: State, task: Task, job: RemoteJob) -> State:
    """Returns the state with the job that the task made as the current one of its key."""
    intent = next(intent for intent in state.lockfile.intents if intent.attempt == task.attempt)
    return state.with_lockfile(record(state.lockfile, intent, job))


def with_cancellation(state: State, task: Task) -> State:
    """Returns the state with the job in the task's way recorded as cancelled by us."""
    return _with_submission_in_the_way(state, task, lambda s: replace(s, cancelled=True, state=JobState.CANCELLING))


def with_end(state: State, task: Task, job: RemoteJob) -> State:
    """Returns the state with what became of the job in the task's way."""
    return _with_submission_in_the_way(state, task, lambda submission: submission.synced(job))


def _with_submission_in_the_way(state: State, task: Task, change: Callable[[Submission], Submission]) -> State:
    entry = state.lockfile.entry(task.change.key) or _entry_of_observed(task.change)
    name = name_in_the_way(task)
    if all(submission.name != name for submission in entry.submissions) and task.change.observed:
        entry = entry.succeeded_by(submission_of(task.change.observed))
    entry = replace(
        entry,
        current=change(entry.current) if entry.current.name == name else entry.current,
        history=tuple(change(past) if past.name == name else past for past in entry.history),
    )
    is_retired = task.change.desired is None
    lockfile = state.lockfile.with_retired(entry) if is_retired else state.lockfile.with_entry(entry)
    return state.with_lockfile(lockfile)


def name_in_the_way(task: Task) -> JobName:
    """Returns the job that a cancelling task is about."""
    change = task.change
    if change.observed:
        return change.observed.name
    if change.recorded:
        return change.recorded.current.name
    raise ValueError(f"{change.key}: nothing to cancel")


def _entry_of_observed(change: Change) -> LockEntry:
    if change.observed is None:
        raise ValueError(f"{change.key}: neither recorded nor observed")
    series = change.desired.series if change.desired else None
    return LockEntry(change.key, change.spec_path, series, submission_of(change.observed))


def _adopted(lockfile: Lockfile, change: Change) -> Lockfile:
    if change.desired is None or change.observed is None:
        raise ValueError(f"{change.key}: an adoption needs a desired and an observed job")
    entry = change.recorded or _entry_of_observed(change)
    known = next((past for past in entry.submissions if past.name == change.observed.name), None)
    submission = (known or submission_of(change.observed)).synced(change.observed)
    submission = replace(
        submission,
        digest=change.desired.digest,
        # A wish that was taken away was still answered: spoken again, it must not buy the job again.
        rerun=change.desired.rerun or submission.rerun,
        body=own_fields(change.body),
    )
    entry = replace(entry.succeeded_by(submission), spec=change.spec_path, series=change.desired.series)
    return lockfile.with_entry(entry)


def _retired(lockfile: Lockfile, change: Change) -> Lockfile:
    return lockfile.with_retired(_seen(change.recorded, change)) if change.recorded else lockfile


def _kept(lockfile: Lockfile, change: Change) -> Lockfile:
    """Returns the lockfile with what is known anew of a kept job; one that was retired is back among the jobs."""
    if change.recorded is None:
        return lockfile
    entry = _seen(change.recorded, change)
    if change.desired:
        entry = replace(entry, spec=change.spec_path, series=change.desired.series)
    return lockfile if entry in lockfile.jobs else lockfile.with_entry(entry)


def _seen(entry: LockEntry, change: Change) -> LockEntry:
    """Returns the entry with its current job as observed."""
    if change.observed is None or change.observed.name != entry.current.name:
        return entry
    return replace(entry, current=entry.current.synced(change.observed))


def _entry_of(found: Found, lockfile: Lockfile) -> LockEntry:
    """Returns the entry of a job that only its labels speak of; of several under one key the newest is current."""
    submission = submission_of(found.job)
    known = lockfile.entry(found.key)
    return known.succeeded_by(submission) if known else LockEntry(found.key, "", None, submission)
