"""A run's preflight: everything that an apply will need is looked at, and nothing is changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from gembatch.apply.intents import is_held
from gembatch.errors import CredentialsError, GembatchError
from gembatch.model.jobs import Attempt, Input, JobSpec
from gembatch.model.permissions import ON_INPUT, ON_OUTPUT, ON_PROJECT, ON_STAGING
from gembatch.model.survey import Bucket, Caller
from gembatch.pipeline.observe import recorded_jobs
from gembatch.pipeline.run import Run, Shores
from gembatch.stage.rows import count_local_rows
from gembatch.stage.tables import TableStore
from gembatch.verify.account import judge_agent, judge_caller, judge_project
from gembatch.verify.checks import Check, Topic, Verdict, failed, untold
from gembatch.verify.inputs import judge_objects, judge_rows, judge_staged, judge_table, unreadable
from gembatch.verify.limits import LARGEST_LIMIT, MOST_BYTES
from gembatch.verify.models import judge_model
from gembatch.verify.needs import Needs, bucket_of, needs_of
from gembatch.verify.outputs import judge_output, judge_output_dataset, judge_staging
from gembatch.vertex.cloud_project import CloudProject
from gembatch.vertex.filters import with_attempt

MOST_COUNTED = 4 << 30
"""Bytes that are read to count rows, in all. What comes after is only measured."""

_AT_ONCE = 8
_NO_ATTEMPT = Attempt("0" * 32)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The world as a preflight sees it.

    Attributes:
        shores: What an apply uses.
        project: The project of the jobs.
        caller: Tells whose credentials are used; None where an emulator takes none.
        tables: BigQuery; None where an emulator has none.
    """

    shores: Shores
    project: CloudProject
    caller: Callable[[], Caller] | None
    tables: TableStore | None


def verify_jobs(run: Run, jobs: Iterable[JobSpec], world: Surroundings) -> Iterator[Check]:
    """Yields one check after the other, as they are done, from reads alone.

    Args:
        run: What the run is about.
        jobs: Those that are to be submitted.
        world: What is looked at.
    """
    jobs = tuple(jobs)
    needs = needs_of(jobs)
    looks = _Looks(run, world, needs, left=MOST_COUNTED)
    caller = looks.caller()
    yield caller
    if caller.verdict is Verdict.FAIL:  # all that follows would meet the same wall
        return
    yield looks.permissions()
    yield looks.jobs()
    yield looks.lockfile()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        yield from pool.map(looks.model, needs.models)
        yield from looks.places(pool)
        yield from looks.inputs(pool)
    yield from looks.rows(jobs)
    yield looks.agent()


@dataclass(slots=True)
class _Looks:
    """The looks of one preflight, and what they leave for each other.

    Attributes:
        run: What the run is about.
        world: What is looked at.
        needs: What its jobs need.
        left: Bytes that may still be read.
        buckets: Those that were found.
        counted: How many rows each input has.
    """

    run: Run
    world: Surroundings
    needs: Needs
    left: int
    buckets: dict[str, Bucket] = field(default_factory=dict)
    counted: dict[str, int] = field(default_factory=dict)

    @property
    def _project(self) -> str:
        return self.run.environment.project

    @property
    def _region(self) -> str:
        return self.run.environment.region

    def caller(self) -> Check:
        if self.world.caller is None:
            return Check(Topic.CREDENTIALS, self._project, Verdict.SKIP, "an emulator takes none")
        try:
            return judge_caller(self.world.caller())
        except CredentialsError as error:
            return failed(Topic.CREDENTIALS, self._project, error)

    def permissions(self) -> Check:
        try:
            return judge_project(self._project, self.world.project.granted(ON_PROJECT))
        except GembatchError as error:
            return untold(Topic.PERMISSIONS, self._project, error)

    def jobs(self) -> Check:
        subject = f"{self._project} in {self._region}"
        try:
            # No job has this mark: it is asked for the answer alone.
            self.world.shores.gateway.jobs(with_attempt(_NO_ATTEMPT), fields=("name",))
        except GembatchError as error:
            return failed(Topic.JOBS, subject, error)
        return Check(Topic.JOBS, subject, Verdict.PASS, "Vertex AI answers")

    def lockfile(self) -> Check:
        store = self.world.shores.store
        try:
            stored, _ = recorded_jobs(self.run, self.world.shores)
            obstacle = store.obstacle()
        except GembatchError as error:
            return failed(Topic.LOCKFILE, store.location, error)
        if obstacle:
            return Check(Topic.LOCKFILE, store.location, Verdict.FAIL, f"cannot be written: {obstacle}")
        if stored is None:
            return Check(Topic.LOCKFILE, store.location, Verdict.PASS, "is not there yet; the first apply makes it")
        if stored.holder and is_held(stored, self.world.shores.gateway.server_time()):
            message = f"{stored.holder} holds it until {stored.holder.until}"
            return Check(Topic.LOCKFILE, store.location, Verdict.WARN, message, "wait for that apply to end")
        return Check(Topic.LOCKFILE, store.location, Verdict.PASS, "can be read and written")

    def model(self, name: str) -> Check:
        try:
            is_known = self.world.project.has_model(name)
        except GembatchError as error:
            return untold(Topic.MODEL, name, error)
        return judge_model(name, is_known=is_known, today=self.run.instant.date())

    def places(self, pool: ThreadPoolExecutor) -> Iterator[Check]:
        """Yields the checks of what is written: staging and outputs."""
        staging = self.run.environment.staging
        if staging:
            yield self._staging(staging)
        yield from pool.map(self._output, self.needs.buckets)
        yield from pool.map(self._output_table, self.needs.output_tables)

    def _staging(self, staging: str) -> Check:
        try:
            return judge_staging(staging, self._bucket(bucket_of(staging), ON_STAGING), self._region)
        except GembatchError as error:
            return failed(Topic.STAGING, staging, error)

    def _output(self, name: str) -> Check:
        try:
            return judge_output(name, self._bucket(name, ON_OUTPUT), self._region)
        except GembatchError as error:
            return untold(Topic.OUTPUT, f"gs://{name}/", error)

    def _bucket(self, name: str, permissions: tuple[str, ...]) -> Bucket | None:
        bucket = self.world.shores.objects.bucket(name, permissions)
        if bucket:
            self.buckets[name] = bucket
        return bucket

    def _output_table(self, uri: str) -> Check:
        tables = self.world.tables
        if tables is None:
            return _no_bigquery(Topic.OUTPUT, uri)
        if "." not in uri:
            return Check(Topic.OUTPUT, uri, Verdict.PASS, "Google makes a dataset there")
        try:
            has_table = uri.count(".") > 1 and tables.table(uri) is not None
            return judge_output_dataset(uri, tables.location(uri), has_table=has_table, region=self._region)
        except GembatchError as error:
            return untold(Topic.OUTPUT, uri, error)

    def inputs(self, pool: ThreadPoolExecutor) -> Iterator[Check]:
        """Yields the checks of what is read."""
        for file in self.needs.staged:
            rows = count_local_rows(self.run.root, file)
            self.counted[file.uri] = rows
            yield judge_staged(file, rows)
        yield from pool.map(self._object, self.needs.objects)
        yield from pool.map(self._table, self.needs.tables)
        for name in self.needs.datasets:
            yield Check(Topic.INPUT, name, Verdict.SKIP, "a dataset of Vertex AI is not looked into")

    def _object(self, uri: str) -> Check:
        try:
            found = self._meant_by(uri)
            rows = self._counted(found)
        except GembatchError as error:
            return unreadable(uri, error)
        if rows is not None:
            self.counted[uri] = rows
        return judge_objects(uri, found, rows)

    def _meant_by(self, uri: str) -> tuple[Input, ...]:
        """Returns the objects that an input means."""
        objects = self.world.shores.objects
        if "*" in uri:
            if self._bucket(bucket_of(uri), ON_INPUT) is None:
                return ()
            return tuple(item for item in objects.objects_under(uri.partition("*")[0]) if fnmatchcase(item.uri, uri))
        one = objects.stat(uri)
        return (one,) if one else ()

    def _counted(self, found: tuple[Input, ...]) -> int | None:
        """Returns how many rows there are, or more than any job may have; None where that is too much to read."""
        size = sum(item.size or 0 for item in found)
        if any((item.size or 0) > MOST_BYTES for item in found) or size > self.left:
            return None
        # Several threads may be here at once, and read a little more than they should.
        self.left -= size
        return sum(self.world.shores.objects.count_rows(item, LARGEST_LIMIT) for item in found)

    def _table(self, uri: str) -> Check:
        if self.world.tables is None:
            return _no_bigquery(Topic.INPUT, uri)
        try:
            table = self.world.tables.table(uri)
        except GembatchError as error:
            return unreadable(uri, error)
        if table and table.rows is not None:
            self.counted[uri] = table.rows
        return judge_table(uri, table, self._region)

    def rows(self, jobs: Iterable[JobSpec]) -> Iterator[Check]:
        """Yields the jobs that read more rows than they may."""
        for job in jobs:
            check = judge_rows(job, sum(self.counted.get(uri, 0) for uri in job.input_uris))
            if check:
                yield check

    def agent(self) -> Check:
        if self.world.caller is None:
            return Check(Topic.SERVICE_AGENT, self._project, Verdict.SKIP, "an emulator has none")
        for name in dict.fromkeys(map(bucket_of, self.needs.objects)):
            if name not in self.buckets:
                with suppress(GembatchError):
                    self._bucket(name, ON_INPUT)
        try:
            number = self.world.project.number()
        except GembatchError:
            number = ""
        return judge_agent(self._project, number, tuple(self.buckets.values()))


def _no_bigquery(topic: Topic, uri: str) -> Check:
    return Check(topic, uri, Verdict.SKIP, "the emulator has no BigQuery")
