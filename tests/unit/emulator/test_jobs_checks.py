"""What create refuses at once."""

from __future__ import annotations

from copy import deepcopy
from datetime import date

import pytest

from gembatch.emulator.http import ApiError
from gembatch.emulator.jobs.checks import check_new_job

_TODAY = date(2026, 11, 22)
_JOB = {
    "displayName": "reviews",
    "model": "publishers/google/models/gemini-3.8-flash",
    "inputConfig": {"instancesFormat": "jsonl", "gcsSource": {"uris": ["gs://demo/in.jsonl"]}},
    "outputConfig": {"predictionsFormat": "jsonl", "gcsDestination": {"outputUriPrefix": "gs://demo/out/"}},
}


def _job(**changes):
    """The job with top-level fields changed; None takes one away."""
    job = {**deepcopy(_JOB), **changes}
    return {name: value for name, value in job.items() if value is not None}


def _input(**config):
    return _job(inputConfig=config)


def _output(**config):
    return _job(outputConfig=config)


_GCS_IN = {"uris": ["gs://demo/in.jsonl"]}
_GCS_OUT = {"outputUriPrefix": "gs://demo/out"}


@pytest.mark.parametrize(
    "job",
    [
        _job(),
        _job(displayName="ä" * 128),
        _job(labels={"team": "search", "größe": "groß", "a-b_c": "", "k" * 64: "v" * 64, "1": "2"}),
        _job(labels={f"k{number}": "v" for number in range(64)}),
        _job(model="projects/demo/locations/global/publishers/google/models/gemini-4-argon"),
        _job(model="projects/123/locations/us-central1/models/456"),
        _job(model="projects/123/locations/us-central1/models/456@champion"),
        _job(model="publishers/anthropic/models/claude-new"),
        _job(model="publishers/google/models/gemini-2.5-flash-image"),
        _job(modelParameters={"temperature": 0.5}, instanceConfig={"keyField": "id"}),
        _output(predictionsFormat="jsonl", gcsDestination={"outputUriPrefix": "gs://demo"}),
    ],
)
def test_a_job_that_can_be_meant_is_accepted_as_it_is(job):
    assert job == check_new_job(job, _TODAY)


def test_the_two_spellings_give_one_form():
    sent = {
        "display_name": "reviews",
        "model": _JOB["model"],
        "input_config": {"instances_format": "jsonl", "gcs_source": {"uris": "gs://demo/in.jsonl"}},
        "output_config": {"predictions_format": "jsonl", "gcs_destination": {"output_uri_prefix": "gs://demo/out/"}},
    }

    assert _JOB == check_new_job(sent, _TODAY)


def test_what_only_the_service_sets_is_ignored():
    assert _JOB == check_new_job(_job(name="x", state="JOB_STATE_FAILED", createTime="now", error={}), _TODAY)


_LABEL_RULE = "only lowercase letters, digits, underscores and dashes, of any language, at most 64 characters."


@pytest.mark.parametrize(
    ("job", "finding"),
    [
        (_job(displayName=None), "Field: display_name; Message: Required field is not set."),
        (_job(displayName=""), "Field: display_name; Message: Required field is not set."),
        (_job(displayName="x" * 129), "Field: display_name; Message: Must be at most 128 characters long."),
        (_job(model=None), "Field: model; Message: Required field is not set."),
        (
            _job(model=None, unmanagedContainerModel={}),
            "Field: unmanaged_container_model; Message: This emulator has no custom containers; name a model.",
        ),
        (_input(instancesFormat="jsonl"), "Field: input_config.source; Message: Required field is not set."),
        (_input(gcsSource=_GCS_IN), "Field: input_config.instances_format; Message: Required field is not set."),
        (
            _input(instancesFormat="csv", gcsSource=_GCS_IN),
            'Field: input_config.instances_format; Message: "csv" is not the format of Cloud Storage here; "jsonl" is.',
        ),
        (
            _input(instancesFormat="jsonl", gcsSource={}),
            "Field: input_config.gcs_source.uris; Message: Required field is not set.",
        ),
        (
            _input(instancesFormat="jsonl", gcsSource={"uris": ["gs://demo/"]}),
            'Field: input_config.gcs_source.uris; Message: "gs://demo/" is not a Cloud Storage URI.',
        ),
        (
            _input(instancesFormat="jsonl", gcsSource={"uris": ["s3://demo/in"]}),
            'Field: input_config.gcs_source.uris; Message: "s3://demo/in" is not a Cloud Storage URI.',
        ),
        (
            _input(instancesFormat="bigquery", bigquerySource={"inputUri": "bq://a.b.c"}),
            "Field: input_config.bigquery_source; Message: This emulator does not do BigQuery yet; use Cloud Storage.",
        ),
        (
            _input(instancesFormat="vertex-dataset", vertexMultimodalDatasetSource={"datasetName": "x"}),
            (
                "Field: input_config.vertex_multimodal_dataset_source; "
                "Message: This emulator does not do multimodal datasets yet; use Cloud Storage."
            ),
        ),
        (_output(predictionsFormat="jsonl"), "Field: output_config.destination; Message: Required field is not set."),
        (
            _output(gcsDestination=_GCS_OUT),
            "Field: output_config.predictions_format; Message: Required field is not set.",
        ),
        (
            _output(predictionsFormat="bigquery", gcsDestination=_GCS_OUT),
            (
                "Field: output_config.predictions_format; "
                'Message: "bigquery" is not the format of Cloud Storage here; "jsonl" is.'
            ),
        ),
        (
            _output(predictionsFormat="jsonl", gcsDestination={}),
            "Field: output_config.gcs_destination.output_uri_prefix; Message: Required field is not set.",
        ),
        (
            _output(predictionsFormat="bigquery", bigqueryDestination={"outputUri": "bq://a"}),
            (
                "Field: output_config.bigquery_destination; "
                "Message: This emulator does not do BigQuery yet; use Cloud Storage."
            ),
        ),
        (_job(labels={"Team": "x"}), f'Field: labels; Message: "Team" is not a label key: {_LABEL_RULE}'),
        (_job(labels={"": "x"}), f'Field: labels; Message: "" is not a label key: {_LABEL_RULE}'),
        (_job(labels={"team": "a.b"}), f'Field: labels; Message: "a.b" is not a label value: {_LABEL_RULE}'),
        (_job(labels={"k" * 65: ""}), f'Field: labels; Message: "{"k" * 65}" is not a label key: {_LABEL_RULE}'),
        (_job(labels={f"k{n}": "v" for n in range(65)}), "Field: labels; Message: Must have at most 64 entries."),
    ],
)
def test_a_job_that_cannot_be_meant_is_refused_with_the_field(job, finding):
    with pytest.raises(ApiError) as caught:
        check_new_job(job, _TODAY)

    assert (400, "INVALID_ARGUMENT") == (caught.value.code, caught.value.status)
    assert f"List of found errors:\t1.{finding}" == caught.value.message


def test_everything_that_is_wrong_is_said_at_once():
    with pytest.raises(ApiError) as caught:
        check_new_job({}, _TODAY)

    paths = ("display_name", "model", "input_config.instances_format", "input_config.source")
    paths += ("output_config.predictions_format", "output_config.destination")
    findings = [f"{n}.Field: {path}; Message: Required field is not set." for n, path in enumerate(paths, start=1)]
    assert "List of found errors:\t" + "\t".join(findings) == caught.value.message


@pytest.mark.parametrize(
    ("job", "message"),
    [
        (_job(temperature=1), "Unknown name \"temperature\" at 'batch_prediction_job': Cannot find field."),
        (
            _input(instancesFormat="jsonl", gcsSource=_GCS_IN, bigquerySource={}),
            (
                "Invalid value at 'batch_prediction_job.input_config' (oneof), oneof field 'source' is already set. "
                "Cannot set 'bigquerySource' beside 'gcsSource'"
            ),
        ),
    ],
)
def test_a_body_that_is_not_the_message_is_refused(job, message):
    with pytest.raises(ApiError) as caught:
        check_new_job(job, _TODAY)

    assert (400, "INVALID_ARGUMENT") == (caught.value.code, caught.value.status)
    assert f"Invalid JSON payload received. {message}" == caught.value.message


@pytest.mark.parametrize(
    ("model", "shown"),
    [
        ("publishers/google/models/gemini-99", "gemini-99"),
        ("publishers/google/models/gemini-2.5-pro", "gemini-2.5-pro"),
        ("projects/demo/locations/global/publishers/google/models/gemini-1.5-pro-002", "gemini-1.5-pro-002"),
        ("gemini-3.8-flash", "gemini-3.8-flash"),
        ("models/gemini-3.8-flash", "gemini-3.8-flash"),
        ("publishers/google/models/", ""),
    ],
)
def test_a_model_that_is_unknown_retired_or_not_a_name_does_not_exist(model, shown):
    with pytest.raises(ApiError) as caught:
        check_new_job(_job(model=model), _TODAY)

    assert (404, "NOT_FOUND") == (caught.value.code, caught.value.status)
    assert f"The PublisherModel {shown} does not exist." == caught.value.message


def test_a_model_is_retired_from_its_day_on():
    job = _job(model="publishers/google/models/gemini-2.5-flash-image")

    assert job == check_new_job(job, date(2027, 3, 14))
    with pytest.raises(ApiError, match="does not exist"):
        check_new_job(job, date(2027, 3, 15))
