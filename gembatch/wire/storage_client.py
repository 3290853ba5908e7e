"""Google's storage client, for Cloud Storage or an emulator of it."""

from __future__ import annotations

from typing import Any

from google.auth.credentials import AnonymousCredentials
from google.auth.transport.requests import AuthorizedSession
from google.cloud import storage

from gembatch.credentials import default_credentials
from gembatch.wire.answers import BoundedAdapter

_GOOGLE = "https://storage.googleapis.com"
_SCOPE = "https://www.googleapis.com/auth/devstorage.read_write"


def storage_client(project: str, endpoint: str | None) -> Any:  # noqa: ANN401 - Google's client is not typed
    """Returns a client that has not asked for anything yet.

    Args:
        project: Project id.
        endpoint: The URL of an emulator, which gets no credentials; None for Google with Application Default
            Credentials.

    Raises:
        CredentialsError: No credentials are found.
    """
    credentials = AnonymousCredentials() if endpoint else default_credentials(_SCOPE)
    session = AuthorizedSession(credentials)
    # An emulator is asked without the proxies of this machine.
    session.trust_env = endpoint is None
    for scheme in ("http://", "https://"):
        session.mount(scheme, BoundedAdapter())
    # Google's address is said aloud: left out, `STORAGE_EMULATOR_HOST` would be asked, with the credentials.
    return storage.Client(project, credentials, _http=session, client_options={"api_endpoint": endpoint or _GOOGLE})
