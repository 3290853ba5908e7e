"""`gembatch github comment`: the pull request shows what this run has planned, one comment an environment."""

from __future__ import annotations

from dataclasses import dataclass

import click

from gembatch.cli.github.job import number, pull_request
from gembatch.cli.output import tell
from gembatch.cli.wiring import github_api, run_url
from gembatch.github.api import GitHub
from gembatch.github.approvals import sha256_of
from gembatch.github.approved import latest_plan
from gembatch.github.comments import Marker, Own, Shown, State, own_comments
from gembatch.github.posting import post
from gembatch.github.pulls import PullRequest
from gembatch.github.targets import Targets, targets_of
from gembatch.report.comments_as_markdown import (
    failed_as_markdown,
    heading,
    merge_as_markdown,
    refused_as_markdown,
    told_by,
    untouched_as_markdown,
)


@click.command()
@click.argument("targets", metavar="ENVIRONMENTS")
def comment(targets: str) -> None:
    """Show the plans of this run on its pull request; ENVIRONMENTS is what `gembatch github environments` printed.

    The plans are taken from the artifacts of this run. What an environment showed before is replaced.
    """
    run, planned_for, github = number("GITHUB_RUN_ID"), pull_request(), github_api()
    if (now := github.pull_request(planned_for.number)).merged or now.head != planned_for.head:
        tell(f"#{now.number} was merged or pushed to meanwhile: the plan of {planned_for.head[:12]} is not shown")
        return
    comments = own_comments(github.comments(planned_for.number), (asked := targets_of(targets)).workspace)
    showing = _Showing(github, planned_for, run, asked, comments)
    for environment in asked.environments:
        showing.show(environment)
    for environment in comments.keys() - set(asked.environments):
        showing.show_untouched(environment)


@dataclass(frozen=True, slots=True)
class _Showing:
    github: GitHub
    pull_request: PullRequest
    run: int
    targets: Targets
    comments: dict[str, Own]

    def show(self, environment: str) -> None:
        plan = latest_plan(self.github, self.run, workspace=self.targets.workspace, environment=environment)
        source = told_by("Planned", run_url(), self.pull_request.head)
        if plan is None:
            self._post(environment, None, failed_as_markdown(), source)
        elif plan.approval is None:
            self._post(environment, None, refused_as_markdown(), plan.page, source)
        else:
            shown = Shown(self.pull_request.head, self.run, sha256_of(plan.text)) if plan.is_pending else None
            self._post(environment, shown, merge_as_markdown(plan.approval), plan.page, source)

    def show_untouched(self, environment: str) -> None:
        self._post(environment, None, untouched_as_markdown())

    def _post(self, environment: str, shown: Shown | None, *parts: str) -> None:
        state = State.PLANNED if shown else State.NOTHING
        marker = Marker(self.targets.workspace, environment, state, shown)
        before, title = self.comments.get(environment), heading(self.targets.workspace, environment)
        post(self.github, self.pull_request.number, before, marker, title, *parts)
        tell(f"{environment}: {state}")
