"""`gembatch render`: what would be POSTed, without the attempt's label."""

from __future__ import annotations

from pathlib import Path

import click

from gembatch.cli.options import Common, common_options, format_option
from gembatch.cli.output import show
from gembatch.cli.wiring import open_run
from gembatch.load.discover import relative_to
from gembatch.model.document import Json
from gembatch.model.workspace import EMBEDDED
from gembatch.pipeline.desire import desired_jobs
from gembatch.pipeline.run import Run
from gembatch.report.as_curl import bodies_as_curl
from gembatch.report.as_json import as_json
from gembatch.report.as_yaml import bodies_as_yaml
from gembatch.vertex.hosts import host_of

DEFAULT_PORT = 8765
"""Where `gembatch emulator` listens, unless told otherwise."""


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(), metavar="[PATH]...")
@format_option("yaml", "json", "curl")
@common_options
def render(common: Common, paths: tuple[str, ...], form: str) -> None:
    """Print the canonical REST bodies: what would be submitted, but for the attempt's label.

    `--format curl` prints commands that create the same jobs; with an embedded endpoint they want `gembatch emulator`.
    """
    run = open_run(common)
    desired = desired_jobs(run, [relative_to(run.root, Path.cwd(), path) for path in paths]).checked()
    bodies: list[Json] = [dict(spec.body) for spec in desired.jobs]
    show(_text(run, bodies, form))


def _text(run: Run, bodies: list[Json], form: str) -> str:
    match form:
        case "yaml":
            return bodies_as_yaml(bodies)
        case "json":
            return as_json(bodies)
        case _:
            return bodies_as_curl(bodies, url=_url(run), authorized=run.environment.endpoint is None)


def _url(run: Run) -> str:
    environment = run.environment
    base = environment.endpoint or f"https://{host_of(environment.region)}"
    if base == EMBEDDED:
        base = f"http://127.0.0.1:{DEFAULT_PORT}"
    return f"{base}/v1/projects/{environment.project}/locations/{environment.region}/batchPredictionJobs"
