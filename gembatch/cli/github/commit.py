"""`gembatch github commit`: the lockfile goes back to the branch, where it is a file of the repository."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from gembatch.cli.github.job import variable
from gembatch.cli.options import Common, common_options
from gembatch.cli.output import tell
from gembatch.cli.wiring import open_run, run_url
from gembatch.errors import GitHubError
from gembatch.github.git import Checkout


@click.command()
@click.option("--rescue", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
              help="Copy the lockfile here if it cannot be pushed.")  # fmt: skip
@common_options
def commit(common: Common, rescue: Path | None) -> None:
    """Commit the environment's lockfile to the branch of this run, and push it.

    If somebody has pushed meanwhile, the commit is put on top of that; never over it. A lockfile in a bucket is left
    alone, and so is one that has not changed.
    """
    run = open_run(common)
    name, lockfile = run.environment.name, run.environment.lockfile
    path = run.root / lockfile
    if run.environment.has_lockfile_in_bucket or not path.exists():
        tell(f"nothing to commit: the lockfile of {name} is {lockfile}")
        return
    checkout = Checkout(run.root, variable("GITHUB_REF_NAME"), variable("GITHUB_SERVER_URL"), variable("GITHUB_TOKEN"))
    try:
        is_pushed = checkout.push(path, f"Record the jobs of {name}\n\nWritten by gembatch in {run_url()}")
    except GitHubError:
        if rescue:
            rescue.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, rescue)
            tell(f"the lockfile is kept in {rescue}")
        raise
    tell(f"{lockfile} is on `{checkout.branch}`" if is_pushed else f"{lockfile} has not changed")
