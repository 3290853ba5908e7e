"""Google's credentials: Application Default Credentials and nothing else. No secret is kept or shown here."""

from __future__ import annotations

from typing import Protocol

import google.auth
import google.auth.exceptions

from gembatch.errors import CredentialsError


class Credentials(Protocol):
    """The part of `google.auth.credentials.Credentials` that a session needs."""

    def before_request(self, request: object, method: str, url: str, headers: dict[str, str]) -> None:
        """Adds the authorization, after refreshing it if it is about to run out."""
        ...


def default_credentials(scope: str) -> Credentials:
    """Returns the Application Default Credentials; Google is not asked yet.

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
