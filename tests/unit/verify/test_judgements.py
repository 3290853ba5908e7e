"""What is thought of each thing that was looked at: verdict, message, hint."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from builders import job_spec

from gembatch.errors import StorageError
from gembatch.model.jobs import Input, JobSpec, StagedFile
from gembatch.model.permissions import ON_INPUT, ON_OUTPUT, ON_PROJECT, ON_STAGING
from gembatch.model.survey import Bucket, Caller, Table
from gembatch.verify.account import judge_agent, judge_caller, judge_project
from gembatch.verify.checks import Check, Topic, Verdict, failed, has_failed, untold
from gembatch.verify.inputs import judge_objects, judge_rows, judge_staged, judge_table, unreadable
from gembatch.verify.models import judge_model
from gembatch.verify.needs import needs_of
from gembatch.verify.outputs import judge_output, judge_output_dataset, judge_staging

TODAY = dt.date(2026, 11, 22)
URI = "gs://in/a.jsonl"
TABLE = "bq://acme.prompts.today"


def objects(*sizes: int) -> tuple[Input, ...]:
    return tuple(Input(f"gs://in/{number}.jsonl", "1", size) for number, size in enumerate(sizes))


def table(location: str = "us-central1", rows: int | None = 240, columns: tuple[str, ...] = ("id", "request")) -> Table:
    return Table(location, rows, columns)


def bucket(*granted: str, location: str = "US-CENTRAL1", number: str = "") -> Bucket:
    return Bucket("acme", frozenset(granted), location, number)


def model(name: str, *, is_known: bool = True) -> Check:
    return judge_model(name, is_known=is_known, today=TODAY)


JUDGED = {
    "a caller": (
        judge_caller(Caller("ci@acme.iam.gserviceaccount.com", "service account credentials")),
        ("pass", "ci@acme.iam.gserviceaccount.com", "service account credentials", None),
    ),
    "a project with all permissions": (
        judge_project("acme", ON_PROJECT),
        ("pass", "acme", "may list, get, create and cancel batch prediction jobs", None),
    ),
    "a project with some": (
        judge_project("acme", ON_PROJECT[:2]),
        (
            "fail",
            "acme",
            "lacks aiplatform.batchPredictionJobs.create, aiplatform.batchPredictionJobs.cancel",
            "grant `roles/aiplatform.user` on the project; who only plans needs no more than `.list` and `.get`",
        ),
    ),
    "a model": (
        model("publishers/google/models/gemini-3.8-flash"),
        ("pass", "publishers/google/models/gemini-3.8-flash", "is served", None),
    ),
    "no model": (
        model("publishers/google/models/gemini-3.8-flush", is_known=False),
        (
            "fail",
            "publishers/google/models/gemini-3.8-flush",
            "there is no such model",
            "see Google's page on model versions",
        ),
    ),
    "a model that is about to go": (
        model("publishers/google/models/gemini-2.5-flash-image"),
        (
            "warn",
            "publishers/google/models/gemini-2.5-flash-image",
            "Google has announced 2027-03-15 as its last day",
            "the day is from Google's page on model versions, read on 2026-11-22",
        ),
    ),
    "a retired model that Google still knows": (
        model("publishers/google/models/gemini-2.5-pro"),
        (
            "warn",
            "publishers/google/models/gemini-2.5-pro",
            "Google has announced 2026-10-20 as its last day",
            "take `gemini-4-argon`; the day is from Google's page on model versions, read on 2026-11-22",
        ),
    ),
    "somebody else's model": (
        model("publishers/anthropic/models/gemini-2.5-pro"),
        ("pass", "publishers/anthropic/models/gemini-2.5-pro", "is served", None),
    ),
    "an object": (judge_objects(URI, objects(73_123), 100), ("pass", URI, "100 rows, 73.1 kB", None)),
    "one row": (judge_objects(URI, objects(73), 1), ("pass", URI, "1 row, 73 B", None)),
    "several objects": (
        judge_objects("gs://in/*.jsonl", objects(1_000_000, 500_000), 200_000),
        ("pass", "gs://in/*.jsonl", "200,000 rows, 1.5 MB in 2 files", None),
    ),
    "an object in which the counting ended": (
        judge_objects(URI, objects(900_000_000), 1_000_123),
        ("pass", URI, "more than 1,000,000 rows, 900 MB", None),
    ),
    "no object": (
        judge_objects(URI, (), 0),
        ("fail", URI, "there is no such object", "write it before the apply, or correct the spec's `input`"),
    ),
    "no object for a wildcard": (
        judge_objects("gs://in/*.jsonl", (), 0),
        ("fail", "gs://in/*.jsonl", "no object fits", "write it before the apply, or correct the spec's `input`"),
    ),
    "an empty object": (judge_objects(URI, objects(2), 0), ("fail", URI, "has no rows", None)),
    "an object of the largest size": (
        judge_objects(URI, objects(1 << 30), 200_000),
        ("pass", URI, "200,000 rows, 1.07 GB", None),
    ),
    "an object that is too large": (
        judge_objects("gs://in/*.jsonl", objects(5, (1 << 30) + 1), None),
        (
            "fail",
            "gs://in/*.jsonl",
            "gs://in/1.jsonl has 1.07 GB, and a file may have 1 GB",
            "split the job's rows, with a `matrix` or over dates",
        ),
    ),
    "objects that were not counted": (
        judge_objects(URI, objects(900_000_000), None),
        ("skip", URI, "900 MB; rows were not counted, there is too much of it", None),
    ),
    "an object that may not be read": (
        unreadable(URI, StorageError("cannot read `gs://in/a.jsonl`: no (403)")),
        (
            "warn",
            URI,
            "cannot read `gs://in/a.jsonl`: no (403)",
            (
                "Vertex AI's service agent reads it, and must be allowed to; "
                "without you a plan cannot tell that it changed"
            ),
        ),
    ),
    "a file of the repository": (
        judge_staged(StagedFile("data/x.jsonl", "gs://s/1/x.jsonl", "1" * 64, 2_000), 3),
        ("pass", "data/x.jsonl", "3 rows, 2 kB", None),
    ),
    "a file of the repository that is too large": (
        judge_staged(StagedFile("data/x.jsonl", "gs://s/1/x.jsonl", "1" * 64, 2_000_000_000), 3),
        (
            "fail",
            "data/x.jsonl",
            "has 2 GB, and a file may have 1 GB",
            "split the job's rows, with a `matrix` or over dates",
        ),
    ),
    "a table": (judge_table(TABLE, table(), "us-central1"), ("pass", TABLE, "240 rows, in us-central1", None)),
    "no table": (
        judge_table(TABLE, None, "us-central1"),
        ("fail", TABLE, "there is no such table", "correct the spec's `input`"),
    ),
    "a table without requests": (
        judge_table(TABLE, table(columns=("prompt",)), "us-central1"),
        ("fail", TABLE, "has no column `request`", "each row's request stands in a column of that name, as JSON"),
    ),
    "a table elsewhere": (
        judge_table(TABLE, table("US"), "us-central1"),
        ("fail", TABLE, "is in US, and the jobs run in us-central1", "Google asks that both are in one region"),
    ),
    "a table of jobs that run everywhere": (
        judge_table(TABLE, table("us-central1"), "global"),
        (
            "warn",
            TABLE,
            "is in us-central1, and whether jobs in global can use it is not documented",
            "try few rows first",
        ),
    ),
    "an empty table": (judge_table(TABLE, table(rows=0), "us-central1"), ("fail", TABLE, "has no rows", None)),
    "a view": (
        judge_table(TABLE, table(rows=None), "us-central1"),
        ("warn", TABLE, "is a view: nobody knows how many rows it has", None),
    ),
    "a staging prefix": (
        judge_staging("gs://acme/staging", bucket(*ON_STAGING), "us-central1"),
        ("pass", "gs://acme/staging", "may be written, and is in US-CENTRAL1", None),
    ),
    "a staging prefix of which nobody tells where it is": (
        judge_staging("gs://acme/staging", bucket(*ON_STAGING, location=""), "us-central1"),
        ("pass", "gs://acme/staging", "may be written", None),
    ),
    "a staging prefix elsewhere": (
        judge_staging("gs://acme/staging", bucket(*ON_STAGING, location="EU"), "us-central1"),
        (
            "warn",
            "gs://acme/staging",
            "is in EU, and the jobs run in us-central1",
            "rows travel between them, which takes time and may cost",
        ),
    ),
    "a staging prefix that may not be written": (
        judge_staging("gs://acme/staging", bucket(*ON_INPUT), "us-central1"),
        ("fail", "gs://acme/staging", "lacks storage.objects.create", "grant `roles/storage.objectUser` on the bucket"),
    ),
    "no bucket for staging": (
        judge_staging("gs://acme/staging", None, "us-central1"),
        ("fail", "gs://acme/staging", "there is no such bucket", "make the bucket, or correct its name"),
    ),
    "an output": (
        judge_output("acme", bucket(*ON_OUTPUT), "us"),
        ("pass", "gs://acme/", "may be written, and is in US-CENTRAL1", None),
    ),
    "an output that only the service agent may write": (
        judge_output("acme", bucket(), "us-central1"),
        (
            "warn",
            "gs://acme/",
            "you lack storage.objects.create",
            "Vertex AI's service agent writes there, and must be allowed to; you need not",
        ),
    ),
    "no bucket for the output": (
        judge_output("acme", None, "us-central1"),
        ("fail", "gs://acme/", "there is no such bucket", "make the bucket, or correct its name"),
    ),
    "an output table": (
        judge_output_dataset(TABLE, "us-central1", has_table=False, region="us-central1"),
        ("pass", TABLE, "its dataset is in us-central1", None),
    ),
    "an output table that is there": (
        judge_output_dataset(TABLE, "us-central1", has_table=True, region="us-central1"),
        (
            "warn",
            TABLE,
            "is there already, and what Google then does is documented in two ways",
            "name a table that is not there yet",
        ),
    ),
    "an output table elsewhere": (
        judge_output_dataset(TABLE, "EU", has_table=False, region="us-central1"),
        ("fail", TABLE, "is in EU, and the jobs run in us-central1", "Google asks that both are in one region"),
    ),
    "no dataset for the output": (
        judge_output_dataset(TABLE, None, has_table=False, region="us-central1"),
        (
            "fail",
            TABLE,
            "there is no such dataset",
            "make it in the jobs' region, or correct the spec's `output`",
        ),
    ),
    "the service agent": (
        judge_agent("acme", "4711", [bucket(number="4711"), bucket()]),
        (
            "skip",
            "service-4711@gcp-sa-aiplatform.iam.gserviceaccount.com",
            "reads the inputs and writes the outputs; whether it may cannot be told from here",
            "in acme it may by itself; elsewhere grant it `roles/storage.objectUser`, `roles/bigquery.dataEditor`",
        ),
    ),
    "the service agent of a project without a number": (
        judge_agent("acme", "", [bucket(number="4711")]),
        (
            "skip",
            "service-PROJECT_NUMBER@gcp-sa-aiplatform.iam.gserviceaccount.com",
            "reads the inputs and writes the outputs; whether it may cannot be told from here",
            "in acme it may by itself; elsewhere grant it `roles/storage.objectUser`, `roles/bigquery.dataEditor`",
        ),
    ),
    "the service agent in others' buckets": (
        judge_agent("acme", "4711", [bucket(number="4711"), replace(bucket(number="815"), name="theirs")]),
        (
            "warn",
            "service-4711@gcp-sa-aiplatform.iam.gserviceaccount.com",
            "needs to be let into other projects' buckets: gs://theirs",
            "grant it `roles/storage.objectUser` there, or `roles/storage.objectViewer` where it only reads",
        ),
    ),
    "something that could not be looked at": (
        failed(Topic.STAGING, "gs://acme/staging", StorageError("it is down", hint="wait")),
        ("fail", "gs://acme/staging", "it is down", "wait"),
    ),
    "something that need not be looked at": (
        untold(Topic.PERMISSIONS, "acme", StorageError("it is down")),
        ("skip", "acme", "cannot be told: it is down", None),
    ),
}


@pytest.mark.parametrize("case", JUDGED)
def test_what_was_looked_at_is_judged(case: str) -> None:
    check, expected = JUDGED[case]

    assert expected == (check.verdict, check.subject, check.message, check.hint)


@pytest.mark.parametrize(
    ("name", "rows", "most"),
    [
        ("publishers/google/models/gemini-3.8-flash", 200_000, 200_000),
        ("projects/p/locations/us/publishers/google/models/gemini-3.8-flash", 200_000, 200_000),
        ("publishers/google/models/gemini-embedding-2", 1_000_000, 1_000_000),
        ("publishers/google/models/text-embedding-005", 30_000, 30_000),
        ("publishers/google/models/text-multilingual-embedding-002", 30_000, 30_000),
        ("projects/1/locations/us-central1/models/2", 200_000, 200_000),
    ],
)
def test_a_job_may_read_as_many_rows_as_its_model_takes(name: str, rows: int, most: int) -> None:
    job = replace(job_spec("a"), body={"model": name})

    assert judge_rows(job, rows) is None
    told = f"{most + 1:,} rows" if most < 1_000_000 else "more than 1,000,000 rows"
    assert judge_rows(job, rows + 1) == Check(
        Topic.INPUT,
        "a",
        Verdict.FAIL,
        f"reads {told}, and {most:,} are the most",
        "split the job's rows, with a `matrix` or over dates",
    )


def test_of_other_publishers_models_no_limit_is_known() -> None:
    job = replace(job_spec("a"), body={"model": "publishers/anthropic/models/claude-x"})

    assert judge_rows(job, 10_000_000) is None


def test_one_failed_check_is_a_failure() -> None:
    checks = [Check(Topic.INPUT, "a", verdict, "m") for verdict in (Verdict.PASS, Verdict.WARN, Verdict.SKIP)]

    assert not has_failed(checks)
    assert has_failed([*checks, Check(Topic.INPUT, "a", Verdict.FAIL, "m")])


def test_jobs_need_each_thing_once() -> None:
    def job(name: str, model_name: str, source: dict[str, object], output: dict[str, object]) -> JobSpec:
        return replace(job_spec(name), body={"model": model_name, "inputConfig": source, "outputConfig": output})

    def from_gcs(*uris: str) -> dict[str, object]:
        return {"gcsSource": {"uris": list(uris)}}

    def to_gcs(prefix: str) -> dict[str, object]:
        return {"gcsDestination": {"outputUriPrefix": prefix}}

    def to_table(uri: str) -> dict[str, object]:
        return {"bigqueryDestination": {"outputUri": uri}}

    file = StagedFile("x.jsonl", "gs://stage/1/x.jsonl", "1" * 64, 10)
    google, tuned = "projects/p/locations/l/publishers/google/models/m", "projects/p/locations/l/models/9"
    dataset = "projects/p/locations/l/datasets/1"
    needs = needs_of(
        [
            job("a", "publishers/google/models/m", from_gcs("gs://in/a", "gs://in/b"), to_gcs("gs://out/a/")),
            job("b", google, from_gcs("gs://in/b"), to_gcs("gs://out/b/")),
            replace(job("c", "", from_gcs(file.uri), to_table("bq://p.d.t")), staged=(file,)),
            job("d", tuned, {"bigquerySource": {"inputUri": "bq://p.d.in"}}, to_gcs("gs://other/")),
            job("e", tuned, {"vertexMultimodalDatasetSource": {"datasetName": dataset}}, to_gcs("gs://other/")),
        ]
    )

    assert ("publishers/google/models/m", tuned) == needs.models
    assert ("gs://in/a", "gs://in/b") == needs.objects
    assert ("bq://p.d.in",) == needs.tables
    assert (dataset,) == needs.datasets
    assert (file,) == needs.staged
    assert ("out", "other") == needs.buckets
    assert ("bq://p.d.t",) == needs.output_tables
