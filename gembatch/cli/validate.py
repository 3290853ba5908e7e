"""`gembatch validate`: every finding at once, offline."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from gembatch.cli.options import Common, common_options, format_option
from gembatch.cli.output import palette_of, show, tell
from gembatch.cli.wiring import open_run
from gembatch.errors import InvalidSpecsError
from gembatch.load.discover import WORKSPACE_FILE, relative_to
from gembatch.pipeline.desire import Desired, desired_jobs
from gembatch.report.as_json import findings_as_json
from gembatch.report.findings_as_text import findings_as_text, summary_of
from gembatch.report.words import count_of


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(), metavar="[PATH]...")
@format_option("text", "json")
@common_options
def validate(common: Common, paths: tuple[str, ...], form: str) -> None:
    """Check specs offline: files, folders or globs; by default the workspace's own.

    Prints every finding at once. Exit 1 if any is an error.
    """
    try:
        run = open_run(common)
        desired = desired_jobs(run, [relative_to(run.root, Path.cwd(), path) for path in paths])
    except InvalidSpecsError as error:
        # What is wrong with gembatch.yaml stops every other command; here it is what was asked for.
        desired = Desired((), error.diagnostics, (WORKSPACE_FILE,))
    _print(desired, form, is_quiet=common.is_quiet)
    if any(diagnostic.is_error for diagnostic in desired.diagnostics):
        sys.exit(1)


def _print(desired: Desired, form: str, *, is_quiet: bool) -> None:
    if form == "json":
        show(findings_as_json(desired.diagnostics))
        return
    if desired.diagnostics:
        show(findings_as_text(desired.diagnostics, palette_of(sys.stdout)) + "\n")
    if not is_quiet:
        jobs = f"{count_of(len(desired.jobs), 'job')}, " if desired.jobs else ""
        tell(f"{jobs}{summary_of(desired.diagnostics, len(desired.files))}")
