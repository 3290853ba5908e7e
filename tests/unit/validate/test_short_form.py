"""From a job's body to the spec that asks for it: short where that is exact, and nothing lost."""

from __future__ import annotations

import pytest

from gembatch.validate.body import canonical
from gembatch.validate.short_form import spec_of

MODEL = {"model": "publishers/google/models/gemini-3.8-flash"}
INPUT = {"inputConfig": {"instancesFormat": "jsonl", "gcsSource": {"uris": ["gs://b/in.jsonl"]}}}
OUTPUT = {"outputConfig": {"predictionsFormat": "jsonl", "gcsDestination": {"outputUriPrefix": "gs://b/out/"}}}
BODY = {"displayName": "daily", **MODEL, **INPUT, **OUTPUT}


def source(**config):
    return {"inputConfig": config}


def destination(**config):
    return {"outputConfig": config}


@pytest.mark.parametrize(
    ("spec", "part"),
    [
        ({"model": "gemini-3.8-flash"}, MODEL),
        ({"model": "publishers/acme/models/x"}, {"model": "publishers/acme/models/x"}),
        (
            {"model": "projects/p/locations/us/publishers/google/models/x"},
            {"model": "projects/p/locations/us/publishers/google/models/x"},
        ),
        ({"model": "projects/p/locations/us/models/7@2"}, {"model": "projects/p/locations/us/models/7@2"}),
        ({"input": "gs://b/in.jsonl"}, INPUT),
        (
            {"input": ["gs://b/1.jsonl", "gs://b/2.jsonl"]},
            source(instancesFormat="jsonl", gcsSource={"uris": ["gs://b/1.jsonl", "gs://b/2.jsonl"]}),
        ),
        ({"input": "bq://p.d.t"}, source(instancesFormat="bigquery", bigquerySource={"inputUri": "bq://p.d.t"})),
        ({"output": "gs://b/out/"}, OUTPUT),
        (
            {"output": "gs://b/out"},
            destination(predictionsFormat="jsonl", gcsDestination={"outputUriPrefix": "gs://b/out"}),
        ),
        (
            {"output": "bq://p.d.t"},
            destination(predictionsFormat="bigquery", bigqueryDestination={"outputUri": "bq://p.d.t"}),
        ),
    ],
)
def test_what_has_a_short_form_is_short(spec, part):
    body = {**BODY, **part}

    assert spec.items() <= spec_of(body).items()
    assert canonical(body) == canonical(spec_of(body))


@pytest.mark.parametrize(
    "part",
    [
        source(instancesFormat="csv", gcsSource={"uris": ["gs://b/in.csv"]}),
        source(instancesFormat="jsonl", bigquerySource={"inputUri": "bq://p.d.t"}),
        source(instancesFormat="jsonl", gcsSource={"uris": []}),
        source(instancesFormat="vertex-dataset", vertexMultimodalDatasetSource={"datasetName": "projects/p/x"}),
        source(gcsSource={"uris": ["gs://b/in.jsonl"]}),
        destination(predictionsFormat="csv", gcsDestination={"outputUriPrefix": "gs://b/out/"}),
        destination(predictionsFormat="vertex-dataset", vertexMultimodalDatasetDestination={"displayName": "d"}),
        destination(),
    ],
)
def test_what_a_short_form_would_change_stands_as_it_is(part):
    assert part.items() <= spec_of({**BODY, **part}).items()


def test_the_usual_job_is_four_lines():
    assert ["displayName", "model", "input", "output"] == list(spec_of(BODY))


def test_labels_are_kept_but_for_gembatchs_own():
    labels = {"gembatch-workspace": "w", "gembatch-env": "e", "gembatch-attempt": "a", "team": "search"}

    assert {"team": "search"} == spec_of({**BODY, "labels": labels})["labels"]


def test_labels_that_are_all_gembatchs_leave_nothing():
    assert "labels" not in spec_of({**BODY, "labels": {"gembatch-workspace": "w"}})


def test_whole_numbers_are_whole_again():
    """A protobuf `Value` knows only floats."""
    spec = spec_of({**BODY, "modelParameters": {"temperature": 0.5, "topK": 40.0, "stop": [1.0, None, True]}})

    assert '{"temperature": 0.5, "topK": 40, "stop": [1, None, True]}' == str(spec["modelParameters"]).replace("'", '"')


def test_other_fields_are_kept_empty_ones_too():
    rest = {"serviceAccount": "s", "manualBatchTuningParameters": {}, "encryptionSpec": {"kmsKeyName": "k"}}

    assert rest.items() <= spec_of({**BODY, **rest}).items()


def test_a_body_without_source_and_destination_is_left_so():
    assert {"displayName": "daily", "model": "m"} == spec_of({"displayName": "daily", "model": "m"})
