"""Reads are tried again for a while, and never return a part of the truth."""

from __future__ import annotations

import socket
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from gembatch.errors import CredentialsError, RejectedError, UnavailableError
from gembatch.model.jobs import JobName
from gembatch.vertex.google import GoogleGateway
from gembatch.vertex.requests import STATUS_FIELDS
from gembatch.wire.retries import Patience

NAME = JobName("projects/7/locations/us-central1/batchPredictionJobs/1")


def query_of(path):
    return {key: values[0] for key, values in parse_qs(urlsplit(path).query).items()}


@pytest.mark.parametrize("trouble", ["429", "503", "drops", "truncated"])
def test_a_read_is_tried_again(gateway, wire, pauses, job_json, trouble):
    troubles = {
        "429": wire.refuses(429, "RESOURCE_EXHAUSTED"),
        "503": wire.refuses(503, "UNAVAILABLE"),
        "drops": wire.drops,
        "truncated": wire.says(200, text='{"name": "proj'),
    }
    wire.will(troubles[trouble], troubles[trouble], wire.says(200, job_json))

    job = gateway.get(NAME)

    assert job is not None
    assert job.name == NAME
    assert wire.methods == ["GET", "GET", "GET"]
    assert pauses == [0.5, 1.0]


def test_a_read_waits_as_long_as_the_server_asks_within_reason(gateway, wire, pauses, job_json):
    wire.will(
        wire.refuses(429, "RESOURCE_EXHAUSTED", Retry_After="4"),
        wire.refuses(429, "RESOURCE_EXHAUSTED", Retry_After="86400"),
        wire.says(200, job_json),
    )

    gateway.get(NAME)

    assert pauses == [4.0, 30.0]


def test_a_read_that_never_works_is_unavailable(gateway, wire):
    wire.will(wire.refuses(500, "INTERNAL", "boom"))

    with pytest.raises(UnavailableError, match=rf"get `{NAME}` did not work: boom \(500 INTERNAL\)") as caught:
        gateway.get(NAME)

    host = wire.url.removeprefix("http://")
    assert caught.value.hint == f"tried 3 times at `{host}`; is the emulator of the environment's `endpoint` running?"
    assert wire.methods == ["GET"] * 3


def test_an_endpoint_that_nobody_listens_at_is_unavailable(pauses):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        gateway = GoogleGateway(
            "demo",
            "us-central1",
            clock=lambda: datetime(2026, 11, 22, tzinfo=UTC),
            endpoint=f"http://127.0.0.1:{nobody.getsockname()[1]}",
            patience=Patience(pauses=(0.5,), sleep=pauses.append),
        )

        with pytest.raises(UnavailableError, match=r"list .* did not work: the connection failed: Connection refused"):
            gateway.jobs("", fields=None)


def test_a_job_that_the_api_does_not_know_is_none(gateway, wire):
    wire.will(wire.refuses(404, "NOT_FOUND", "The BatchPredictionJob does not exist."))

    assert gateway.get(NAME) is None


def test_a_job_that_a_web_page_does_not_know_is_an_error(gateway, wire):
    wire.will(wire.says(404, text="<html><p>404</p></html>"))

    with pytest.raises(RejectedError) as caught:
        gateway.get(NAME)

    assert "does not serve batch jobs in `us-central1`" in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("projects/7/locations/europe-west4/batchPredictionJobs/1", "is a job in `europe-west4`"),
        ("jobs/1", "is not a job's name"),
        ("projects/7/locations/us-central1/batchPredictionJobs/1/../2", "is not a job's name"),
    ],
)
def test_a_name_that_this_region_cannot_know_is_not_asked(gateway, wire, name, words):
    with pytest.raises(RejectedError, match=words):
        gateway.get(JobName(name))

    assert wire.methods == []


@pytest.mark.parametrize(("status", "error"), [(401, CredentialsError), (403, RejectedError), (400, RejectedError)])
def test_a_refused_read_is_not_tried_again(gateway, wire, status, error):
    wire.will(wire.refuses(status, "WORD", "words"))

    with pytest.raises(error, match="words"):
        gateway.jobs('labels.x="y"', fields=None)

    assert wire.methods == ["GET"]


def test_a_listing_follows_every_page_even_empty_ones(gateway, wire, job_json):
    second = {**job_json, "name": f"{NAME}2"}
    wire.will(
        wire.says(200, {"batchPredictionJobs": [job_json], "nextPageToken": "p2"}),
        wire.says(200, {"nextPageToken": "p3"}),
        wire.says(200, {"batchPredictionJobs": [second]}),
    )

    jobs = gateway.jobs('labels.x="y"', fields=STATUS_FIELDS)

    assert [job.name for job in jobs] == [NAME, f"{NAME}2"]
    queries = [query_of(path) for _, path in wire.requests]
    assert [query.get("pageToken") for query in queries] == [None, "p2", "p3"]
    assert {query["filter"] for query in queries} == {'labels.x="y"'}
    assert {query["readMask"] for query in queries} == {",".join(STATUS_FIELDS)}


def test_a_listing_without_fields_asks_for_whole_jobs(gateway, wire):
    wire.will(wire.says(200, {}))

    assert gateway.jobs("", fields=None) == ()
    assert "readMask" not in query_of(wire.requests[0][1])


def test_a_listing_whose_pages_go_round_is_unavailable(gateway, wire, job_json):
    page = {"batchPredictionJobs": [job_json]}
    wire.will(
        wire.says(200, {**page, "nextPageToken": "a"}),
        wire.says(200, {**page, "nextPageToken": "b"}),
        wire.says(200, {**page, "nextPageToken": "a"}),
    )

    with pytest.raises(UnavailableError, match="a page token came twice"):
        gateway.jobs("", fields=None)


def test_a_listing_without_an_end_is_unavailable(gateway, wire, job_json):
    wire.will(*(wire.says(200, {"nextPageToken": f"t{number}"}) for number in range(30)))

    with pytest.raises(UnavailableError, match="20 pages, and still a next one"):
        gateway.jobs("", fields=None)


def test_a_listing_that_breaks_off_returns_nothing(gateway, wire, job_json):
    wire.will(
        wire.says(200, {"batchPredictionJobs": [job_json], "nextPageToken": "p2"}),
        wire.refuses(503, "UNAVAILABLE"),
    )

    with pytest.raises(UnavailableError):
        gateway.jobs("", fields=None)


def test_a_cancel_is_tried_again(gateway, wire):
    wire.will(wire.refuses(503, "UNAVAILABLE"), wire.says(200, {}))

    gateway.cancel(NAME)

    assert [("POST", f"/v1/{NAME}:cancel")] * 2 == [(method, path.partition("?")[0]) for method, path in wire.requests]


def test_a_job_that_has_ended_or_is_stopping_is_not_cancelled_again(gateway, wire):
    wire.will(wire.drops, wire.refuses(400, "FAILED_PRECONDITION", "The job is in state CANCELLING"))

    gateway.cancel(NAME)

    assert wire.methods == ["POST", "POST"]


def test_a_cancel_of_an_unknown_job_is_rejected(gateway, wire):
    wire.will(wire.refuses(404, "NOT_FOUND", "The BatchPredictionJob does not exist."))

    with pytest.raises(RejectedError) as caught:
        gateway.cancel(NAME)

    assert caught.value.status == 404


def test_the_time_is_this_machines_until_the_server_has_answered(gateway, wire):
    wire.will(wire.refuses(404, "NOT_FOUND", Date="Sun, 22 Nov 2099 12:00:00 GMT"))

    assert gateway.server_time() == datetime(2026, 11, 22, tzinfo=UTC)

    gateway.get(NAME)

    assert gateway.server_time().year == 2099
