"""The decision table: desired, recorded, observed → one action and reason per key. Pure; the heart of gembatch.

Each row of the table is a function that either decides or passes, and the first that decides wins: the order of
`_DESIRED` and `_UNDESIRED` *is* the table. Intents never get here; they are resolved before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from gembatch.lock.lockfile import Intent, LockEntry, Lockfile, Submission
from gembatch.model.jobs import (
    LABEL_ENVIRONMENT,
    LABEL_WORKSPACE,
    JobKey,
    JobSpec,
    JobState,
    Observed,
    OnChangeInFlight,
    OnFailure,
    RemoteJob,
    Series,
)
from gembatch.model.selection import ALL, Selection
from gembatch.plan.case import Case, Insistence, standing_of
from gembatch.plan.changes import Action, Change, Found, Plan, Premise, Reason, Standing
from gembatch.plan.duplicates import duplicates_among
from gembatch.plan.fields import differences, label_differences
from gembatch.plan.renames import Ours, renames_of
from gembatch.validate.body import canonical

_Row = Callable[[Case], Change | None]


def _current(case: Case) -> Change | None:
    """Same digest, same rerun; live, succeeded, or ended well and since forgotten by Vertex."""
    if case.is_same and case.standing in (Standing.LIVE, Standing.SUCCEEDED):
        return case.decided(Action.KEEP, Reason.CURRENT, fields=label_differences(case.changed_fields))
    return None


def _renamed(case: Case) -> Change | None:
    """Recorded under the name that the job had, same digest, same rerun, however it stands: the entry moves.

    What else there is to do about the job, such as a retry, is for the next plan: a rename never buys anything.
    """
    if not (case.is_renamed and case.is_same and case.recorded):
        return None
    note = f"{case.renaming}; nothing is submitted"
    seen = case.current or _as_remote(case.key, case.recorded.current)
    return case.decided(Action.ADOPT, Reason.RENAMED, observed=seen, fields=case.changed_fields, note=note)


def _unrecorded(case: Case) -> Change | None:
    """A job of ours does what is desired and is live or succeeded, wherever it came from.

    Also when the recorded job had the same digest and failed: a retry that the lockfile does not know of is paid for.
    """
    wanted = [job for job in case.ours if case.does_what_is_desired(job) and standing_of(job.state) in _GOOD]
    if wanted:
        best = max(wanted, key=lambda job: (job.state is JobState.SUCCEEDED, job.create_time))
        others = [job.name for job in case.ours if job.state.is_live and not case.does_what_is_desired(job)]
        note = f"{others[-1]} does something else and is live; it is left running" if others else ""
        return case.decided(Action.ADOPT, Reason.UNRECORDED, observed=best, note=note)
    return None


def _remembered(case: Case) -> Change | None:
    """The key's history has a job that did what is desired and succeeded, though Vertex no longer shows it."""
    past = (
        next((past for past in reversed(case.recorded.history) if _is_good(case, past)), None)
        if case.recorded
        else None
    )
    if past:
        note = f"{past.name} did this already, and succeeded"
        return case.decided(Action.ADOPT, Reason.UNRECORDED, observed=_as_remote(case.key, past), note=note)
    return None


def _missing(case: Case) -> Change | None:
    """Same digest; a GET by its name answered 404 before it was known to have ended."""
    if not case.is_lost:
        return None
    if case.insistence.resubmit_missing:
        return case.decided(Action.CREATE, Reason.MISSING)
    note = "nobody saw it end, so it may have run"
    return case.decided(Action.BLOCKED, Reason.MISSING, note=note)


def _cancelled_by_us(case: Case) -> Change | None:
    """Same digest; gembatch cancelled it, so it was meant."""
    if not (case.is_same and case.recorded and case.recorded.current.cancelled and case.standing is Standing.FAILED):
        return None
    if case.insistence.retry_failed:
        return None
    return case.decided(Action.KEEP, Reason.CANCELLED)


def _failed(case: Case) -> Change | None:
    """Same digest; failed, expired, partially succeeded, or cancelled by somebody else."""
    if not (case.is_same and case.recorded and case.standing is Standing.FAILED):
        return None
    tried = sum(case.did_what_is_desired(past) for past in case.recorded.submissions)
    lifecycle = case.spec.lifecycle
    if case.insistence.retry_failed or (lifecycle.on_failure is OnFailure.RETRY and tried < lifecycle.max_attempts):
        return case.decided(Action.REPLACE, Reason.FAILED, fields=case.changed_fields)
    state = case.current.state if case.current else case.recorded.current.state
    spent = f" after {tried} attempts" if lifecycle.on_failure is OnFailure.RETRY else ""
    note = f"the job {_ended_as(state)}{spent} and is held"
    return case.decided(Action.KEEP, Reason.FAILED, note=note)


def _stale(case: Case) -> Change | None:
    """A newer job of ours under this key that is neither recorded nor desired: the lockfile is older than what runs."""
    if case.recorded is None or case.is_same:
        return None
    known = {past.name for past in case.recorded.submissions}
    since = case.recorded.current.submitted
    newer = [
        job
        for job in case.ours
        if job.name not in known and job.create_time > since and not case.does_what_is_desired(job)
    ]
    if not newer:
        return None
    note = f"{newer[-1].name} is newer than the lockfile"
    return case.decided(Action.BLOCKED, Reason.STALE, observed=newer[-1], note=note)


def _in_flight(case: Case) -> Change | None:
    """Other digest or rerun, and a job of this key is live: recorded, or ours without a record."""
    live = next((job for job in (case.current, case.latest) if job and job.state.is_live), None)
    # Not observed yet live: recorded a moment ago, and the listing lags; or read without the cloud.
    if live is None and case.standing is not Standing.LIVE:
        return None
    fields = case.changed_fields
    if case.spec.lifecycle.on_change_in_flight is OnChangeInFlight.CANCEL:
        return case.decided(Action.CANCEL, Reason.IN_FLIGHT, observed=live, fields=fields)
    note = f"{live.name} is live" if live else "it was live when it was last seen"
    return case.decided(Action.BLOCKED, Reason.IN_FLIGHT, observed=live, fields=fields, note=note)


def _ended_past(case: Case) -> Change | None:
    """Other digest or rerun, of an earlier date, and every job of this key has ended or is gone.

    What was bought for a day is not bought again because the spec reads otherwise today.
    """
    ended = case.current if case.recorded else case.latest
    if not case.is_past or case.insistence.replace_past or not (case.recorded or ended):
        return None
    standing = standing_of(ended.state) if ended else case.standing
    if standing is Standing.FAILED and case.insistence.retry_failed:
        return None
    or_retry = " or `--retry-failed`" if standing is Standing.FAILED else ""
    note = f"the spec changed since this job of an earlier date ended; `--replace-past`{or_retry} submits it again"
    return case.decided(Action.KEEP, Reason.PAST, observed=ended, fields=case.changed_fields, note=note)


def _changed(case: Case) -> Change | None:
    """Other digest or rerun, and every job of this key has ended or is gone."""
    if case.recorded is None and case.latest is None:
        return None
    fields = case.changed_fields
    body_differs = not case.recorded or not case.has_desired_digest(case.recorded.current)
    reason = Reason.CHANGED if body_differs else Reason.RERUN
    return case.decided(Action.REPLACE, reason, observed=case.current or case.latest, fields=fields)


def _foreign(case: Case) -> Change | None:
    """Nothing of ours, and a stranger has the display name."""
    if not case.strangers:
        return None
    others = [job for job in case.strangers if LABEL_WORKSPACE in job.labels]
    if others:
        owner = f"{others[0].labels[LABEL_WORKSPACE]}/{others[0].labels.get(LABEL_ENVIRONMENT, '?')}"
        note = f"{others[0].name} belongs to the gembatch workspace {owner}"
        return case.decided(Action.BLOCKED, Reason.FOREIGN, observed=others[0], note=note)
    job = max(case.strangers, key=lambda job: (job.state.is_live, job.create_time))
    # Canonical, as the desired one is: whether a prefix ends in a slash makes no other body.
    fields = tuple(f for f in differences(canonical(job.body), case.spec.body) if not f.path.startswith("labels."))
    if fields:
        note = f"{job.name} has this display name and another body"
        return case.decided(Action.BLOCKED, Reason.FOREIGN, observed=job, fields=fields, note=note)
    if case.insistence.adopt:
        return case.decided(Action.ADOPT, Reason.FOREIGN, observed=job)
    note = f"{job.name} has this display name and an equal body"
    return case.decided(Action.BLOCKED, Reason.FOREIGN, observed=job, note=note)


def _new(case: Case) -> Change | None:
    """Nothing recorded, nothing observed."""
    return case.decided(Action.CREATE, Reason.NEW)


def _past(case: Case) -> Change | None:
    """Not desired today, but its series is; or its series is there, and not due."""
    series = case.recorded.series if case.recorded else None
    if series and (series in case.resting or (series.dated and series in case.series)):
        return case.decided(Action.KEEP, Reason.PAST)
    return None


def _removed(case: Case) -> Change | None:
    """No spec asks for it or its series."""
    if case.insistence.prune and case.standing is Standing.LIVE:
        return case.decided(Action.CANCEL, Reason.REMOVED)
    return None if case.retired else case.decided(Action.RETIRE, Reason.REMOVED)


_GOOD = (Standing.LIVE, Standing.SUCCEEDED)

# Read downwards: the first row that fits decides.
_DESIRED: tuple[_Row, ...] = (
    _renamed,
    _current,
    _unrecorded,
    _remembered,
    _missing,
    _cancelled_by_us,
    _failed,
    _stale,
    _in_flight,
    _ended_past,
    _changed,
    _foreign,
    _new,
)
_UNDESIRED: tuple[_Row, ...] = (_past, _removed)


def _is_good(case: Case, past: Submission) -> bool:
    return case.did_what_is_desired(past) and past.state is JobState.SUCCEEDED


def _as_remote(key: JobKey, past: Submission) -> RemoteJob:
    """Returns a remembered job in the form of an observed one."""
    return RemoteJob(
        name=past.name,
        display_name=key.display_name,
        state=past.state,
        create_time=past.submitted,
        end_time=past.ended,
        output=past.output,
        rows=past.rows,
        error=past.error,
    )


def _ended_as(state: JobState) -> str:
    return {JobState.CANCELLED: "was cancelled by somebody else"}.get(state, state.word)


@dataclass(frozen=True, slots=True)
class Situation:
    """All that a plan is decided on.

    Attributes:
        workspace: Name of the workspace.
        environment: Name of the environment.
        instant: The run's one instant, RFC 3339 with offset.
        desired: What the specs ask for; no two with one key.
        lockfile: What is recorded, with every intent resolved; None before the first apply.
        observed: What Vertex shows.
        project: Of the environment, for keys that only a job of ours speaks of.
        region: Likewise.
        open_intents: Of an apply that did not finish: their keys are blocked, and never get to the table.
        insistence: What the person insists on.
        resting: Series that the specs ask for, though not now.
        selection: Globs of the display names that the run is about; none for all.
    """

    workspace: str
    environment: str
    instant: str
    desired: Sequence[JobSpec]
    lockfile: Lockfile | None
    observed: Observed
    project: str
    region: str
    open_intents: tuple[Intent, ...] = ()
    insistence: Insistence = field(default_factory=Insistence)
    resting: frozenset[Series] = frozenset()
    selection: Selection = ALL


def make_plan(situation: Situation) -> Plan:
    """Returns the plan: one decision for each key that is desired or recorded, and selected."""
    lockfile = situation.lockfile
    unfinished = _unfinished_keys(situation)
    known = [case for case in _cases(situation) if case.key not in unfinished]
    selected = [case for case in known if situation.selection.has(case.key)]
    decided = [_decide(case) for case in selected]
    changes = (*(change for change in decided if change), *(_unfinished(*each) for each in unfinished.items()))
    return Plan(
        workspace=situation.workspace,
        environment=situation.environment,
        lineage=lockfile.lineage if lockfile else None,
        serial=lockfile.serial if lockfile else 0,
        instant=situation.instant,
        changes=changes,
        duplicates=duplicates_among(changes, situation.observed.ours),
        unrecorded=_unknown_to_both(situation),
        left_alone=len(known) - len(selected),
    )


def _unfinished_keys(situation: Situation) -> dict[JobKey, Intent]:
    """Returns the intent of each selected key of which nobody knows yet: its own, or that of the name it had."""
    intents = {intent.key: intent for intent in situation.open_intents}
    renamed = {spec.key: intents[old] for spec in situation.desired if (old := spec.previous_key) in intents}
    return {key: intent for key, intent in (renamed | intents).items() if situation.selection.has(key)}


def _unfinished(key: JobKey, intent: Intent) -> Change:
    note = f"attempt {intent.attempt} may have made a job that no listing shows yet"
    return Change(key, Action.BLOCKED, Reason.UNFINISHED, Premise(), note=note)


def _decide(case: Case) -> Change | None:
    rows = _DESIRED if case.desired else _UNDESIRED
    return next((change for row in rows if (change := row(case))), None)


def _entries(lockfile: Lockfile | None) -> tuple[LockEntry, ...]:
    return (*lockfile.jobs, *lockfile.retired) if lockfile else ()


def _cases(situation: Situation) -> Iterable[Case]:
    desired = {spec.key: spec for spec in situation.desired}
    recorded = {entry.key: entry for entry in _entries(situation.lockfile)}
    retired = {entry.key for entry in situation.lockfile.retired} if situation.lockfile else set()
    ours, strangers = _ours(situation), _by_name(situation.observed.strangers)
    renames = renames_of(situation.desired, recorded.keys())
    series = situation.resting.union(renames.series, (spec.series for spec in situation.desired))
    today = datetime.fromisoformat(situation.instant).date()
    moving = set(renames.moving.values())
    for key in (key for key in {**desired, **recorded} if key not in moving):
        entry = recorded.get(renames.moving.get(key, key))
        yield Case(
            key=key,
            desired=desired.get(key),
            recorded=entry,
            retired=entry is not None and entry.key in retired,
            ours=ours.of(key, entry, renames.previous.get(key)),
            strangers=tuple(strangers[key.display_name]),
            gone=situation.observed.gone,
            series=series,
            resting=situation.resting,
            today=today,
            insistence=situation.insistence,
        )


def _unknown_to_both(situation: Situation) -> tuple[Found, ...]:
    """Returns the jobs of ours under a selected key that is neither desired nor recorded, oldest first."""
    entries = _entries(situation.lockfile)
    renames = renames_of(situation.desired, {entry.key for entry in entries})
    known = {spec.key for spec in situation.desired} | {entry.key for entry in entries} | {*renames.previous.values()}
    recorded = {past.name for entry in entries for past in entry.submissions}
    jobs = sorted(situation.observed.ours, key=lambda job: (job.create_time, job.name))
    found = (Found(_key_of(job, situation), job) for job in jobs)
    return tuple(
        item
        for item in found
        if item.key not in known and item.job.name not in recorded and situation.selection.has(item.key)
    )


def _key_of(job: RemoteJob, situation: Situation) -> JobKey:
    return JobKey(situation.project, situation.region, situation.environment, job.display_name)


def _ours(situation: Situation) -> Ours:
    jobs = situation.observed.ours
    return Ours(_by_name(jobs), {job.name: job for job in jobs})


def _by_name(jobs: Iterable[RemoteJob]) -> Mapping[str, list[RemoteJob]]:
    named: dict[str, list[RemoteJob]] = defaultdict(list)
    for job in sorted(jobs, key=lambda job: (job.create_time, job.name)):
        named[job.display_name].append(job)
    return named
