"""`gembatch render`: what would be POSTed, without the attempt's label."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import click

from gembatch.cli.options import Common, common_options, format_option
from gembatch.cli.output import palette_of, show
from gembatch.cli.wiring import open_run
from gembatch.errors import UsageError
from gembatch.load.discover import relative_to
from gembatch.model.document import Json
from gembatch.model.workspace import EMBEDDED
from gembatch.pipeline.contrast import contrasted
from gembatch.pipeline.desire import Desired, desired_jobs
from gembatch.pipeline.explain import explanations
from gembatch.pipeline.run import Run
from gembatch.report.as_curl import bodies_as_curl
from gembatch.report.as_json import as_json
from gembatch.report.as_yaml import bodies_as_yaml
from gembatch.report.contrasts_as_text import contrasts_as_text
from gembatch.report.explanations_as_text import explanations_as_text
from gembatch.vertex.hosts import host_of

DEFAULT_PORT = 8765
"""Where `gembatch emulator` listens, unless told otherwise."""


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(), metavar="[PATH]...")
@click.option("--explain", "is_explained", is_flag=True, help="Tell where each value comes from.")
@click.option("--diff", "pair", nargs=2, metavar="ENV ENV", help="Tell how the bodies of two environments differ.")
@format_option("yaml", "json", "curl")
@common_options
def render(
    common: Common, paths: tuple[str, ...], form: str, pair: tuple[str, str] | None, *, is_explained: bool
) -> None:
    """Print the canonical REST bodies: what would be submitted, but for the attempt's label.

    `--format curl` prints commands that create the same jobs; with an embedded endpoint they want `gembatch emulator`.
    """
    _refuse_both(pair, form, is_explained=is_explained)
    if pair:
        show(_difference(common, paths, pair))
        return
    run, desired = _desired(common, paths)
    if is_explained:
        show(explanations_as_text(explanations(run, desired), palette_of(sys.stdout)))
        return
    bodies: list[Json] = [dict(spec.body) for spec in desired.jobs]
    show(_text(run, bodies, form))


def _refuse_both(pair: tuple[str, str] | None, form: str, *, is_explained: bool) -> None:
    if pair and is_explained:
        raise UsageError("`--explain` is about one environment, and `--diff` about two", hint="leave one of them out")
    if form != "yaml" and (pair or is_explained):
        raise UsageError(f"`--{'diff' if pair else 'explain'}` prints text, not bodies", hint="leave `--format` out")


def _difference(common: Common, paths: tuple[str, ...], pair: tuple[str, str]) -> str:
    (first, before), (second, after) = (_desired(replace(common, environment=name), paths) for name in pair)
    return contrasts_as_text(contrasted(before, after), first.environment, second.environment, palette_of(sys.stdout))


def _desired(common: Common, paths: tuple[str, ...]) -> tuple[Run, Desired]:
    run = open_run(common)
    return run, desired_jobs(run, [relative_to(run.root, Path.cwd(), path) for path in paths]).checked()


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
