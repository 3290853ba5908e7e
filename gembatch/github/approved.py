"""What lies on GitHub: merged pull requests with a comment of ours, and the plans that their runs left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from gembatch.errors import ArtifactError, PlanError
from gembatch.github.api import GitHub
from gembatch.github.approvals import (
    FILES,
    PAGE,
    PLAN,
    Waiting,
    artifact_name,
    artifact_of_plan,
    in_merge_order,
    merged_since,
    page_name,
    sha256_of,
    shown_plan,
    why_not_by,
)
from gembatch.github.archives import LARGEST, texts_in
from gembatch.github.comments import own_comments
from gembatch.github.runs import Artifact
from gembatch.model.jobs import JobKey
from gembatch.plan.approval import Approval, Approved
from gembatch.plan.planfile import load_plan


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """What a run left of a plan.

    Attributes:
        text: The saved plan; empty where the plan was refused.
        page: What people are shown of it, as markdown.
        approval: What the saved plan says; None where there is none.
    """

    text: str = field(repr=False)
    page: str = field(repr=False)
    approval: Approval | None = field(default=None, repr=False)

    @property
    def changes(self) -> Mapping[JobKey, Approved]:
        """Its changes by key; none where there is no plan."""
        return self.approval.changes if self.approval else {}

    @property
    def is_pending(self) -> bool:
        """Whether an apply of it has anything to do."""
        return any(change.action.is_pending for change in self.changes.values())


def merged_with_comments(
    github: GitHub, *, workspace: str, environments: Iterable[str], branch: str, now: datetime
) -> list[Waiting]:
    """Returns our comments for some environments on the pull requests that were merged into a branch lately.

    In the order of merging; on one pull request in the order in which the comments were made. Only of branches for
    which a plan is kept are comments asked for: a repository has a thousand requests an hour, and may merge as much.
    """
    asked = {environment: artifact_name(workspace, environment) for environment in environments}
    planned = {artifact.branch for name in asked.values() for artifact in github.artifacts(name)}
    merged = merged_since(github.closed_into(branch), now) if planned else ()
    return in_merge_order(
        Waiting(pull_request, comment)
        for pull_request in merged
        if pull_request.head_branch in planned
        for environment, comment in own_comments(github.comments(pull_request.number), workspace).items()
        if environment in asked
    )


def saved_plan(github: GitHub, artifact: Artifact, *, workspace: str, environment: str) -> SavedPlan:
    """Returns the plan in an artifact.

    Raises:
        ArtifactError: It is not a plan for this workspace and environment.
    """
    texts = texts_in(github.archive(artifact, LARGEST), FILES)
    text, page = texts.get(PLAN, ""), texts.get(PAGE, "")
    if not text:
        return SavedPlan(text, page)
    try:
        approval = load_plan(text, PLAN)
    except PlanError as error:
        raise ArtifactError(f"{artifact.name}: {error}") from error
    if (approval.workspace, approval.environment) != (workspace, environment):
        raise ArtifactError(f"{artifact.name} has a plan for `{approval.environment}` of `{approval.workspace}`")
    return SavedPlan(text, page, approval)


def latest_plan(github: GitHub, run: int, *, workspace: str, environment: str) -> SavedPlan | None:
    """Returns the plan that a run left for an environment; None where it left none."""
    artifacts = github.artifacts_of(run, artifact_name(workspace, environment))
    return saved_plan(github, artifacts[0], workspace=workspace, environment=environment) if artifacts else None


def page_url(github: GitHub, run: int, run_url: str, *, workspace: str, environment: str) -> str:
    """Returns where a run's page of a plan can be opened; empty where it left none."""
    artifacts = github.artifacts_of(run, page_name(workspace, environment))
    return f"{run_url}/artifacts/{artifacts[0].id}" if artifacts else ""


def approved_plan(github: GitHub, waiting: Waiting) -> SavedPlan | str:
    """Returns the plan that a merge has approved, or why it has approved none."""
    pull_request, marker = waiting.pull_request, waiting.comment.marker
    shown = shown_plan(waiting)
    if isinstance(shown, str):
        return shown
    why = why_not_by(pull_request, github.run(shown.run))
    if why:
        return why
    name = artifact_name(marker.workspace, marker.environment)
    artifact = artifact_of_plan(pull_request, github.artifacts_of(shown.run, name))
    if isinstance(artifact, str):
        return artifact
    try:
        plan = saved_plan(github, artifact, workspace=marker.workspace, environment=marker.environment)
    except ArtifactError as error:
        return str(error)
    if sha256_of(plan.text) != shown.sha256:
        return "the plan that its run left is not the one that was shown"
    return plan
