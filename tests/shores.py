"""The shores of an apply, in memory: for tests of the driver. Anything on the wire is tested against the emulator."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from builders import job_spec, lockfile, remote
from play import HOLDER, NOON, attempts_of

from gembatch.apply import machine
from gembatch.apply.driver import Driver
from gembatch.apply.outcomes import Outcome, Result
from gembatch.apply.state import State
from gembatch.errors import (
    LockfileMovedError,
)
from gembatch.lock.lockfile import Lockfile
from gembatch.lock.store import ABSENT, Version
from gembatch.model.document import Json
from gembatch.model.jobs import (
    LABEL_ATTEMPT,
    Input,
    JobName,
    JobState,
    RemoteJob,
    StagedFile,
)
from gembatch.model.workspace import SubmitSettings
from gembatch.plan.changes import Plan

SETTINGS = SubmitSettings(per_minute=None, settle_seconds=1_000, lease_seconds=10_000)


@dataclass
class Gateway:
    """Vertex in memory. Each look at its clock moves it on by more than any wait, so that nobody waits.

    Attributes:
        before: Called with a create's body before the job is made; what it raises, the create raises.
        after: Likewise once the job is made: its answer is lost.
        during_cancel: Called by each `cancel`.
        trouble: What `jobs`, `get` and `cancel` raise, once each.
    """

    before: Callable[[Mapping[str, Json]], None] = lambda _: None
    after: Callable[[Mapping[str, Json]], None] = lambda _: None
    during_cancel: Callable[[], object] = lambda: None
    trouble: dict[str, list[Exception]] = field(default_factory=dict)
    made: dict[JobName, RemoteJob] = field(default_factory=dict)
    posts: list[str] = field(default_factory=list)
    now: datetime = NOON

    def create(self, body: Mapping[str, Json], *, timeout: float) -> RemoteJob:
        assert SETTINGS.timeout_seconds == timeout
        self.posts.append(str(body["displayName"]))
        self.before(body)
        labels = body["labels"]
        assert isinstance(labels, dict)
        job = remote(job_spec(str(body["displayName"])), len(self.made) + 1, labels=labels)
        self.made[job.name] = job
        self.after(body)
        return job

    def _raise(self, method: str) -> None:
        if self.trouble.get(method):
            raise self.trouble[method].pop()

    def get(self, name: JobName) -> RemoteJob | None:
        self._raise("get")
        return self.made.get(name)

    def jobs(self, filter_text: str, *, fields: tuple[str, ...] | None) -> tuple[RemoteJob, ...]:
        self._raise("jobs")
        assert fields is None
        return tuple(job for job in self.made.values() if f'"{job.labels.get(LABEL_ATTEMPT)}"' in filter_text)

    def cancel(self, name: JobName) -> None:
        self.during_cancel()
        self._raise("cancel")
        self.made[name] = replace(self.made[name], state=JobState.CANCELLED)

    def server_time(self) -> datetime:
        self.now += timedelta(seconds=100)
        return self.now


@dataclass
class Store:
    """A lockfile in memory."""

    written: list[Lockfile] = field(default_factory=list)
    trouble: Exception | None = None
    location: str = "memory"

    def read(self) -> tuple[Lockfile | None, Version]:
        return (self.written[-1], self._version()) if self.written else (None, ABSENT)

    def write(self, lockfile: Lockfile, expected: Version) -> Version:
        if self.trouble:
            raise self.trouble
        if expected != self._version():
            raise LockfileMovedError("moved")
        self.written.append(lockfile)
        return self._version()

    def _version(self) -> Version:
        return Version(str(len(self.written))) if self.written else ABSENT


@dataclass
class Objects:
    """A bucket in memory, as far as an apply needs one."""

    trouble: Exception | None = None
    uploads: list[tuple[StagedFile, Path]] = field(default_factory=list)

    def upload_once(self, file: StagedFile, root: Path) -> Input:
        if self.trouble:
            raise self.trouble
        self.uploads.append((file, root))
        return Input(file.uri, "1", file.size)

    def stat(self, uri: str) -> Input | None:
        raise NotImplementedError

    def objects_under(self, prefix: str) -> tuple[Input, ...]:
        raise NotImplementedError

    def content(self, uri: str, most: int) -> bytes | None:
        raise NotImplementedError

    def first_lines(self, uri: str, count: int) -> tuple[str, ...]:
        raise NotImplementedError


@dataclass
class Apply:
    """One apply on these shores."""

    gateway: Gateway = field(default_factory=Gateway)
    store: Store = field(default_factory=Store)
    objects: Objects = field(default_factory=Objects)
    outcomes: list[Outcome] = field(default_factory=list)
    settings: SubmitSettings = SETTINGS

    def __post_init__(self) -> None:
        self.driver = Driver(self.gateway, self.store, self.objects, Path("workspace"), self.outcomes.append)

    def run(self, plan: Plan, recorded: Lockfile | None = None) -> State:
        state = machine.initial(
            plan, recorded or lockfile(), attempts=attempts_of(plan), holder=HOLDER, settings=self.settings
        )
        return self.driver.run(state, ABSENT)

    @property
    def results(self) -> dict[str, Result]:
        return {outcome.key.display_name: outcome.result for outcome in self.outcomes}

    @property
    def stored(self) -> Lockfile:
        return self.store.written[-1]
