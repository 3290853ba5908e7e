"""A run on shores in memory, but for the lockfile, which is a real file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest
from builders import ENVIRONMENT, INSTANT, PROJECT, REGION, WORKSPACE
from play import NOON

from gembatch.lock.local import LocalLockfile
from gembatch.lock.lockfile import Lockfile
from gembatch.model.jobs import LABEL_ATTEMPT, Input, JobName, JobSpec, RemoteJob
from gembatch.pipeline.desire import Desired
from gembatch.pipeline.plan import Planned, plan_jobs
from gembatch.pipeline.run import Run, Shores, open_workspace
from gembatch.plan.case import Insistence

LOCKFILE = "locks/prod.lock.json"

WORKSPACE_FILE = f"""
version: 1
name: {WORKSPACE}
specs: ["specs/*.yaml"]
environments:
  {ENVIRONMENT}: {{project: {PROJECT}, region: {REGION}, lockfile: {LOCKFILE}}}
"""


@dataclass
class Gateway:
    """Vertex in memory.

    Attributes:
        all: What it has, listed or not.
        unlisted: Names that no listing shows, though a GET finds them.
        asked: The names that were read one by one.
        cancelled: The names whose end was asked for.
        on_cancel: Called before a cancellation.
    """

    all: list[RemoteJob] = field(default_factory=list)
    unlisted: set[JobName] = field(default_factory=set)
    asked: list[JobName] = field(default_factory=list)
    cancelled: list[JobName] = field(default_factory=list)
    on_cancel: Callable[[], None] = lambda: None
    now: datetime = NOON

    def jobs(self, filter_text: str, *, fields: tuple[str, ...] | None) -> tuple[RemoteJob, ...]:  # noqa: ARG002
        listed = tuple(job for job in self.all if job.name not in self.unlisted)
        if LABEL_ATTEMPT in filter_text:
            return tuple(job for job in listed if f'"{job.attempt}"' in filter_text)
        if "display_name" in filter_text:
            return ()
        return listed

    def get(self, name: JobName) -> RemoteJob | None:
        self.asked.append(name)
        return next((job for job in self.all if job.name == name), None)

    def cancel(self, name: JobName) -> None:
        self.on_cancel()
        self.cancelled.append(name)

    def create(self, body: object, *, timeout: float) -> RemoteJob:
        raise NotImplementedError

    def server_time(self) -> datetime:
        return self.now


class Objects:
    """A bucket in which nothing can be found."""

    def stat(self, uri: str) -> Input | None:  # noqa: ARG002
        return None


@dataclass
class World:
    """A run, and the shores it meets."""

    run: Run
    gateway: Gateway
    shores: Shores

    def stores(self, lockfile: Lockfile) -> None:
        _, version = self.shores.store.read()
        self.shores.store.write(lockfile, version)

    @property
    def stored(self) -> Lockfile:
        lockfile, _ = self.shores.store.read()
        assert lockfile is not None
        return lockfile

    def planned(self, *specs: JobSpec) -> Planned:
        return plan_jobs(self.run, Desired(specs, (), ()), self.shores, Insistence())


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A workspace called as the builders' is, and nothing in the cloud."""
    (tmp_path / "gembatch.yaml").write_text(WORKSPACE_FILE, encoding="utf-8")
    workspace = open_workspace(tmp_path, version="1.0", is_timezone=lambda _: True)
    run = Run(tmp_path, workspace, workspace.environments[ENVIRONMENT], datetime.fromisoformat(INSTANT))
    gateway = Gateway()
    return World(run, gateway, Shores(gateway, Objects(), LocalLockfile(tmp_path, LOCKFILE)))
