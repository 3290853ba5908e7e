"""The quick verdict and jsonschema say the same of every document; only the second is asked to explain."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from gembatch.validate.schema import authored_check, prepare
from gembatch.validate.strict import layer_form, strict_form, whole_form
from gembatch.validate.verdict import verdict_of
from gembatch.validate.violations import violations

SCHEMAS = Path(__file__).parents[3] / "schemas"
JOB = whole_form(layer_form(json.loads((SCHEMAS / "job.schema.json").read_text(encoding="utf-8"))))
WORKSPACE = layer_form(json.loads((SCHEMAS / "workspace.schema.json").read_text(encoding="utf-8")))

SHORT = {"displayName": "a", "model": "m", "input": "gs://b/i.jsonl", "output": "gs://b/o/"}
REST = {
    "displayName": "my-job",
    "model": "publishers/google/models/gemini-3.8-flash",
    "inputConfig": {"instancesFormat": "jsonl", "gcsSource": {"uris": "gs://b/i.jsonl"}},
    "outputConfig": {"predictionsFormat": "jsonl", "gcsDestination": {"outputUriPrefix": "gs://b/o"}},
}
SMALL_WORKSPACE = {
    "version": 1,
    "name": "reviews",
    "specs": ["specs/*.yaml"],
    "environments": {"prod": {"project": "acme", "region": "global"}},
}


def examples(schema):
    """Every field's examples, as small documents that hold nothing else but what is required."""
    for key, field in schema["properties"].items():
        for example in field.get("examples", []):
            yield key, example


GOOD_JOBS = [
    SHORT,
    REST,
    {**SHORT, "input": ["gs://b/1", "./data/2.jsonl"]},
    {**SHORT, "modelParameters": {"anything": [None, {"goes": 1.5}]}},
    {**SHORT, "matrix": {"lang": ["de", 3, True, 1.5]}},
    {**SHORT, "lifecycle": {"maxAttempts": 3.0, "maxFailedRows": 0}},
]
for key, example in examples(JOB):
    alternative = {"inputConfig": "input", "outputConfig": "output", "unmanagedContainerModel": "model"}.get(key)
    GOOD_JOBS.append({**{k: v for k, v in SHORT.items() if k != alternative}, key: example})

WRONG_VALUES = [None, True, 0, -1, 1.5, "", "x", "x\n", "x" * 2000, [], ["x"], [None], {}, {"x": 1}]
BAD_JOBS = [
    [],
    "text",
    None,
    {},
    *({k: v for k, v in SHORT.items() if k != key} for key in SHORT),
    {**SHORT, "unknown": 1},
    {**SHORT, "lifecycle": {"maxAttempts": True}},
    {**SHORT, "lifecycle": {"maxAttempts": 1.5}},
    {**SHORT, "matrix": {"lang": []}},
    {**SHORT, "labels": {"a": None}},
]
TEMPLATED_JOBS = [
    dict.fromkeys(SHORT, "{{ x }}"),
    {**SHORT, "displayName": "a" * 200 + "{{ x }}"},
    {**SHORT, "labels": "{{ x }}", "lifecycle": {"maxAttempts": "{{ x }}", "onFailure": "{{ y }}"}},
]


def test_good_jobs_fit():
    fits = verdict_of(JOB)

    assert [] == [job for job in GOOD_JOBS if not fits(job)]


def test_bad_jobs_do_not_fit():
    fits = verdict_of(JOB)

    assert [] == [job for job in BAD_JOBS if fits(job)]


def variants(schema, document):
    """The document with each of its values in turn, at any depth, replaced by each wrong value."""
    yield document
    for pointer in pointers(document):
        for value in WRONG_VALUES:
            changed = copy.deepcopy(document)
            target = changed
            for step in pointer[:-1]:
                target = target[step]
            target[pointer[-1]] = value
            yield changed


def pointers(value, around=()):
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, item in items:
        yield (*around, step)
        yield from pointers(item, (*around, step))


@pytest.mark.parametrize("number", range(len(GOOD_JOBS)))
def test_both_agree_on_a_job_and_on_all_it_could_be_mistaken_for(number):
    fits, authored, strict = verdict_of(JOB), jsonschema.Draft7Validator(JOB), strict_form(JOB)
    for job in variants(JOB, GOOD_JOBS[number]):
        verdict = fits(job)

        assert verdict == authored.is_valid(job), job
        assert verdict == (not violations(strict, job)) or "{{" in json.dumps(job), job


@pytest.mark.parametrize("number", range(len(BAD_JOBS)))
def test_both_agree_on_a_bad_job(number):
    assert violations(strict_form(JOB), BAD_JOBS[number])
    assert not verdict_of(JOB)(BAD_JOBS[number])


@pytest.mark.parametrize("number", range(len(TEMPLATED_JOBS)))
def test_an_expression_fits_the_authoring_schema_and_not_the_strict_one(number):
    job = TEMPLATED_JOBS[number]

    assert verdict_of(JOB)(job)
    assert violations(strict_form(JOB), {**job, "labels": "{{ x }}"})


def test_both_agree_on_a_workspace_and_on_all_it_could_be_mistaken_for():
    fits = verdict_of(WORKSPACE)
    whole = dict(examples(WORKSPACE)) | SMALL_WORKSPACE
    for workspace in variants(WORKSPACE, {**whole, "variables": {"a": {"type": "list", "default": [1]}}}):
        if "\\n" not in json.dumps(workspace):  # A pattern's `$` lets a last line break pass in plain jsonschema.
            assert fits(workspace) == jsonschema.Draft7Validator(WORKSPACE).is_valid(workspace), workspace
        assert fits(workspace) == (not violations(strict_form(WORKSPACE), workspace)), workspace


def test_an_explanation_is_there_whenever_the_verdict_is_bad(read, job_schema):
    for text in ("[]", "{}", "displayName: 3", "labels: {a: {b: c}}"):
        assert authored_check(read(text), job_schema), text


def test_a_schema_whose_root_is_no_mapping_is_refused():
    with pytest.raises(TypeError):
        verdict_of({"type": "object", "properties": []})


def test_a_neighbour_allows_anything_and_is_never_fetched():
    schema = prepare({"properties": {"a": {"$ref": "elsewhere.json#/x"}, "b": [{"$ref": "#/definitions/c"}]}})

    assert {"properties": {"a": {}, "b": [{"$ref": "#/definitions/c"}]}} == schema.strict


def test_a_valid_document_never_imports_jsonschema():
    script = """
import json, sys
from gembatch.validate.schema import prepare
schema = prepare(json.load(open(sys.argv[1])))
assert schema.fits(json.loads(sys.argv[2]))
slow = {"jsonschema", "referencing", "google.protobuf", "grpc", "jinja2", "yaml", "difflib"}
print(sorted(slow & sys.modules.keys()))
"""
    arguments = [sys.executable, "-c", script, str(SCHEMAS / "job.schema.json"), json.dumps(REST)]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True)

    assert "[]\n" == done.stdout
