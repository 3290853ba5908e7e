"""Desired, recorded → plan, without a look at the cloud: recorded states stand for observed ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache

from gembatch.errors import InvalidSpecsError, StorageError, UsageError
from gembatch.lock.lockfile import Lineage, LockEntry, Lockfile, Submission
from gembatch.lock.store import LockfileStore
from gembatch.model.jobs import JobName, JobSpec, JobState, Observed, StagedFile
from gembatch.model.selection import ALL, Selection
from gembatch.pipeline.baseline import Base
from gembatch.pipeline.decided import decided_plan
from gembatch.pipeline.desire import Desired
from gembatch.pipeline.observe import refuse_other_owner
from gembatch.pipeline.rows import MOST_OF_A_FILE, with_rows
from gembatch.pipeline.run import Run
from gembatch.plan.case import Insistence
from gembatch.plan.changes import Change, Evidence, Plan, Premise
from gembatch.plan.fields import own_fields
from gembatch.stage.contents import workspace_content


def plan_offline(
    run: Run,
    desired: Desired,
    store: LockfileStore | None,
    base: Base | None,
    *,
    insistence: Insistence,
    selection: Selection = ALL,
) -> Plan:
    """Returns the plan as far as it can be told from files. Inputs are not pinned, so nobody can approve it.

    Args:
        run: What the run is about.
        desired: What the specs ask for.
        store: Where the lockfile is; None where it is in a bucket, and its place is taken by what the base asks for.
        base: What the change is to be merged into, if that is known.
        insistence: What the person insists on.
        selection: The jobs that the plan is about.

    Raises:
        UsageError: The lockfile is in a bucket, and there is no base.
        InvalidSpecsError: The base stands for the lockfile, and its specs have errors.
        LockfileError: The lockfile cannot be read, or is of another workspace or environment.
    """
    if store:
        plan = _plan(run, desired, _stored(run, store), insistence, selection)
        return replace(plan, evidence=Evidence.LOCKFILE, changes=_with_rows(run, base, plan))
    if base is None:
        raise UsageError(
            f"the lockfile {run.environment.lockfile} is in a bucket, which is not read offline",
            hint="--base DIR, a checkout of the branch that this is to be merged into, takes its place",
        )
    recorded = _as_recorded(run, base.desired_like(run).jobs)
    plan = _plan(run, desired, recorded, insistence, selection)
    changes = tuple(map(_without_job, _with_rows(run, base, plan)))
    return replace(plan, evidence=Evidence.BASE, lineage=None, changes=changes)


def _plan(run: Run, desired: Desired, recorded: Lockfile | None, insistence: Insistence, selection: Selection) -> Plan:
    return decided_plan(
        run,
        desired,
        recorded,
        Observed(),
        open_intents=recorded.intents if recorded else (),
        insistence=insistence,
        selection=selection,
    )


def _stored(run: Run, store: LockfileStore) -> Lockfile | None:
    stored, _ = store.read()
    if stored:
        refuse_other_owner(stored, run, store)
    return stored


def _as_recorded(run: Run, jobs: Iterable[JobSpec]) -> Lockfile:
    """Returns the lockfile that there would be if each of the base's jobs had run to its end, under no name."""
    entries = (LockEntry(spec.key, spec.spec_path, spec.series, _as_submitted(spec)) for spec in jobs)
    return Lockfile(run.workspace.name, run.environment.name, Lineage(""), jobs=tuple(entries))


def _as_submitted(spec: JobSpec) -> Submission:
    return Submission(
        name=JobName(""),
        attempt=None,
        digest=spec.digest,
        rerun=spec.rerun,
        state=JobState.SUCCEEDED,
        submitted="",
        output=spec.output_uri,
        body=own_fields(spec.body),
    )


def _with_rows(run: Run, base: Base | None, plan: Plan) -> tuple[Change, ...]:
    """Returns the changes with the rows that differ, as far as the base has the files: it takes the bucket's place."""

    @cache
    def files() -> Mapping[str, StagedFile]:
        return {file.uri: file for spec in _desired_by(base, run) for file in spec.staged}

    def content_of(uri: str) -> bytes:
        if base is None or uri not in files():
            raise StorageError("offline, no bucket is read")
        return workspace_content(base.root, files()[uri], MOST_OF_A_FILE)

    return with_rows(plan.changes, content_of, root=run.root)


def _desired_by(base: Base | None, run: Run) -> Sequence[JobSpec]:
    """Returns what the base asks for; nothing where it cannot be told: it is asked for its files alone."""
    try:
        return base.desired_like(run).jobs if base else ()
    except InvalidSpecsError:
        return ()


def _without_job(change: Change) -> Change:
    return replace(change, premise=Premise(), observed=None)
