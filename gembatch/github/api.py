"""What gembatch asks of GitHub's REST API, for one repository."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from urllib.parse import urlsplit

from gembatch.errors import GitHubError
from gembatch.github.answers import Answer, refusal, value_of
from gembatch.github.pulls import Comment, PullRequest, comment_of, pull_request_of
from gembatch.github.runs import Artifact, Run, artifact_of, run_of
from gembatch.github.transport import Request, Transport

MOST_PAGES = 100
"""Pages of one listing, a hundred items each."""


class GitHub:
    """GitHub as one repository's jobs see it. Every method raises GitHubError where it does not do what is asked."""

    def __init__(self, transport: Transport, url: str, repository: str) -> None:
        """Prepares; nothing is sent yet.

        Args:
            transport: Sends requests, with the job's token.
            url: Of the API: `https://api.github.com`.
            repository: `owner/name`.
        """
        self._transport = transport
        self._root = url.rstrip("/")
        self._repository = f"/repos/{repository}"

    def pull_request(self, number: int) -> PullRequest:
        """Returns a pull request."""
        return pull_request_of(value_of(self._good("GET", f"/pulls/{number}")))

    def closed_into(self, branch: str) -> Iterator[tuple[str, PullRequest]]:
        """Yields the closed pull requests into a branch, each with the time of its last change, the latest first."""
        query = {"state": "closed", "base": branch, "sort": "updated", "direction": "desc"}
        for item in self._items("/pulls", query):
            yield _time_of(item), pull_request_of(item)

    def comments(self, number: int) -> Iterator[Comment]:
        """Yields the comments on a pull request, the oldest first."""
        return map(comment_of, self._items(f"/issues/{number}/comments"))

    def create_comment(self, number: int, body: str) -> None:
        """Comments on a pull request."""
        comment_of(value_of(self._good("POST", f"/issues/{number}/comments", body={"body": body})))

    def edit_comment(self, comment: int, body: str) -> None:
        """Replaces the text of a comment."""
        comment_of(value_of(self._good("PATCH", f"/issues/comments/{comment}", body={"body": body})))

    def run(self, identifier: int) -> Run:
        """Returns a run of a workflow."""
        return run_of(value_of(self._good("GET", f"/actions/runs/{identifier}")))

    def artifacts_of(self, run: int, name: str) -> list[Artifact]:
        """Returns the artifacts of that name that a run left, the latest first."""
        return self._artifacts(f"/actions/runs/{run}/artifacts", name)

    def artifacts(self, name: str) -> list[Artifact]:
        """Returns the artifacts of that name that any run left, the latest first."""
        return self._artifacts("/actions/artifacts", name)

    def _artifacts(self, path: str, name: str) -> list[Artifact]:
        items = self._items(path, {"name": name}, key="artifacts")
        named = (artifact for artifact in map(artifact_of, items) if artifact.name == name)
        return sorted(named, key=lambda artifact: artifact.id, reverse=True)

    def archive(self, artifact: Artifact, largest: int) -> bytes:
        """Returns the zip file of an artifact. GitHub leads to another host for it, where the token does not go."""
        answer = self._answer("GET", f"/actions/artifacts/{artifact.id}/zip")
        if answer.status not in {HTTPStatus.FOUND, HTTPStatus.TEMPORARY_REDIRECT}:
            raise refusal(answer)
        place = urlsplit(answer.headers.get("location", ""))
        if place.scheme != urlsplit(self._root).scheme or not place.hostname:
            raise GitHubError(f"{answer.request}: GitHub leads to an address that cannot be")
        # The address is signed, and so a secret: what is told of it is the host.
        told = f"GET {artifact.name} from {place.hostname}"
        answer = self._transport.send(Request(told, "GET", place.geturl(), largest=largest, is_signed=False))
        if not answer.is_good:
            raise refusal(answer)
        return answer.body

    def _items(self, path: str, query: Mapping[str, str] | None = None, key: str | None = None) -> Iterator[object]:
        """Yields what a listing holds, page after page; with `key`, each page is an object that has it under that."""
        for page in range(1, MOST_PAGES + 1):
            answer = self._good("GET", path, {**(query or {}), "per_page": "100", "page": str(page)})
            value = value_of(answer)
            items = value.get(key) if key and isinstance(value, dict) else value
            if not isinstance(items, list):
                raise GitHubError(f"{answer.request}: GitHub's answer is no list")
            yield from items
            # A page may be short, or empty, without being the last. This header alone tells.
            if 'rel="next"' not in answer.headers.get("link", ""):
                return
        raise GitHubError(f"GET {self._repository}{path}: there are more than {MOST_PAGES} pages of it")

    def _good(
        self, method: str, path: str, query: Mapping[str, str] | None = None, body: Mapping[str, str] | None = None
    ) -> Answer:
        answer = self._answer(method, path, query, body)
        if not answer.is_good:
            raise refusal(answer)
        return answer

    def _answer(
        self, method: str, path: str, query: Mapping[str, str] | None = None, body: Mapping[str, str] | None = None
    ) -> Answer:
        path = f"{self._repository}{path}"
        return self._transport.send(Request(f"{method} {path}", method, f"{self._root}{path}", query or {}, body))


def _time_of(item: object) -> str:
    updated = item.get("updated_at") if isinstance(item, dict) else None
    return updated if isinstance(updated, str) else ""
