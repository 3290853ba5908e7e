"""`gembatch cancel`: asks, cancels, records."""

from __future__ import annotations

import sys

import click

from gembatch.cli.options import Common, common_options
from gembatch.cli.output import tell
from gembatch.cli.status import named
from gembatch.cli.suggestions import job_names
from gembatch.cli.wiring import open_run, shores_of
from gembatch.errors import UsageError
from gembatch.pipeline.desire import desired_jobs
from gembatch.pipeline.watch import cancel_jobs, watch_jobs
from gembatch.plan.status import JobStatus
from gembatch.report.palette import printable
from gembatch.report.words import count_of


@click.command()
@click.argument("keys", nargs=-1, required=True, metavar="KEY...", shell_complete=job_names)
@click.option("--yes", is_flag=True, help="Do not ask.")
@common_options
def cancel(common: Common, keys: tuple[str, ...], *, yes: bool) -> None:
    """Cancel jobs by display name. Rows that are done are kept, and charged.

    The lockfile remembers that it was meant: the next apply does not submit them again.
    """
    run = open_run(common)
    jobs = desired_jobs(run).checked().jobs
    with shores_of(run) as shores:
        statuses = watch_jobs(run, jobs, shores).statuses
        live = [status for key in dict.fromkeys(keys) if _is_live(status := named(statuses, key))]
        if not live:
            return
        if not yes:
            _ask(live)
        names = [status.submission.name for status in live if status.submission]
        cancel_jobs(shores, names)
    for name in names:
        tell(f"cancelling  {printable(name)}")


def _is_live(status: JobStatus) -> bool:
    if not status.is_live:
        tell(f"{printable(str(status.key))}: {status.state_word}; there is nothing to cancel")
    return status.is_live


def _ask(live: list[JobStatus]) -> None:
    if not sys.stdin.isatty():
        raise UsageError("there is no terminal to ask on", hint="cancel with --yes")
    click.confirm(f"Cancel {count_of(len(live), 'job')}? Rows that are done are charged.", abort=True, err=True)
