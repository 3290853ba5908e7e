"""`gembatch plan`: what would be done, and why; from reads alone."""

from __future__ import annotations

import shlex
import sys
from dataclasses import replace
from pathlib import Path

import click

from gembatch.cli.destinations import Destination, formats_option
from gembatch.cli.options import Common, common_options
from gembatch.cli.output import tell
from gembatch.cli.plan_forms import FORMS, SIZED, Shown, show_plan
from gembatch.cli.planning import (
    Wish,
    base_option,
    brakes_that_count,
    desired_of,
    document_of,
    hold,
    judged,
    make,
    make_offline,
    planning_options,
)
from gembatch.cli.wiring import base_at, open_run, shores_of
from gembatch.errors import GembatchError, UsageError
from gembatch.pipeline.baseline import Base
from gembatch.pipeline.run import Run
from gembatch.plan.changes import Plan

CHANGES_PENDING = 3


@click.command()
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Save the plan.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit 3 when changes are pending, 1 when any is blocked.")
@click.option(
    "--offline",
    "is_offline",
    is_flag=True,
    help="Plan from the lockfile alone: no credentials, no network; cannot be saved.",
)
@formats_option(*FORMS, sized=SIZED)
@base_option
@planning_options
@common_options
def plan(
    common: Common,
    out: Path | None,
    *,
    wish: Wish,
    base_folder: Path | None,
    detailed_exitcode: bool,
    is_offline: bool,
    destinations: tuple[Destination, ...],
) -> None:
    """Show what `apply` would do, and why. Nothing is changed.

    A saved plan (`--out`) is an approval: `gembatch apply FILE` does no more than stands in it.
    """
    if out and is_offline:
        hint = "show it with --format, or plan without --offline"
        raise UsageError("an offline plan cannot be saved: an approval rests on what was seen", hint=hint)
    run = open_run(common)
    base = base_at(base_folder, trusted_endpoints=common.trusted_endpoints)
    brakes = brakes_that_count(run, base)
    made = _made(run, wish, base, is_offline=is_offline)
    document = document_of(run, wish, made)
    shown = Shown(run, made, document)
    # A policy may take its time: who waits sees the plan first.
    is_waited_for = destinations == (Destination("text"),)
    if is_waited_for:
        show_plan(shown, destinations)
    found = judged(wish, brakes, made, document)
    if not is_waited_for:
        show_plan(replace(shown, findings=found), destinations)
    hold(found)
    if out:
        _save(document(), out)
    if detailed_exitcode:
        sys.exit(_exit_code(made))


def _made(run: Run, wish: Wish, base: Base | None, *, is_offline: bool) -> Plan:
    desired = desired_of(run, wish)
    if is_offline:
        return make_offline(run, wish, desired, base)
    with shores_of(run) as shores:
        return make(run, wish, desired, shores).plan


def _exit_code(plan: Plan) -> int:
    if plan.pending:
        return CHANGES_PENDING
    return 1 if plan.blocked else 0


def _save(document: str, out: Path) -> None:
    try:
        out.write_text(document, encoding="utf-8")
    except OSError as error:
        raise GembatchError(f"cannot write the plan to {out}: {error.strerror}") from error
    tell(f"saved to {out}; carry it out with: gembatch apply {shlex.quote(str(out))}")
