"""`gembatch github approved`: the plans that merges have approved and nobody has applied yet."""

from __future__ import annotations

from pathlib import Path

import click

from gembatch.cli.github.job import variable
from gembatch.cli.options import Common, common_options
from gembatch.cli.output import show, tell
from gembatch.cli.wiring import github_api, utc_now, workspace_of
from gembatch.errors import UsageError
from gembatch.github.approvals import Waiting
from gembatch.github.approved import SavedPlan, approved_plan, merged_with_comments
from gembatch.github.comments import State
from gembatch.github.plan_files import write_plan
from gembatch.github.targets import Targets
from gembatch.load.workspace import environment_named


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write the plans of the environment that -e names here, in the order in which they were merged.",
)
@common_options
def approved(common: Common, out: Path | None) -> None:
    """Print the environments for which a merge has approved a plan that waits to be applied, as JSON for a matrix.

    A plan is approved if its pull request was merged into the branch of this run in the last 30 days, and the plan is
    the one that our comment shows, of the last commit, from that commit's own run.
    """
    if out and common.environment is None:
        raise UsageError("--out is for one environment", hint="name it with -e ENV")
    _, workspace = workspace_of(common)
    one = environment_named(workspace, common.environment).name if common.environment else None
    asked, branch, github = [one] if one else [*workspace.environments], variable("GITHUB_REF_NAME"), github_api()
    found: list[tuple[Waiting, SavedPlan]] = []
    for waiting in merged_with_comments(
        github, workspace=workspace.name, environments=asked, branch=branch, now=utc_now()
    ):
        if waiting.comment.marker.state is State.PLANNED:
            plan = approved_plan(github, waiting)
            tell(_told(waiting, plan))
            if isinstance(plan, SavedPlan):
                found.append((waiting, plan))
    if out:
        for place, (waiting, plan) in enumerate(found, start=1):
            write_plan(out, place, waiting.pull_request.number, plan)
    named = {waiting.comment.marker.environment for waiting, _ in found}
    show(Targets(workspace.name, tuple(name for name in workspace.environments if name in named)).as_json())


def _told(waiting: Waiting, plan: SavedPlan | str) -> str:
    verdict = f"is left: {plan}" if isinstance(plan, str) else "waits to be applied"
    return f"{waiting.comment.marker.environment}: #{waiting.pull_request.number} {verdict}"
