"""The HTTP session under Google's client: one request in, one request on the wire."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping

import google.auth.exceptions
import google.auth.transport.requests
import requests

from gembatch.credentials import Credentials
from gembatch.errors import CredentialsError
from gembatch.wire.answers import BoundedAdapter

_CONNECTIONS = 16
_FIRST_ERROR = 400
_FIRST_REDIRECT = 300


class RedirectRefusedError(requests.RequestException):
    """The answer sends us elsewhere. Following it would send the request, and the credentials, a second time."""


class TimelyBody:
    """A request's body that is handed over in time or not at all.

    Looking up a host and trying its addresses one by one can take longer than any time-out that is given for it. A
    request whose head goes out after the deadline must not be followed by its body: by then nobody waits for it,
    and a job that it made would be a surprise. Without its body it is nothing.
    """

    def __init__(self, content: bytes, until: float, monotonic: Callable[[], float]) -> None:
        """Keeps a body until it is asked for.

        Args:
            content: The body.
            until: The deadline by `monotonic`.
            monotonic: Seconds that never go back.
        """
        self._content = content
        self._until = until
        self._monotonic = monotonic

    def __len__(self) -> int:
        return len(self._content)

    def __iter__(self) -> Iterator[bytes]:
        """Yields the body in one piece, once connected.

        Raises:
            TimeoutError: The deadline has passed.
        """
        if self._monotonic() > self._until:
            raise TimeoutError("time was up before the request was sent")
        yield self._content


class OnceSession:
    """Stands in for `google.auth.transport.requests.AuthorizedSession`, which sends a request again on a 401.

    Nothing here sends anything twice: no refresh-and-repeat, no retries, no redirects. Credentials are
    refreshed before the request, by a session of their own. Safe for several threads.
    """

    def __init__(
        self,
        credentials: Credentials,
        *,
        on_date: Callable[[str | None], None],
        is_local: bool,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Opens a session; connections are made when needed.

        Args:
            credentials: Google's, or anonymous ones.
            on_date: Told each answer's `Date` header.
            is_local: Whether the server is an emulator: asked without the proxies and the `.netrc` of this machine.
            monotonic: Seconds that never go back.
        """
        self._monotonic = monotonic
        self._credentials = credentials
        self._on_date = on_date
        self._refreshing = threading.Lock()
        self._refresh = google.auth.transport.requests.Request()
        self._http = requests.Session()
        self._http.trust_env = not is_local
        for scheme in ("http://", "https://"):
            self._http.mount(scheme, BoundedAdapter(max_retries=0, pool_maxsize=_CONNECTIONS))

    def get(self, url: str, **parts: object) -> requests.Response:
        """Sends a GET as the transport asks for it."""
        return self._send("GET", url, **parts)  # type: ignore[arg-type] # the transport's own keywords

    def post(self, url: str, **parts: object) -> requests.Response:
        """Sends a POST as the transport asks for it."""
        return self._send("POST", url, **parts)  # type: ignore[arg-type] # the transport's own keywords

    def close(self) -> None:
        """Closes the connections that are not in use."""
        self._http.close()

    def _send(
        self,
        method: str,
        url: str,
        *,
        timeout: float,
        headers: Mapping[str, str],
        params: object = None,
        data: str | None = None,
    ) -> requests.Response:
        until = self._monotonic() + timeout
        authorized = self._authorize(method, url, dict(headers))
        left = until - self._monotonic()
        if left <= 0:
            raise CredentialsError("the credentials were not refreshed in time, nothing was sent")
        response = self._http.request(
            method,
            url,
            params=params,  # type: ignore[arg-type] # pairs, made by Google's client
            data=data and TimelyBody(data.encode(), until, self._monotonic),
            headers=authorized,
            timeout=left,
            allow_redirects=False,
        )
        self._on_date(response.headers.get("Date"))
        if _FIRST_REDIRECT <= response.status_code < _FIRST_ERROR:
            place = response.headers.get("Location", "nowhere")
            raise RedirectRefusedError(f"answered {response.status_code}, to {place}", response=response)
        return response

    def _authorize(self, method: str, url: str, headers: dict[str, str]) -> dict[str, str]:
        # One at a time: eight threads that find the token too old need one new token, not eight.
        try:
            with self._refreshing:
                self._credentials.before_request(self._refresh, method, url, headers)
        except google.auth.exceptions.GoogleAuthError as error:
            raise CredentialsError(f"the credentials cannot be refreshed: {error}") from error
        return headers
