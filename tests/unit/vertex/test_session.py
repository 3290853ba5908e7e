"""One request in, one request on the wire, with credentials refreshed before."""

from __future__ import annotations

import threading

import google.auth.exceptions
import pytest
import requests
from google.auth.credentials import Credentials

from gembatch.errors import CredentialsError
from gembatch.vertex.session import OnceSession


class Refreshable(Credentials):
    """Credentials that get a new token whenever they are asked, as Google's would after a 401."""

    def __init__(self, error: Exception | None = None) -> None:
        super().__init__()
        self.refreshed = 0
        self.error = error

    def refresh(self, _request):
        if self.error:
            raise self.error
        self.refreshed += 1
        self.token = f"token-{self.refreshed}"


def session_with(credentials, dates=None):
    return OnceSession(credentials, on_date=(dates if dates is not None else []).append, is_local=True)


def test_the_token_is_fetched_before_the_request(wire):
    wire.will(wire.says(200))

    session_with(Refreshable()).post(f"{wire.url}/x", timeout=5, headers={"X": "1"}, data="{}")

    assert wire.headers[0]["authorization"] == "Bearer token-1"
    assert wire.headers[0]["X"] == "1"
    assert wire.bodies == [b"{}"]


def test_a_401_is_not_answered_by_another_request(wire):
    """The session that it stands in for would refresh the token and send the same request twice more."""
    wire.will(wire.refuses(401, "UNAUTHENTICATED"))
    credentials = Refreshable()

    response = session_with(credentials).post(f"{wire.url}/x", timeout=5, headers={}, data="{}")

    assert response.status_code == 401
    assert credentials.refreshed == 1
    assert wire.methods == ["POST"]


@pytest.mark.parametrize(
    "error",
    [google.auth.exceptions.RefreshError("invalid_grant"), google.auth.exceptions.TransportError("no network")],
)
def test_credentials_that_cannot_be_refreshed_send_nothing(wire, error):
    with pytest.raises(CredentialsError, match=f"the credentials cannot be refreshed: {error}"):
        session_with(Refreshable(error)).post(f"{wire.url}/x", timeout=5, headers={}, data="{}")

    assert wire.methods == []


def test_credentials_that_take_all_the_time_send_nothing(wire):
    with pytest.raises(CredentialsError, match="not refreshed in time, nothing was sent"):
        session_with(Refreshable()).post(f"{wire.url}/x", timeout=0, headers={}, data="{}")

    assert wire.methods == []


def test_a_body_is_not_sent_after_the_deadline(wire):
    """The connection took longer than all the time there was: the request stays a head without a body."""
    wire.will(wire.says(200))
    seconds = iter([0.0, 1.0, 6.0])
    session = OnceSession(Refreshable(), on_date=[].append, is_local=True, monotonic=lambda: next(seconds))

    with pytest.raises(requests.ConnectionError, match="time was up before the request was sent"):
        session.post(f"{wire.url}/x", timeout=5, headers={}, data="{}")

    assert list(seconds) == []
    assert b"{}" not in wire.bodies


def test_the_date_of_every_answer_is_passed_on(wire):
    dates = []
    wire.will(wire.says(200, Date="Sun, 22 Nov 2026 12:00:00 GMT"), wire.refuses(503, "UNAVAILABLE"))
    session = session_with(Refreshable(), dates)

    session.get(f"{wire.url}/x", timeout=5, headers={})
    session.get(f"{wire.url}/x", timeout=5, headers={})

    assert dates == ["Sun, 22 Nov 2026 12:00:00 GMT", None]


def test_eight_threads_share_one_refresh(wire):
    wire.will(wire.says(200))
    credentials = Refreshable()
    session = session_with(credentials)
    start = threading.Barrier(8)

    def ask():
        start.wait()
        session.get(f"{wire.url}/x", timeout=5, headers={})

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert credentials.refreshed == 1
    assert wire.methods == ["GET"] * 8


def test_an_emulator_is_asked_without_the_proxies_of_this_machine(wire, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    wire.will(wire.says(200))

    session_with(Refreshable()).get(f"{wire.url}/x", timeout=5, headers={})

    assert wire.methods == ["GET"]
