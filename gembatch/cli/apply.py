"""`gembatch apply`: plan, show, ask, carry out; or carry out saved plans."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import click

from gembatch import __version__
from gembatch.apply.applied import worst_of
from gembatch.cli.attempts import Attempt, Series
from gembatch.cli.destinations import Destination, formats_option, make_way
from gembatch.cli.options import Common, common_options
from gembatch.cli.outcomes import FORMATS, SIZED, deliver_outcomes
from gembatch.cli.output import show, tell
from gembatch.cli.plan_forms import plan_as_seen
from gembatch.cli.planning import (
    Wish,
    base_option,
    brakes_that_count,
    desired_of,
    document_of,
    hold,
    judged,
    make,
    planning_options,
    request_of,
    wish_of,
)
from gembatch.cli.signals import interruptible
from gembatch.cli.wiring import base_at, open_run, shores_of
from gembatch.errors import UsageError
from gembatch.load.plans import read_plan
from gembatch.model.workspace import Environment
from gembatch.pipeline.baseline import Base
from gembatch.pipeline.plan import Planned, approved_jobs
from gembatch.pipeline.run import Run, Shores
from gembatch.plan.approval import Comparison, refuse_elsewhere
from gembatch.plan.planfile import dump_plan, load_plan
from gembatch.report.palette import printable
from gembatch.report.words import count_of


@click.command()
@click.argument("plan_files", nargs=-1, type=click.Path(path_type=Path), metavar="[PLAN]...")
@click.option("--yes", is_flag=True, help="Do not ask.")
@formats_option(*FORMATS, sized=SIZED)
@base_option
@planning_options
@common_options
def apply(
    common: Common,
    plan_files: tuple[Path, ...],
    *,
    wish: Wish,
    base_folder: Path | None,
    destinations: tuple[Destination, ...],
    yes: bool,
) -> None:
    """Submit what is missing or changed, once, and remember it in the lockfile.

    Without PLAN: plan, show, ask, carry out. With PLAN, files from `plan --out`, in their order: carry out what stands
    in each and in a fresh plan alike; what moved since is refused by name. One that is refused does not stop the next.
    """
    if plan_files and (wish != Wish() or common.variables or common.day or common.period):
        raise UsageError(
            "a saved plan says itself what it was planned for",
            hint="leave out --date (and GEMBATCH_DATE), --var and the options of `plan`",
        )
    make_way(destinations, needed=plan_files)
    series = Series(_voice(destinations), is_quiet=common.is_quiet)
    with interruptible() as signals:
        try:
            for plan_file in plan_files or (None,):
                with series.attempt(plan_file, signals) as attempt:
                    if len(plan_files) > 1:
                        attempt.say_which()
                    attempt.begin()
                    base = base_at(base_folder, trusted_endpoints=common.trusted_endpoints)
                    if plan_file:
                        _carry_out_saved(attempt, common, base, plan_file)
                    else:
                        _carry_out_fresh(attempt, common, wish, base, yes=yes)
        finally:
            # Whatever ended it: what became of the plans until then is not lost.
            delivered = deliver_outcomes(destinations, series.applied)
    sys.exit(max(worst_of(series.applied), delivered))


def _voice(destinations: tuple[Destination, ...]) -> Callable[[str], None]:
    """Returns what prints texts for people: to stdout, unless that is for a machine."""
    return show if Destination("text") in destinations else tell


def _carry_out_fresh(attempt: Attempt, common: Common, wish: Wish, base: Base | None, *, yes: bool) -> None:
    run = open_run(common)
    attempt.is_about(run)
    _refuse_protected(run, base)
    brakes, desired = brakes_that_count(run, base), desired_of(run, wish)
    with shores_of(run) as shores:
        planned = make(run, wish, desired, shores)
        attempt.say(plan_as_seen(run, planned.plan))
        hold(judged(wish, brakes, planned.plan, document_of(run, wish, planned.plan)))
        comparison = None
        if planned.plan.pending and not yes:
            _ask(planned, run.environment)
            shown = planned.plan
            planned, comparison = _approved(run, wish, planned, shores)
            # A part of what was judged need not be as good as the whole.
            if planned.plan.digest != shown.digest:
                hold(judged(wish, brakes, planned.plan, document_of(run, wish, planned.plan)))
        attempt.carry_out(run, planned, shores, comparison)


def _refuse_protected(run: Run, base: Base | None) -> None:
    """Makes sure that the environment is not protected, here or in the base: a change cannot take that away itself."""
    name = run.environment.name
    there = base.standing_for(run.environment) if base else ()
    if any(environment.protected for environment in (run.environment, *there)):
        hint = f"first `gembatch plan -e {name} --out FILE`; once it was looked at, `gembatch apply FILE`"
        raise UsageError(f"environment `{name}` is protected: it takes only saved plans, with --yes as well", hint=hint)


def _approved(run: Run, wish: Wish, shown: Planned, shores: Shores) -> tuple[Planned, Comparison]:
    """Returns a fresh plan cut down to what was shown: the question may have stood there over lunch.

    What was shown is an approval like a saved one, and goes the same way.
    """
    approval = load_plan(dump_plan(shown.plan, request_of(run, wish), __version__), "the plan")
    planned, comparison = approved_jobs(make(run, wish, desired_of(run, wish), shores), approval)
    _tell_rest(comparison)
    return planned, comparison


def _ask(planned: Planned, environment: Environment) -> None:
    if not sys.stdin.isatty():
        raise UsageError("there is no terminal to ask on", hint="look at `gembatch plan` first, then apply with --yes")
    cost = cost_as_text(len(planned.plan.submissions), environment)
    click.confirm(f"{cost} Carry it out?", abort=True, err=True)


def cost_as_text(submissions: int, environment: Environment) -> str:
    """Returns the sentence that says what a yes would cost."""
    if not submissions:
        return "This costs nothing."
    told = f"This submits {count_of(submissions, 'job')}"
    match environment.endpoint:
        case None:
            return f"{told}, for which Google charges."
        case "embedded":
            return f"{told} to an emulator."
        case url:
            return f"{told} to {url}."


def _carry_out_saved(attempt: Attempt, common: Common, base: Base | None, plan_file: Path) -> None:
    approval = load_plan(read_plan(plan_file), str(plan_file))
    run = open_run(common, approval)
    attempt.is_about(run)
    refuse_elsewhere(approval, workspace=run.workspace.name, environment=run.environment.name)
    wish = wish_of(approval.request)
    brakes, desired = brakes_that_count(run, base), desired_of(run, wish)
    with shores_of(run) as shores:
        planned, comparison = approved_jobs(make(run, wish, desired, shores), approval)
        attempt.say(plan_as_seen(run, planned.plan))
        _tell_rest(comparison)
        hold(judged(wish, brakes, planned.plan, document_of(run, wish, planned.plan)))
        attempt.carry_out(run, planned, shores, comparison)


def _tell_rest(comparison: Comparison) -> None:
    # A saved plan may come from anywhere: its names are nobody's until a fresh plan has them.
    for approved, what in comparison.moved:
        tell(f"refused: {printable(str(approved.key))}: {what}")
    for approved in comparison.done:
        tell(f"done already: {printable(str(approved.key))}")
    for change in comparison.extra:
        name = printable(str(change.key))
        tell(f"left: {name}: to {change.action.value}, but not in the plan; plan again to have it reviewed")
