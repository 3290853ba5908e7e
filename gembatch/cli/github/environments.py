"""`gembatch github environments`: for which environments a workflow has something to plan."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from gembatch.cli.options import Common, common_options
from gembatch.cli.output import show, tell
from gembatch.cli.planning import base_option
from gembatch.cli.wiring import base_at, open_runs
from gembatch.github.targets import Targets
from gembatch.model.workspace import EMBEDDED
from gembatch.pipeline.baseline import Base
from gembatch.pipeline.run import Run
from gembatch.pipeline.touched import Touch, touched_environments


@click.command()
@base_option
@common_options
def environments(common: Common, base_folder: Path | None) -> None:
    """Print the workspace's environments, as JSON for a matrix; with --base those in which the base differs.

    Those whose endpoint is `embedded` are left out: such an emulator ends with the command.
    """
    runs = open_runs(common)
    base = base_at(base_folder, trusted_endpoints=common.trusted_endpoints)
    touched = _touched(runs, base) if base else {run.environment.name for run in runs}
    lasting = [run.environment.name for run in runs if run.environment.endpoint != EMBEDDED]
    named = tuple(name for name in lasting if name in touched)
    show(Targets(runs[0].workspace.name, named).as_json())


def _touched(runs: Sequence[Run], base: Base) -> set[str]:
    touched = touched_environments(runs, base)
    for each in touched:
        tell(f"{each.environment}: {', '.join(each.touches)}")
        if Touch.REMOVED in each.touches:
            tell(f"what runs in {each.environment} is left as it is: its lockfile still knows it")
    return {each.environment for each in touched}
