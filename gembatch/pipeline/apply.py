"""Plan → outcomes → lockfile."""

from __future__ import annotations

from collections.abc import Callable

from gembatch.apply import machine
from gembatch.apply.driver import Driver
from gembatch.apply.identity import Identity
from gembatch.apply.intents import held_because, is_held
from gembatch.apply.outcomes import Outcome
from gembatch.apply.state import State
from gembatch.errors import LockfileHeldError
from gembatch.lock.lockfile import Holder, Lineage, Lockfile
from gembatch.model.jobs import Attempt
from gembatch.pipeline.plan import Planned
from gembatch.pipeline.run import Run, Shores


def apply_jobs(
    run: Run,
    planned: Planned,
    shores: Shores,
    *,
    identity: Identity,
    on_outcome: Callable[[Outcome], None],
    on_start: Callable[[Callable[[], None]], None],
) -> State:
    """Carries a plan out; returns where the apply stands at its end.

    Args:
        run: What the run is about.
        planned: What to carry out.
        shores: The world.
        identity: Who applies, and fresh random marks.
        on_outcome: Told of each outcome as it comes.
        on_start: Given the function that interrupts the apply, before it begins.

    Raises:
        LockfileHeldError: Another apply runs, or one did not finish and its intents are not settled.
    """
    _refuse_held(planned, shores)
    lockfile = planned.lockfile or Lockfile(
        run.workspace.name, run.environment.name, Lineage(identity.fresh()), data_id=shores.data_id
    )
    submitting = [change.key for change in planned.plan.changes if change.action.is_pending]
    state = machine.initial(
        planned.plan,
        lockfile,
        attempts={key: Attempt(identity.fresh()) for key in submitting},
        holder=Holder(identity.fresh(), identity.who, identity.run_url, until=""),
        settings=run.environment.submit,
        dirty=planned.lockfile != planned.stored,
    )
    driver = Driver(shores.gateway, shores.store, shores.objects, run.root, on_outcome)
    on_start(driver.interrupt)
    return driver.run(state, planned.version)


def _refuse_held(planned: Planned, shores: Shores) -> None:
    resolution = planned.resolution
    if resolution is None:
        return
    if resolution.open or is_held(resolution.lockfile, shores.gateway.server_time()):
        message, hint = held_because(resolution)
        raise LockfileHeldError(message, hint=hint)
