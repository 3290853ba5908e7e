from __future__ import annotations

import pytest

from gembatch.load.workspace import workspace_from
from gembatch.model.diagnostics import Severity
from gembatch.model.document import Source
from gembatch.validate.variable_rules import unused_variables

WORKSPACE = """\
version: 1
name: reviews
specs: ["specs/*.yaml"]
variables:
  bucket: {type: string, default: demo-bucket}
  tone: {type: string, default: plain}
defaults:
  labels: {tone: "{{ tone }}"}
environments:
  local: {project: demo, region: us, endpoint: embedded, variables: {bucket: local-bucket}}
  prod: {project: demo, region: us, lockfile: l.json, variables: {bucket: prod-bucket}}
"""


@pytest.fixture
def unused(read):
    workspace = workspace_from(read(WORKSPACE))

    def in_texts(*texts: str):
        return unused_variables(workspace, [Source("specs/a.yaml", text) for text in texts])

    return in_texts


@pytest.mark.parametrize(
    "text",
    [
        "input: gs://{{ bucket }}/a.jsonl",
        "input: gs://{{bucket}}/a.jsonl",
        "input: gs://{{ 'x' ~ (bucket | lower) }}/a.jsonl",
        "environments: {prod: {input: 'gs://{{ bucket }}/a.jsonl'}}",
        "# input: gs://{{ bucket }}/a.jsonl",
        "labels: {\n  a: '{{\n bucket }}'}",
    ],
)
def test_a_variable_in_any_expression_is_used(unused, text):
    assert () == unused("displayName: a\n", text)


@pytest.mark.parametrize(
    "text", ["", "input: gs://bucket/a.jsonl", "a: '{{ my_bucket }}'", "a: '{{ x }} bucket {{ y }}'"]
)
def test_a_variable_in_none_is_not(unused, tell, text):
    findings = unused(text)

    assert [
        (
            "variable.unused",
            "bucket",
            "the variable `bucket` is declared, and nothing uses it",
            "take it out, or write `{{ bucket }}` where its value belongs",
        )
    ] == tell(findings)
    assert Severity.WARNING is findings[0].severity


def test_the_values_that_environments_give_it_are_shown(unused):
    (finding,) = unused("displayName: a\n")

    assert ["local gives it a value for nothing", "prod gives it a value for nothing"] == [
        why for _, why in finding.related
    ]
    assert [10, 11] == [place.line for place, _ in finding.related]
