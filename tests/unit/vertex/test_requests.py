"""A REST answer becomes a `RemoteJob`, whatever it leaves out."""

from __future__ import annotations

import pytest

from gembatch.errors import RejectedError
from gembatch.model.jobs import JobName, JobState, RemoteJob, RowCounts
from gembatch.vertex.requests import SETTABLE_FIELDS, STATUS_FIELDS, check_name, location_of, remote_job

NAME = JobName("projects/7/locations/us/batchPredictionJobs/1")


def test_an_answer_with_nothing_but_a_name_is_a_job_of_unspecified_state():
    assert RemoteJob(name=NAME, display_name="", state=JobState.UNSPECIFIED) == remote_job({"name": NAME})


def test_a_whole_answer_is_read_field_by_field():
    body = {
        "displayName": "reviews",
        "model": "publishers/google/models/gemini-3.8-flash",
        "inputConfig": {"instancesFormat": "jsonl", "gcsSource": {"uris": ["gs://b/in.jsonl"]}},
        "labels": {"team": "search"},
    }
    answer = {
        **body,
        "name": NAME,
        "state": "JOB_STATE_FAILED",
        "createTime": "2026-11-22T10:00:00Z",
        "startTime": "2026-11-22T10:01:00Z",
        "endTime": "2026-11-22T10:02:00Z",
        "updateTime": "2026-11-22T10:03:00Z",
        "error": {"code": 7, "message": "not allowed"},
        "outputInfo": {"gcsOutputDirectory": "gs://b/out/prediction-model-1"},
        "completionStats": {"successfulCount": "5", "incompleteCount": "-1"},
        "modelVersionId": "1",
    }

    expected = RemoteJob(
        name=NAME,
        display_name="reviews",
        state=JobState.FAILED,
        labels={"team": "search"},
        create_time="2026-11-22T10:00:00.000000Z",
        start_time="2026-11-22T10:01:00.000000Z",
        end_time="2026-11-22T10:02:00.000000Z",
        update_time="2026-11-22T10:03:00.000000Z",
        error="not allowed",
        error_code=7,
        output="gs://b/out/prediction-model-1",
        rows=RowCounts(successful=5, failed=0, incomplete=-1),
        body=body,
    )
    assert expected == remote_job(answer)


@pytest.mark.parametrize("name", ["", None, 7])
def test_an_answer_without_a_name_is_no_job(name):
    with pytest.raises(ValueError, match="no name"):
        remote_job({"name": name})


@pytest.mark.parametrize("state", [99, "JOB_STATE_DREAMING", None])
def test_a_state_of_a_later_api_is_unspecified_and_live(state):
    job = remote_job({"name": NAME, "state": state})

    assert job.state is JobState.UNSPECIFIED
    assert job.state.is_live


@pytest.mark.parametrize(
    ("info", "output"),
    [
        ({}, ""),
        ({"gcsOutputDirectory": "gs://b/o"}, "gs://b/o"),
        ({"bigqueryOutputTable": "bq://p.d.t"}, "bq://p.d.t"),
        ({"bigqueryOutputDataset": "bq://p.d", "bigqueryOutputTable": "t"}, "bq://p.d.t"),
        ({"bigqueryOutputDataset": "bq://p.d", "bigqueryOutputTable": "bq://p.d.t"}, "bq://p.d.t"),
        ({"bigqueryOutputDataset": "bq://p.d"}, "bq://p.d"),
        ({"vertexMultimodalDatasetName": "projects/7/datasets/1"}, "projects/7/datasets/1"),
    ],
)
def test_the_output_is_where_the_predictions_are(info, output):
    assert output == remote_job({"name": NAME, "outputInfo": info}).output


@pytest.mark.parametrize("project", ["7", "demo", "example.com:demo"])
def test_a_job_of_the_region_can_be_asked_for(project):
    check_name(JobName(f"projects/{project}/locations/us/batchPredictionJobs/1"), "us")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("projects/p/locations/eu/batchPredictionJobs/1", "is a job in `eu`, but the environment's region is `us`"),
        ("projects/p/locations/us/customJobs/1", "is not a job's name"),
        ("projects/p/locations/us/batchPredictionJobs/1\n", "is not a job's name"),
        ("", "is not a job's name"),
    ],
)
def test_any_other_name_is_rejected(name, words):
    with pytest.raises(RejectedError, match=words) as caught:
        check_name(JobName(name), "us")

    assert caught.value.status == 400


def test_jobs_live_in_a_project_and_region():
    assert location_of("demo", "global") == "projects/demo/locations/global"


def test_the_fields_are_those_of_the_api():
    """Output-only fields and settable ones together are all there are, in the version that is installed."""
    from google.cloud.aiplatform_v1.types.batch_prediction_job import BatchPredictionJob  # noqa: PLC0415

    all_fields = {field.json_name for field in BatchPredictionJob.pb().DESCRIPTOR.fields}
    output_only = {
        *("name", "modelVersionId", "outputInfo", "state", "error", "partialFailures", "resourcesConsumed"),
        *("completionStats", "createTime", "startTime", "endTime", "updateTime", "satisfiesPzs", "satisfiesPzi"),
    }

    assert all_fields == output_only | set(SETTABLE_FIELDS)
    assert output_only.isdisjoint(SETTABLE_FIELDS)
    assert set(STATUS_FIELDS) <= all_fields


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("2026-11-22T10:00:00Z", "2026-11-22T10:00:00.000000Z"),
        ("2026-11-22T10:00:00.5Z", "2026-11-22T10:00:00.500000Z"),
        ("2026-11-22T10:00:00.123456Z", "2026-11-22T10:00:00.123456Z"),
        ("2026-11-22T10:00:00.123456789Z", "2026-11-22T10:00:00.123456Z"),
        ("yesterday", "yesterday"),
    ],
)
def test_times_have_one_width_so_that_they_sort_as_text(sent: str, shown: str) -> None:
    job = remote_job({"name": "projects/1/locations/r/batchPredictionJobs/2", "createTime": sent})

    assert shown == job.create_time
