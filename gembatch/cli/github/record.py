"""`gembatch github record`: pull requests tell what became of the plans that they have approved."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from gembatch.apply.applied import Applied
from gembatch.cli.options import Common, common_options
from gembatch.cli.output import tell
from gembatch.cli.wiring import github_api, open_run, run_url
from gembatch.errors import GitHubError
from gembatch.github.comments import State, own_comments
from gembatch.github.outcomes import outcomes_of, state_after
from gembatch.github.plan_files import PlanFile, plan_files
from gembatch.github.posting import post
from gembatch.report.comments_as_markdown import applied_as_markdown, approved_page, heading, told_by
from gembatch.report.outcomes_as_markdown import outcomes_as_markdown

_MOST = 30_000
"""Characters of the outcomes of one plan, before the plan itself."""


@click.command()
@click.option("--plans", type=click.Path(path_type=Path, exists=True, file_okay=False), metavar="DIR", required=True,
              help="What `approved --out` wrote.")  # fmt: skip
@click.option("--outcomes", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", required=True,
              help="What `apply --format json=FILE` wrote; an apply that was killed wrote none.")  # fmt: skip
@common_options
def record(common: Common, plans: Path, outcomes: Path) -> None:
    """Tell on the pull requests of approved plans what became of them.

    A plan that was not carried out to its end stays approved, and the next run goes on with it.
    """
    run, github = open_run(common), github_api()
    applied = {Path(each.plan).name: each for each in _read(outcomes)}
    for plan in plan_files(plans):
        workspace, environment = run.workspace.name, run.environment.name
        comment = own_comments(github.comments(plan.pull_request), workspace).get(environment)
        if comment is None:
            tell(f"#{plan.pull_request}: its comment is gone")
            continue
        each = applied.get(plan.path.name)
        marker = replace(comment.marker, state=state_after(each))
        post(
            github,
            plan.pull_request,
            comment,
            marker,
            heading(workspace, environment),
            *_told(plan, each, marker.state),
        )
        tell(f"#{plan.pull_request}: {marker.state}")


def _told(plan: PlanFile, applied: Applied | None, state: State) -> tuple[str, ...]:
    # The name of the file is this run's own affair.
    outcomes = outcomes_as_markdown([replace(applied, plan="")], most=_MOST) if applied else ""
    sentence = applied_as_markdown(applied, is_finished=state is State.APPLIED)
    return sentence, outcomes, told_by("Applied", run_url()), approved_page(plan.page)


def _read(outcomes: Path) -> tuple[Applied, ...]:
    try:
        return outcomes_of(outcomes.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise GitHubError(f"cannot read {outcomes}: {error}") from error
