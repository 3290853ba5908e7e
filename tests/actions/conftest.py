"""Fixtures: a world in which pull requests are opened, planned, merged and applied."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from actions.world import World, new_world


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with new_world(tmp_path) as world:
        yield world
