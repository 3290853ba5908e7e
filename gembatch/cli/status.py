"""`gembatch status`: desired, recorded and observed side by side; one job in full."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace

import click

from gembatch.cli.options import Common, common_options, format_option, select_option
from gembatch.cli.output import columns_of, palette_of, show, tell, tell_idle
from gembatch.cli.suggestions import job_names
from gembatch.cli.wiring import open_run, shores_of
from gembatch.errors import StorageError, UsageError
from gembatch.model.jobs import output_uri
from gembatch.model.nearest import nearest
from gembatch.model.selection import Selection
from gembatch.pipeline.desire import desired_jobs
from gembatch.pipeline.run import Run, Shores
from gembatch.pipeline.watch import Watched, sync_jobs, watch_jobs
from gembatch.plan.status import JobStatus
from gembatch.report.as_yaml import bodies_as_yaml
from gembatch.report.cells import cells_of_statuses
from gembatch.report.grid_as_text import grid_as_text
from gembatch.report.jobs_as_json import statuses_as_json
from gembatch.report.jobs_as_text import status_as_text, statuses_as_text
from gembatch.report.palette import printable
from gembatch.report.statuses_as_markdown import statuses_as_markdown
from gembatch.report.words import count_of
from gembatch.stage.predictions import first_predictions

PREDICTIONS = 3
"""How many predictions are shown of one job."""


@click.command()
@click.argument("key", required=False, shell_complete=job_names)
@click.option("--sync", is_flag=True, help="Write the states that Vertex AI shows into the lockfile.")
@select_option
@format_option("text", "json", "markdown")
@common_options
def status(common: Common, key: str | None, *, sync: bool, selection: Selection, form: str) -> None:
    """Show every job's state, age, rows and output; with KEY (a display name) one job in full."""
    run = open_run(common)
    desired = desired_jobs(run).checked()
    with shores_of(run) as shores:
        watched = watch_jobs(run, desired.jobs, shores)
        if sync:
            tell_sync(shores, watched)
        show(_one(watched, key, shores, form) if key else _all(run, _selected(watched, selection), shores, form))


def tell_sync(shores: Shores, watched: Watched) -> None:
    """Records what was watched, or says why it cannot be."""
    if not sync_jobs(shores, watched.observed):
        tell(f"not recorded: an apply holds {shores.store.location}; it records states itself")


def _selected(watched: Watched, selection: Selection) -> Watched:
    tell_idle(selection, (status.key for status in watched.statuses))
    kept = tuple(status for status in watched.statuses if selection.has(status.key))
    if left := len(watched.statuses) - len(kept):
        tell(f"{count_of(left, 'job')} not selected")
    return replace(watched, statuses=kept)


def _all(run: Run, watched: Watched, shores: Shores, form: str) -> str:
    if form == "json":
        return statuses_as_json(watched.statuses)
    if form == "markdown":
        return statuses_as_markdown(watched.statuses, shores.gateway.server_time(), run.period)
    palette, width = palette_of(sys.stdout), columns_of(sys.stdout)
    table = statuses_as_text(watched.statuses, shores.gateway.server_time(), palette, width=width)
    grid = grid_as_text(cells_of_statuses(watched.statuses), run.period, palette, width=width) if run.period else ""
    return f"{grid}\n\n{table}" if grid else table


def _one(watched: Watched, key: str, shores: Shores, form: str) -> str:
    found = named(watched.statuses, key)
    if form == "json":
        return statuses_as_json([found])
    if form == "markdown":
        return statuses_as_markdown([found], shores.gateway.server_time())
    body = bodies_as_yaml([dict(found.desired.body)]) if found.desired else ""
    predictions, now = _first_predictions(found, shores), shores.gateway.server_time()
    return status_as_text(found, body, predictions, now, palette_of(sys.stdout), width=columns_of(sys.stdout))


def named(statuses: Sequence[JobStatus], key: str) -> JobStatus:
    """Returns the status of one job.

    Raises:
        UsageError: There is no job of that display name; the nearest is named.
    """
    found = next((status for status in statuses if status.key.display_name == key), None)
    if found is None:
        near = nearest(key, [status.key.display_name for status in statuses])
        hint = f"did you mean `{near}`?" if near else "`gembatch status` lists them all"
        raise UsageError(f"no job is called `{key}`", hint=hint)
    return found


def _first_predictions(status: JobStatus, shores: Shores) -> Sequence[str]:
    """Returns the first lines of a job's predictions; none while there are none, or where they cannot be read."""
    submission = status.submission
    if submission is None or not submission.ended or not submission.output.startswith("gs://"):
        return ()
    # A job that failed has no folder of its own: what lies under its prefix was written by the jobs before it.
    if submission.output == output_uri(submission.body):
        return ()
    try:
        return first_predictions(shores.objects, submission.output, PREDICTIONS)
    except StorageError as error:
        tell(f"cannot read the predictions: {printable(str(error))}")
        return ()
