"""`gembatch github comment`: the pull request shows what this run has planned, one comment an environment."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import click

from gembatch.cli.github.job import number, pull_request
from gembatch.cli.output import tell, tell_error
from gembatch.cli.wiring import github_api, run_url
from gembatch.errors import ArtifactError
from gembatch.github.api import GitHub
from gembatch.github.approvals import sha256_of
from gembatch.github.approved import latest_plan, page_url
from gembatch.github.comments import Marker, Own, Shown, State, own_comments
from gembatch.github.posting import post
from gembatch.github.pulls import PullRequest
from gembatch.github.targets import targets_of
from gembatch.report.comments_as_markdown import (
    failed_as_markdown,
    heading,
    merge_as_markdown,
    planned_by,
    refused_as_markdown,
    untouched_as_markdown,
)


@click.command()
@click.argument("targets", metavar="ENVIRONMENTS")
def comment(targets: str) -> None:
    """Show the plans of this run on its pull request; ENVIRONMENTS is what `gembatch github environments` printed.

    The plans are taken from the artifacts of this run, and what an environment showed before is replaced. Exit 1 if any
    of the environments has no plan that a merge could approve: then this is the one check to require of a merge.
    """
    asked, run, planned_for, github = targets_of(targets), number("GITHUB_RUN_ID"), pull_request(), github_api()
    now = github.pull_request(planned_for.number)
    if now.merged or now.head != planned_for.head:
        tell(f"#{now.number} was merged or pushed to meanwhile: the plan of {planned_for.head[:12]} is not shown")
        return
    comments = own_comments(github.comments(planned_for.number), asked.workspace)
    showing = _Showing(github, planned_for, run, asked.workspace, comments)
    have_plans = [showing.show(environment) for environment in asked.environments]
    for environment in sorted(comments.keys() - set(asked.environments)):
        showing.show_untouched(environment)
    if not all(have_plans):
        sys.exit(1)


@dataclass(frozen=True, slots=True)
class _Showing:
    """What a run shows on its pull request."""

    github: GitHub
    pull_request: PullRequest
    run: int
    workspace: str
    comments: dict[str, Own]

    def show(self, environment: str) -> bool:
        """Shows the plan for an environment, or that there is none; returns whether there is one."""
        page = page_url(self.github, self.run, run_url(), workspace=self.workspace, environment=environment)
        source = planned_by(self.pull_request.head, run_url(), page)
        try:
            plan = latest_plan(self.github, self.run, workspace=self.workspace, environment=environment)
        except ArtifactError as error:
            tell_error(error)
            plan = None
        if plan is None:
            self._post(environment, None, failed_as_markdown(), source)
        elif plan.approval is None:
            self._post(environment, None, refused_as_markdown(), plan.page, source)
        else:
            shown = Shown(self.pull_request.head, self.run, sha256_of(plan.text)) if plan.is_pending else None
            self._post(environment, shown, merge_as_markdown(plan.approval), plan.page, source)
        return plan is not None and plan.approval is not None

    def show_untouched(self, environment: str) -> None:
        """Says of an environment that an earlier push touched that it is touched no more."""
        self._post(environment, None, untouched_as_markdown())

    def _post(self, environment: str, shown: Shown | None, *parts: str) -> None:
        state = State.PLANNED if shown else State.NOTHING
        marker = Marker(self.workspace, environment, state, shown)
        before, title = self.comments.get(environment), heading(self.workspace, environment)
        post(self.github, self.pull_request.number, before, marker, title, *parts)
        tell(f"{environment}: {state}")
