"""Whose credentials they are, as far as they tell; no token is ever shown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import google.auth
import google.auth.credentials
import google.auth.identity_pool
import google.auth.impersonated_credentials
import pytest
from google.auth.compute_engine import Credentials as MachineCredentials
from google.auth.exceptions import RefreshError, TransportError

from gembatch.credentials import CLOUD_PLATFORM, caller_of, default_credentials
from gembatch.errors import CredentialsError
from gembatch.model.survey import Caller

ROBOT = "ci@acme.iam.gserviceaccount.com"
POOL = "//iam.googleapis.com/projects/4711/locations/global/workloadIdentityPools/github/providers/acme-reviews"
IMPERSONATION = f"https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/{ROBOT}:generateAccessToken"
USER = {"type": "authorized_user", "client_id": "c", "client_secret": "hush", "refresh_token": "hush"}
FEDERATED = {
    "type": "external_account",
    "audience": POOL,
    "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
    "token_url": "https://sts.googleapis.com/v1/token",
    "credential_source": {"file": "/dev/null"},
}

CASES = {
    "a person": (USER, Caller("somebody", "user credentials")),
    "a person whose file names the account": (
        {**USER, "account": "ada@example.com"},
        Caller("ada@example.com", "user credentials"),
    ),
    "a federated identity": (
        FEDERATED,
        Caller("an identity of github/acme-reviews", "external account credentials"),
    ),
    "a federated identity that impersonates": (
        {**FEDERATED, "service_account_impersonation_url": IMPERSONATION},
        Caller(ROBOT, "external account credentials"),
    ),
    "a person who impersonates": (
        {
            "type": "impersonated_service_account",
            "service_account_impersonation_url": IMPERSONATION,
            "source_credentials": USER,
        },
        Caller(ROBOT, "impersonated credentials"),
    ),
}


@pytest.fixture(autouse=True)
def nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every kind of credentials gets its token at once, and none is asked for its project."""
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "acme")
    for kind in _kinds(google.auth.credentials.Credentials):
        if "refresh" in vars(kind):
            monkeypatch.setattr(kind, "refresh", lambda self, _request: setattr(self, "token", "hush"))


def _kinds(kind: type) -> Iterator[type]:
    yield kind
    for child in kind.__subclasses__():
        yield from _kinds(child)


@pytest.mark.parametrize("case", CASES)
def test_the_caller_is_whom_the_credentials_name(monkeypatch, tmp_path: Path, case: str) -> None:
    content, expected = CASES[case]
    file = tmp_path / "credentials.json"
    file.write_text(json.dumps(content))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))

    caller = caller_of(default_credentials(CLOUD_PLATFORM))

    assert expected == caller
    assert "hush" not in repr(caller)


def test_a_machine_of_googles_names_its_account() -> None:
    assert Caller(ROBOT, "VM credentials") == caller_of(MachineCredentials(service_account_email=ROBOT))


@pytest.mark.parametrize("error", [RefreshError("Token has been expired or revoked."), TransportError("no network")])
def test_credentials_that_are_no_longer_good_are_told(monkeypatch, error: Exception) -> None:
    def refresh(_self: object, _request: object) -> None:
        raise error

    monkeypatch.setattr(MachineCredentials, "refresh", refresh)

    with pytest.raises(CredentialsError, match=f"the credentials cannot be refreshed: {error}"):
        caller_of(MachineCredentials())
