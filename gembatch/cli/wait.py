"""`gembatch wait`: until every job has ended, with a table that lives on a terminal and plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence

import click

from gembatch.cli.live import Progress, progress_on
from gembatch.cli.options import Common, common_options, select_option
from gembatch.cli.output import columns_of, palette_of, show, tell, tell_idle
from gembatch.cli.status import tell_sync
from gembatch.cli.wiring import open_run, shores_of
from gembatch.errors import GembatchError
from gembatch.model.selection import Selection
from gembatch.pipeline.desire import desired_jobs
from gembatch.pipeline.run import Shores
from gembatch.pipeline.watch import Watched, watch_jobs
from gembatch.plan.status import JobStatus, failure_of
from gembatch.report.jobs_as_text import statuses_as_text
from gembatch.report.words import count_of

_FIRST_PAUSE = 0.25
_LONGEST_PAUSE = 30.0


@click.command()
@click.option("--timeout", type=click.FloatRange(min=0), metavar="SECONDS", help="Give up after so long; exit 1.")
@select_option
@common_options
def wait(common: Common, timeout: float | None, selection: Selection) -> None:
    """Wait until every job that the specs ask for has ended, and record how.

    Exit 1 if any did not succeed, if no row of a job succeeded, or if more rows failed than lifecycle.maxFailedRows.
    """
    run = open_run(common)
    desired = desired_jobs(run).checked().jobs
    tell_idle(selection, (job.key for job in desired))
    jobs = [job for job in desired if selection.has(job.key)]
    with shores_of(run) as shores:
        deadline = None if timeout is None else time.monotonic() + timeout
        watched = _until_ended(lambda: watch_jobs(run, jobs, shores), shores, deadline, is_quiet=common.is_quiet)
        tell_sync(shores, watched)
        now = shores.gateway.server_time()
        show(statuses_as_text(_wanted(watched), now, palette_of(sys.stdout), width=columns_of(sys.stdout)))
    _judge(_wanted(watched), timeout)


def _until_ended(look: Callable[[], Watched], shores: Shores, deadline: float | None, *, is_quiet: bool) -> Watched:
    """Looks again and again, at first often and then less, until nothing is live or the deadline has passed."""
    pause = _FIRST_PAUSE
    with progress_on(sys.stderr, is_quiet=is_quiet) as progress:
        while True:
            watched = look()
            _tell(progress, watched, shores)
            left = None if deadline is None else deadline - time.monotonic()
            if not any(status.is_live for status in _wanted(watched)) or (left is not None and left <= 0):
                return watched
            time.sleep(pause if left is None else min(pause, left))
            pause = min(_LONGEST_PAUSE, pause * 1.5)


def _tell(progress: Progress, watched: Watched, shores: Shores) -> None:
    progress.show(_wanted(watched), shores.gateway.server_time())


def _wanted(watched: Watched) -> Sequence[JobStatus]:
    """Returns what is waited for: the jobs that the specs ask for now."""
    return [status for status in watched.statuses if status.desired]


def _judge(statuses: Sequence[JobStatus], timeout: float | None) -> None:
    live = [status for status in statuses if status.is_live]
    if live:
        raise GembatchError(f"{count_of(len(live), 'job')} had not ended after {timeout:g} s", hint="wait again")
    missing = [status for status in statuses if status.submission is None]
    if missing:
        names = ", ".join(status.key.display_name for status in missing[:3])
        raise GembatchError(f"not submitted: {names}", hint="run `gembatch apply` first")
    failed = [status for status in statuses if failure_of(status)]
    if failed:
        raise GembatchError(f"{count_of(len(failed), 'job')} of {len(statuses)} did not succeed")
    tell(f"{count_of(len(statuses), 'job')} succeeded")
