"""Fixtures: a copy of the example workspace, fresh and applied."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from example_workspace import DATE, Workspace

from gembatch.emulator.server import Emulator
from gembatch.emulator.settings import Settings

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """The example workspace of the repository, on data of its own."""
    root = tmp_path / "workspace"
    root.mkdir()
    shutil.copy(REPOSITORY / "gembatch.yaml", root)
    shutil.copytree(REPOSITORY / "specs", root / "specs")
    return Workspace(root)


@pytest.fixture
def applied(workspace: Workspace) -> Workspace:
    """The example workspace after its first apply."""
    workspace.run("apply", "--yes", "--date", DATE)
    return workspace


@pytest.fixture
def patient(workspace: Workspace) -> Iterator[Workspace]:
    """The example workspace on an emulator whose jobs stay in the queue for an hour."""
    folder = workspace.root / ".gembatch" / "emulator"
    seed = workspace.root / "specs" / "buckets"
    with Emulator(folder, buckets=["demo-bucket"], seed=seed, settings=Settings(queue_seconds=3600)) as emulator:
        workspace.edit("gembatch.yaml", "    seed: specs/buckets", "")
        workspace.edit("gembatch.yaml", "endpoint: embedded", f"endpoint: {emulator.url}")
        yield workspace
