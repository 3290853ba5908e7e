"""`gembatch init`: a workspace to begin with."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import click

from gembatch import __version__
from gembatch.cli.output import show, tell
from gembatch.errors import GembatchError
from gembatch.load.discover import WORKSPACE_FILE, find_checkout
from gembatch.load.github_files import files_for_github
from gembatch.load.scaffold import GITIGNORE, NewFile, files_for_any_workspace, files_of_first_job

_LONGEST_NAME = 63


@click.command()
@click.argument("directory", metavar="[DIR]", default=".", type=click.Path(path_type=Path, file_okay=False))
@click.option("--github", "is_on_github", is_flag=True,
              help="Write workflows for GitHub Actions too: plans on pull requests, merges that apply.")  # fmt: skip
def init(directory: Path, *, is_on_github: bool) -> None:
    """Write a workspace into DIR, by default this folder: one job, its data, and schemas for editors.

    Its job runs at once, on the emulator of this machine. No file is overwritten. A workspace that exists gets no job,
    only the schemas and .gitignore, and with --github the workflows.
    """
    exists = (directory / WORKSPACE_FILE).exists()
    first_job = () if exists else files_of_first_job(_name_for(directory), is_on_github=is_on_github)
    for file in files_for_any_workspace() + first_job:
        _write(directory, file)
    if is_on_github:
        _write_workflows(directory)
    tell(f"\n{directory / WORKSPACE_FILE} was there before: no job was added" if exists else _next_steps(directory))
    if is_on_github:
        tell(_ON_GITHUB)


def _write_workflows(directory: Path) -> None:
    """Writes the workflows where GitHub looks for them: at the root of the repository, if there is one already."""
    repository = find_checkout(directory.resolve()) or directory.resolve()
    inside = directory.resolve().relative_to(repository).as_posix()
    shown = Path(os.path.relpath(repository))
    for file in files_for_github(__version__, inside):
        _write(shown, file)


def _name_for(directory: Path) -> str:
    """Returns the folder's name in the form of a label: the jobs of two workspaces are told apart by it."""
    word = re.sub(r"[^a-z0-9_-]+", "-", directory.resolve().name.lower()).strip("-_")
    return word[:_LONGEST_NAME] or "workspace"


def _write(directory: Path, file: NewFile) -> None:
    """Writes a file that is not there yet, and says what was done."""
    target = directory / file.path
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(file.text)
    except FileExistsError:
        show(f"kept   {target}{_what_it_lacks(target, file)}")
    except OSError as error:
        raise GembatchError(f"cannot write {target}: {error.strerror}") from error
    else:
        show(f"wrote  {target}")


def _what_it_lacks(target: Path, file: NewFile) -> str:
    """Returns what a person may want to do about a file that was there before; nothing where it is as it would be.

    Raises:
        GembatchError: It is no file that can be read.
    """
    try:
        present = target.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise GembatchError(f"cannot write {target}: what is in its place is no file of text") from error
    if present == file.text:
        return ""
    if file.path != GITIGNORE:
        return ", which differs"
    lines = [line for line in file.text.splitlines() if not line.startswith("#") and line not in present.splitlines()]
    return f"; add to it: {' '.join(lines)}" if lines else ""


_ON_GITHUB = """
On GitHub:
  gembatch.yml under .github/workflows is yours; the others it calls
  it asks Google as the accounts in the variables GEMBATCH_PLAN_SERVICE_ACCOUNT, GEMBATCH_APPLY_SERVICE_ACCOUNT
  and GEMBATCH_STATUS_SERVICE_ACCOUNT, by GEMBATCH_WORKLOAD_IDENTITY_PROVIDER: gembatch's docs/github-actions.md
  sets them up"""


def _next_steps(directory: Path) -> str:
    steps = (
        "gembatch plan     # what would be submitted, and why",
        "gembatch apply    # submits it to the emulator on this machine: no cloud, no bill",
        "gembatch wait     # until it has ended",
        "gembatch status   # where its predictions are",
    )
    entering = () if directory.resolve() == Path.cwd() else (f"cd {shlex.quote(str(directory))}",)
    return "\n  ".join(("\nNext:", *entering, *steps))
