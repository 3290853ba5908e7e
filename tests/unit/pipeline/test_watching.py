"""How jobs are cancelled and states recorded, beside an apply that may be running."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from builders import RUNNING, SUCCEEDED, entry, job_name, job_spec, lockfile, remote
from play import NOON

from gembatch.errors import LockfileHeldError, UnavailableError
from gembatch.lock.lockfile import Holder
from gembatch.model.jobs import JobState, Observed
from gembatch.pipeline.watch import cancel_jobs, sync_jobs

if TYPE_CHECKING:
    from conftest import World

A = job_spec()
APPLYING = Holder("1" * 32, "ada@laptop", "", until=(NOON + timedelta(seconds=300)).isoformat())


def test_a_cancellation_is_recorded_before_it_is_asked_for(world: World) -> None:
    """A crash between the two must not leave a job that somebody else seems to have cancelled."""
    world.stores(lockfile(entry(A, 1, RUNNING)))
    world.gateway.on_cancel = lambda: recorded.append(world.stored.jobs[0].current.cancelled)
    recorded: list[bool] = []
    cancel_jobs(world.shores, [job_name(1)])

    assert ([True], [job_name(1)]) == (recorded, world.gateway.cancelled)
    assert JobState.CANCELLING is world.stored.jobs[0].current.state


def test_nothing_is_cancelled_while_an_apply_holds_the_lockfile(world: World) -> None:
    held = lockfile(entry(A, 1, RUNNING), holder=APPLYING)
    world.stores(held)

    with pytest.raises(LockfileHeldError, match="an apply holds"):
        cancel_jobs(world.shores, [job_name(1)])
    assert ([], held) == (world.gateway.cancelled, world.stored)


def test_a_cancellation_that_is_refused_is_told(world: World) -> None:
    world.stores(lockfile(entry(A, 1, RUNNING)))

    def refuse() -> None:
        raise UnavailableError("503")

    world.gateway.on_cancel = refuse
    with pytest.raises(UnavailableError):
        cancel_jobs(world.shores, [job_name(1)])


def test_states_are_not_recorded_while_an_apply_holds_the_lockfile(world: World) -> None:
    held = lockfile(entry(A, 1, RUNNING), holder=APPLYING)
    world.stores(held)

    assert not sync_jobs(world.shores, Observed((remote(A, 1, SUCCEEDED),)))
    assert held == world.stored


def test_states_are_recorded_once_its_lease_has_ended_and_what_it_left_stays(world: World) -> None:
    world.stores(lockfile(entry(A, 1, RUNNING), holder=replace(APPLYING, until=NOON.isoformat())))

    assert sync_jobs(world.shores, Observed((remote(A, 1, SUCCEEDED),)))
    assert (SUCCEEDED, "ada@laptop", 4) == (
        world.stored.jobs[0].current.state,
        world.stored.holder and world.stored.holder.who,
        world.stored.serial,
    )
