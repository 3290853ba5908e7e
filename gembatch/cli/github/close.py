"""`gembatch github close`: pull requests tell what has ended of what was applied, and what of it failed."""

from __future__ import annotations

from dataclasses import replace

import click

from gembatch.cli.github.job import variable
from gembatch.cli.options import Common, common_options
from gembatch.cli.output import show
from gembatch.cli.wiring import github_api, lockfile_store, open_run, run_url, utc_now
from gembatch.github.api import GitHub
from gembatch.github.approvals import Waiting
from gembatch.github.approved import SavedPlan, approved_plan, merged_with_comments
from gembatch.github.comments import State
from gembatch.github.posting import post
from gembatch.lock.lockfile import Lockfile
from gembatch.plan.story import story_of
from gembatch.report.comments_as_markdown import (
    approved_page,
    heading,
    left_as_markdown,
    pull_requests_as_markdown,
    story_as_markdown,
    told_by,
)

_MOST = 30_000
"""Characters of the story of one plan, before the plan itself."""


@click.command()
@common_options
def close(common: Common) -> None:
    """Tell on pull requests what has ended of what was applied, where its predictions are, and what failed.

    From the lockfile: let `gembatch status --sync` come first. What was merged and can never be applied is told too.
    Prints the state of each such pull request as markdown.
    """
    run, github = open_run(common), github_api()
    lockfile, _ = lockfile_store(run, run.environment.endpoint).read()
    workspace, environment = run.workspace.name, run.environment.name
    branch = variable("GITHUB_REF_NAME")
    found = merged_with_comments(github, workspace=workspace, environments=[environment], branch=branch, now=utc_now())
    told = [_closed(github, each, lockfile) for each in found]
    show(pull_requests_as_markdown(environment, list(filter(None, told))))


def _closed(github: GitHub, waiting: Waiting, lockfile: Lockfile | None) -> tuple[int, str] | None:
    """Returns a pull request's number with what there is to say of it; None where its story is over."""
    number, before = waiting.pull_request.number, waiting.comment.marker.state
    if before not in {State.PLANNED, State.APPLIED}:
        return None
    plan = approved_plan(github, waiting)
    if isinstance(plan, SavedPlan):
        if before is State.PLANNED:
            return number, "approved, and not applied yet"
        story = story_of(plan.changes, lockfile)
        state = State.ENDED if all(chapter.is_over for chapter in story) else State.APPLIED
        told = story_as_markdown(story, most=_MOST)
        _post(github, waiting, state, told, told_by("Watched", run_url()), approved_page(plan.page))
        return number, told.partition("\n")[0]
    if before is State.PLANNED:
        _post(github, waiting, State.NOTHING, left_as_markdown(plan))
        return number, f"not applied: {plan}"
    return number, f"applied; {plan}"


def _post(github: GitHub, waiting: Waiting, state: State, *parts: str) -> None:
    before = waiting.comment
    marker = replace(before.marker, state=state)
    title = heading(marker.workspace, marker.environment)
    post(github, waiting.pull_request.number, before, marker, title, *parts)
