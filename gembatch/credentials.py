"""Google's credentials: Application Default Credentials and nothing else. No secret is kept or shown here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Protocol

import google.auth
import google.auth.exceptions
import google.auth.external_account
import google.auth.transport.requests

from gembatch.errors import CredentialsError
from gembatch.model.survey import Caller

CLOUD_PLATFORM = "https://www.googleapis.com/auth/cloud-platform"
"""The scope that lets an account do whatever its roles say."""

_POOL = re.compile(r"/(?:workloadIdentityPools|workforcePools)/([^/]+)/providers/([^/]+)$")


class Credentials(Protocol):
    """The part of `google.auth.credentials.Credentials` that a session needs."""

    def before_request(self, request: object, method: str, url: str, headers: dict[str, str]) -> None:
        """Adds the authorization, after refreshing it if it is about to run out."""
        ...

    def refresh(self, request: object) -> None:
        """Gets a new token."""
        ...

    def get_cred_info(self) -> Mapping[str, str] | None:
        """Returns what they say of themselves; no secret is among it."""
        ...


def default_credentials(scope: str) -> Credentials:
    """Returns the Application Default Credentials; Google is not asked yet, unless for the project they belong to.

    Args:
        scope: What they are to be good for, such as `https://www.googleapis.com/auth/cloud-platform`.

    Raises:
        CredentialsError: There are none.
    """
    try:
        credentials: Credentials = google.auth.default(scopes=(scope,))[0]
    except google.auth.exceptions.GoogleAuthError as error:
        # The rest of Google's text is a link; our hint says what to run.
        reason = str(error).partition(". ")[0]
        raise CredentialsError(f"there are no valid Google credentials: {reason}") from error
    return credentials


def caller_of(credentials: Credentials) -> Caller:
    """Returns whose credentials they are, after making sure that they are still good.

    Raises:
        CredentialsError: They are not, or the token service cannot be reached.
    """
    try:
        # A machine of Google's tells its account only with a token.
        credentials.refresh(google.auth.transport.requests.Request())
    except google.auth.exceptions.GoogleAuthError as error:
        raise CredentialsError(f"the credentials cannot be refreshed: {error}") from error
    told = credentials.get_cred_info() or {}
    return Caller(told.get("principal") or _federated(credentials) or "somebody", told.get("credential_type", ""))


def _federated(credentials: Credentials) -> str | None:
    """Returns through which pool and provider an account of another service comes in; its own name is in no file."""
    if not isinstance(credentials, google.auth.external_account.Credentials):
        return None
    match = _POOL.search(str(credentials.info.get("audience", "")))
    return f"an identity of {match[1]}/{match[2]}" if match else None
