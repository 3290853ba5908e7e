"""The lockfile as a value: entries, their history, intents."""

from __future__ import annotations

from builders import RUNNING, SUCCEEDED, entry, intent, job_name, job_spec, lockfile, remote, submission

from gembatch.model.jobs import RowCounts

A, B = job_spec("a"), job_spec("b")


def test_an_entry_is_found_by_its_key_retired_or_not() -> None:
    both = lockfile(entry(A, 1), retired=[entry(B, 2)])

    assert entry(A, 1) == both.entry(A.key)
    assert entry(B, 2) == both.entry(B.key)
    assert None is both.entry(job_spec("c").key)


def test_an_entry_takes_the_place_of_what_was_known_of_its_key() -> None:
    changed = lockfile(entry(A, 1), retired=[entry(B, 2)]).with_entry(entry(B, 3))

    assert (entry(A, 1), entry(B, 3)) == changed.jobs
    assert () == changed.retired


def test_a_retired_entry_takes_the_place_of_what_was_known_of_its_key() -> None:
    changed = lockfile(entry(A, 1), entry(B, 2)).with_retired(entry(A, 1))

    assert (entry(B, 2),) == changed.jobs
    assert (entry(A, 1),) == changed.retired


def test_an_intent_stands_once() -> None:
    once = lockfile().with_intent(intent(A)).with_intent(intent(B, "b" * 32)).with_intent(intent(A))

    assert (intent(B, "b" * 32), intent(A)) == once.intents
    assert (intent(A),) == once.without_intent(intent(B, "b" * 32).attempt).intents


def test_a_new_job_pushes_the_current_one_into_the_history() -> None:
    succeeded = entry(A, 1, SUCCEEDED).succeeded_by(submission(A, 2))

    assert [job_name(1), job_name(2)] == [past.name for past in succeeded.submissions]
    assert job_name(2) == succeeded.current.name


def test_a_job_of_the_history_that_counts_again_moves_to_the_front() -> None:
    back = entry(A, 2, history=[submission(A, 1)]).succeeded_by(submission(A, 1, SUCCEEDED))

    assert [job_name(2), job_name(1)] == [past.name for past in back.submissions]
    assert SUCCEEDED is back.current.state


def test_what_vertex_says_now_is_taken_over_and_what_it_no_longer_says_is_kept() -> None:
    seen = submission(A, 1, RUNNING, output="gs://out/a/", rows=RowCounts(1, 0, 3))
    ended = seen.synced(remote(A, 1, SUCCEEDED, end_time="2026-11-22T10:00:00Z", output="gs://out/a/prediction-1"))
    silent = ended.synced(remote(A, 1, SUCCEEDED, end_time=""))

    assert (SUCCEEDED, "2026-11-22T10:00:00Z", "gs://out/a/prediction-1") == (ended.state, ended.ended, ended.output)
    assert RowCounts(1, 0, 3) == ended.rows
    assert ended == silent
