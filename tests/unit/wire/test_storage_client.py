"""Where Google's storage client sends what it is asked, and with what."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import google.auth
import pytest
import requests
from google.oauth2.credentials import Credentials

from gembatch.wire.storage_client import storage_client


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[tuple[str, str | None]]]:
    """Hosts that were asked, each with the credentials it got. This machine has a token, and no network."""
    asked: set[tuple[str, str | None]] = set()

    def refuse(_session: requests.Session, request: requests.PreparedRequest, **_settings: object) -> None:
        if "/o/" in str(request.url):  # the client asks for the bucket as well, in a thread that nobody waits for
            asked.add((urlsplit(str(request.url)).netloc, request.headers.get("authorization")))
        raise requests.ConnectionError("no network here")

    monkeypatch.setattr(google.auth, "default", lambda **_: (Credentials("a-token"), "demo"))
    monkeypatch.setattr(requests.Session, "send", refuse)
    return asked


@pytest.mark.parametrize(
    ("endpoint", "expected"),
    [
        (None, {("storage.googleapis.com", "Bearer a-token")}),
        ("http://127.0.0.1:8432", {("127.0.0.1:8432", None)}),
        ("https://emulator.example.com", {("emulator.example.com", None)}),
    ],
)
@pytest.mark.parametrize("name", ["STORAGE_EMULATOR_HOST", "GOOGLE_CLOUD_UNIVERSE_DOMAIN"])
def test_no_variable_of_the_environment_says_where(
    monkeypatch: pytest.MonkeyPatch,
    asked: set[tuple[str, str | None]],
    name: str,
    endpoint: str | None,
    expected: set[tuple[str, str | None]],
) -> None:
    monkeypatch.setenv(name, "http://attacker.example:80")

    with pytest.raises(requests.ConnectionError):
        storage_client("demo", endpoint).bucket("demo-bucket").get_blob("rows.jsonl", retry=None)

    assert expected == asked
