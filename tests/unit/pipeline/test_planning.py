"""What a plan reads before it decides: whose lockfile it is, and what became of what it records."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from builders import FAILED, RUNNING, SUCCEEDED, entry, intent, job_name, job_spec, lockfile, remote, submission
from play import NOON

from gembatch.errors import EmulatorError, LockfileError
from gembatch.lock.lockfile import Holder
from gembatch.model.jobs import LABEL_ATTEMPT
from gembatch.plan.changes import Action, Reason

if TYPE_CHECKING:
    from conftest import World

V1, V2 = job_spec(), job_spec(prompt="v2")
ATTEMPT = "a" * 32
LEFT = Holder("1" * 32, "ada@laptop", "", until=NOON.isoformat())
SETTLES = timedelta(seconds=120)


@pytest.mark.parametrize(
    ("other", "says"),
    [
        (lockfile(environment="staging"), "is of the environment `staging`, and this is `prod`"),
        (lockfile(workspace="opinions"), "is of the workspace `opinions`, and this is `reviews`"),
    ],
)
def test_the_lockfile_of_another_environment_or_workspace_is_refused(world: World, other: object, says: str) -> None:
    """Under another name nothing in it would be found: every job would be bought again, and written in beside it."""
    world.stores(other)

    with pytest.raises(LockfileError, match=says):
        world.planned(V1)


def test_the_lockfile_of_an_emulator_is_not_taken_to_google(world: World) -> None:
    world.stores(lockfile(data_id="d" * 32))

    with pytest.raises(EmulatorError, match="never had"):
        world.planned(V1)


def test_jobs_of_the_former_region_are_retired_without_asking_for_them(world: World) -> None:
    """Asked of another region's host, a job that runs is not found."""
    world.stores(lockfile(entry(job_spec(region="europe-west4"), 1, RUNNING)))

    changes = world.planned(job_spec()).plan.changes
    assert [(Action.RETIRE, Reason.REMOVED), (Action.CREATE, Reason.NEW)] == [(c.action, c.reason) for c in changes]
    assert [] == world.gateway.asked


def test_a_recorded_job_before_the_current_is_known_to_have_succeeded(world: World) -> None:
    """Recorded when it was submitted and never looked at since; when Vertex has forgotten it, this is all there is."""
    world.stores(lockfile(entry(V2, 2, RUNNING, history=[submission(V1, 1, RUNNING)])))
    world.gateway.all = [remote(V1, 1, SUCCEEDED), remote(V2, 2, FAILED)]

    planned = world.planned(V2)
    assert planned.lockfile is not None
    assert [SUCCEEDED, FAILED] == [past.state for past in planned.lockfile.jobs[0].submissions]


def test_an_earlier_job_that_no_listing_shows_is_found_and_adopted(world: World) -> None:
    world.stores(lockfile(entry(V2, 2, SUCCEEDED, history=[submission(V1, 1, RUNNING)])))
    world.gateway.all = [remote(V1, 1, RUNNING), remote(V2, 2, SUCCEEDED)]
    world.gateway.unlisted = {job_name(1)}

    (change,) = world.planned(V1).plan.changes
    assert (Action.ADOPT, job_name(1)) == (change.action, change.observed and change.observed.name)


def test_an_earlier_job_that_is_gone_and_was_not_seen_to_end_is_not_bought_again(world: World) -> None:
    world.stores(lockfile(entry(V2, 2, SUCCEEDED, history=[submission(V1, 1, RUNNING)])))
    world.gateway.all = [remote(V2, 2, SUCCEEDED)]

    (change,) = world.planned(V1).plan.changes
    assert (Action.BLOCKED, Reason.MISSING) == (change.action, change.reason)


def test_an_intent_is_settled_by_a_look_up_that_begins_after_the_settling_time(world: World) -> None:
    """The listing began too early to show the job, and took so long that its intent was settled when it came back."""
    made = remote(V1, 1, RUNNING)
    made = replace(made, labels={**made.labels, LABEL_ATTEMPT: ATTEMPT})
    world.stores(lockfile(intents=(intent(V1, ATTEMPT),), holder=LEFT))
    world.gateway.unlisted = {made.name}
    world.gateway.all = [made]
    listing = world.gateway.jobs

    def lagging(filter_text: str, *, fields: tuple[str, ...] | None) -> object:
        answer = listing(filter_text, fields=fields)
        world.gateway.now = NOON + SETTLES
        world.gateway.unlisted = set()
        return answer

    world.gateway.jobs = lagging
    planned = world.planned(V1)

    assert planned.resolution is not None
    assert ((ATTEMPT,), ()) == (tuple(i.attempt for i in planned.resolution.recorded), planned.resolution.dropped)
    assert [Action.KEEP] == [change.action for change in planned.plan.changes]


def test_an_intent_whose_attempt_nobody_knows_is_dropped_once_it_is_settled(world: World) -> None:
    world.stores(lockfile(intents=(intent(V1, ATTEMPT),), holder=LEFT))
    world.gateway.now = NOON + SETTLES

    planned = world.planned(V1)
    assert planned.resolution is not None
    assert [ATTEMPT] == [dropped.attempt for dropped in planned.resolution.dropped]
    assert [(Action.CREATE, Reason.NEW)] == [(change.action, change.reason) for change in planned.plan.changes]
