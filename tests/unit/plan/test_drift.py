"""Where recorded and observed disagree, told apart from what the specs ask for."""

from __future__ import annotations

import pytest
from builders import FAILED, RUNNING, SUCCEEDED, entry, job_name, job_spec, key_of, lockfile, remote

from gembatch.model.jobs import JobState, Observed
from gembatch.model.selection import Selection
from gembatch.plan.drift import Drift, drift_of

SPEC = job_spec()
NONE: frozenset[object] = frozenset()


@pytest.mark.parametrize(
    ("recorded", "observed", "is_progress"),
    [
        (RUNNING, SUCCEEDED, True),
        (JobState.QUEUED, RUNNING, True),
        (RUNNING, FAILED, False),
        (RUNNING, JobState.CANCELLED, False),
        (SUCCEEDED, JobState.EXPIRED, False),
    ],
)
def test_a_job_in_another_state_than_recorded_has_drifted(recorded: JobState, observed: JobState, *, is_progress: bool):
    job = remote(SPEC, 1, observed, error="why")

    (drift,) = drift_of(lockfile(entry(SPEC, 1, recorded)), Observed((job,)))

    assert Drift(SPEC.key, job_name(1), recorded, observed, "why") == drift
    assert is_progress == drift.is_progress


def test_a_live_job_that_vertex_does_not_know_any_more_has_drifted():
    (drift,) = drift_of(lockfile(entry(SPEC, 1, RUNNING)), Observed(gone=frozenset({job_name(1)})))

    assert Drift(SPEC.key, job_name(1), RUNNING, None) == drift
    assert not drift.is_progress


def test_a_job_that_ended_and_was_forgotten_since_has_not():
    assert () == drift_of(lockfile(entry(SPEC, 1, SUCCEEDED)), Observed(gone=frozenset({job_name(1)})))


def test_a_job_that_a_listing_lacks_has_not():
    assert () == drift_of(lockfile(entry(SPEC, 1, RUNNING)), Observed())


def test_a_job_in_the_recorded_state_has_not():
    assert () == drift_of(lockfile(entry(SPEC, 1, RUNNING)), Observed((remote(SPEC, 1, RUNNING),)))


def test_nothing_is_recorded_before_the_first_apply():
    assert () == drift_of(None, Observed((remote(SPEC),)))


def test_retired_jobs_count_selected_ones_alone_do_and_they_are_sorted_by_key():
    specs = [job_spec(name) for name in ("b", "a", "c")]
    made = lockfile(entry(specs[0], 1), entry(specs[1], 2), retired=[entry(specs[2], 3)])
    observed = Observed(tuple(remote(spec, number, FAILED) for number, spec in enumerate(specs, 1)))

    assert [key_of("a"), key_of("b"), key_of("c")] == [drift.key for drift in drift_of(made, observed)]
    assert [key_of("c")] == [drift.key for drift in drift_of(made, observed, Selection(("c",)))]
