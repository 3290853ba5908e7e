"""What the shell is offered at a press of TAB, from the workspace's files alone. It fails in silence."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import click

from gembatch.cli.options import Common
from gembatch.cli.wiring import local_lockfile_store, open_run, workspace_of
from gembatch.errors import GembatchError

# Completion scripts put a word into the command line as it stands. A name that a shell would read as more than a
# word, such as `$(…)` in a lockfile that came with a pull request, is not offered.
_PLAIN_WORD = re.compile(r"\w[\w.:/@%+=-]*")


def environment_names(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Returns the workspace's environments that begin with `incomplete`, in the order of the file."""
    try:
        _, workspace = workspace_of(_common(context))
    except (GembatchError, OSError):
        return []
    return _offered(workspace.environments, incomplete)


def job_names(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Returns the display names in the lockfile that begin with `incomplete`, sorted."""
    try:
        # Nothing is asked over a network at a press of TAB.
        store = local_lockfile_store(open_run(_common(context)))
        stored = store.read()[0] if store else None
    except (GembatchError, OSError):
        return []
    entries = (*stored.jobs, *stored.retired) if stored else ()
    return _offered(sorted(entry.key.display_name for entry in entries), incomplete)


def _common(context: click.Context) -> Common:
    """Returns what the command line says so far of where the workspace is."""
    directory, environment = context.params.get("directory"), context.params.get("environment")
    return Common(
        directory=directory if isinstance(directory, Path) else None,
        environment=environment if isinstance(environment, str) else None,
    )


def _offered(names: Iterable[str], incomplete: str) -> list[str]:
    return [name for name in names if name.startswith(incomplete) and _PLAIN_WORD.fullmatch(name)]
