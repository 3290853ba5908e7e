"""`gembatch apply`: plan, show, ask, carry out; or carry out a saved plan."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from gembatch import __version__
from gembatch.apply.outcomes import Outcome, Result
from gembatch.apply.state import INTERRUPTED, State
from gembatch.cli.live import submissions_on
from gembatch.cli.options import Common, common_options
from gembatch.cli.output import show, tell
from gembatch.cli.planning import (
    Wish,
    base_option,
    desired_of,
    make,
    plan_shown,
    planning_options,
    refuse_too_much,
    request_of,
    wish_of,
)
from gembatch.cli.signals import interruptible
from gembatch.cli.wiring import base_at, identity, open_run, shores_of
from gembatch.errors import PlanUnreadableError, UnfinishedError, UsageError
from gembatch.model.workspace import Environment
from gembatch.pipeline.apply import apply_jobs
from gembatch.pipeline.baseline import Base
from gembatch.pipeline.plan import Planned, approved_jobs
from gembatch.pipeline.run import Run, Shores
from gembatch.plan.planfile import Comparison, dump_plan, load_plan
from gembatch.report.outcomes_as_text import outcomes_summary
from gembatch.report.words import count_of


@click.command()
@click.argument("plan_file", required=False, type=click.Path(path_type=Path), metavar="[PLAN]")
@click.option("--yes", is_flag=True, help="Do not ask.")
@base_option
@planning_options
@common_options
def apply(common: Common, plan_file: Path | None, *, wish: Wish, base_folder: Path | None, yes: bool) -> None:
    """Submit what is missing or changed, once, and remember it in the lockfile.

    Without PLAN: plan, show, ask, carry out. With PLAN, a file from `plan --out`: carry out what stands in it and in a
    fresh plan alike; what moved since is refused by name.
    """
    base = base_at(base_folder, trusted_endpoints=common.trusted_endpoints)
    if plan_file:
        _apply_saved(common, wish, base, plan_file)
    else:
        _apply_fresh(common, wish, base, yes=yes)


def _apply_fresh(common: Common, wish: Wish, base: Base | None, *, yes: bool) -> None:
    run = open_run(common)
    _refuse_protected(run, base)
    desired = desired_of(run, wish)
    with shores_of(run) as shores:
        planned = make(run, wish, desired, shores)
        show(plan_shown(run, planned.plan))
        refuse_too_much(run, wish, base, planned.plan)
        refused = 0
        if planned.plan.pending and not yes:
            _ask(planned, run.environment)
            planned, comparison = _approved(run, wish, planned, shores)
            refused = len(comparison.moved)
        state = _carry_out(run, planned, shores, is_quiet=common.is_quiet)
    _finish(state, refused=refused)


def _refuse_protected(run: Run, base: Base | None) -> None:
    """Makes sure that the environment is not protected, here or in the base: a change cannot take that away itself."""
    name = run.environment.name
    there = base.workspace.environments.get(name) if base else None
    if run.environment.protected or (there and there.protected):
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


def _apply_saved(common: Common, wish: Wish, base: Base | None, plan_file: Path) -> None:
    if wish != Wish() or common.variables or common.day or common.period:
        raise UsageError(
            "a saved plan says itself what it was planned for",
            hint="leave out --date (and GEMBATCH_DATE), --var and the options of `plan`",
        )
    approval = load_plan(_read(plan_file), str(plan_file))
    run = open_run(common, approval)
    wish = wish_of(approval.request)
    desired = desired_of(run, wish)
    with shores_of(run) as shores:
        planned, comparison = approved_jobs(make(run, wish, desired, shores), approval)
        show(plan_shown(run, planned.plan))
        _tell_rest(comparison)
        refuse_too_much(run, wish, base, planned.plan)
        state = _carry_out(run, planned, shores, is_quiet=common.is_quiet)
    _finish(state, refused=len(comparison.moved))


def _read(plan_file: Path) -> str:
    try:
        return plan_file.read_text(encoding="utf-8")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        hint = "write one with `gembatch plan --out FILE`"
        raise PlanUnreadableError(f"cannot read the plan {plan_file}: {reason}", hint=hint) from error
    except UnicodeDecodeError as error:
        raise PlanUnreadableError(f"cannot read the plan {plan_file}: byte {error.start} is not UTF-8") from error


def _tell_rest(comparison: Comparison) -> None:
    for name, what in comparison.moved:
        tell(f"refused: {name}: {what}")
    for name in comparison.done:
        tell(f"done already: {name}")
    for change in comparison.extra:
        tell(f"left: {change.key}: to {change.action.value}, but not in the plan; plan again to have it reviewed")


def _carry_out(run: Run, planned: Planned, shores: Shores, *, is_quiet: bool) -> State:
    total = len(planned.plan.pending)
    with submissions_on(sys.stderr, total=total, is_quiet=is_quiet) as told, interruptible() as on_signal:

        def on_outcome(outcome: Outcome) -> None:
            if outcome.result not in (Result.KEPT, Result.BLOCKED):
                told(outcome)

        return apply_jobs(run, planned, shores, identity=identity(), on_outcome=on_outcome, on_start=on_signal)


def _finish(state: State, *, refused: int = 0) -> None:
    """Tells how it ended, and exits accordingly: an unknown outcome outweighs a failure."""
    results = {outcome.result for outcome in state.outcomes}
    if results - {Result.KEPT}:
        show(outcomes_summary(state.outcomes))
    if Result.UNCERTAIN in results or state.stopped == INTERRUPTED or (state.failure and Result.SUBMITTED in results):
        why = str(state.failure or state.stopped or "it is not known of every job whether it was made")
        raise UnfinishedError(
            f"apply did not finish: {why}", hint="nothing is submitted twice: run `gembatch plan` again"
        )
    if state.failure:
        raise state.failure
    if results & {Result.REJECTED, Result.BLOCKED, Result.SKIPPED} or refused:
        sys.exit(1)
