"""From a valid document to the body that would be sent, its digest and its identity."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gembatch.model.digests import digest_of, label_of
from gembatch.model.jobs import JobKey, Lifecycle, OnChangeInFlight, OnFailure, Series, StagedFile, rerun_label
from gembatch.validate.body import model_name
from gembatch.validate.build import build_job
from gembatch.validate.uris import local_inputs

GOOD = "displayName: a\nmodel: gemini-3.8-flash\ninput: gs://bucket/in.jsonl\noutput: gs://bucket/out\n"
FILE = GOOD.replace("gs://bucket/in.jsonl", "./data/rows.jsonl")


def staged(sha: str = "ab" * 32) -> StagedFile:
    return StagedFile("data/rows.jsonl", f"gs://demo-bucket/staging/{sha}/rows.jsonl", sha, 10)


@pytest.fixture
def build_staged(workspace, render):
    def build(text, files, **changes):
        (rendered,) = render(text)
        environment = replace(workspace.environments["local"], **changes)
        return build_job(rendered, workspace=workspace, environment=environment, staged=files)

    return build


def test_a_short_spec_becomes_the_canonical_body(build):
    job = build(GOOD + "labels: {team: search}\n")

    assert {
        "displayName": "a",
        "model": "publishers/google/models/gemini-3.8-flash",
        "inputConfig": {"instancesFormat": "jsonl", "gcsSource": {"uris": ["gs://bucket/in.jsonl"]}},
        "outputConfig": {"predictionsFormat": "jsonl", "gcsDestination": {"outputUriPrefix": "gs://bucket/out/"}},
        "labels": {
            "team": "search",
            "gembatch-workspace": "reviews",
            "gembatch-env": "local",
            "gembatch-digest": label_of(job.digest),
        },
    } == job.body


def test_a_body_has_its_main_fields_first_and_its_labels_last(build):
    job = build(
        "serviceAccount: s\nlabels: {a: b}\noutput: gs://b/o\nmodelParameters: {}\ninstanceConfig: {keyField: k}\n"
        "input: gs://b/i\nencryptionSpec: {kmsKeyName: k}\nmodel: m\ndisplayName: a\n"
    )

    assert [
        "displayName",
        "model",
        "inputConfig",
        "instanceConfig",
        "modelParameters",
        "outputConfig",
        "serviceAccount",
        "encryptionSpec",
        "labels",
    ] == list(job.body)


def test_tables_have_short_forms_too(build):
    job = build("displayName: a\nmodel: m\ninput: bq://p.d.t\noutput: bq://p.d.out\n")

    assert {"instancesFormat": "bigquery", "bigquerySource": {"inputUri": "bq://p.d.t"}} == job.body["inputConfig"]
    assert {
        "predictionsFormat": "bigquery",
        "bigqueryDestination": {"outputUri": "bq://p.d.out"},
    } == job.body["outputConfig"]


@pytest.mark.parametrize("uris", ["gs://b/i.jsonl", "[gs://b/i.jsonl]"])
def test_the_rest_form_and_the_short_form_are_the_same_job(build, uris):
    short = build("displayName: a\nmodel: m\ninput: gs://b/i.jsonl\noutput: gs://b/o/\n")
    rest = build(
        "displayName: a\nmodel: publishers/google/models/m\n"
        f"inputConfig: {{instancesFormat: jsonl, gcsSource: {{uris: {uris}}}}}\n"
        "outputConfig: {predictionsFormat: jsonl, gcsDestination: {outputUriPrefix: gs://b/o}}\n"
    )

    assert short.body == rest.body
    assert short.digest == rest.digest


def test_the_rest_form_of_other_sources_is_kept(build):
    source = {"instancesFormat": "vertex-dataset", "vertexMultimodalDatasetSource": {"datasetName": "d"}}
    destination = {"predictionsFormat": "bigquery", "bigqueryDestination": {"outputUri": "bq://p.d.t"}}
    job = build(f"displayName: a\nmodel: m\ninputConfig: {source}\noutputConfig: {destination}\n".replace("'", ""))

    assert source == job.body["inputConfig"]
    assert destination == job.body["outputConfig"]


def test_a_job_may_have_a_container_in_place_of_a_model(build):
    job = build(GOOD.replace("model: gemini-3.8-flash", "unmanagedContainerModel: {artifactUri: gs://b/m/}"))

    assert {"artifactUri": "gs://b/m/"} == job.body["unmanagedContainerModel"]
    assert "model" not in job.body


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("gemini-3.8-flash", "publishers/google/models/gemini-3.8-flash"),
        ("meta/llama-5", "publishers/meta/models/llama-5"),
        ("publishers/google/models/x", "publishers/google/models/x"),
        ("projects/p/locations/l/models/1@2", "projects/p/locations/l/models/1@2"),
        ("models/x", "models/x"),
    ],
)
def test_a_model_is_sent_as_the_api_writes_it(written, sent):
    assert sent == model_name(written)


def test_the_digest_covers_all_but_names_labels_and_policy(build):
    job = build(GOOD)
    same = build(
        GOOD.replace("displayName: a", "displayName: b")
        + "labels: {team: x}\nlifecycle: {onFailure: retry}\nrerun: again\n"
    )

    assert job.digest == same.digest
    assert digest_of(dict(job.content)) == job.digest
    assert {"model", "inputConfig", "outputConfig"} == job.content.keys()


@pytest.mark.parametrize(
    "change",
    [
        ("gemini-3.8-flash", "gemini-4-argon"),
        ("in.jsonl", "in2.jsonl"),
        ("/out", "/out2"),
        ("displayName: a", "displayName: a\nmodelParameters: {temperature: 0.1}"),
        ("displayName: a", "displayName: a\ninstanceConfig: {keyField: id}"),
    ],
)
def test_the_digest_tells_what_decides_the_result(build, change):
    assert build(GOOD).digest != build(GOOD.replace(*change)).digest


def test_a_staged_file_counts_by_its_content_and_not_by_where_it_lies(build_staged):
    here = build_staged(FILE, {("input",): staged()})
    elsewhere = build_staged(FILE, {("input",): replace(staged(), uri="gs://other/x/rows.jsonl", path="y")})
    edited = build_staged(FILE, {("input",): staged("cd" * 32)})

    assert ("gs://other/x/rows.jsonl",) == elsewhere.input_uris
    assert {"instancesFormat": "jsonl", "gcsSource": {"uris": ["sha256:" + "ab" * 32]}} == here.content["inputConfig"]
    assert here.digest == elsewhere.digest
    assert here.digest != edited.digest


def test_a_list_mixes_files_and_objects_and_stages_a_file_once(build_staged):
    text = GOOD.replace("input: gs://bucket/in.jsonl", "input: [a.jsonl, gs://b/x.jsonl, a.jsonl]")
    job = build_staged(text, {("input", 0): staged(), ("input", 2): staged()})

    assert (staged().uri, "gs://b/x.jsonl", staged().uri) == job.input_uris
    assert (staged(),) == job.staged


def test_a_file_that_is_not_staged_stays_a_path_for_the_rules_to_find(build_staged):
    assert ("./data/rows.jsonl",) == build_staged(FILE, {}).input_uris


def test_a_publisher_model_under_the_jobs_own_project_and_region_is_the_same(build_staged):
    def with_model(name):
        return build_staged(GOOD.replace("gemini-3.8-flash", name), {}, project="acme", region="us").digest

    short = with_model("gemini-3.8-flash")

    assert short == with_model("projects/acme/locations/us/publishers/google/models/gemini-3.8-flash")
    assert short != with_model("projects/acme/locations/eu/publishers/google/models/gemini-3.8-flash")
    assert short != with_model("projects/acme/locations/us/models/gemini-3.8-flash")


def test_a_rerun_is_a_label_and_no_part_of_the_body(build):
    job = build(GOOD + "rerun: prompts were cut off\n")

    assert "prompts were cut off" == job.rerun
    assert rerun_label("prompts were cut off") == job.body["labels"]["gembatch-rerun"]
    assert "rerun" not in job.body


def test_our_labels_win_over_a_specs(build):
    assert "reviews" == build(GOOD + "labels: {gembatch-workspace: x}\n").body["labels"]["gembatch-workspace"]


def test_the_lifecycle_is_read(build):
    job = build(
        GOOD + "lifecycle: {onFailure: retry, maxAttempts: 2.0, onChangeInFlight: cancel, maxFailedRows: 0, "
        "allowRedated: true}\n"
    )

    assert Lifecycle(OnFailure.RETRY, 2, OnChangeInFlight.CANCEL, 0, allow_redated=True) == job.lifecycle
    assert Lifecycle() == build(GOOD).lifecycle
    assert "lifecycle" not in job.body


def test_a_job_is_known_by_project_region_environment_and_name(build):
    job = build(GOOD)

    assert JobKey("demo", "us-central1", "local", "a") == job.key
    assert ("specs/jobs.yaml", 1, 14) == (job.spec_path, job.location.line, job.location.column)


def test_a_series_is_a_name_template_and_a_combination(workspace, render):
    text = GOOD.replace("displayName: a", "displayName: a-{{ lang }}-{{ ds }}") + "matrix: {lang: [de, fr]}\n"
    series = [
        build_job(each, workspace=workspace, environment=workspace.environments["local"], staged={}).series
        for each in render(text)
    ]

    assert [
        Series("a-{{ lang }}-{{ ds }}", '{"lang":"de"}', dated=True),
        Series("a-{{ lang }}-{{ ds }}", '{"lang":"fr"}', dated=True),
    ] == series


def test_a_job_document_is_a_mapping(workspace, render):
    (rendered,) = render(GOOD)
    broken = replace(rendered, document=replace(rendered.document, data=[]))

    with pytest.raises(TypeError):
        build_job(broken, workspace=workspace, environment=workspace.environments["local"], staged={})
    assert {} == local_inputs(broken)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("input: ./data/x.jsonl", {("input",): "./data/x.jsonl"}),
        ("input: data/x.jsonl", {("input",): "data/x.jsonl"}),
        ("input: ../x.jsonl", {("input",): "../x.jsonl"}),
        ("input: [gs://b/a, x.jsonl, s3://b/c, ./a:b.jsonl]", {("input", 1): "x.jsonl", ("input", 3): "./a:b.jsonl"}),
        ("input: gs:/b/x", {}),
        ("input: bq://p.d.t", {}),
        ("inputConfig: {instancesFormat: jsonl, gcsSource: {uris: ./x.jsonl}}", {}),
        ("inputConfig: {instancesFormat: vertex-dataset, vertexMultimodalDatasetSource: {datasetName: d}}", {}),
    ],
)
def test_files_of_the_repository_are_inputs_without_a_scheme_in_the_short_form(render, text, expected):
    (rendered,) = render(GOOD.replace("input: gs://bucket/in.jsonl", text))

    assert expected == local_inputs(rendered)
