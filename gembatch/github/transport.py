"""HTTP to GitHub: time-outs, sizes, pauses and repetitions. The only module that opens a connection there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import requests

from gembatch.errors import GitHubError
from gembatch.github.answers import Answer, pause_after

TIMEOUTS = (10.0, 60.0)
"""Seconds to connect, and to wait for the next bytes."""
LARGEST = 32 * 1024 * 1024
"""Bytes of one answer: a hundred comments of the greatest length are a quarter of it."""
LONGEST_WAIT = 300.0
"""Seconds that one command waits in all because GitHub throttles it: somebody pays for a job that waits."""

_PAUSES = (1.0, 4.0, 10.0)
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class Request:
    """One request.

    Attributes:
        told: What it is called in messages.
        method: `GET`, `POST`, `PATCH`.
        url: Where.
        query: Parameters.
        body: Sent as JSON; None for none.
        largest: Bytes that the answer may have.
        is_signed: Whether the token goes with it.
    """

    told: str
    method: str
    url: str = field(repr=False)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, str] | None = field(default=None, repr=False)
    largest: int = LARGEST
    is_signed: bool = True

    @property
    def may_be_repeated(self) -> bool:
        """Whether two of it do what one does: what makes something is never sent again blindly."""
        return self.method != "POST"


class _Token(requests.auth.AuthBase):
    """Puts the token on a request. With any of these, requests looks for no other in a `.netrc`."""

    def __init__(self, token: str) -> None:
        self._value = f"Bearer {token}" if token else ""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._value:
            request.headers["Authorization"] = self._value
        return request


class Transport:
    """Sends requests, one after the other."""

    def __init__(self, url: str, token: str, *, sleep: Callable[[float], None]) -> None:
        """Prepares; nothing is sent yet.

        Args:
            url: Of the API.
            token: Sent there, and nowhere else.
            sleep: Waits so many seconds.

        Raises:
            GitHubError: A token may not be sent to that address.
        """
        parts = urlsplit(url)
        if parts.scheme != "https" and (parts.scheme != "http" or parts.hostname not in _LOOPBACK):
            raise GitHubError(f"GITHUB_API_URL is {url!r}, and a token is sent to https addresses alone")
        self._signed, self._plain = _Token(token), _Token("")
        self._sleep = sleep
        self._patience = LONGEST_WAIT
        self._session = requests.Session()
        self._session.headers.update({"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"})

    def send(self, request: Request) -> Answer:
        """Returns the answer, good or bad, after the waiting and repeating that may mend it.

        Raises:
            GitHubError: There is none, it is too large, or GitHub asks to wait longer than is sensible.
        """
        pauses = iter(_PAUSES if request.may_be_repeated else ())
        while True:
            came = self._once(request)
            asked = pause_after(came) if isinstance(came, Answer) else None
            if asked is not None:
                # Throttled is not done, so even what makes something may be sent again.
                self._wait(request, asked)
                continue
            pause = next(pauses, None) if isinstance(came, GitHubError) or came.is_passing else None
            if pause is None:
                break
            self._sleep(pause)
        if isinstance(came, GitHubError):
            raise came
        return came

    def _wait(self, request: Request, seconds: float) -> None:
        self._patience -= seconds
        if self._patience < 0:
            hint = "nothing is lost: run the job again later"
            raise GitHubError(f"{request.told}: GitHub asks to wait {seconds:.0f} seconds", hint=hint)
        self._sleep(seconds)

    def _once(self, request: Request) -> Answer | GitHubError:
        """Returns the answer, or the error where none came."""
        try:
            # Redirects are the caller's to judge: followed blindly, one would carry our question to another host.
            with closing(
                self._session.request(
                    request.method, request.url, params=request.query, json=request.body, timeout=TIMEOUTS,
                    allow_redirects=False, stream=True, auth=self._signed if request.is_signed else self._plain,
                )
            ) as response:  # fmt: skip
                headers = {name.lower(): value for name, value in response.headers.items()}
                return Answer(request.told, response.status_code, headers, _body(request, response))
        except requests.RequestException as error:
            # The kind alone: the text of requests' errors has the whole address in it, which may be a signed one.
            reason = _REASONS.get(type(error), "the connection broke")
            return GitHubError(f"{request.told}: no answer from GitHub: {reason}", hint="run the job again")


_REASONS: Mapping[type[requests.RequestException], str] = {
    requests.ConnectTimeout: "it cannot be reached in time",
    requests.ReadTimeout: "it takes too long",
    requests.ConnectionError: "it cannot be reached",
    requests.exceptions.SSLError: "its certificate does not hold",
    requests.exceptions.ProxyError: "the proxy refuses",
}


def _body(request: Request, response: requests.Response) -> bytes:
    content = bytearray()
    for chunk in response.iter_content(64 * 1024):
        content += chunk
        if len(content) > request.largest:
            raise GitHubError(f"{request.told}: the answer is larger than {request.largest} bytes")
    return bytes(content)
