"""What can happen to a job."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gembatch.emulator.jobs import life
from gembatch.emulator.jobs.job import Counts, JobState, Problem, document_of
from gembatch.emulator.jobs.names import JobName, Parent, project_number

_T0 = datetime(2026, 11, 22, 10, 0, 0, 1234, tzinfo=UTC)
_T1 = _T0 + timedelta(seconds=1)
_T2 = _T0 + timedelta(seconds=2)
_NAME = JobName(Parent("1234", "us-central1"), "1000000000000000001")
_FIELDS = {
    "displayName": "a",
    "model": "publishers/google/models/gemini-3.8-flash",
    "inputConfig": {"instancesFormat": "jsonl", "gcsSource": {"uris": ["gs://demo/in.jsonl"]}},
    "outputConfig": {"predictionsFormat": "jsonl", "gcsDestination": {"outputUriPrefix": "gs://demo/out/"}},
}

_PENDING = life.accept(_NAME, _FIELDS, _T0, timedelta(seconds=4))
_RUNNING = life.run(_PENDING, _T1, timedelta(seconds=6))
_CANCELLING = life.ask_to_cancel(_RUNNING, _T2)
_CANCELLED = life.cancel(_CANCELLING, _T2)
_SUCCEEDED = life.succeed(_RUNNING, Counts(3, 1), _T2)
_FAILED = life.fail(_PENDING, Problem(3, "no"), _T1)


@pytest.mark.parametrize(
    ("job", "stage", "due"),
    [
        (_PENDING, life.Stage.BEGIN, _T0 + timedelta(seconds=4)),
        (_RUNNING, life.Stage.FINISH, _T1 + timedelta(seconds=6)),
        (_CANCELLING, life.Stage.CANCEL, _T2),
    ],
)
def test_each_state_waits_for_one_thing(job, stage, due):
    assert (stage, due) == (life.stage_of(job), job.due)


@pytest.mark.parametrize("job", [_CANCELLED, _SUCCEEDED, _FAILED])
def test_a_job_that_has_ended_waits_for_nothing(job):
    assert job.due is None
    assert job.ended is not None


def test_a_pending_job_shows_neither_start_nor_end_nor_counts():
    shown = document_of(_PENDING)

    assert {
        "name": "projects/1234/locations/us-central1/batchPredictionJobs/1000000000000000001",
        **_FIELDS,
        "modelVersionId": "1",
        "state": "JOB_STATE_PENDING",
        "createTime": "2026-11-22T10:00:00.001234Z",
        "updateTime": "2026-11-22T10:00:00.001234Z",
    } == shown


def test_a_job_that_succeeded_shows_counts_as_text_and_no_zeros():
    shown = document_of(life.succeed(life.show_output(_RUNNING, _T2), Counts(3, 0), _T2))

    assert "JOB_STATE_SUCCEEDED" == shown["state"]
    assert {"successfulCount": "3"} == shown["completionStats"]
    assert "2026-11-22T10:00:01.001234Z" == shown["startTime"]
    assert "2026-11-22T10:00:02.001234Z" == shown["endTime"] == shown["updateTime"]
    assert "error" not in shown


def test_the_output_directory_is_stamped_a_few_milliseconds_after_creation():
    directory = life.output_directory(_PENDING)

    prefix, stamp = directory.rsplit("prediction-model-", 1)
    delay = datetime.fromisoformat(stamp) - _T0
    assert "gs://demo/out/" == prefix
    assert timedelta(milliseconds=1) <= delay < timedelta(milliseconds=10)
    assert len("2026-11-22T10:00:00.001234Z") == len(stamp)
    assert directory == life.output_directory(_RUNNING)


def test_a_cancel_ends_a_pending_job_at_once_and_without_counts():
    job = life.ask_to_cancel(_PENDING, _T1)

    assert (JobState.CANCELLED, _T1, None) == (job.state, job.ended, job.counts)
    assert Problem(1, "CANCELED") == job.error


def test_a_cancel_lets_a_running_job_end_by_itself():
    assert (JobState.CANCELLING, None) == (_CANCELLING.state, _CANCELLING.ended)
    assert JobState.CANCELLED is _CANCELLED.state


@pytest.mark.parametrize("job", [_CANCELLING, _CANCELLED, _SUCCEEDED, _FAILED])
def test_a_job_that_has_ended_or_is_about_to_cannot_be_cancelled(job):
    with pytest.raises(life.StateError, match=job.state.wire_name):
        life.ask_to_cancel(job, _T2)


def test_a_cancel_that_came_first_wins_over_what_was_under_way():
    cancelled = life.ask_to_cancel(_PENDING, _T1)

    assert cancelled == life.run(cancelled, _T2, timedelta())
    assert cancelled == life.fail(cancelled, Problem(3, "no"), _T2)
    assert JobState.CANCELLED is life.fail(_CANCELLING, Problem(3, "no"), _T2).state
    ended = life.succeed(_CANCELLING, Counts(1, 0, 2), _T2)
    assert (JobState.CANCELLED, Counts(1, 0, 2)) == (ended.state, ended.counts)


def test_a_project_number_is_stable_and_a_number_stays_as_it_is():
    assert "42" == project_number("demo-project", {"demo-project": "42"})
    assert "123456" == project_number("123456", {"123456": "42"})
    assert "496268734596" == project_number("demo", {})
    assert 12 == len(project_number("another", {}))
