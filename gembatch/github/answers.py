"""What an answer of GitHub means: a value, a pause, or an error that names the request and never the token. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from gembatch.errors import GitHubError

_LONGEST_MESSAGE = 300
_NUMBER = re.compile("[0-9]{1,12}")

_HINTS = {
    HTTPStatus.MOVED_PERMANENTLY: "the repository was renamed since this job began: run it again",
    HTTPStatus.UNAUTHORIZED: "give the step `env: GITHUB_TOKEN: ${{ github.token }}`",
    HTTPStatus.NOT_FOUND: "either it is not there, or the token may not see it: look at the job's `permissions`",
    HTTPStatus.GONE: "what is older than its retention is deleted by GitHub",
}
_AGAIN = "nothing is lost: run the job again"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer.

    Attributes:
        request: What was asked, for messages: `GET /repos/acme/reviews/pulls/17`.
        status: HTTP status.
        headers: By name in lower case.
        body: As it came.
    """

    request: str
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)

    @property
    def is_good(self) -> bool:
        """Whether the request did what it was to do."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES

    @property
    def is_passing(self) -> bool:
        """Whether the fault is the server's, and may be over in a moment."""
        return self.status >= HTTPStatus.INTERNAL_SERVER_ERROR


def value_of(answer: Answer) -> object:
    """Returns the JSON of a good answer.

    Raises:
        GitHubError: It is none: a proxy's page, or cut off.
    """
    kind = answer.headers.get("content-type", "nothing that it names")
    if "json" not in kind:
        raise GitHubError(f"{answer.request}: GitHub answered {_safe(kind)} in place of JSON", hint=_AGAIN)
    try:
        value: object = json.loads(answer.body)
    except (ValueError, RecursionError):
        raise GitHubError(f"{answer.request}: GitHub's answer is not JSON", hint=_AGAIN) from None
    return value


def pause_after(answer: Answer) -> float | None:
    """Returns how many seconds, from 1, GitHub asks to wait before the request is repeated; None if it does not.

    A token without permission gets a 403 too, so the headers decide, as GitHub documents: `retry-after`, or an
    allowance that is used up and the second at which there is a new one.
    """
    if answer.status not in {HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS}:
        return None
    after, reset = answer.headers.get("retry-after", ""), answer.headers.get("x-ratelimit-reset", "")
    if _NUMBER.fullmatch(after):
        return max(1.0, float(after))
    now = _time_of(answer)
    if answer.headers.get("x-ratelimit-remaining") == "0" and _NUMBER.fullmatch(reset) and now:
        return max(1.0, float(reset) - now.timestamp())
    return 60.0 if answer.status == HTTPStatus.TOO_MANY_REQUESTS else None


def refusal(answer: Answer) -> GitHubError:
    """Returns the error that a bad answer is."""
    message = f"{answer.request}: GitHub answered {answer.status}{_message(answer)}"
    return GitHubError(message, status=answer.status, hint=_hint(answer))


def _message(answer: Answer) -> str:
    """Returns what GitHub says itself, for a person; nothing of a page that is not its API's."""
    try:
        value = json.loads(answer.body)
    except (ValueError, RecursionError):
        return ""
    message = value.get("message") if isinstance(value, dict) else None
    return f": {_safe(message)}" if isinstance(message, str) else ""


def _hint(answer: Answer) -> str | None:
    needed = answer.headers.get("x-accepted-github-permissions")
    if answer.status == HTTPStatus.FORBIDDEN and needed:
        return f"the job's `permissions` lack what this request needs: {_safe(needed)}"
    if answer.is_passing:
        return _AGAIN
    return next((hint for status, hint in _HINTS.items() if status == answer.status), None)


def _safe(text: str) -> str:
    return text[:_LONGEST_MESSAGE]


def _time_of(answer: Answer) -> datetime | None:
    """Returns when GitHub answered, by its own clock; None where it does not say."""
    try:
        return parsedate_to_datetime(answer.headers.get("date", ""))
    except ValueError:
        return None
