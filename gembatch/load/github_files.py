"""The workflows and actions by which GitHub plans and applies, as they are written into a user's repository.

They are those of this repository. There `$/` means the files beside the workflow, in both: only their folder differs.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import gembatch
from gembatch.load.scaffold import NewFile, calling_workflow

_ACTIONS = ("setup", "plan", "apply", "status")
_WORKFLOWS = ("plan", "apply", "status")

_PACKAGE = 'default: "" # what this action came with'
_HERE = "directory: ."


def files_for_github(version: str, directory: str) -> tuple[NewFile, ...]:
    """Returns the workflows and actions; their paths are those of the repository.

    Args:
        version: Of gembatch, which the workflows install.
        directory: The workspace's in the repository; `.` where they are one.
    """
    folder = github_folder(Path(gembatch.__file__).parent)
    actions = [_action(folder, name, version) for name in _ACTIONS]
    workflows = [_workflow(folder, name) for name in _WORKFLOWS]
    calling = calling_workflow()
    text = calling.text.replace(_HERE, f"directory: {json.dumps(directory) if directory != '.' else directory}")
    return (*actions, *workflows, replace(calling, text=text))


def _action(folder: Path, name: str, version: str) -> NewFile:
    text = (folder / "actions" / name / "action.yml").read_text(encoding="utf-8")
    return NewFile(
        f".github/actions/gembatch/{name}/action.yml", text.replace(_PACKAGE, f"default: gembatch=={version}")
    )


def _workflow(folder: Path, name: str) -> NewFile:
    text = (folder / "workflows" / f"{name}.yml").read_text(encoding="utf-8")
    own = text.replace("$/.github/actions/", "$/.github/actions/gembatch/")
    return NewFile(f".github/workflows/gembatch-{name}.yml", own)


def github_folder(package: Path) -> Path:
    """Returns where they are: inside the package if it was installed from a wheel, else in `.github` beside it."""
    inside = package / "actions_and_workflows"
    return inside if inside.is_dir() else package.parent / ".github"
