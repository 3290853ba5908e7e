"""A plan that submits or replaces more than anybody meant, or what nobody may, is refused as a whole."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import RUNNING, SUCCEEDED, entry, job_spec, lockfile, plan_of

from gembatch.model.document import Json
from gembatch.model.jobs import JobSpec, Lifecycle, OnChangeInFlight
from gembatch.model.workspace import Limits
from gembatch.plan.brakes import Passed, passed_limits
from gembatch.plan.changes import Plan

LIMITS = Limits(max_submissions=3, max_replaced_share=0.5)


def creating(count: int) -> Plan:
    return plan_of(*(job_spec(f"job-{number}") for number in range(count)))


def replacing(changed: int, recorded: int) -> Plan:
    specs = [job_spec(f"job-{number}", prompt="v2" if number < changed else "v1") for number in range(recorded)]
    jobs = [entry(job_spec(f"job-{number}"), number + 1, SUCCEEDED) for number in range(recorded)]
    return plan_of(*specs, recorded=lockfile(*jobs))


def test_as_many_submissions_as_may_be_pass() -> None:
    assert () == passed_limits(creating(3), LIMITS)


def test_too_many_submissions_are_refused_and_the_hint_says_how_to_insist() -> None:
    assert (
        Passed(
            ("maxSubmissions",),
            "the plan submits 4 jobs, and in prod at most 3 may be submitted",
            "if that is meant, say so: --max-submissions 4",
        ),
    ) == passed_limits(creating(4), LIMITS)


def cancelling(changed: int, recorded: int) -> Plan:
    lifecycle = Lifecycle(on_change_in_flight=OnChangeInFlight.CANCEL)
    prompts = ["v2" if number < changed else "v1" for number in range(recorded)]
    specs = [job_spec(f"job-{number}", prompt=prompt, lifecycle=lifecycle) for number, prompt in enumerate(prompts)]
    jobs = [entry(job_spec(f"job-{number}"), number + 1, RUNNING) for number in range(recorded)]
    return plan_of(*specs, recorded=lockfile(*jobs))


def test_jobs_that_are_cancelled_for_their_successors_count_as_submissions() -> None:
    assert [("maxSubmissions",)] == [passed.pointer for passed in passed_limits(cancelling(4, 4), LIMITS)]


def test_jobs_that_are_cancelled_for_their_successors_count_as_replaced() -> None:
    (passed,) = passed_limits(cancelling(3, 5), LIMITS)

    assert "the plan replaces 3 of 5 recorded jobs" in passed.message


def test_half_of_the_recorded_jobs_may_be_replaced() -> None:
    assert () == passed_limits(replacing(3, 6), LIMITS)


def test_more_than_the_share_is_refused() -> None:
    assert (
        Passed(
            ("maxReplacedShare",),
            "the plan replaces 3 of 5 recorded jobs, and in prod at most a share of 0.5 may be replaced",
            "if that is meant, raise the limit in gembatch.yaml, in a change of its own",
        ),
    ) == passed_limits(replacing(3, 5), LIMITS)


def test_of_few_recorded_jobs_all_may_be_replaced() -> None:
    assert () == passed_limits(replacing(3, 3), LIMITS)


def test_past_dates_in_the_lockfile_do_not_loosen_the_brake() -> None:
    specs = [job_spec(f"job-{number}", prompt="v2") for number in range(5)]
    jobs = [entry(job_spec(f"job-{number}"), number + 1, SUCCEEDED) for number in range(5)]
    past = [entry(job_spec(f"past-{number}"), 100 + number, SUCCEEDED) for number in range(20)]

    (passed,) = passed_limits(plan_of(*specs, recorded=lockfile(*jobs, *past)), Limits(max_submissions=100))

    assert "the plan replaces 5 of 5 recorded jobs" in passed.message


def test_every_limit_that_is_passed_is_told_at_once() -> None:
    limits = Limits(
        max_submissions=2,
        max_replaced_share=0.5,
        max_per_model={"gemini-3.8-flash": 1},
        forbidden_models=("gemini-3.*",),
        forbidden_regions=("us-*",),
        allowed_projects=("acme-dev",),
        allowed_buckets=("acme-*",),
    )

    told = [passed.pointer for passed in passed_limits(replacing(3, 5), limits)]

    assert told == [
        ("maxSubmissions",),
        ("maxReplacedShare",),
        ("maxPerModel", "gemini-3.8-flash"),
        ("forbiddenModels", 0),
        ("forbiddenRegions", 0),
        ("allowedProjects",),
        ("allowedBuckets",),
        ("allowedBuckets",),
    ]


def test_jobs_that_are_kept_go_past_no_limit() -> None:
    specs = [job_spec(f"job-{number}") for number in range(9)]
    jobs = [entry(spec, number + 1, SUCCEEDED) for number, spec in enumerate(specs)]
    limits = Limits(0, 0, {"gemini-3.8-flash": 0}, ("*",), ("*",), ("other",), ("other",))

    assert () == passed_limits(plan_of(*specs, recorded=lockfile(*jobs)), limits)


def of_model(model: str, count: int = 1) -> Plan:
    return plan_of(*(with_body(f"job-{number}", model=model) for number in range(count)))


def with_body(name: str = "daily", **fields: Json) -> JobSpec:
    spec = job_spec(name)
    return replace(spec, body={**spec.body, **fields})


MODELS = {
    "in short": "publishers/google/models/gemini-4-argon",
    "with its version": "publishers/google/models/gemini-4-argon@001",
    "by a project's path": "projects/acme/locations/global/publishers/google/models/gemini-4-argon",
    "without a publisher": "models/gemini-4-argon",
    "in another case": "publishers/google/models/Gemini-4-Argon",
}


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS.keys())
@pytest.mark.parametrize("glob", ["gemini-4-argon", "gemini-4-*", "*argon"])
def test_a_forbidden_model_is_the_same_however_it_is_written(model: str, glob: str) -> None:
    (passed,) = passed_limits(of_model(model), Limits(forbidden_models=("gemini-3-*", glob)))

    assert ("forbiddenModels", 1) == passed.pointer
    assert "the plan submits 1 job with gemini-4-argon" in passed.message.lower()
    assert passed.message.endswith("which is forbidden in prod: job-0")
    assert "if that is meant, allow it in gembatch.yaml, in a change of its own" == passed.hint


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS.keys())
@pytest.mark.parametrize("limited", ["gemini-4-argon", "publishers/google/models/gemini-4-argon"])
def test_jobs_of_a_model_are_counted_however_it_is_written(model: str, limited: str) -> None:
    limits = Limits(max_per_model={limited: 2, "gemini-4": 0})

    assert () == passed_limits(of_model(model, 2), limits)
    assert (
        Passed(
            ("maxPerModel", limited),
            f"the plan submits 3 jobs with {limited}, and in prod at most 2 may be submitted",
            "if that is meant, raise the limit in gembatch.yaml, in a change of its own",
        ),
    ) == passed_limits(of_model(model, 3), limits)


def test_a_model_that_is_not_forbidden_passes() -> None:
    assert () == passed_limits(of_model("publishers/google/models/gemini-4"), Limits(forbidden_models=("gemini-4-*",)))


def test_a_forbidden_region_is_named_with_its_jobs() -> None:
    (passed,) = passed_limits(creating(5), Limits(forbidden_regions=("eu*", "us-*")))

    assert ("forbiddenRegions", 1) == passed.pointer
    assert (
        "the plan submits 5 jobs in us-central1, which is forbidden in prod: job-0, job-1, job-2 and 2 more"
        == passed.message
    )


GCS_SOURCE: Json = {"instancesFormat": "jsonl", "gcsSource": {"uris": ["gs://acme-in/a.jsonl", "gs://else/b.jsonl"]}}
TABLE: Json = {"instancesFormat": "bigquery", "bigquerySource": {"inputUri": "bq://acme-data.sales.rows"}}
GCS_OUT: Json = {"gcsDestination": {"outputUriPrefix": "gs://elsewhere/out/"}}
TABLE_OUT: Json = {"bigqueryDestination": {"outputUri": "bq://acme-leak.sales"}}
DATASET: Json = {"vertexMultimodalDatasetSource": {"datasetName": "projects/acme-data/locations/eu/datasets/1"}}
DATASET_OUT: Json = {"vertexMultimodalDatasetDestination": TABLE_OUT}

PLACES = {
    "an input": ({"inputConfig": GCS_SOURCE}, "reads from the bucket else"),
    "an output": ({"outputConfig": GCS_OUT}, "writes to the bucket elsewhere"),
    "a table as input": ({"inputConfig": TABLE}, "reads from the project acme-data"),
    "a dataset as input": ({"inputConfig": DATASET}, "reads from the project acme-data"),
    "a table as output": ({"outputConfig": TABLE_OUT}, "writes to the project acme-leak"),
    "a table behind a dataset": ({"outputConfig": DATASET_OUT}, "writes to the project acme-leak"),
    "a project of a domain": (
        {"outputConfig": {"bigqueryDestination": {"outputUri": "bq://acme.com:leak.sales.rows"}}},
        "writes to the project acme.com:leak",
    ),
}


@pytest.mark.parametrize(("fields", "use"), PLACES.values(), ids=PLACES.keys())
def test_what_a_job_reads_and_writes_is_held_against_what_is_allowed(fields: dict[str, Json], use: str) -> None:
    limits = Limits(allowed_projects=("acme-prod",), allowed_buckets=("in", "out", "acme-*"))

    (passed,) = passed_limits(plan_of(with_body(**fields)), limits)

    assert f"the plan submits 1 job that {use}, which is not allowed in prod: daily" == passed.message


def test_a_job_runs_in_a_project_that_is_allowed() -> None:
    (passed,) = passed_limits(creating(2), Limits(allowed_projects=("acme-dev",)))

    assert (
        "the plan submits 2 jobs that run in the project acme-prod, which is not allowed in prod: job-0, job-1"
        == passed.message
    )


def test_a_staged_file_is_read_from_the_bucket_where_it_will_be() -> None:
    staged = with_body(inputConfig={"gcsSource": {"uris": ["gs://staging/0f/rows.jsonl"]}})

    (passed,) = passed_limits(plan_of(staged), Limits(allowed_buckets=("out",)))

    assert "reads from the bucket staging" in passed.message


def test_a_name_is_no_bucket() -> None:
    spec = with_body("gs://other/x", labels={"team": "search"})

    assert () == passed_limits(
        plan_of(replace(spec, body={**spec.body, **OURS})), Limits(allowed_buckets=("in", "out"))
    )


OURS: dict[str, Json] = {
    "inputConfig": {"gcsSource": {"uris": ["gs://in/rows.jsonl"]}},
    "outputConfig": {"gcsDestination": {"outputUriPrefix": "gs://out/x/"}},
}
