"""The files of a new workspace. They lie under `scaffold` in the package, as they will lie in the workspace."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import gembatch
from gembatch.load.discover import WORKSPACE_FILE
from gembatch.load.schemas import file_name, schema_text

GITIGNORE = ".gitignore"

_SCHEMAS = ("job", "workspace")
_NAME = "name: example"


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


def files_of_first_job(name: str) -> tuple[NewFile, ...]:
    """Returns a job, its data, and the `gembatch.yaml` of a workspace called `name`.

    The last comes last: a folder in which writing was interrupted is no workspace yet, and can be begun anew.
    """
    job = tuple(file for file in _scaffold() if file.path not in {GITIGNORE, WORKSPACE_FILE})
    workspace = (file for file in _scaffold() if file.path == WORKSPACE_FILE)
    return (*job, *(replace(file, text=file.text.replace(_NAME, f"name: {name}", 1)) for file in workspace))


def _scaffold() -> Iterator[NewFile]:
    folder = Path(gembatch.__file__).parent / "scaffold"
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield NewFile(path.relative_to(folder).as_posix(), path.read_text(encoding="utf-8"))
