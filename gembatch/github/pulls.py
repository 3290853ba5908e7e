"""Pull requests and their comments, as GitHub's API and its events tell of them. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from gembatch.errors import GitHubError
from gembatch.lock.fields import Fields, read_object

SHA = re.compile("[0-9a-f]{40}")
"""A commit's name."""


@dataclass(frozen=True, slots=True)
class PullRequest:
    """One pull request.

    Attributes:
        number: Its number.
        head: The commit that it asks to merge, 40 hexadecimal digits.
        head_repository: Identifier of the repository of that commit; None where a fork was deleted.
        base_repository: Identifier of the repository that it is to be merged into.
        head_branch: The branch of that commit, as somebody called it.
        merged: When it was merged, RFC 3339; empty while it is not.
    """

    number: int
    head: str
    head_repository: int | None
    base_repository: int
    head_branch: str
    merged: str = ""

    @property
    def is_from_fork(self) -> bool:
        """Whether its commits come from another repository: then nothing of it is trusted."""
        return self.head_repository != self.base_repository


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment on a pull request.

    Attributes:
        id: Its identifier.
        author: Login of who wrote it.
        is_by_bot: Whether that is an app. No person's login can have the form of an app's, and this says so once more.
        body: Its text.
    """

    id: int
    author: str
    is_by_bot: bool
    body: str = field(repr=False)


def pull_request_of(value: object) -> PullRequest:
    """Returns a pull request of the API.

    Raises:
        GitHubError: It is none.
    """
    try:
        return _pull_request(Fields("the pull request", value))
    except ValueError as error:
        raise GitHubError(f"GitHub tells of a pull request that cannot be: {error}") from error


def pull_request_of_event(text: str) -> PullRequest:
    """Returns the pull request of an event's payload, the file at `GITHUB_EVENT_PATH`.

    Raises:
        GitHubError: The event is about none.
    """
    try:
        value = read_object("the event", text).take("pull_request", dict)
    except ValueError as error:
        hint = "this command belongs into a workflow that runs on `pull_request`"
        raise GitHubError(f"the event is not about a pull request: {error}", hint=hint) from error
    return pull_request_of(value)


def _pull_request(fields: Fields) -> PullRequest:
    head, base = Fields("`head`", fields.take("head", dict)), Fields("`base`", fields.take("base", dict))
    commit, fork = head.text("sha"), head.take("repo", dict, type(None))
    if not SHA.fullmatch(commit):
        raise head.wrong("sha", commit)
    return PullRequest(
        number=fields.whole_number("number", least=1),
        head=commit,
        head_repository=Fields("`repo`", fork).whole_number("id", least=1) if isinstance(fork, dict) else None,
        base_repository=Fields("`repo`", base.take("repo", dict)).whole_number("id", least=1),
        head_branch=head.text("ref"),
        merged=_merged(fields),
    )


def _merged(fields: Fields) -> str:
    time = fields.optional_text("merged_at")
    return Fields("the pull request", {"merged_at": time}).time("merged_at") if time else ""


def comment_of(value: object) -> Comment:
    """Returns a comment of the API.

    Raises:
        GitHubError: It is none.
    """
    try:
        fields = Fields("the comment", value)
        # The account of who wrote it may be gone.
        user = Fields("`user`", fields.take("user", dict, type(None)) or {"login": "", "type": ""})
        return Comment(
            id=fields.whole_number("id", least=1),
            author=user.text("login"),
            is_by_bot=user.text("type") == "Bot",
            body=fields.optional_text("body") or "",
        )
    except ValueError as error:
        raise GitHubError(f"GitHub tells of a comment that cannot be: {error}") from error
