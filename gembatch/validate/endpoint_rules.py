"""Where an environment's jobs may go that do not go to Google."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gembatch.model.nearest import nearest
from gembatch.model.workspace import EMBEDDED
from gembatch.validate.subject import Finding
from gembatch.validate.wording import quoted
from gembatch.validate.workspace_subject import WorkspaceSubject

# An endpoint gets no credentials, and by http no encryption.
_LOOPBACK = re.compile(r"http://(?:127\.0\.0\.1|localhost|\[::1\]):([0-9]{1,5})/?")
_HERE = re.compile(r"(?:https?://)?(?:127\.|localhost|\[::1\])")
_ELSEWHERE = re.compile(
    r"(?:https://(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])|http://127(?:\.[0-9]{1,3}){3})(?::([0-9]{1,5}))?/?"
)
_HIGHEST_PORT = 65535


def endpoint(subject: WorkspaceSubject) -> Iterator[Finding]:
    """Yields endpoints that are neither on this machine nor insisted on."""
    for environment in subject.environments:
        url = environment.endpoint
        if url is not None and url != EMBEDDED and not _is_taken(url, is_trusted=url in subject.trusted_endpoints):
            yield Finding(
                f"endpoint must be `{EMBEDDED}` or an address of this machine such as http://127.0.0.1:8432, "
                f"got {quoted(url)}",
                subject.at_setting(environment, "endpoint"),
                hint=_instead_of(url),
            )


def _is_taken(url: str, *, is_trusted: bool) -> bool:
    return _is_address(_LOOPBACK, url) or (is_trusted and _is_address(_ELSEWHERE, url))


def _is_address(form: re.Pattern[str], url: str) -> bool:
    match = form.fullmatch(url)
    return match is not None and (match[1] is None or 0 < int(match[1]) <= _HIGHEST_PORT)


def _instead_of(url: str) -> str:
    if nearest(url, [EMBEDDED]):
        return f"did you mean `{EMBEDDED}`?"
    # Nobody who has mistyped a port wants to be told the way to Google.
    if _HERE.match(url):
        return f"write http://127.0.0.1:PORT, with a port from 1 to {_HIGHEST_PORT} and nothing after it"
    to_google = "leave `endpoint` out to submit jobs to Google"
    if _is_address(_ELSEWHERE, url):
        return f"{to_google}; whoever means this address says so with `--trust-endpoint {url}`"
    return f"{to_google}; another address must be https://HOST or https://HOST:PORT, and needs `--trust-endpoint`"
