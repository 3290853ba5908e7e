"""Approved plans as files between the steps of a job: what an apply takes, and whose comment it is about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from gembatch.errors import GitHubError
from gembatch.github.approved import SavedPlan

_NAME = re.compile("[0-9]{4,}-([0-9]{1,18})[.]json")


@dataclass(frozen=True, slots=True)
class PlanFile:
    """One approved plan.

    Attributes:
        pull_request: Number of the pull request that it was approved with.
        path: The saved plan.
        page: What people were shown of it.
    """

    pull_request: int
    path: Path
    page: str


def write_plan(folder: Path, place: int, pull_request: int, plan: SavedPlan) -> None:
    """Writes a plan and its page; the files' names sort by place.

    Args:
        folder: Made if it is not there.
        place: From 1.
        pull_request: Number of the pull request.
        plan: What to write.

    Raises:
        GitHubError: They cannot be written.
    """
    path = folder / f"{place:04}-{pull_request}.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(plan.text, encoding="utf-8", newline="")
        path.with_suffix(".md").write_text(plan.page, encoding="utf-8", newline="")
    except OSError as error:
        raise GitHubError(f"cannot write {path}: {error.strerror}") from error


def plan_files(folder: Path) -> list[PlanFile]:
    """Returns the plans that were written, in the order of their places.

    Raises:
        GitHubError: They cannot be read.
    """
    try:
        named = [(path, _NAME.fullmatch(path.name)) for path in sorted(folder.iterdir())]
        return [
            PlanFile(int(name[1]), path, path.with_suffix(".md").read_text("utf-8")) for path, name in named if name
        ]
    except (OSError, UnicodeDecodeError) as error:
        raise GitHubError(f"cannot read the plans in {folder}: {error}") from error


def _page(path: Path) -> str:
    return path.with_suffix(".md").read_text(encoding="utf-8")
