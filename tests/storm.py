"""A seeded world on virtual time, in which several applies run, some at once.

Answers are lost, requests land late, listings lag, runs crash with what they sent still on the wire; at the end it is
calm. The applies are real but for their shores: `resolve`, `make_plan` and the machine.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count

from builders import RUNNING, SUCCEEDED, job_spec, lockfile, plan_of, remote
from play import NOON, attempts_of

from gembatch.apply import machine
from gembatch.apply.events import (
    Begin,
    Cancel,
    CancelAnswered,
    Command,
    Create,
    Created,
    Event,
    Interrupted,
    LookedUp,
    LookUp,
    Poll,
    Polled,
    Rejected,
    Stage,
    Staged,
    Throttled,
    Uncertain,
    Unsent,
    WakeAt,
    Woken,
    Write,
    WriteFailed,
    Written,
)
from gembatch.apply.intents import is_held, resolve
from gembatch.errors import LockfileMovedError
from gembatch.lock.codec import dump_lockfile, parse_lockfile
from gembatch.lock.lockfile import Holder, Lockfile
from gembatch.model.jobs import (
    LABEL_ATTEMPT,
    Attempt,
    JobName,
    JobSpec,
    JobState,
    Lifecycle,
    OnChangeInFlight,
    RemoteJob,
    StagedFile,
)
from gembatch.model.workspace import SubmitSettings
from gembatch.plan.changes import Plan

# A lease that hardly outlasts a request: whoever counts on a second more is found out.
SETTINGS = SubmitSettings(concurrency=2, per_minute=60, timeout_seconds=60, settle_seconds=120, lease_seconds=70)
LATEST_COMMIT, LONGEST_LAG = 90.0, 20.0
"""So late a request may land, and so much later its job be listed: together less than the settling time."""

CANCELS = Lifecycle(on_change_in_flight=OnChangeInFlight.CANCEL)
FILE = StagedFile("b.jsonl", "gs://stage/1/b.jsonl", "1" * 64, 10)
BEFORE = (job_spec("a", lifecycle=CANCELS), job_spec("b", staged=(FILE,)), job_spec("c"))
AFTER = (job_spec("a", prompt="v2", lifecycle=CANCELS), *BEFORE[1:], *(job_spec(name) for name in "defg"))


@dataclass
class World:
    """Vertex, the lockfile's store and time. `faults` is the share of things that go wrong, 0 when it is calm."""

    chance: random.Random
    faults: float = 0.3
    now: datetime = NOON
    jobs: dict[JobName, RemoteJob] = field(default_factory=dict)
    listed_from: dict[JobName, datetime] = field(default_factory=dict)
    stored: str = ""
    to_come: list[tuple[datetime, int, Callable[[], None]]] = field(default_factory=list)
    numbers: count[int] = field(default_factory=count)

    def later(self, seconds: float, happens: Callable[[], None]) -> None:
        heapq.heappush(self.to_come, (self.now + timedelta(seconds=seconds), next(self.numbers), happens))

    def pass_time(self, seconds: float | None = None) -> None:
        """Lets happen what is to come: all of it, or what comes within some seconds."""
        end = None if seconds is None else self.now + timedelta(seconds=seconds)
        while self.to_come and (end is None or self.to_come[0][0] <= end):
            self.now, _, happens = heapq.heappop(self.to_come)
            happens()
        self.now = end or self.now

    def goes_wrong(self) -> bool:
        return self.chance.random() < self.faults

    def delay(self, most: float = 5.0) -> float:
        return self.chance.uniform(0, most)

    def read(self) -> Lockfile | None:
        return parse_lockfile(self.stored, "virtual") if self.stored else None

    def listing(self) -> list[RemoteJob]:
        return [job for job in self.jobs.values() if self.listed_from[job.name] <= self.now]

    def commit(self, spec: JobSpec, attempt: Attempt) -> RemoteJob:
        number = len(self.jobs) + 1
        made = remote(spec, number, RUNNING, create_time=self.now.isoformat())
        job = replace(made, labels={**made.labels, LABEL_ATTEMPT: attempt})
        self.jobs[job.name] = job
        self.listed_from[job.name] = self.now + timedelta(seconds=self.delay(LONGEST_LAG))
        self.later(self.delay(2000), lambda: self.end(job.name, SUCCEEDED))
        return job

    def end(self, name: JobName, state: JobState) -> None:
        if self.jobs[name].state.is_live:
            self.jobs[name] = replace(self.jobs[name], state=state, end_time=self.now.isoformat())


class Run:
    """One `gembatch apply`: it plans, and then steps the machine until it is finished or crashes."""

    def __init__(self, world: World, specs: tuple[JobSpec, ...]) -> None:
        self.world, self.specs = world, {spec.key: spec for spec in specs}
        self.is_alive = True
        self.version = world.stored
        self.wakes = 0
        self.plan = self._planned()
        if self.plan is not None:
            self._tell(Begin())

    def _planned(self) -> Plan | None:
        """Returns the plan and makes ready to apply it; None when another apply is not over."""
        world, stored = self.world, self.world.read()
        observed, recorded = world.listing(), stored or lockfile(serial=0)
        resolution = resolve(recorded, observed, world.now, SETTINGS)
        if resolution.open or is_held(recorded, world.now):
            return None
        plan = plan_of(*self.specs.values(), recorded=resolution.lockfile, ours=observed)
        fresh = {key: Attempt(f"{next(world.numbers):032x}") for key in attempts_of(plan)}
        self.state = machine.initial(
            plan,
            resolution.lockfile,
            attempts=fresh,
            holder=Holder(f"{next(world.numbers)}", "ada@laptop", "", until=""),
            settings=SETTINGS,
            dirty=resolution.lockfile != stored,
        )
        return plan

    def _tell(self, event: Event) -> None:
        if not self.is_alive or self.state.finished:
            return
        if self._crashes():
            return
        self.state, commands = machine.step(self.state, event, self.world.now)
        self.wakes += 1
        for command in commands:
            self._carry_out(command)

    def _crashes(self) -> bool:
        self.is_alive = self.is_alive and self.world.chance.random() >= self.world.faults / 10
        return not self.is_alive

    def _answer(self, event: Event, seconds: float) -> None:
        self.world.later(seconds, lambda: self._tell(event))

    def _carry_out(self, command: Command) -> None:
        world = self.world
        match command:
            case Stage():
                self._answer(Staged(command.key), world.delay())
            case Write():
                world.later(world.delay(), lambda: self._write(dump_lockfile(command.lockfile)))
            case Create():
                # Now and then the process is stopped between its decision and its deed.
                pause = world.delay(200) if world.chance.random() < world.faults / 5 else 0
                world.later(pause, lambda: self._create(command))
            case LookUp():
                listing = () if world.goes_wrong() else world.listing()
                found = next((job for job in listing if job.attempt == command.attempt), None)
                self._answer(LookedUp(command.key, found), world.delay())
            case Cancel():
                world.later(world.delay(100), lambda: world.end(command.name, JobState.CANCELLED))
                self._answer(CancelAnswered(command.key, "lost" if world.goes_wrong() else ""), world.delay())
            case Poll():
                seen = None if world.goes_wrong() else world.jobs[command.name]
                self._answer(Polled(command.key, seen), world.delay())
            case WakeAt():
                wakes = self.wakes
                due = (command.time - world.now).total_seconds()
                world.later(due, lambda: self._tell(Woken()) if self.wakes == wakes else None)

    def _write(self, text: str) -> None:
        """The write lands, whether or not who sent it is still there to hear of it."""
        if self.world.stored != self.version:
            self._answer(WriteFailed(LockfileMovedError("moved")), self.world.delay())
            return
        self.world.stored = self.version = text
        self._answer(Written(), self.world.delay())

    def _create(self, command: Create) -> None:
        world, spec = self.world, self.specs[command.key]
        if not self.is_alive:
            return
        if world.now >= command.latest:
            self._tell(Unsent(command.key))
            return
        attempt = Attempt(command.body["labels"][LABEL_ATTEMPT])
        stored = world.read()
        assert stored is not None, "sent before anything was stored"
        assert attempt in {intent.attempt for intent in stored.intents}, "sent without a stored intent"
        # It may also crash with the request on the wire.
        self._crashes()
        if not world.goes_wrong():
            seconds = world.delay(SETTINGS.timeout_seconds)
            world.later(seconds, lambda: self._answer(Created(command.key, world.commit(spec, attempt)), 0))
            return
        match world.chance.choice(["rejected", "throttled", "answer lost", "request lost", *["late"] * 4]):
            case "rejected":
                self._answer(Rejected(command.key, 400, "no"), world.delay())
            case "throttled":
                self._answer(Throttled(command.key, "quota", world.chance.choice([None, 400])), world.delay())
            case "answer lost":
                world.later(world.delay(), lambda: world.commit(spec, attempt))
                self._answer(Uncertain(command.key, "dropped"), world.delay(SETTINGS.timeout_seconds))
            case "late":
                world.later(world.delay(LATEST_COMMIT), lambda: world.commit(spec, attempt))
                self._answer(Uncertain(command.key, "timed out"), SETTINGS.timeout_seconds)
            case _:
                self._answer(Uncertain(command.key, "timed out"), SETTINGS.timeout_seconds)

    def interrupt(self) -> None:
        self._tell(Interrupted())


def live_through(seed: int) -> World:
    """A stormy day: applies at any time, some at once, the specs changed at noon; then calm until all is done."""
    world = World(random.Random(seed))  # noqa: S311
    for number in range(world.chance.randrange(3, 16)):
        run = Run(world, BEFORE if number < 3 else AFTER)
        if run.plan and world.goes_wrong():
            world.later(world.delay(100), run.interrupt)
        world.pass_time(world.chance.choice([0, world.delay(30), *[world.chance.uniform(60, 120)] * 3, 1000]))
    world.faults = 0
    for _ in range(3):
        world.pass_time(1000)
        Run(world, AFTER)
    world.pass_time()
    return world
