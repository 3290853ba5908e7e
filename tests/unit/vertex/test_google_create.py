"""A create is one request, whatever comes back; and what comes back decides who may ask again."""

from __future__ import annotations

import json

import pytest

from gembatch.errors import CredentialsError, RejectedError, ThrottledError, UncertainError
from gembatch.model.jobs import JobState

BODY = {
    "displayName": "reviews-de",
    "model": "publishers/google/models/gemini-3.8-flash",
    "inputConfig": {"instancesFormat": "jsonl", "gcsSource": {"uris": ["gs://demo/in.jsonl"]}},
    "outputConfig": {"predictionsFormat": "jsonl", "gcsDestination": {"outputUriPrefix": "gs://demo/out/"}},
    "modelParameters": {"temperature": 0.5, "maxOutputTokens": 256},
    "labels": {"gembatch-attempt": "a1"},
}


def test_a_create_posts_the_body_as_it_stands_and_returns_the_job(gateway, wire, job_json):
    wire.will(wire.says(200, job_json))

    job = gateway.create(BODY, timeout=5)

    assert (
        wire.requests[0][0],
        wire.requests[0][1].partition("?")[0],
    ) == ("POST", "/v1/projects/demo/locations/us-central1/batchPredictionJobs")
    assert json.loads(wire.bodies[0]) == BODY
    assert job.name == job_json["name"]
    assert job.state is JobState.PENDING


def test_an_emulator_is_sent_no_credentials(gateway, wire, job_json):
    wire.will(wire.says(200, job_json))

    gateway.create(BODY, timeout=5)

    assert "authorization" not in {name.lower() for name in wire.headers[0]}
    assert "gembatch/" in wire.headers[0]["x-goog-api-client"] + wire.headers[0]["User-Agent"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 412])
def test_a_definite_no_is_rejected_after_one_request(gateway, wire, status):
    wire.will(wire.refuses(status, "SOME_WORD", "The PublisherModel x does not exist."))

    with pytest.raises(RejectedError) as caught:
        gateway.create(BODY, timeout=5)

    assert caught.value.status == status
    message = f"create `reviews-de` was refused: The PublisherModel x does not exist. ({status} SOME_WORD)"
    assert str(caught.value) == message
    assert wire.methods == ["POST"]


@pytest.mark.parametrize(("header", "seconds"), [({}, None), ({"Retry_After": "7"}, 7.0)])
def test_too_many_requests_is_throttled_after_one_request(gateway, wire, header, seconds):
    wire.will(wire.refuses(429, "RESOURCE_EXHAUSTED", **header))

    with pytest.raises(ThrottledError) as caught:
        gateway.create(BODY, timeout=5)

    assert caught.value.retry_after == seconds
    assert wire.methods == ["POST"]


@pytest.mark.parametrize("status", [408, 409, 499, 500, 502, 503, 504])
def test_an_answer_that_leaves_it_open_is_uncertain_after_one_request(gateway, wire, status):
    wire.will(wire.refuses(status, "UNAVAILABLE", Retry_After="1"))

    with pytest.raises(UncertainError, match="create `reviews-de` has an unknown outcome: no"):
        gateway.create(BODY, timeout=5)

    assert wire.methods == ["POST"]


def test_a_dropped_connection_is_uncertain_after_one_request(gateway, wire):
    wire.will(wire.drops)

    with pytest.raises(UncertainError, match="the connection failed: Remote end closed connection"):
        gateway.create(BODY, timeout=5)

    assert wire.methods == ["POST"]


@pytest.mark.parametrize("way", ["hangs", "trickles"])
def test_a_server_that_does_not_come_to_an_end_is_uncertain_by_the_deadline(gateway, wire, way):
    wire.will(getattr(wire, way))

    with pytest.raises(UncertainError, match="no answer"):
        gateway.create(BODY, timeout=0.2)

    assert wire.methods == ["POST"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"name": "projects/7/loc', "the answer cannot be read"),
        ("<html>hello</html>", "the answer cannot be read"),
        ('{"displayName": "reviews-de"}', "the job in the answer has no name"),
        ("[" * 100_000, "the answer cannot be read"),
    ],
    ids=["truncated", "html", "nameless", "deep"],
)
def test_an_answer_that_says_nothing_is_uncertain_after_one_request(gateway, wire, text, words):
    wire.will(wire.says(200, text=text))

    with pytest.raises(UncertainError, match=words):
        gateway.create(BODY, timeout=5)

    assert wire.methods == ["POST"]


def test_an_answer_cut_off_in_its_body_is_uncertain_after_one_request(gateway, wire):
    wire.will(wire.says(200, text='{"name"', Content_Length="4000"))

    with pytest.raises(UncertainError, match="the connection failed"):
        gateway.create(BODY, timeout=5)

    assert wire.methods == ["POST"]


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(gateway, wire, status):
    wire.will(wire.says(status, Location=f"{wire.url}/elsewhere"))

    with pytest.raises(UncertainError, match=f"answered {status}, to .*/elsewhere"):
        gateway.create(BODY, timeout=5)

    assert wire.methods == ["POST"]


def test_a_body_that_is_no_job_is_rejected_and_not_sent(gateway, wire):
    with pytest.raises(RejectedError, match=r"create `x` cannot be sent: .*colour"):
        gateway.create({"displayName": "x", "colour": "red"}, timeout=5)

    assert wire.methods == []


def test_a_refusal_names_the_permission_that_is_missing(gateway, wire):
    wire.will(wire.refuses(403, "PERMISSION_DENIED", "Permission denied"))

    with pytest.raises(RejectedError) as caught:
        gateway.create(BODY, timeout=5)

    assert "`aiplatform.batchPredictionJobs.create`" in (caught.value.hint or "")


def test_a_refusal_for_lack_of_credentials_says_what_to_run(gateway, wire):
    wire.will(wire.refuses(401, "UNAUTHENTICATED"))

    with pytest.raises(RejectedError) as caught:
        gateway.create(BODY, timeout=5)

    assert caught.value.hint == CredentialsError.hint


def test_a_web_page_in_place_of_the_api_points_at_the_region(gateway, wire):
    page = "<html><style>p {}</style><title>Error 404 (Not Found)!!1</title></html>"
    wire.will(wire.says(404, text=page, Content_Type="text/html"))

    with pytest.raises(RejectedError, match=r"Error 404 \(Not Found\)!!1 \(404\)") as caught:
        gateway.create(BODY, timeout=5)

    assert "check the environment's `region`" in (caught.value.hint or "")
