"""`gembatch verify`: is everything there that an apply will need?"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click

from gembatch.cli.options import Common, common_options, format_option, select_option
from gembatch.cli.output import palette_of, show, tell, tell_idle
from gembatch.cli.wiring import open_run, surroundings_of
from gembatch.errors import CredentialsError
from gembatch.model.jobs import JobSpec
from gembatch.model.selection import Selection
from gembatch.pipeline.desire import desired_jobs
from gembatch.pipeline.run import Run
from gembatch.pipeline.verify import verify_jobs
from gembatch.report.checks_as_json import checks_as_json
from gembatch.report.checks_as_text import check_as_text, checks_summary
from gembatch.verify.checks import Check, Topic, failed, has_failed


@click.command()
@select_option
@format_option("text", "json")
@common_options
def verify(common: Common, *, selection: Selection, form: str) -> None:
    """Look whether everything is there that an apply will need; nothing is changed, and nothing costs.

    Credentials and what they may do, the lockfile, models, inputs with their rows, and where outputs go: one line for
    each. Exit 1 if any check fails.
    """
    run = open_run(common)
    desired = desired_jobs(run).checked().jobs
    tell_idle(selection, (job.key for job in desired))
    checks: list[Check] = []
    for check in _checks(run, [job for job in desired if selection.has(job.key)]):
        checks.append(check)
        if form == "text":
            # As they come: counting rows may take a while.
            show(check_as_text(check, palette_of(sys.stdout)))
    if form == "json":
        show(checks_as_json(checks))
    if not common.is_quiet:
        tell(checks_summary(checks))
    if has_failed(checks):
        sys.exit(1)


def _checks(run: Run, jobs: list[JobSpec]) -> Iterator[Check]:
    try:
        with surroundings_of(run) as world:
            yield from verify_jobs(run, jobs, world)
    except CredentialsError as error:
        yield failed(Topic.CREDENTIALS, run.environment.project, error)
