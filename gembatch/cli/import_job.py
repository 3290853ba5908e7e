"""`gembatch import`: a spec for a job that exists."""

from __future__ import annotations

import sys

import click

from gembatch.cli.options import Common, common_options
from gembatch.cli.output import palette_of, show, tell
from gembatch.cli.wiring import open_run, shores_of
from gembatch.model.document import Source
from gembatch.model.jobs import RemoteJob
from gembatch.pipeline.import_job import Prospect, find_job, imported_spec, prospect_of
from gembatch.plan.changes import Action, Change, Reason
from gembatch.report.as_yaml import bodies_as_yaml
from gembatch.report.findings_as_text import findings_as_text

# Where the spec is taken to stand: it counts, because a folder may have defaults of its own.
_PATH = "specs/imported.yaml"

_MODELINE = "# yaml-language-server: $schema=../schemas/job.schema.json"


@click.command("import")
@click.argument("name")
@common_options
def import_job(common: Common, name: str) -> None:
    """Print a spec for a job that exists: NAME is its display name, or projects/…/batchPredictionJobs/ID.

    Put into a file under specs/, `apply --adopt` takes the job into the lockfile, and nothing is submitted.
    """
    run = open_run(common)
    with shores_of(run) as shores:
        job = find_job(run, shores, name)
        text = _with_heading(job, bodies_as_yaml([dict(imported_spec(job))]))
        prospect = prospect_of(run, shores, Source(_PATH, text))
    show(text)
    tell(_told(job, prospect))


def _with_heading(job: RemoteJob, document: str) -> str:
    return f"{_MODELINE}\n# {job.name}, {job.state.word}, of {job.create_time}\n{document}"


def _told(job: RemoteJob, prospect: Prospect) -> str:
    """Says what would become of the spec in this workspace."""
    change = prospect.change
    if change is None:
        return f"\n{findings_as_text(prospect.findings, palette_of(sys.stderr))}\n\nthis is no spec for this workspace"
    lines = ["", _outcome(change)]
    if change.differences:
        lines.append(f"what differs: {', '.join(field.path for field in change.differences)}")
    if change.observed and change.observed.name != job.name:
        lines.append(f"a plan looks at another job of that name: {change.observed.name}")
    return "\n".join(lines)


def _outcome(change: Change) -> str:
    match change.action, change.reason:
        case Action.ADOPT, Reason.FOREIGN:
            return (
                "put it into a file under specs/: `gembatch apply --adopt` adopts the job, and submits nothing for it"
            )
        case Action.ADOPT, _:
            return "put it into a file under specs/: `gembatch apply` adopts the job, and submits nothing for it"
        case Action.KEEP, _:
            return "the lockfile has this job"
        case Action.BLOCKED, _:
            return f"as a spec of this workspace it would be blocked: {change.note}"
        case _:
            return f"as a spec of this workspace it would not be adopted: {change.action.value}, {change.reason.value}"
