"""Fixtures: a GitHub on loopback, and what gembatch asks of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from fake_github import REPOSITORY, FakeGitHub

from gembatch.github.api import GitHub
from gembatch.github.transport import Transport

JOB = {"pull_requests": "write", "actions": "read"}


@pytest.fixture
def fake() -> Iterator[FakeGitHub]:
    with FakeGitHub().serving() as fake:
        yield fake


@pytest.fixture
def slept() -> list[float]:
    """The seconds that were waited, each wait by itself. No test really does."""
    return []


@pytest.fixture
def as_job(fake: FakeGitHub, slept: list[float]) -> Callable[..., GitHub]:
    """GitHub for a job with some permissions: `as_job(actions="read")`."""

    def github(**permissions: str) -> GitHub:
        transport = Transport(fake.url, fake.token(**permissions), sleep=slept.append)
        return GitHub(transport, fake.url, REPOSITORY)

    return github


@pytest.fixture
def github(as_job: Callable[..., GitHub]) -> GitHub:
    return as_job(**JOB)
