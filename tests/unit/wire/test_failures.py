"""What the many errors of Google's storage client say of a request."""

from __future__ import annotations

import pytest
import requests
from google.api_core.exceptions import Forbidden, RetryError, ServiceUnavailable, TooManyRequests, from_http_response
from google.auth.exceptions import RefreshError, TransportError

from gembatch.wire.failures import is_transient, reason_of, status_of


def refused(status: int, text: str = "{}") -> Exception:
    """What the client raises for an answer."""
    response = requests.Response()
    response.status_code, response.reason, response._content = status, "Some Reason", text.encode()
    response.request = requests.Request("GET", "http://127.0.0.1/x").prepare()
    return from_http_response(response)


@pytest.mark.parametrize(
    ("error", "status", "transient"),
    [
        (refused(400), 400, False),
        (refused(401), 401, False),
        (refused(403), 403, False),
        (refused(404), 404, False),
        (refused(408), 408, True),
        (refused(412), 412, False),
        (refused(429), 429, True),
        (refused(500), 500, True),
        (refused(503), 503, True),
        (Forbidden("no"), 403, False),
        (TooManyRequests("slowly"), 429, True),
        (RetryError("time is up", cause=ServiceUnavailable("down")), 503, True),
        (requests.ConnectionError("reset"), None, True),
        (TimeoutError(), None, True),
        (ValueError("not JSON"), None, True),
        (RefreshError("expired"), None, False),
        (RefreshError("the token service is down", retryable=True), None, True),
        (TransportError("no network"), None, True),
    ],
    ids=repr,
)
def test_an_error_has_a_status_and_may_pass(error, status, transient):
    assert (status, transient) == (status_of(error), is_transient(error))


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (refused(403, '{"error": {"message": "me@demo may not"}}'), "me@demo may not (403)"),
        (refused(503, "<html>"), "the answer was 503 Some Reason"),
        (RetryError("time is up", cause=refused(500, '{"error": {"message": "ill"}}')), "ill (500)"),
        (ConnectionRefusedError(111, "Connection refused"), "Connection refused"),
        (ValueError(), "ValueError"),
        (AttributeError("'list' object has no attribute 'get'"), "the answer cannot be read"),
    ],
    ids=repr,
)
def test_the_reason_is_in_the_servers_words_or_the_systems(error, reason):
    assert reason == reason_of(error)
