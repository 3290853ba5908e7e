"""Fixtures: a workspace far from the checkout."""

from __future__ import annotations

from pathlib import Path

import pytest
from readme import write_first_workspace


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """The README's first workspace, in a folder that has nothing to do with the checkout."""
    root = tmp_path / "elsewhere"
    root.mkdir()
    write_first_workspace(root)
    return root
