"""Desired, recorded and observed side by side, and what counts as a failure."""

from __future__ import annotations

import pytest
from builders import FAILED, RUNNING, SUCCEEDED, entry, job_name, job_spec, lockfile, remote, stranger

from gembatch.lock.lockfile import LockEntry
from gembatch.model.digests import digest_from_label, label_of
from gembatch.model.jobs import JobSpec, JobState, Lifecycle, Observed, RowCounts
from gembatch.plan.status import JobStatus, failure_of, job_statuses, synced_lockfile

A, B, C = (job_spec(name) for name in "abc")


def status(spec: JobSpec | None = A, recorded: LockEntry | None = None, **fields: bool) -> JobStatus:
    return JobStatus(A.key, spec, recorded, **fields)


def test_every_desired_or_recorded_key_has_a_status_and_retired_ones_come_last() -> None:
    statuses = job_statuses([C, B], lockfile(entry(B, 1), retired=[entry(A, 2)]), Observed())

    assert [(B.key, False), (C.key, False), (A.key, True)] == [(item.key, item.is_retired) for item in statuses]
    assert [(B, True), (C, False), (None, True)] == [(item.desired, item.entry is not None) for item in statuses]


def test_before_the_first_apply_there_is_only_what_is_desired() -> None:
    (only,) = job_statuses([A], None, Observed())

    assert ("not submitted", "new", False) == (only.state_word, only.spec_word, only.is_live)


def test_a_status_shows_the_job_as_it_is_observed_now() -> None:
    observed = Observed(ours=(remote(A, 1, SUCCEEDED),), strangers=(stranger(B, 2, {}),))
    a, b = job_statuses([A, B], lockfile(entry(A, 1), entry(B, 2, JobState.QUEUED)), observed)

    assert ("succeeded", False) == (a.state_word, a.is_live)
    assert ("running", True) == (b.state_word, b.is_live)


def test_a_job_that_vertex_has_forgotten_is_gone_unless_it_is_known_to_have_ended() -> None:
    observed = Observed(gone=frozenset({job_name(1), job_name(2)}))
    a, b = job_statuses([A, B], lockfile(entry(A, 1, RUNNING), entry(B, 2, SUCCEEDED)), observed)

    assert ("gone", False) == (a.state_word, a.is_live)
    assert ("succeeded", False) == (b.state_word, b.is_live)


@pytest.mark.parametrize(
    ("shown", "word"),
    [
        (status(A, entry(A)), "current"),
        (status(A, entry(A, digest=digest_from_label(label_of(A.digest)))), "current"),
        (status(job_spec("a", prompt="v2"), entry(A)), "changed"),
        (status(A), "new"),
        (status(None, entry(A)), "past"),
        (status(None, entry(A), is_retired=True), "removed"),
        (status(None, LockEntry(A.key, "", None, entry(A).current)), "removed"),
    ],
)
def test_the_spec_is_told_in_a_word(shown: JobStatus, word: str) -> None:
    assert word == shown.spec_word


def test_the_lockfile_takes_over_what_vertex_shows() -> None:
    before = lockfile(entry(A, 1), entry(B, 2), retired=[entry(C, 3)])
    after = synced_lockfile(before, Observed(ours=(remote(A, 1, SUCCEEDED), remote(C, 3, FAILED))))

    assert [SUCCEEDED, RUNNING] == [job.current.state for job in after.jobs]
    assert FAILED is after.retired[0].current.state


def test_a_lockfile_from_which_nothing_moved_is_the_same_object() -> None:
    before = lockfile(entry(A, 1))

    assert before is synced_lockfile(before, Observed(ours=(remote(A, 1),)))


def ended(rows: RowCounts | None = None, state: JobState = SUCCEEDED, error: str = "") -> LockEntry:
    return entry(A, 1, state, rows=rows, error=error)


@pytest.mark.parametrize(
    ("shown", "why"),
    [
        (status(A), ""),
        (status(A, entry(A)), ""),
        (status(A, ended()), ""),
        (status(A, ended(RowCounts(100, 1, 0))), ""),
        (status(A, ended(RowCounts(0, 0, 0))), ""),
        (status(A, ended(RowCounts(-1, 0, 0))), ""),
        (status(A, ended(RowCounts(0, 7, 3))), "no row succeeded, of 10"),
        (status(A, ended(RowCounts(97, 2, 1))), "3 of 100 rows failed, more than maxFailedRows 0.01 allows"),
        (status(None, ended(RowCounts(97, 3, 0))), "3 of 100 rows failed, more than maxFailedRows 0.01 allows"),
        (status(job_spec("a", lifecycle=Lifecycle(max_failed_rows=0.05)), ended(RowCounts(97, 3, 0))), ""),
        (status(A, ended(state=FAILED, error="no such bucket")), "failed: no such bucket"),
        (status(A, ended(state=JobState.CANCELLED)), "cancelled"),
        (status(A, entry(A), is_gone=True), "Vertex AI does not know the job any more"),
    ],
)
def test_what_counts_as_a_failure(shown: JobStatus, why: str) -> None:
    assert why == failure_of(shown)
