"""What an apply writes down: entries adopted, kept, retired; intents; submissions recorded. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from gembatch.apply.intents import record, submission_of
from gembatch.apply.outcomes import Outcome, Result
from gembatch.apply.state import State, Step, Task
from gembatch.lock.entries import Entries
from gembatch.lock.lockfile import Intent, LockEntry, Submission
from gembatch.model.jobs import Attempt, JobKey, JobName, JobState, RemoteJob, StagedFile
from gembatch.plan.changes import Action, Change, Found, Plan
from gembatch.plan.fields import own_fields


def with_plan(state: State, plan: Plan, attempts: Mapping[JobKey, Attempt]) -> State:
    """Returns the state with every change of the plan either written down at once, or turned into a task."""
    entries = Entries(state.lockfile)
    outcomes: list[Outcome] = []
    for planned in plan.changes:
        change = _moved(planned, entries)
        result = _written_down(change, entries)
        if result:
            outcomes.append(_outcome(change, result))
        else:
            state = _with_task(state, change, attempts.get(change.key))
    for found in plan.unrecorded:
        entries.retire(_entry_of(found, entries))
    return replace(state.with_lockfile(entries.within(state.lockfile)), outcomes=(*state.outcomes, *outcomes))


def _moved(change: Change, entries: Entries) -> Change:
    """Returns a change with its entry under the name that the specs ask for now."""
    entry = change.recorded
    if entry is None or entry.key == change.key or change.action is Action.BLOCKED:
        return change
    # First of all: whatever becomes of the job, its history is under that name.
    return replace(change, recorded=entries.rename(entry, change.key))


def _written_down(change: Change, entries: Entries) -> Result | None:
    """Writes a change down that needs nothing but that, and returns what became of it; None of any other."""
    match change.action:
        case Action.CREATE | Action.REPLACE | Action.CANCEL:
            return None
        case Action.ADOPT:
            entries.place(_adopted(change))
            return Result.ADOPTED
        case Action.RETIRE:
            if change.recorded:
                entries.retire(_seen(change.recorded, change))
            return Result.RETIRED
        case Action.KEEP:
            if change.recorded:
                entries.place(_kept(change.recorded, change))
            return Result.KEPT
        case Action.BLOCKED:
            return Result.BLOCKED


def _outcome(change: Change, result: Result) -> Outcome:
    name = change.observed.name if change.observed else change.premise.recorded
    return Outcome(change.key, change.action, result, name, change.note)


def _with_task(state: State, change: Change, attempt: Attempt | None) -> State:
    if change.action is Action.CANCEL:
        return state.with_task(Task(change, attempt, Step.TO_CANCEL))
    task = Task(change, attempt, Step.STAGING)
    return state.with_task(task) if files_of(task) else with_intent(state, task)


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


def _adopted(change: Change) -> LockEntry:
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
    return replace(entry.succeeded_by(submission), spec=change.spec_path, series=change.desired.series)


def _kept(entry: LockEntry, change: Change) -> LockEntry:
    """Returns the entry with what is known anew of a kept job; one that was retired will be back among the jobs."""
    seen = _seen(entry, change)
    return replace(seen, spec=change.spec_path, series=change.desired.series) if change.desired else seen


def _seen(entry: LockEntry, change: Change) -> LockEntry:
    """Returns the entry with its current job as observed."""
    if change.observed is None or change.observed.name != entry.current.name:
        return entry
    return replace(entry, current=entry.current.synced(change.observed))


def _entry_of(found: Found, entries: Entries) -> LockEntry:
    """Returns the entry of a job that only its labels speak of; of several under one key the newest is current."""
    submission = submission_of(found.job)
    known = entries.of(found.key)
    return known.succeeded_by(submission) if known else LockEntry(found.key, "", None, submission)
