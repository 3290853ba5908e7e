"""`gembatch plan`: what would be done, and why; from reads alone."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from gembatch import __version__
from gembatch.cli.options import Common, common_options, format_option
from gembatch.cli.output import show, tell
from gembatch.cli.planning import Wish, desired_of, make, plan_shown, planning_options, refuse_too_much, request_of
from gembatch.cli.wiring import open_run, shores_of
from gembatch.errors import GembatchError
from gembatch.plan.changes import Plan
from gembatch.plan.planfile import dump_plan

CHANGES_PENDING = 3


@click.command()
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Save the plan.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit 3 when changes are pending, 1 when any is blocked.")
@format_option("text", "json")
@planning_options
@common_options
def plan(common: Common, out: Path | None, *, wish: Wish, detailed_exitcode: bool, form: str) -> None:
    """Show what `apply` would do, and why. Nothing is changed.

    A saved plan (`--out`) is an approval: `gembatch apply FILE` does no more than stands in it.
    """
    run = open_run(common)
    desired = desired_of(run, wish)
    with shores_of(run) as shores:
        planned = make(run, wish, desired, shores)
    document = dump_plan(planned.plan, request_of(run, wish), __version__)
    show(document.rstrip("\n") if form == "json" else plan_shown(run, planned.plan))
    refuse_too_much(run, wish, planned)
    if out:
        _save(document, out)
    if detailed_exitcode:
        sys.exit(_exit_code(planned.plan))


def _exit_code(plan: Plan) -> int:
    if plan.pending:
        return CHANGES_PENDING
    return 1 if plan.blocked else 0


def _save(document: str, out: Path) -> None:
    try:
        out.write_text(document, encoding="utf-8")
    except OSError as error:
        raise GembatchError(f"cannot write the plan to {out}: {error.strerror}") from error
    tell(f"saved to {out}; carry it out with: gembatch apply {out}")
