"""The files of a new workspace. They lie under `scaffold` in the package, as they will lie in the workspace."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import gembatch
from gembatch.load.discover import WORKSPACE_FILE
from gembatch.load.schemas import file_name, schema_text

GITIGNORE = ".gitignore"

_GITHUB = ".github/"
_SCHEMAS = ("job", "workspace")
_NAME = "name: example"
_LOCKFILE = "lockfile: locks/prod.lock.json # commit it: it remembers what was paid for"
_BUCKET_LOCKFILE = """\
lockfile: gs://your-state-bucket/gembatch/{name}.lock.json # it remembers what was paid for
    protected: true # `apply` takes nothing but plans that were saved, and so could be reviewed"""


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that is to be there.

    Attributes:
        path: In the workspace, with forward slashes.
        text: Its content.
    """

    path: str
    text: str


def files_for_any_workspace() -> tuple[NewFile, ...]:
    """Returns what adds no job: the schemas by which editors complete and check what people write, and `.gitignore`."""
    schemas = (NewFile(f"schemas/{file_name(name)}", schema_text(name)) for name in _SCHEMAS)
    return (*schemas, *(file for file in _scaffold() if file.path == GITIGNORE))


def files_of_first_job(name: str, *, is_on_github: bool = False) -> tuple[NewFile, ...]:
    """Returns a job, its data, and the `gembatch.yaml` of a workspace called `name`.

    The last comes last: a folder in which writing was interrupted is no workspace yet, and can be begun anew.

    Args:
        name: Of the workspace.
        is_on_github: Whether workflows apply to its `prod`, from machines that forget their files.
    """
    files = [file for file in _scaffold() if file.path != GITIGNORE and not file.path.startswith(_GITHUB)]
    job = (file for file in files if file.path != WORKSPACE_FILE)
    (workspace,) = (file for file in files if file.path == WORKSPACE_FILE)
    text = workspace.text.replace(_NAME, f"name: {name}", 1)
    if is_on_github:
        text = text.replace(_LOCKFILE, _BUCKET_LOCKFILE.format(name=name), 1)
    return (*job, replace(workspace, text=text))


def calling_workflow() -> NewFile:
    """Returns the workflow that calls the others, for a repository that is a workspace."""
    (workflow,) = (file for file in _scaffold() if file.path.startswith(_GITHUB))
    return workflow


def _scaffold() -> Iterator[NewFile]:
    folder = Path(gembatch.__file__).parent / "scaffold"
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield NewFile(path.relative_to(folder).as_posix(), path.read_text(encoding="utf-8"))
