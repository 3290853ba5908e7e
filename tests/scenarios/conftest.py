"""Fixtures: a copy of the example workspace, fresh and applied."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from example_workspace import DATE, Workspace

REPOSITORY = Path(__file__).resolve().parents[2]

# The leases of a laptop are short; those of a test are shorter, so that what a killed run left is soon settled.
QUICK = "submit: {timeoutSeconds: 2, settleSeconds: 3, leaseSeconds: 4}"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """The example workspace of the repository, on data of its own."""
    root = tmp_path / "workspace"
    root.mkdir()
    shutil.copy(REPOSITORY / "gembatch.yaml", root)
    shutil.copytree(REPOSITORY / "specs", root / "specs")
    made = Workspace(root)
    made.edit("gembatch.yaml", "    seed: specs/buckets", f"    {QUICK}\n    seed: specs/buckets")
    return made


@pytest.fixture
def applied(workspace: Workspace) -> Workspace:
    """The example workspace after its first apply."""
    workspace.run("apply", "--yes", "--date", DATE)
    return workspace
