"""Jobs as nouns: their states, labels, inputs and outputs."""

from __future__ import annotations

import pytest
from builders import job_spec, key_of, remote

from gembatch.model.document import Json
from gembatch.model.jobs import JobState, input_uris, output_uri, rerun_label


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("JOB_STATE_SUCCEEDED", JobState.SUCCEEDED),
        ("SUCCEEDED", JobState.SUCCEEDED),
        ("JOB_STATE_DREAMING", JobState.UNSPECIFIED),
        ("", JobState.UNSPECIFIED),
    ],
)
def test_a_state_that_is_not_known_reads_as_unspecified(text: str, state: JobState) -> None:
    assert state is JobState.parse(text)


def test_five_states_are_terminal_and_all_others_may_still_cost() -> None:
    assert {
        JobState.SUCCEEDED,
        JobState.FAILED,
        JobState.CANCELLED,
        JobState.EXPIRED,
        JobState.PARTIALLY_SUCCEEDED,
    } == {state for state in JobState if state.has_ended}
    assert all(state.is_live is not state.has_ended for state in JobState)


def test_a_state_has_a_word_for_people() -> None:
    assert "partially succeeded" == JobState.PARTIALLY_SUCCEEDED.word


def test_keys_sort_by_project_region_environment_and_name() -> None:
    keys = [key_of("b"), key_of("a", region="us-west1"), key_of("a"), key_of("c", project="aaa")]

    assert [key_of("c", project="aaa"), key_of("a"), key_of("b"), key_of("a", region="us-west1")] == sorted(keys)
    assert "a" == str(key_of("a"))


def test_the_attempt_of_a_job_is_on_its_label() -> None:
    assert f"{1:032x}" == remote(job_spec()).attempt
    assert None is remote(job_spec(), labels={}).attempt


def test_a_rerun_wish_of_any_text_becomes_a_label() -> None:
    label = rerun_label("weil es Spaß macht! " * 100)

    assert 32 == len(label)
    assert label != rerun_label("weil es Spaß macht!")


@pytest.mark.parametrize(
    ("config", "uris"),
    [
        ({"gcsSource": {"uris": ["gs://a/1", "gs://a/2"]}}, ("gs://a/1", "gs://a/2")),
        ({"bigquerySource": {"inputUri": "bq://p.d.t"}}, ("bq://p.d.t",)),
        ({"vertexMultimodalDatasetSource": {"datasetName": "projects/p/datasets/1"}}, ("projects/p/datasets/1",)),
        ({}, ()),
        (None, ()),
    ],
)
def test_the_inputs_that_a_body_names(config: Json, uris: tuple[str, ...]) -> None:
    assert uris == input_uris({"inputConfig": config})


@pytest.mark.parametrize(
    ("config", "uri"),
    [
        ({"gcsDestination": {"outputUriPrefix": "gs://a/out/"}}, "gs://a/out/"),
        ({"bigqueryDestination": {"outputUri": "bq://p.d"}}, "bq://p.d"),
        ({"vertexMultimodalDatasetDestination": {"bigqueryDestination": {"outputUri": "bq://p.d"}}}, "bq://p.d"),
        ({}, ""),
        (None, ""),
    ],
)
def test_the_output_that_a_body_names(config: Json, uri: str) -> None:
    assert uri == output_uri({"outputConfig": config})


def test_a_spec_knows_its_file_inputs_and_output() -> None:
    spec = job_spec("a")

    assert ("specs/daily.yaml", ("gs://in/a-v1.jsonl",), "gs://out/a/") == (
        spec.spec_path,
        spec.input_uris,
        spec.output_uri,
    )
