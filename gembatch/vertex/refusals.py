"""What an answer that is not a success means, and the sentence that says so."""

from __future__ import annotations

import re
from dataclasses import dataclass

import requests

from gembatch.errors import (
    CredentialsError,
    GatewayError,
    RejectedError,
    ThrottledError,
    UnavailableError,
    UncertainError,
)
from gembatch.vertex.server_clock import parse_date

_TIMED_OUT, _CONFLICT, _THROTTLED = 408, 409, 429
# "Client closed request": somebody on the way gave up on us, whatever the service has done by then.
_CLOSED = 499
_UNAUTHENTICATED, _FORBIDDEN, _NOT_FOUND = 401, 403, 404
_SERVER_ERROR = 500
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Call:
    """One request, for messages.

    Attributes:
        method: `create`, `get`, `list` or `cancel`, as the permission is named.
        subject: What it is about: a display name, a job's name, or the location listed.
        host: Whom it asks.
        region: The region in its path.
    """

    method: str
    subject: str
    host: str
    region: str

    def __str__(self) -> str:
        return f"{self.method} `{self.subject}`"


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer with a status of 400 or more.

    Attributes:
        status: The HTTP status.
        word: The canonical code's name, such as `NOT_FOUND`; empty when the answer is not from the API itself.
        message: The server's own words.
        retry_after: Seconds to wait as the server asks; None when it does not say.
    """

    status: int
    word: str
    message: str
    retry_after: float | None = None

    @property
    def is_from_api(self) -> bool:
        """Whether the API itself answered, with its error envelope, and not a front end with a web page."""
        return bool(self.word)

    @property
    def is_transient(self) -> bool:
        """Whether the same read may work a little later."""
        return self.status in {_TIMED_OUT, _THROTTLED} or self.status >= _SERVER_ERROR

    @property
    def says_not_found(self) -> bool:
        """Whether the API says that the thing does not exist. A web page with a 404 comes from the wrong host."""
        return self.status == _NOT_FOUND and self.is_from_api

    def __str__(self) -> str:
        words = self.message if len(self.message) <= _LONGEST else f"{self.message[:_LONGEST]}…"
        return f"{words or 'no reason given'} ({' '.join(filter(None, (str(self.status), self.word)))})"


def refusal_of(response: requests.Response) -> Refusal:
    """Returns what an answer with a status of 400 or more says."""
    after = response.headers.get("Retry-After")
    try:
        envelope = response.json()["error"]
        word, message = str(envelope.get("status", "")), str(envelope.get("message", ""))
    except (ValueError, KeyError, TypeError, AttributeError):
        word, message = "", " ".join(_without_tags(response.text).split())
    return Refusal(response.status_code, word, message, _seconds(after, response.headers.get("Date")))


def _without_tags(page: str) -> str:
    """Returns the words of a web page, near enough for a message."""
    without_styles = re.sub(r"(?is)<(style|script)\b.*?</\1\s*>", " ", page)
    return re.sub(r"(?s)<[^>]*>", " ", without_styles)


def _seconds(retry_after: str | None, date: str | None) -> float | None:
    """Returns the wait that a `Retry-After` asks for, which is a number of seconds or a date (RFC 9110, 10.2.3)."""
    if retry_after is None:
        return None
    if retry_after.strip().isdecimal():
        return float(retry_after)
    then, now = parse_date(retry_after), parse_date(date)
    return max(0.0, (then - now).total_seconds()) if then and now else None


def error_of_create(call: Call, refusal: Refusal) -> GatewayError:
    """Returns what a refused create amounts to: a definite no, "later", or nobody knows."""
    if refusal.status == _THROTTLED:
        return ThrottledError(f"{call} was put off: {refusal}", retry_after=refusal.retry_after)
    if refusal.is_transient or refusal.status in {_CONFLICT, _CLOSED}:
        return UncertainError(f"{call} has an unknown outcome: {refusal}")
    return RejectedError(f"{call} was refused: {refusal}", status=refusal.status, hint=_hint(call, refusal))


def error_of_read(call: Call, refusal: Refusal) -> GatewayError:
    """Returns what a refused read amounts to, after its retries."""
    if refusal.is_transient:
        return UnavailableError(f"{call} did not work: {refusal}")
    if refusal.status == _UNAUTHENTICATED:
        return CredentialsError(f"{call} was refused, the credentials are not valid: {refusal}")
    return RejectedError(f"{call} was refused: {refusal}", status=refusal.status, hint=_hint(call, refusal))


def _hint(call: Call, refusal: Refusal) -> str | None:
    if refusal.status == _UNAUTHENTICATED:
        return CredentialsError.hint
    if refusal.status == _FORBIDDEN:
        return f"needs the permission `aiplatform.batchPredictionJobs.{call.method}`, as in `roles/aiplatform.user`"
    if refusal.status == _NOT_FOUND and not refusal.is_from_api:
        return f"`{call.host}` does not serve batch jobs in `{call.region}`; check the environment's `region`"
    return None
