"""What `plan` and `apply` share: the options that a plan is decided by, and the making of it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import click

from gembatch import __version__
from gembatch.cli.options import select_option, strict_option
from gembatch.cli.output import tell, tell_idle
from gembatch.cli.wiring import local_lockfile_store
from gembatch.errors import PlanRefusedError
from gembatch.model.diagnostics import Diagnostic, Severity
from gembatch.model.selection import ALL, Selection
from gembatch.pipeline.baseline import Base
from gembatch.pipeline.desire import Desired, desired_jobs
from gembatch.pipeline.judge import Brakes, brakes_of, plan_findings
from gembatch.pipeline.offline import plan_offline
from gembatch.pipeline.plan import Planned, plan_jobs
from gembatch.pipeline.run import Run, Shores
from gembatch.plan.approval import Request
from gembatch.plan.case import Insistence
from gembatch.plan.changes import Plan
from gembatch.plan.planfile import dump_plan
from gembatch.report.findings_as_text import findings_as_text
from gembatch.report.jobs_as_text import resolution_as_lines


@dataclass(frozen=True, slots=True)
class Wish:
    """What the person at the keyboard insists on.

    Attributes:
        insistence: Decides changes.
        max_submissions: Takes the place of the environment's limit; None to keep it.
        is_strict: Whether warnings about the specs are errors.
        selection: The jobs to act on.
    """

    insistence: Insistence = Insistence()  # noqa: RUF009, frozen
    max_submissions: int | None = None
    is_strict: bool = False
    selection: Selection = ALL


_FLAGS = {
    "adopt": "Take over jobs of others whose bodies equal the specs'.",
    "prune": "Cancel live jobs that no spec asks for any more.",
    "retry_failed": "Submit again what ended badly.",
    "resubmit_missing": "Submit again what Vertex AI has forgotten before it was seen to end.",
    "replace_past": "Submit again jobs of earlier dates whose spec has changed since they ended.",
}


def planning_options(function: Callable[..., None]) -> Callable[..., None]:
    """Adds the options that a plan is decided by; the command gets them as one `Wish`, by the name `wish`."""

    @click.option("--max-submissions", type=click.IntRange(min=0), metavar="N",
                  help="Allow so many submissions, whatever the environment's limit.")  # fmt: skip
    @select_option
    @strict_option
    @functools.wraps(function)
    def command(max_submissions: int | None, selection: Selection, is_strict: bool, **others: object) -> None:  # noqa: FBT001, click's way
        flags = {name: others.pop(name) is True for name in _FLAGS}
        function(wish=Wish(Insistence(**flags), max_submissions, is_strict, selection), **others)

    for name, text in reversed(_FLAGS.items()):
        command = click.option(f"--{name.replace('_', '-')}", name, is_flag=True, help=text)(command)
    return command


def desired_of(run: Run, wish: Wish) -> Desired:
    """Returns what the specs ask for; warnings about them go to stderr.

    To be asked before the shores are: nobody needs credentials, or an emulator, to be told of a typo.

    Raises:
        InvalidSpecsError: The specs have errors.
    """
    desired = desired_jobs(run, is_strict=wish.is_strict).checked()
    _tell_warnings(desired.diagnostics)
    return desired


def make(run: Run, wish: Wish, desired: Desired, shores: Shores) -> Planned:
    """Returns the plan; what an unfinished apply has done goes to stderr."""
    planned = plan_jobs(run, desired, shores, wish.insistence, wish.selection)
    tell_idle(wish.selection, (change.key for change in planned.plan.changes))
    for line in resolution_as_lines(planned.resolution) if planned.resolution else ():
        tell(line)
    return planned


def make_offline(run: Run, wish: Wish, desired: Desired, base: Base | None) -> Plan:
    """Returns the plan as far as files tell it; nothing is asked of anybody."""
    plan = plan_offline(
        run, desired, local_lockfile_store(run), base, insistence=wish.insistence, selection=wish.selection
    )
    tell_idle(wish.selection, (change.key for change in plan.changes))
    return plan


def base_option(function: Callable[..., None]) -> Callable[..., None]:
    """Adds `--base`, by the name `base_folder`."""
    return click.option("--base", "base_folder", type=click.Path(path_type=Path, exists=True, file_okay=False),
                        metavar="DIR",
                        help="The workspace in a checkout of the branch that this is to be merged into: its limits"
                        " and policies count.")(function)  # fmt: skip


def brakes_that_count(run: Run, base: Base | None) -> Brakes:
    """Returns what will hold the plan back; to be asked first of all, like `desired_of`.

    Raises:
        InvalidSpecsError: A policy cannot be read or run.
    """
    brakes, name = brakes_of(run, base), run.environment.name
    if base and name not in base.workspace.environments:
        others = " and ".join(f"`{other}`" for other in brakes.environments if other != name)
        whose = f"{others}, in the same project," if others else "its workspace"
        tell(f"the base {base.root} has no environment `{name}`: the limits of {whose} count")
    return brakes


def _tell_warnings(diagnostics: tuple[Diagnostic, ...]) -> None:
    if diagnostics:
        tell(findings_as_text(diagnostics) + "\n")


def document_of(run: Run, wish: Wish, plan: Plan) -> Callable[[], str]:
    """Returns what gives the plan as it is saved: of many jobs that takes a while, and not everybody asks for it."""
    return functools.cache(functools.partial(dump_plan, plan, request_of(run, wish), __version__))


def judged(wish: Wish, brakes: Brakes, plan: Plan, document: Callable[[], str]) -> tuple[Diagnostic, ...]:
    """Returns what limits and policies have against a plan; see `document_of`."""
    found = plan_findings(plan, brakes, document, max_submissions=wish.max_submissions)
    if wish.is_strict:
        return tuple(replace(finding, severity=Severity.ERROR) for finding in found)
    return found


def hold(found: tuple[Diagnostic, ...]) -> None:
    """Holds back a plan that something speaks against; warnings go to stderr.

    Args:
        found: What limits and policies have against it.

    Raises:
        PlanRefusedError: There is an error among them.
    """
    if any(finding.is_error for finding in found):
        raise PlanRefusedError(found)
    _tell_warnings(found)


def request_of(run: Run, wish: Wish) -> Request:
    """Returns what a saved plan remembers of how it was asked for."""
    return Request(run.variable_texts, wish.insistence, wish.max_submissions, run.period, wish.selection)


def wish_of(request: Request) -> Wish:
    """Returns what was insisted on when a saved plan was made."""
    return Wish(request.insistence, request.max_submissions, selection=request.selection)
