"""Without credentials there is one sentence, and nothing is asked."""

from __future__ import annotations

from datetime import UTC, datetime

import google.auth
import pytest
import requests
from google.oauth2.credentials import Credentials

from gembatch.errors import CredentialsError, UnavailableError
from gembatch.vertex.google import GoogleGateway
from gembatch.vertex.hosts import host_of
from gembatch.wire.retries import Patience


@pytest.fixture
def machine_without_credentials(monkeypatch, tmp_path):
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    monkeypatch.setenv("NO_GCE_CHECK", "true")


@pytest.mark.usefixtures("machine_without_credentials")
def test_no_credentials_say_what_to_run():
    with pytest.raises(CredentialsError) as caught:
        GoogleGateway("demo", "us", clock=lambda: datetime(2026, 11, 22, tzinfo=UTC))

    assert str(caught.value) == "there are no valid Google credentials: Your default credentials were not found"
    assert "`gcloud auth application-default login`" in (caught.value.hint or "")
    assert "GitHub Actions" in (caught.value.hint or "")


@pytest.mark.usefixtures("machine_without_credentials")
def test_a_credentials_file_that_is_none_says_so(monkeypatch, tmp_path):
    (tmp_path / "key.json").write_text("{}")
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "key.json"))

    with pytest.raises(
        CredentialsError, match=r"there are no valid Google credentials: The file .*key\.json does not have"
    ):
        GoogleGateway("demo", "us", clock=lambda: datetime(2026, 11, 22, tzinfo=UTC))


@pytest.mark.parametrize("region", ["global", "us", "us-central1"])
def test_google_is_asked_at_the_host_of_the_region_with_the_default_credentials(monkeypatch, region):
    asked = []

    def refuse(_session, request, **_settings):
        asked.append((request.url.partition("?")[0], request.headers["authorization"]))
        raise requests.ConnectionError("no network here")

    monkeypatch.setattr(google.auth, "default", lambda **_: (Credentials("a-token"), "demo"))
    monkeypatch.setattr(requests.Session, "send", refuse)
    gateway = GoogleGateway("demo", region, clock=lambda: datetime(2026, 11, 22, tzinfo=UTC), patience=Patience(()))

    with pytest.raises(UnavailableError, match="no network here"):
        gateway.jobs("", fields=None)

    path = f"/v1/projects/demo/locations/{region}/batchPredictionJobs"
    assert asked == [(f"https://{host_of(region)}{path}", "Bearer a-token")]
