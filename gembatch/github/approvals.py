"""Which merged pull requests have an approved plan that nobody has applied yet, and in which order. Pure.

A plan is approved when the pull request that shows it is merged. Nothing of it is trusted for that: it only says what
an apply may do, and the apply plans anew. The rules here make sure that it is the plan that people saw.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gembatch.github.comments import Own, Shown
from gembatch.github.pulls import PullRequest
from gembatch.github.runs import Artifact, Run

WINDOW = timedelta(days=30)
"""How far back merged pull requests are looked for. What waits longer takes a run by hand."""

PLAN, PAGE = "plan.json", "plan.md"
FILES = frozenset({PLAN, PAGE})
"""What the artifact of a plan holds: the saved plan, and what people were shown of it."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A merged pull request whose comment says that its plan was not carried out.

    Attributes:
        pull_request: The pull request.
        comment: Our comment on it.
    """

    pull_request: PullRequest
    comment: Own


def artifact_name(workspace: str, environment: str) -> str:
    """Returns what the artifact of a plan is called."""
    return f"gembatch-plan-{workspace}-{environment}"


def page_name(workspace: str, environment: str) -> str:
    """Returns what the artifact is called that shows a plan in a browser."""
    return f"{artifact_name(workspace, environment)}.html"


def merged_since(closed: Iterable[tuple[str, PullRequest]], now: datetime) -> Iterator[PullRequest]:
    """Yields the pull requests that were merged in the window before `now`.

    Args:
        closed: With the time of their last change, the latest first: what is merged is changed, so the listing need
            not be read further than the window.
        now: The end of the window.
    """
    for changed, pull_request in closed:
        if changed and _time(changed) < now - WINDOW:
            return
        if pull_request.merged and _time(pull_request.merged) >= now - WINDOW:
            yield pull_request


def in_merge_order(waiting: Iterable[Waiting]) -> list[Waiting]:
    """Returns them as they were merged: a later one may build on what an earlier one did."""
    return sorted(waiting, key=lambda item: (_time(item.pull_request.merged), item.pull_request.number))


def shown_plan(waiting: Waiting) -> Shown | str:
    """Returns the plan that people saw of what was merged, or why that approves nothing."""
    pull_request, shown = waiting.pull_request, waiting.comment.marker.shown
    if pull_request.is_from_fork:
        return "it comes from a fork, whose plans are not kept"
    if shown is None or shown.head != pull_request.head:
        return "the plan that was shown is not one of its last commit"
    return shown


def why_not_by(pull_request: PullRequest, run: Run) -> str | None:
    """Returns why what a run left is not to be taken; None where it is."""
    ours = (pull_request.base_repository, pull_request.base_repository)
    if run.event != "pull_request" or run.head != pull_request.head or (run.repository, run.head_repository) != ours:
        return f"the run {run.id} that its comment names is not one of its last commit"
    return None


def artifact_of_plan(pull_request: PullRequest, artifacts: Sequence[Artifact]) -> Artifact | str:
    """Returns the latest artifact of a plan, or why it is not to be taken."""
    if not artifacts or artifacts[0].is_expired:
        return "its plan is not kept any more"
    if _time(artifacts[0].created) > _time(pull_request.merged):
        return "it was merged before its plan was there, so nobody can have read it"
    return artifacts[0]


def sha256_of(plan: str) -> str:
    """Returns what a marker says of a saved plan."""
    return hashlib.sha256(plan.encode()).hexdigest()


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
