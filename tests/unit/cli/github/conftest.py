"""Fixtures: a step of a workflow, with a GitHub on loopback."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fake_github import REPOSITORY, FakeGitHub


@pytest.fixture
def fake() -> Iterator[FakeGitHub]:
    with FakeGitHub().serving() as fake:
        yield fake


@pytest.fixture
def step(fake: FakeGitHub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., None]:
    """Sets what GitHub sets for a step, with a token of those permissions: `step(run, event, actions="read")`."""

    def set_all(run: int = 9000, event: object = None, **permissions: str) -> None:
        path = tmp_path / "event.json"
        path.write_text(json.dumps(event or {}), encoding="utf-8")
        for name, value in {
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": fake.url,
            "GITHUB_EVENT_PATH": str(path),
            "GITHUB_REF_NAME": "main",
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_RUN_ID": str(run),
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_TOKEN": fake.token(**permissions),
        }.items():
            monkeypatch.setenv(name, value)

    return set_all
