"""Nothing is paid for twice and nothing is lost, whatever crashes, is lost or is late.

At the end of every storm what is there is what was asked for: one job each, recorded.
"""

from __future__ import annotations

from collections import Counter

import pytest
from builders import WORKSPACE, job_name, plan_of
from storm import AFTER, Run, live_through

from gembatch.model.jobs import LABEL_DIGEST, JobState


@pytest.mark.parametrize("first", range(0, 300, 50))
def test_every_job_is_submitted_once_and_recorded(first: int) -> None:
    for seed in range(first, first + 50):
        world = live_through(seed)
        stored = world.read()
        assert stored is not None, seed
        made = Counter((job.display_name, job.labels[LABEL_DIGEST]) for job in world.jobs.values())
        entries = (*stored.jobs, *stored.retired)

        assert {} == {job: times for job, times in made.items() if times > 1}, f"seed {seed}: paid for twice"
        assert set(world.jobs) == {past.name for entry in entries for past in entry.submissions}, f"seed {seed}: lost"
        assert {spec.key for spec in AFTER} == {entry.key for entry in stored.jobs}, f"seed {seed}: not done"
        assert () == plan_of(*AFTER, recorded=stored, ours=world.listing()).pending, f"seed {seed}: not calm"
        assert () == stored.intents, f"seed {seed}: left open"


def test_after_a_lost_lockfile_every_job_is_adopted_and_none_submitted() -> None:
    for seed in range(30):
        world = live_through(seed)
        submitted = set(world.jobs)
        world.stored = ""
        Run(world, AFTER)
        world.pass_time()

        stored = world.read()
        assert stored is not None
        assert submitted == set(world.jobs)
        assert {spec.key for spec in AFTER} == {entry.key for entry in stored.jobs}
        assert () == plan_of(*AFTER, recorded=stored, ours=world.listing()).pending


def test_the_storms_are_stormy() -> None:
    """The property would hold in a world where nothing happens."""
    worlds = [live_through(seed) for seed in range(40)]
    cancelled = sum(job.state is JobState.CANCELLED for world in worlds for job in world.jobs.values())

    assert WORKSPACE == worlds[0].read().workspace
    assert cancelled > 0
    assert all(job_name(1) in world.jobs for world in worlds)
    assert sum(len(world.jobs) for world in worlds) > 40 * len(AFTER)
