"""Batch prediction over HTTP: Google's own client where it can express the case, plain requests where it cannot."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from google.api_core import exceptions
from google.api_core.client_options import ClientOptions
from google.auth.credentials import AnonymousCredentials
from google.cloud.aiplatform_v1 import BatchPredictionJob, JobServiceClient, JobState

from gembatch.emulator.server import Emulator
from gembatch.emulator.settings import Settings

_PARENT = "projects/demo/locations/us-central1"
_BODY = {
    "displayName": "reviews",
    "model": "publishers/google/models/gemini-3.8-flash",
    "inputConfig": {"instancesFormat": "jsonl", "gcsSource": {"uris": ["gs://demo/in.jsonl"]}},
    "outputConfig": {"predictionsFormat": "jsonl", "gcsDestination": {"outputUriPrefix": "gs://demo/out/"}},
    "labels": {"team": "search"},
}
_ROW = {"id": "r1", "request": {"contents": [{"role": "user", "parts": [{"text": "Hello there."}]}]}}


@pytest.fixture
def seed(tmp_path):
    (tmp_path / "seed" / "demo").mkdir(parents=True)
    (tmp_path / "seed" / "demo" / "in.jsonl").write_text(json.dumps(_ROW) + "\n")
    return tmp_path / "seed"


@pytest.fixture
def emulator(tmp_path, seed, clock):
    settings = Settings(
        queue_seconds=10, run_seconds=20, project_numbers={"demo": "424242"}, default_page_size=3, clock=clock
    )
    with Emulator(tmp_path / "data", seed=seed, settings=settings) as running:
        yield running


@pytest.fixture
def client(emulator):
    with _client(emulator) as client:
        yield client


def _client(emulator):
    return JobServiceClient(
        transport="rest",
        client_options=ClientOptions(api_endpoint=emulator.url),
        credentials=AnonymousCredentials(),
    )


def _job(display_name="reviews", **fields):
    job = {
        "display_name": display_name,
        "model": _BODY["model"],
        "input_config": {"instances_format": "jsonl", "gcs_source": {"uris": ["gs://demo/in.jsonl"]}},
        "output_config": {"predictions_format": "jsonl", "gcs_destination": {"output_uri_prefix": "gs://demo/out/"}},
        "labels": {"team": "search"},
    }
    return BatchPredictionJob({**job, **fields})


def _create(client, *display_names):
    return [
        client.create_batch_prediction_job(parent=_PARENT, batch_prediction_job=_job(n)).name for n in display_names
    ]


def _wait(client, name, *states):
    """Returns the job once it is in one of the states; the clock stands still, so only the worker's turn is awaited."""
    for _ in range(3000):
        job = client.get_batch_prediction_job(name=name)
        if job.state in states:
            return job
        threading.Event().wait(0.02)
    raise AssertionError(job.state)


def _call(emulator, method, path, body=None):
    """Returns status and JSON of a plain request."""
    data = json.dumps(body).encode() if isinstance(body, dict) else body
    request = Request(f"{emulator.url}{path}", data=data, method=method)  # noqa: S310
    try:
        with urlopen(request, timeout=10) as response:  # noqa: S310
            return response.status, json.load(response)
    except HTTPError as error:
        with error:
            return error.code, json.load(error)


def test_googles_client_sees_a_job_through_its_life(client, clock):
    (name,) = _create(client, "reviews")
    created = client.get_batch_prediction_job(name=name)
    clock.advance(10)
    running = _wait(client, name, JobState.JOB_STATE_RUNNING)
    clock.advance(20)
    ended = _wait(client, name, JobState.JOB_STATE_SUCCEEDED)

    assert name.startswith("projects/424242/locations/us-central1/batchPredictionJobs/")
    assert 19 == len(name.rpartition("/")[2])
    assert (JobState.JOB_STATE_PENDING, "1") == (created.state, created.model_version_id)
    assert created.create_time == created.update_time
    assert not created.start_time
    assert running.start_time
    assert not running.output_info.gcs_output_directory
    assert ended.end_time
    assert 1 == ended.completion_stats.successful_count
    assert ended.output_info.gcs_output_directory.startswith("gs://demo/out/prediction-model-2026-11-22T10:00:00.")


def test_a_delete_is_an_operation_that_is_done(client, emulator, clock):
    (name,) = _create(client, "reviews")
    with pytest.raises(exceptions.BadRequest, match="cannot be deleted"):
        client.delete_batch_prediction_job(name=name)
    client.cancel_batch_prediction_job(name=name)

    operation = client.delete_batch_prediction_job(name=name)
    operation.result(timeout=5)

    assert operation.metadata.generic_metadata.create_time
    with pytest.raises(exceptions.NotFound, match="The BatchPredictionJob does not exist"):
        client.get_batch_prediction_job(name=name)
    for version in ("v1", "v1beta1", "ui"):
        status, shown = _call(emulator, "GET", f"/{version}/{operation.operation.name}")
        assert (200, True) == (status, shown["done"])
        assert {"@type": "type.googleapis.com/google.protobuf.Empty"} == shown["response"]
    assert 404 == _call(emulator, "GET", "/v1/projects/demo/locations/us-central1/operations/1")[0]


def test_a_cancel_ends_a_pending_job_once(client):
    (name,) = _create(client, "reviews")
    client.cancel_batch_prediction_job(name=name)

    job = client.get_batch_prediction_job(name=name)
    assert JobState.JOB_STATE_CANCELLED == job.state
    assert (1, "CANCELED") == (job.error.code, job.error.message)
    assert "completion_stats" not in job
    with pytest.raises(exceptions.BadRequest, match="cannot be cancelled"):
        client.cancel_batch_prediction_job(name=name)


def test_jobs_of_one_name_coexist(client):
    first, second = _create(client, "reviews", "reviews")

    assert first != second
    assert {first, second} == {job.name for job in client.list_batch_prediction_jobs(parent=_PARENT)}


def test_a_listing_is_newest_first_and_pages_do_not_move_under_inserts(client):
    names = _create(client, *"abcdefgh")
    pages = client.list_batch_prediction_jobs(parent=_PARENT).pages
    first = next(pages)
    _create(client, "new")
    rest = [[job.display_name for job in page.batch_prediction_jobs] for page in pages]

    assert ["h", "g", "f"] == [job.display_name for job in first.batch_prediction_jobs]
    assert [["e", "d", "c"], ["b", "a"]] == rest
    assert 8 == len(set(names))


def test_a_listing_filters_and_masks(client):
    _create(client, "a-1", "a-2", "b-1")
    request = {
        "parent": _PARENT,
        "filter": 'display_name:"a-*" AND labels.team="search" AND NOT state="JOB_STATE_FAILED"',
        "page_size": 1,
        "read_mask": "name,displayName",
    }
    jobs = list(client.list_batch_prediction_jobs(request=request))

    assert ["a-2", "a-1"] == [job.display_name for job in jobs]
    assert [""] * 2 == [job.model for job in jobs]


def test_a_listing_shows_one_project_and_location(client):
    _create(client, "here")

    assert 1 == len(list(client.list_batch_prediction_jobs(parent="projects/424242/locations/us-central1")))
    assert [] == list(client.list_batch_prediction_jobs(parent="projects/demo/locations/global"))
    assert [] == list(client.list_batch_prediction_jobs(parent="projects/other/locations/us-central1"))


def test_a_job_that_was_never_made_does_not_exist(client):
    with pytest.raises(exceptions.NotFound, match="The BatchPredictionJob does not exist"):
        client.cancel_batch_prediction_job(name=f"{_PARENT}/batchPredictionJobs/1")


def test_an_unknown_model_is_refused_at_once(client):
    job = _job(model="publishers/google/models/gemini-99")
    with pytest.raises(exceptions.NotFound, match="The PublisherModel gemini-99 does not exist"):
        client.create_batch_prediction_job(parent=_PARENT, batch_prediction_job=job)


@pytest.mark.parametrize("version", ["v1", "v1beta1"])
def test_the_wire_form_is_that_of_the_api(emulator, version):
    body = {**_BODY, "inputConfig": {"instances_format": "jsonl", "gcsSource": {"uris": "gs://demo/in.jsonl"}}}
    status, created = _call(emulator, "POST", f"/{version}/{_PARENT}/batchPredictionJobs", body)

    assert 200 == status
    assert {
        **_BODY,
        "name": created["name"],
        "modelVersionId": "1",
        "state": "JOB_STATE_PENDING",
        "createTime": "2026-11-22T10:00:00.153782Z",
        "updateTime": "2026-11-22T10:00:00.153782Z",
    } == created
    numbered = _call(emulator, "GET", f"/{version}/{created['name']}?%24alt=json%3Benum-encoding%3Dint")
    assert (200, {**created, "state": 2}) == numbered
    by_id = created["name"].replace("424242", "demo")
    assert (200, created) == _call(emulator, "GET", f"/{version}/{by_id}")


@pytest.mark.parametrize("body", [None, b"", {}, b" {} "])
def test_a_cancel_takes_an_empty_body(emulator, body):
    _, job = _call(emulator, "POST", f"/v1/{_PARENT}/batchPredictionJobs", _BODY)

    assert (200, {}) == _call(emulator, "POST", f"/v1/{job['name']}:cancel", body)


def test_an_empty_listing_is_an_empty_object(emulator):
    assert (200, {}) == _call(emulator, "GET", f"/v1/{_PARENT}/batchPredictionJobs")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("filter=state%3DRUNNING", "Invalid filter: `RUNNING` is not a state at character 7."),
        ("pageToken=abc", "The page_token is not valid for this listing: abc"),
        ("pageSize=-1", "Invalid value for page_size: -1"),
        ("pageSize=x", "Invalid value for page_size: x"),
        ("readMask=nmae", "Invalid field mask: there is no field `nmae`."),
    ],
)
def test_a_listing_that_cannot_be_meant_is_refused(emulator, query, message):
    answer = _call(emulator, "GET", f"/v1/{_PARENT}/batchPredictionJobs?{query}")

    assert (400, {"error": {"code": 400, "message": message, "status": "INVALID_ARGUMENT"}}) == answer


def test_a_page_token_is_good_for_its_own_listing_only(emulator):
    for _ in range(2):
        _call(emulator, "POST", f"/v1/{_PARENT}/batchPredictionJobs", _BODY)
    path = f"/v1/{_PARENT}/batchPredictionJobs?pageSize=1"
    _, page = _call(emulator, "GET", path)
    token = page["nextPageToken"]

    assert 200 == _call(emulator, "GET", f"{path}&pageToken={token}")[0]
    assert 400 == _call(emulator, "GET", f"{path}&pageToken={token}&filter=labels.a:*")[0]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({**_BODY, "temperature": 1}, "Unknown name \"temperature\" at 'batch_prediction_job': Cannot find field."),
        (b"{", "Expecting property name enclosed in double quotes"),
        (b"[]", "Root element must be a message."),
        ({}, "1.Field: display_name; Message: Required field is not set."),
    ],
)
def test_a_create_that_cannot_be_meant_is_refused(emulator, body, message):
    status, answer = _call(emulator, "POST", f"/v1/{_PARENT}/batchPredictionJobs", body)

    assert (400, 400, "INVALID_ARGUMENT") == (status, answer["error"]["code"], answer["error"]["status"])
    assert message in answer["error"]["message"]
    assert (200, {}) == _call(emulator, "GET", f"/v1/{_PARENT}/batchPredictionJobs")


def test_a_cancel_with_a_body_that_says_something_is_refused(emulator):
    _, job = _call(emulator, "POST", f"/v1/{_PARENT}/batchPredictionJobs", _BODY)
    status, answer = _call(emulator, "POST", f"/v1/{job['name']}:cancel", {"force": True})

    assert 400 == status
    assert 'Unknown name "force": Cannot find field.' in answer["error"]["message"]


def test_jobs_are_there_after_a_restart_and_go_on(tmp_path, seed, clock):
    settings = Settings(queue_seconds=10, run_seconds=20, clock=clock)
    with Emulator(tmp_path / "data", seed=seed, settings=settings) as emulator, _client(emulator) as client:
        (name,) = _create(client, "reviews")
    clock.advance(3600)

    with Emulator(tmp_path / "data", settings=settings) as emulator, _client(emulator) as client:
        job = _wait(client, name, JobState.JOB_STATE_SUCCEEDED)

    assert 30 == (job.end_time - job.create_time).total_seconds()


_SERVE = """
import signal, sys
from pathlib import Path
from gembatch.emulator.server import Emulator
from gembatch.emulator.settings import Settings
with Emulator(Path(sys.argv[1]), settings=Settings(queue_seconds=0, run_seconds=0)) as emulator:
    print(emulator.url, flush=True)
    sys.stdin.read()
"""


def test_several_processes_on_one_folder_execute_each_job_once(tmp_path, seed):
    """Three serve; one is killed without a chance to clean up. Every job ends, with one output."""
    with Emulator(tmp_path / "data", seed=seed, settings=Settings(queue_seconds=0, run_seconds=0)) as emulator:
        command = [sys.executable, "-c", textwrap.dedent(_SERVE), str(tmp_path / "data")]
        others = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)]
        try:
            for process in others:
                assert process.stdout.readline().startswith("http://127.0.0.1:")
            with _client(emulator) as client:
                names = _create(client, *(f"job-{number}" for number in range(20)))
                os.kill(others[0].pid, signal.SIGKILL)
                names += _create(client, *(f"late-{number}" for number in range(10)))
                jobs = [_wait(client, name, JobState.JOB_STATE_SUCCEEDED, JobState.JOB_STATE_FAILED) for name in names]
        finally:
            for process in others:
                process.stdin.close()
                process.stdout.close()
                process.wait(timeout=30)
        _, listing = _call(emulator, "GET", "/storage/v1/b/demo/o?prefix=out/")

    assert [JobState.JOB_STATE_SUCCEEDED] * 30 == [job.state for job in jobs]
    expected = {f"{job.output_info.gcs_output_directory}/predictions.jsonl" for job in jobs}
    assert sorted(expected) == [f"gs://demo/{stored['name']}" for stored in listing["items"]]
