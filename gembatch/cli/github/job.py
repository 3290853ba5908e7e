"""What GitHub sets in the environment of a job."""

from __future__ import annotations

import os
from pathlib import Path

from gembatch.errors import GitHubError, UsageError
from gembatch.github.pulls import PullRequest, pull_request_of_event

_HINT = "`gembatch github` is for steps of GitHub Actions, with `env: {GITHUB_TOKEN: ${{ github.token }}}`"


def variable(name: str) -> str:
    """Returns a variable that every job has, or is to be given.

    Raises:
        UsageError: It is not set.
    """
    value = os.environ.get(name, "")
    if not value:
        raise UsageError(f"{name} is not set", hint=_HINT)
    return value


def number(name: str) -> int:
    """Returns a variable that is a number.

    Raises:
        UsageError: It is not set, or is none.
    """
    text = variable(name)
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):  # noqa: PLR2004, as in a marker
        raise UsageError(f"{name} is {text[:60]!r}, which is no number", hint=_HINT)
    return int(text)


def pull_request() -> PullRequest:
    """Returns the pull request that the job runs for.

    Raises:
        UsageError: There is no event.
        GitHubError: The event is not about a pull request.
    """
    path = Path(variable("GITHUB_EVENT_PATH"))
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise GitHubError(f"cannot read the event at {path}: {error}") from error
    return pull_request_of_event(text)
