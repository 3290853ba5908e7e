"""`CloudProject` over the REST APIs of Cloud Resource Manager and Vertex AI, for Google and for an emulator."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import cast

import requests
from google.auth.credentials import AnonymousCredentials

from gembatch.credentials import Credentials
from gembatch.errors import CredentialsError, RejectedError, UnavailableError
from gembatch.model.document import Json
from gembatch.vertex.hosts import host_of
from gembatch.vertex.refusals import Refusal, refusal_of
from gembatch.vertex.session import OnceSession
from gembatch.wire.deadline import within
from gembatch.wire.failures import reason_of
from gembatch.wire.retries import Patience, TransientError, with_patience

_RESOURCE_MANAGER = "https://cloudresourcemanager.googleapis.com"
_SECONDS = 30.0
# A preflight has many questions: whoever does not answer the first soon is not waited for with each.
_PAUSES, _EMULATOR_PAUSES = (0.5, 1.0, 2.0), (0.1, 0.2)
_FIRST_ERROR = 400
_UNAUTHENTICATED = 401


class GoogleProject:
    """The project of some jobs; see `CloudProject` for what each method promises."""

    def __init__(
        self,
        project: str,
        region: str,
        *,
        credentials: Credentials | None,
        endpoint: str | None = None,
        patience: Patience | None = None,
    ) -> None:
        """Asks nothing yet.

        Args:
            project: Project id.
            region: Where its jobs run; decides which host knows the models.
            credentials: Of the caller; None for an emulator.
            endpoint: The URL of an emulator; None for Google.
            patience: How often and for how long reads are tried again; None for four tries in 4 s, three of an
                emulator.
        """
        self._project = project
        self._resources = endpoint or _RESOURCE_MANAGER
        self._vertex = endpoint or f"https://{host_of(region)}"
        self._session = OnceSession(
            credentials or AnonymousCredentials(), on_date=lambda _: None, is_local=endpoint is not None
        )
        self._patience = patience or Patience(_EMULATOR_PAUSES if endpoint else _PAUSES)

    def number(self) -> str:
        """Returns the project's number."""
        what = f"read the project `{self._project}`"
        answer = self._asked(what, lambda: self._get(f"{self._resources}/v3/projects/{self._project}"))
        return str(answer.get("name", "")).removeprefix("projects/")

    def granted(self, permissions: Sequence[str]) -> frozenset[str]:
        """Returns those of some permissions that the caller has."""
        url = f"{self._resources}/v3/projects/{self._project}:testIamPermissions"
        body = json.dumps({"permissions": list(permissions)})
        what = f"test the permissions on `{self._project}`"
        granted = self._asked(what, lambda: self._post(url, body)).get("permissions", [])
        return frozenset(map(str, granted)) if isinstance(granted, list) else frozenset()

    def has_model(self, name: str) -> bool:
        """Returns whether there is a model."""
        try:
            self._asked(f"look `{name}` up", lambda: self._get(f"{self._vertex}/v1/{name}"))
        except _MissingError:
            return False
        return True

    def _get(self, url: str) -> requests.Response:
        return self._session.get(url, timeout=_SECONDS, headers={})

    def _post(self, url: str, body: str) -> requests.Response:
        headers = {"Content-Type": "application/json"}
        return self._session.post(url, timeout=_SECONDS, headers=headers, data=body)

    def _asked(self, what: str, ask: Callable[[], requests.Response]) -> Mapping[str, Json]:
        try:
            return with_patience(lambda: _answer(what, ask), self._patience)
        except TransientError as error:
            raise UnavailableError(f"cannot {what}: {error}") from error


class _MissingError(RejectedError):
    """The API says that the thing does not exist."""


def _answer(what: str, ask: Callable[[], requests.Response]) -> Mapping[str, Json]:
    """Returns what one request is answered.

    Raises:
        GatewayError: A definite no.
        TransientError: It did not work, and may work a little later.
    """
    try:
        response = within(_SECONDS, ask)
    except TimeoutError as error:
        raise TransientError(f"no answer within {_SECONDS:g} s") from error
    except requests.RequestException as error:
        raise TransientError(reason_of(error)) from error
    if response.status_code >= _FIRST_ERROR:
        raise _error_of(what, refusal_of(response))
    try:
        answer = response.json()
    except ValueError as error:
        raise TransientError("the answer cannot be read") from error
    return cast("Mapping[str, Json]", answer) if isinstance(answer, dict) else {}


def _error_of(what: str, refusal: Refusal) -> Exception:
    if refusal.is_transient:
        return TransientError(str(refusal), retry_after=refusal.retry_after)
    message = f"cannot {what}: {refusal}"
    if refusal.status == _UNAUTHENTICATED:
        return CredentialsError(message)
    kind: type[RejectedError] = _MissingError if refusal.says_not_found else RejectedError
    return kind(message, status=refusal.status)
