"""Runs of workflows and the artifacts they leave, as GitHub's API tells of them. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from gembatch.errors import GitHubError
from gembatch.lock.fields import Fields


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a workflow.

    Attributes:
        id: Its identifier.
        event: What it ran for: `pull_request`, `push`.
        head: The commit it ran for; for a pull request the one that it asks to merge.
        head_repository: Identifier of the repository of that commit; None where a fork was deleted.
        repository: Identifier of the repository it ran in.
    """

    id: int
    event: str
    head: str
    head_repository: int | None
    repository: int


@dataclass(frozen=True, slots=True)
class Artifact:
    """Files that a run left.

    Attributes:
        id: Its identifier.
        name: As the run called it.
        size: Bytes of the archive.
        is_expired: Whether it was deleted since.
        created: When it was uploaded, RFC 3339, by GitHub's clock.
        branch: The branch that the run was for, as somebody called it; empty where GitHub does not say.
    """

    id: int
    name: str
    size: int
    is_expired: bool
    created: str
    branch: str = ""


def run_of(value: object) -> Run:
    """Returns a run of the API.

    Raises:
        GitHubError: It is none.
    """
    try:
        fields = Fields("the run", value)
        head = fields.take("head_repository", dict, type(None))
        return Run(
            id=fields.whole_number("id", least=1),
            event=fields.text("event"),
            head=fields.text("head_sha"),
            head_repository=Fields("`head_repository`", head).whole_number("id", least=1) if head else None,
            repository=Fields("`repository`", fields.take("repository", dict)).whole_number("id", least=1),
        )
    except ValueError as error:
        raise GitHubError(f"GitHub tells of a run that cannot be: {error}") from error


def artifact_of(value: object) -> Artifact:
    """Returns an artifact of the API.

    Raises:
        GitHubError: It is none.
    """
    try:
        fields = Fields("the artifact", value)
        return Artifact(
            id=fields.whole_number("id", least=1),
            name=fields.text("name"),
            size=fields.whole_number("size_in_bytes", least=0),
            is_expired=fields.take("expired", bool),
            created=fields.time("created_at"),
            branch=_branch(fields.take("workflow_run", dict, type(None)) if "workflow_run" in fields.names else None),
        )
    except ValueError as error:
        raise GitHubError(f"GitHub tells of an artifact that cannot be: {error}") from error


def _branch(run: object) -> str:
    branch = run.get("head_branch") if isinstance(run, dict) else None
    return branch if isinstance(branch, str) else ""
