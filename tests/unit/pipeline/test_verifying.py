"""A preflight on shores in memory: what the emulator cannot show, such as BigQuery, and callers who may do little."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from builders import PROJECT, job_spec, lockfile

from gembatch.errors import CredentialsError, RejectedError, StorageError, UnavailableError
from gembatch.lock.lockfile import Holder
from gembatch.model.jobs import Input, JobSpec
from gembatch.model.permissions import ON_PROJECT
from gembatch.model.survey import Bucket, Caller, Table
from gembatch.pipeline import verify
from gembatch.pipeline.verify import Surroundings, verify_jobs
from gembatch.verify.checks import Check, Topic, Verdict
from gembatch.verify.limits import MOST_BYTES

NOBODY = Caller("somebody", "user credentials")
DOWN = StorageError("it is down")


@dataclass
class Project:
    """A project in memory; what is an error is raised."""

    told_number: str | Exception = "4711"
    told_granted: frozenset[str] | Exception = frozenset(ON_PROJECT)
    told_models: bool | Exception = True

    def number(self) -> str:
        return _given(self.told_number)

    def granted(self, permissions: Sequence[str]) -> frozenset[str]:  # noqa: ARG002
        return _given(self.told_granted)

    def has_model(self, name: str) -> bool:  # noqa: ARG002
        return _given(self.told_models)


@dataclass
class Tables:
    """BigQuery in memory."""

    tables: dict[str, Table | Exception] = field(default_factory=dict)
    locations: dict[str, str] = field(default_factory=dict)

    def table(self, uri: str) -> Table | None:
        return _given(self.tables.get(uri))

    def location(self, uri: str) -> str | None:
        return self.locations.get(".".join(uri.split(".")[:2]))


@dataclass
class Objects:
    """Buckets in memory: objects by URI, and how many rows each has."""

    objects: dict[str, Input] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    buckets: dict[str, Bucket | Exception] = field(default_factory=dict)
    counted: list[str] = field(default_factory=list)
    trouble: Exception | None = None

    def put(self, uri: str, rows: int, size: int = 100) -> None:
        self.objects[uri], self.rows[uri] = Input(uri, "1", size), rows

    def stat(self, uri: str) -> Input | None:
        if self.trouble:
            raise self.trouble
        return self.objects.get(uri)

    def objects_under(self, prefix: str) -> tuple[Input, ...]:
        return tuple(item for uri, item in self.objects.items() if uri.startswith(prefix))

    def count_rows(self, item: Input, most: int) -> int:
        self.counted.append(item.uri)
        return min(self.rows[item.uri], most + 1)

    def bucket(self, name: str, permissions: Sequence[str]) -> Bucket | None:
        found = _given(self.buckets.get(name))
        return replace(found, granted=frozenset(permissions)) if found else None


def _given(value):
    if isinstance(value, Exception):
        raise value
    return value


@dataclass
class Preflight:
    """What is looked at, and the run."""

    world: Any
    objects: Objects
    project: Project = field(default_factory=Project)
    tables: Tables | None = field(default_factory=Tables)
    caller: Callable[[], Caller] | None = lambda: NOBODY

    def checks(self, *jobs: JobSpec) -> list[Check]:
        shores = replace(self.world.shores, objects=self.objects)
        surroundings = Surroundings(shores, self.project, self.caller, self.tables)
        return list(verify_jobs(self.world.run, jobs, surroundings))

    def told(self, topic: Topic, *jobs: JobSpec) -> list[tuple[str, str, str]]:
        return [(check.verdict, check.subject, check.message) for check in self.checks(*jobs) if check.topic is topic]


@pytest.fixture
def preflight(world) -> Preflight:
    objects = Objects(buckets={"in": Bucket("in", frozenset(), "US", "4711"), "out": Bucket("out", frozenset(), "US")})
    objects.put("gs://in/a-v1.jsonl", 10)
    return Preflight(world, objects)


def reading(*uris: str, name: str = "a") -> JobSpec:
    source = {"bigquerySource": {"inputUri": uris[0]}} if uris[0].startswith("bq") else {"gcsSource": {"uris": [*uris]}}
    job = job_spec(name)
    return replace(job, body={**job.body, "inputConfig": source})


def writing(uri: str) -> JobSpec:
    job = job_spec("a")
    return replace(job, body={**job.body, "outputConfig": {"bigqueryDestination": {"outputUri": uri}}})


def test_all_is_well(preflight: Preflight) -> None:
    checks = preflight.checks(job_spec("a", prompt="v1"))

    assert [
        (Topic.CREDENTIALS, Verdict.PASS),
        (Topic.PERMISSIONS, Verdict.PASS),
        (Topic.JOBS, Verdict.PASS),
        (Topic.LOCKFILE, Verdict.PASS),
        (Topic.MODEL, Verdict.PASS),
        (Topic.OUTPUT, Verdict.PASS),
        (Topic.INPUT, Verdict.PASS),
        (Topic.SERVICE_AGENT, Verdict.SKIP),
    ] == [(check.topic, check.verdict) for check in checks]


def test_credentials_that_are_no_longer_good_end_it(preflight: Preflight) -> None:
    def expired() -> Caller:
        raise CredentialsError("they have expired")

    preflight.caller = expired

    (check,) = preflight.checks(job_spec("a", prompt="v1"))
    assert (Verdict.FAIL, PROJECT, "they have expired") == (check.verdict, check.subject, check.message)
    assert "gcloud auth application-default login" in (check.hint or "")


def test_a_project_that_cannot_be_asked_is_no_failure(preflight: Preflight) -> None:
    disabled = RejectedError("Cloud Resource Manager API is disabled", status=403)
    preflight.project = Project(disabled, disabled, UnavailableError("no answer"))
    model = "publishers/google/models/gemini-3.8-flash"

    told = preflight.told(Topic.PERMISSIONS)
    assert [("skip", PROJECT, "cannot be told: Cloud Resource Manager API is disabled")] == told
    assert [("skip", model, "cannot be told: no answer")] == preflight.told(Topic.MODEL, job_spec("a", prompt="v1"))
    (agent,) = preflight.told(Topic.SERVICE_AGENT)
    assert "service-PROJECT_NUMBER@gcp-sa-aiplatform.iam.gserviceaccount.com" == agent[1]


def test_jobs_that_cannot_be_listed_are_a_failure(preflight: Preflight, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise RejectedError("list was refused", status=403, hint="needs the permission")

    monkeypatch.setattr(preflight.world.gateway, "jobs", refuse)

    (check,) = (check for check in preflight.checks() if check.topic is Topic.JOBS)
    assert (Verdict.FAIL, "list was refused", "needs the permission") == (check.verdict, check.message, check.hint)


def test_a_lockfile_that_is_held_is_told_with_its_holder(preflight: Preflight) -> None:
    until = preflight.world.gateway.now + timedelta(minutes=5)
    held = lockfile(holder=Holder("1", "ada@engine", "https://ci/7", until.isoformat()))
    preflight.world.stores(held)

    expected = f"ada@engine (https://ci/7) holds it until {until.isoformat()}"
    assert [("warn", "locks/prod.lock.json", expected)] == preflight.told(Topic.LOCKFILE)

    preflight.world.gateway.now = until
    assert [("pass", "locks/prod.lock.json", "can be read and written")] == preflight.told(Topic.LOCKFILE)


def test_a_lockfile_of_another_workspace_is_a_failure(preflight: Preflight) -> None:
    preflight.world.stores(replace(lockfile(), workspace="others"))

    ((verdict, _, message),) = preflight.told(Topic.LOCKFILE)
    assert "fail" == verdict
    assert "is of the workspace `others`" in message


def test_a_lockfile_that_cannot_be_written_is_a_failure(preflight: Preflight) -> None:
    (preflight.world.run.root / "locks").write_text("a file")

    ((verdict, _, message),) = preflight.told(Topic.LOCKFILE)
    assert "fail" == verdict
    assert "Not a directory" in message


def test_an_emulator_has_neither_callers_nor_bigquery(preflight: Preflight) -> None:
    preflight.caller = preflight.tables = None

    assert [("skip", PROJECT, "an emulator takes none")] == preflight.told(Topic.CREDENTIALS)
    assert [("skip", PROJECT, "an emulator has none")] == preflight.told(Topic.SERVICE_AGENT)
    told = preflight.told(Topic.INPUT, reading("bq://p.d.t"))
    assert [("skip", "bq://p.d.t", "the emulator has no BigQuery")] == told
    told = preflight.told(Topic.OUTPUT, writing("bq://p.d.t"))
    assert [("skip", "bq://p.d.t", "the emulator has no BigQuery")] == told


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("bq://p", ("pass", "Google makes a dataset there")),
        ("bq://p.d", ("pass", "its dataset is in us-central1")),
        ("bq://p.d.new", ("pass", "its dataset is in us-central1")),
        ("bq://p.d.old", ("warn", "is there already, and what Google then does is documented in two ways")),
        ("bq://p.none.new", ("fail", "there is no such dataset")),
        ("bq://p.d.hidden", ("skip", "cannot be told: it is down")),
    ],
)
def test_an_output_in_bigquery_needs_its_dataset(preflight: Preflight, uri: str, expected: tuple[str, str]) -> None:
    tables = {"bq://p.d.old": Table("us-central1", 1, ()), "bq://p.d.hidden": DOWN}
    preflight.tables = Tables(tables, {"bq://p.d": "us-central1"})

    assert [(expected[0], uri, expected[1])] == preflight.told(Topic.OUTPUT, writing(uri))


def test_an_input_in_bigquery_has_rows(preflight: Preflight) -> None:
    columns = ("id", "request")
    tables = {"bq://p.d.t": Table("us-central1", 240, columns), "bq://p.d.hidden": DOWN}
    preflight.tables = Tables({**tables, "bq://p.d.huge": Table("us-central1", 200_001, columns)})

    told = preflight.told(Topic.INPUT, reading("bq://p.d.t"))
    assert [("pass", "bq://p.d.t", "240 rows, in us-central1")] == told
    assert [("warn", "bq://p.d.hidden", "it is down")] == preflight.told(Topic.INPUT, reading("bq://p.d.hidden"))
    assert ("fail", "a", "reads 200,001 rows, and 200,000 are the most") in preflight.told(
        Topic.INPUT, reading("bq://p.d.huge")
    )


def test_a_wildcard_means_the_objects_that_fit(preflight: Preflight) -> None:
    for name, rows in (("x/1.jsonl", 150_000), ("x/2.jsonl", 60_000), ("x/readme.md", 7)):
        preflight.objects.put(f"gs://in/{name}", rows)

    told = preflight.told(Topic.INPUT, reading("gs://in/x/*.jsonl"))

    assert ("pass", "gs://in/x/*.jsonl", "210,000 rows, 200 B in 2 files") in told
    assert ("fail", "a", "reads 210,000 rows, and 200,000 are the most") in told
    assert [("fail", "gs://in/y/*", "no object fits")] == preflight.told(Topic.INPUT, reading("gs://in/y/*"))
    assert [("fail", "gs://none/*", "no object fits")] == preflight.told(Topic.INPUT, reading("gs://none/*"))


def test_rows_of_several_inputs_are_added_up_for_each_job(preflight: Preflight) -> None:
    preflight.objects.put("gs://in/1", 120_000)
    preflight.objects.put("gs://in/2", 120_000)

    told = preflight.told(Topic.INPUT, reading("gs://in/1", "gs://in/2"), reading("gs://in/1", name="b"))

    assert ["gs://in/1", "gs://in/2"] == sorted(preflight.objects.counted)
    assert [("fail", "a", "reads 240,000 rows, and 200,000 are the most")] == [each for each in told if "fail" in each]


def test_what_may_not_be_read_is_no_failure(preflight: Preflight) -> None:
    preflight.objects.trouble = StorageError("cannot read `gs://in/1`: no (403)")

    assert [("warn", "gs://in/1", "cannot read `gs://in/1`: no (403)")] == preflight.told(
        Topic.INPUT, reading("gs://in/1")
    )


def test_what_is_too_large_is_not_read(preflight: Preflight) -> None:
    preflight.objects.put("gs://in/1", 7, size=MOST_BYTES + 1)

    ((verdict, _, message),) = preflight.told(Topic.INPUT, reading("gs://in/1"))

    assert ("fail", []) == (verdict, preflight.objects.counted)
    assert "gs://in/1 has 1.07 GB" in message


def test_no_more_is_read_than_a_preflight_may(preflight: Preflight, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "MOST_COUNTED", 150)
    jobs = [reading(f"gs://in/{number}", name=f"job-{number}") for number in range(3)]
    for number in range(3):
        preflight.objects.put(f"gs://in/{number}", 7)

    told = preflight.told(Topic.INPUT, *jobs)

    assert 1 == len(preflight.objects.counted)
    assert 2 == [verdict for verdict, _, _ in told].count("skip")


def test_staging_is_looked_at_where_there_is_one(preflight: Preflight) -> None:
    run = preflight.world.run
    environment = replace(run.environment, staging="gs://stage/here")
    preflight.world.run = replace(run, environment=environment)

    assert [("fail", "gs://stage/here", "there is no such bucket")] == preflight.told(Topic.STAGING)
    preflight.objects.buckets["stage"] = Bucket("stage", frozenset(), "US")
    assert [("pass", "gs://stage/here", "may be written, and is in US")] == preflight.told(Topic.STAGING)
    preflight.objects.buckets["stage"] = DOWN
    assert [("fail", "gs://stage/here", "it is down")] == preflight.told(Topic.STAGING)


def test_an_output_that_cannot_be_looked_at_is_no_failure(preflight: Preflight) -> None:
    preflight.objects.buckets["out"] = DOWN

    told = preflight.told(Topic.OUTPUT, job_spec("a", prompt="v1"))
    assert [("skip", "gs://out/", "cannot be told: it is down")] == told


def test_inputs_in_another_project_are_told_to_let_the_agent_in(preflight: Preflight) -> None:
    preflight.objects.buckets["in"] = Bucket("in", frozenset(), "US", "815")

    ((verdict, agent, message),) = preflight.told(Topic.SERVICE_AGENT, job_spec("a", prompt="v1"))

    assert ("warn", "service-4711@gcp-sa-aiplatform.iam.gserviceaccount.com") == (verdict, agent)
    assert "needs to be let into other projects' buckets: gs://in" == message


def test_a_dataset_of_vertex_is_not_looked_into(preflight: Preflight) -> None:
    name = "projects/1/locations/us-central1/datasets/2"
    job = job_spec("a")
    job = replace(job, body={**job.body, "inputConfig": {"vertexMultimodalDatasetSource": {"datasetName": name}}})

    assert [("skip", name, "a dataset of Vertex AI is not looked into")] == preflight.told(Topic.INPUT, job)
