"""Desired, recorded, observed → plan: from reads alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from gembatch.apply.intents import Resolution, resolve
from gembatch.lock.lockfile import Lockfile
from gembatch.lock.store import Version
from gembatch.model.jobs import Observed
from gembatch.model.selection import ALL, Selection
from gembatch.pipeline.decided import decided_plan
from gembatch.pipeline.desire import Desired
from gembatch.pipeline.observe import observed_jobs, recorded_jobs
from gembatch.pipeline.pins import pinned
from gembatch.pipeline.rows import MOST_OF_A_FILE, with_rows
from gembatch.pipeline.run import Run, Shores
from gembatch.plan.approval import Approval, Comparison, compare, refuse_other
from gembatch.plan.case import Insistence
from gembatch.plan.changes import Plan
from gembatch.plan.drift import drift_of
from gembatch.plan.status import synced_lockfile
from gembatch.stage.contents import staged_content
from gembatch.vertex.filters import with_attempt
from gembatch.vertex.requests import STATUS_FIELDS


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan beside what it was decided on.

    Attributes:
        plan: The plan.
        lockfile: With every settled intent resolved and the states that Vertex shows; None before the first apply.
        stored: As it was read; None before the first apply.
        version: Of the stored lockfile.
        observed: What Vertex showed.
        resolution: What became of an unfinished run; None when there was none.
    """

    plan: Plan
    lockfile: Lockfile | None
    stored: Lockfile | None
    version: Version
    observed: Observed
    resolution: Resolution | None = None


def plan_jobs(
    run: Run, desired: Desired, shores: Shores, insistence: Insistence, selection: Selection = ALL
) -> Planned:
    """Returns the plan, from reads alone.

    Args:
        run: What the run is about.
        desired: What the specs ask for.
        shores: The world.
        insistence: What the person insists on.
        selection: The jobs that the plan is about.

    Raises:
        LockfileError: The lockfile cannot be read, or is of another workspace or environment.
        GatewayError: Vertex cannot be listed as a whole.
        EmulatorError: The lockfile speaks of another emulator's data.
    """
    stored, version = recorded_jobs(run, shores)
    wanted = [spec for spec in desired.jobs if selection.has(spec.key)]
    observed = observed_jobs(run, wanted, stored, shores)
    resolution = _resolved(run, stored, observed, shores)
    lockfile = synced_lockfile(resolution.lockfile, observed) if resolution else None
    plan = decided_plan(
        run,
        desired,
        lockfile,
        observed,
        open_intents=resolution.open if resolution else (),
        insistence=insistence,
        selection=selection,
    )
    changes = pinned(plan.changes, shores.objects, concurrency=run.environment.submit.concurrency)
    staging = run.environment.staging or ""
    staged = partial(staged_content, shores.objects, staging=staging, most=MOST_OF_A_FILE)
    changes = with_rows(changes, staged, root=run.root)
    drift = drift_of(resolution.lockfile, observed, selection) if resolution else ()
    return Planned(replace(plan, changes=changes, drift=drift), lockfile, stored, version, observed, resolution)


def _resolved(run: Run, stored: Lockfile | None, observed: Observed, shores: Shores) -> Resolution | None:
    if stored is None:
        return None
    # First the clock, then the look-ups: the listing before may have begun when the intents were not settled yet.
    now = shores.gateway.server_time()
    listed = {job.attempt for job in observed.ours}
    late = tuple(
        job
        for intent in stored.intents
        if intent.attempt not in listed
        for job in shores.gateway.jobs(with_attempt(intent.attempt), fields=STATUS_FIELDS)
    )
    return resolve(stored, (*observed.ours, *late), now, run.environment.submit)


def approved_jobs(planned: Planned, approval: Approval) -> tuple[Planned, Comparison]:
    """Returns the plan cut down to what a saved plan approves, and what became of the rest.

    Raises:
        PlanMismatchError: The saved plan is for another workspace, environment or lockfile.
    """
    fresh = planned.plan
    refuse_other(approval, workspace=fresh.workspace, environment=fresh.environment, lineage=fresh.lineage)
    comparison = compare(approval, fresh)
    return replace(planned, plan=comparison.plan), comparison
