"""The forms of a plan: one table, from which `--format` and its help are made."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from gembatch.cli.destinations import Destination, deliver
from gembatch.cli.findings import folder_in_repository
from gembatch.cli.output import columns_of, palette_of, show, show_commands
from gembatch.model.diagnostics import Diagnostic
from gembatch.pipeline.run import Run
from gembatch.plan.changes import Plan
from gembatch.report.findings_as_text import findings_as_text
from gembatch.report.palette import PLAIN, printable_json


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown in some form.

    Attributes:
        run: What the run is about.
        plan: Its plan.
        document: Gives the plan as it is saved.
        findings: What limits and policies have against it.
    """

    run: Run
    plan: Plan
    document: Callable[[], str]
    findings: tuple[Diagnostic, ...] = ()


# Each reporter is imported when its form is asked for: people wait for text.


def plan_as_seen(run: Run, plan: Plan, *, on_terminal: bool = True) -> str:
    """Returns a plan for people; over several dates first at a glance.

    Args:
        run: What the run is about.
        plan: Its plan.
        on_terminal: Whether it will stand on stdout: in the colours and the width of a terminal, if that is one.
    """
    from gembatch.report.plan_as_text import plan_as_text  # noqa: PLC0415

    palette = palette_of(sys.stdout) if on_terminal else PLAIN
    width = columns_of(sys.stdout) if on_terminal else None
    text = plan_as_text(plan, palette, width=width)
    if run.period is None:
        return text
    from gembatch.report.cells import cells_of_plan  # noqa: PLC0415
    from gembatch.report.grid_as_text import grid_as_text  # noqa: PLC0415

    grid = grid_as_text(cells_of_plan(plan), run.period, palette, width=width)
    return f"{grid}\n\n{text}" if grid else text


def _as_text(shown: Shown, destination: Destination) -> str:
    text = plan_as_seen(shown.run, shown.plan, on_terminal=destination.file is None)
    # Beside what stands on stdout they are told on stderr.
    return f"{text}\n\n{findings_as_text(shown.findings)}" if destination.file and shown.findings else text


def _as_markdown(shown: Shown, destination: Destination) -> str:
    from gembatch.report.plan_as_markdown import MOST, plan_as_markdown  # noqa: PLC0415

    return plan_as_markdown(shown.plan, shown.run.period, findings=shown.findings, most=destination.size or MOST)


def _as_json(shown: Shown, _destination: Destination) -> str:
    return printable_json(shown.document().rstrip("\n"))


def _as_github(shown: Shown, _destination: Destination) -> str:
    from gembatch.report.plan_as_github import plan_as_github  # noqa: PLC0415

    return plan_as_github(shown.plan, folder_in_repository(shown.run.root), shown.findings)


def _as_html(shown: Shown, _destination: Destination) -> str:
    from gembatch.load.page import page_files  # noqa: PLC0415
    from gembatch.report.plan_as_html import plan_as_html  # noqa: PLC0415

    return plan_as_html(shown.plan, page_files(), shown.run.period, shown.findings)


FORMS: Mapping[str, Callable[[Shown, Destination], str]] = {
    "text": _as_text,
    "markdown": _as_markdown,
    "json": _as_json,
    "github": _as_github,
    "html": _as_html,
}
"""Each form by its name; the first is the default."""

SIZED = {"markdown": 2_000}
"""Those that can be kept to a size, with the least that each needs."""


def show_plan(shown: Shown, destinations: Iterable[Destination]) -> None:
    """Prints and writes a plan in every form that was asked for: all are made before the first goes anywhere.

    Raises:
        GembatchError: One of them cannot be written.
    """
    made = [(destination, FORMS[destination.form](shown, destination)) for destination in destinations]
    # Files first: what stands on stdout is read as what was done.
    for destination, text in sorted(made, key=lambda each: each[0].file is None):
        deliver(destination, text, show_commands if destination.form == "github" else show)
