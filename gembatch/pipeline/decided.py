"""A run's situation → its plan as the table decides it: the same whether Vertex was asked or not."""

from __future__ import annotations

from gembatch.lock.lockfile import Intent, Lockfile
from gembatch.model.jobs import Observed
from gembatch.model.selection import Selection
from gembatch.pipeline.desire import Desired
from gembatch.pipeline.run import Run
from gembatch.plan.case import Insistence
from gembatch.plan.changes import Plan
from gembatch.plan.decide import Situation, make_plan


def decided_plan(
    run: Run,
    desired: Desired,
    lockfile: Lockfile | None,
    observed: Observed,
    *,
    open_intents: tuple[Intent, ...],
    insistence: Insistence,
    selection: Selection,
) -> Plan:
    """Returns the plan before anything is looked at that it would submit.

    Args:
        run: What the run is about.
        desired: What the specs ask for.
        lockfile: What is recorded; None for nothing.
        observed: What Vertex shows.
        open_intents: Those of an unfinished run.
        insistence: What the person insists on.
        selection: The jobs that the plan is about.
    """
    return make_plan(
        Situation(
            workspace=run.workspace.name,
            environment=run.environment.name,
            instant=run.instant.isoformat(),
            desired=desired.jobs,
            lockfile=lockfile,
            observed=observed,
            project=run.environment.project,
            region=run.environment.region,
            open_intents=open_intents,
            insistence=insistence,
            resting=desired.resting,
            selection=selection,
        )
    )
