"""`gembatch validate`: every finding at once, offline."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from gembatch.cli.findings import FORMATS, show_findings
from gembatch.cli.options import Common, common_options, format_option, strict_option
from gembatch.cli.output import tell
from gembatch.cli.wiring import open_run, root_of
from gembatch.errors import InvalidSpecsError
from gembatch.load.discover import WORKSPACE_FILE, relative_to
from gembatch.pipeline.desire import Desired, desired_jobs
from gembatch.pipeline.run import Run
from gembatch.report.findings_as_text import summary_of
from gembatch.report.words import count_of


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(), metavar="[PATH]...")
@format_option(*FORMATS)
@strict_option
@common_options
def validate(common: Common, paths: tuple[str, ...], form: str, *, is_strict: bool) -> None:
    """Check specs offline: files, folders or globs; by default the workspace's own.

    Prints every finding at once; `gembatch explain RULE` tells more about one. Exit 1 if any is an error.
    """
    root = root_of(common.directory)
    try:
        run = open_run(common)
        given = [relative_to(run.root, Path.cwd(), path) for path in paths]
        desired = _with_policies(run, desired_jobs(run, given, is_strict=is_strict))
    except InvalidSpecsError as error:
        # What is wrong with gembatch.yaml stops every other command; here it is what was asked for.
        desired = Desired((), error.diagnostics, (WORKSPACE_FILE,))
    show_findings(desired.diagnostics, form, root)
    if not common.is_quiet:
        _tell_summary(desired)
    if any(diagnostic.is_error for diagnostic in desired.diagnostics):
        sys.exit(1)


def _with_policies(run: Run, desired: Desired) -> Desired:
    if not run.workspace.policies:
        return desired
    from gembatch.pipeline.judge import unready_policies  # noqa: PLC0415  8 ms that only workspaces with policies pay

    return desired.with_findings(unready_policies(run))


def _tell_summary(desired: Desired) -> None:
    jobs = f"{count_of(len(desired.jobs), 'job')}, " if desired.jobs else ""
    tell(f"{jobs}{summary_of(desired.diagnostics, len(desired.files))}")
