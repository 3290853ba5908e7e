"""Each kind of violation in our words: rule, underlined text, message, hint."""

from __future__ import annotations

import pytest

from gembatch.model.document import Document
from gembatch.validate.messages import described
from gembatch.validate.schema import authored_check, rendered_check, workspace_check
from gembatch.validate.violations import Violation

GOOD = "displayName: a\nmodel: m\ninput: gs://bucket/in.jsonl\noutput: gs://bucket/out/\n"

JOBS = {
    "an unknown key is underlined, with the one that was meant": (
        GOOD + "lables: {}\n",
        [("schema.unknown-key", "lables", 'unknown key "lables"', "did you mean `labels`?")],
    ),
    "a key in snake case is recognised": (
        GOOD + "instance_config: {}\n",
        [("schema.unknown-key", "instance_config", 'unknown key "instance_config"', "did you mean `instanceConfig`?")],
    ),
    "an unknown key in a mapping with few keys lists them": (
        GOOD + "lifecycle: {x: 1}\n",
        [
            (
                "schema.unknown-key",
                "x",
                'unknown key "x" in lifecycle',
                "the keys here are `allowRedated`, `maxAttempts`, `maxFailedRows`, `onChangeInFlight`, `onFailure`",
            )
        ],
    ),
    "an unknown key among many has no hint when none is near": (
        GOOD + "schedule: daily\n",
        [("schema.unknown-key", "schedule", 'unknown key "schedule"', None)],
    ),
    "a missing key of which the schema has no example is named": (
        GOOD + "matrix: {lang: {from: ./langs.csv}}\n",
        [
            ("schema.missing-key", "lang", "matrix.lang.file is missing", "add `file`"),
            ("schema.unknown-key", "from", 'unknown key "from" in matrix.lang', "the keys here are `file`"),
        ],
    ),
    "text has no keys that exclude each other": (
        GOOD + "instanceConfig: x\n",
        [("schema.type", "x", 'instanceConfig must be a mapping, got "x"', None)],
    ),
    "a field of an answer is not for a spec": (
        GOOD + "state: JOB_STATE_PENDING\n",
        [("schema.unknown-key", "state", 'unknown key "state"', "`state` is set by Vertex AI; take it out")],
    ),
    "a missing key is said at the start of the document, with an example": (
        GOOD.replace("displayName: a\n", ""),
        [
            (
                "schema.missing-key",
                "m",
                "displayName is missing",
                "add, for example, `displayName: reviews-de`",
            )
        ],
    ),
    "one of two keys is missing": (
        GOOD.replace("input: gs://bucket/in.jsonl\n", ""),
        [
            (
                "schema.missing-key",
                "d",
                "input is missing",
                "add, for example, `input: gs://acme-batch/reviews/de/2026-11-22.jsonl` or `inputConfig`",
            )
        ],
    ),
    "a missing key in a mapping is said at that mapping's key": (
        GOOD.replace("output: gs://bucket/out/", "outputConfig: {gcsDestination: {outputUriPrefix: gs://bucket/out/}}"),
        [
            (
                "schema.missing-key",
                "outputConfig",
                "outputConfig.predictionsFormat is missing",
                "add, for example, `predictionsFormat: jsonl`",
            )
        ],
    ),
    "two keys of which one is due": (
        GOOD + "outputConfig: {predictionsFormat: jsonl, gcsDestination: {outputUriPrefix: gs://bucket/out/}}\n",
        [("schema.conflict", "outputConfig", "set output or outputConfig, not both", None)],
    ),
    "three keys of which one is due": (
        GOOD.replace(
            "input: gs://bucket/in.jsonl",
            "inputConfig: {instancesFormat: jsonl, gcsSource: {uris: gs://bucket/in.jsonl}, "
            "bigquerySource: {inputUri: bq://a.b.c}, vertexMultimodalDatasetSource: {datasetName: d}}",
        ),
        [
            (
                "schema.conflict",
                "vertexMultimodalDatasetSource",
                "in inputConfig, set gcsSource or bigquerySource or vertexMultimodalDatasetSource, not more than one",
                None,
            )
        ],
    ),
    "two keys that exclude each other": (
        GOOD + "instanceConfig: {includedFields: [a], excludedFields: [b]}\n",
        [
            (
                "schema.conflict",
                "excludedFields",
                "in instanceConfig, set includedFields or excludedFields, not both",
                None,
            )
        ],
    ),
    "a misspelt key is not missing as well": (
        GOOD.replace("displayName", "displyName"),
        [("schema.unknown-key", "displyName", 'unknown key "displyName"', "did you mean `displayName`?")],
    ),
    "nor is one of two keys": (
        GOOD.replace("output:", "ouput:"),
        [("schema.unknown-key", "ouput", 'unknown key "ouput"', "did you mean `output`?")],
    ),
    "a document that is no mapping lacks nothing else": (
        "[a]\n",
        [
            (
                "schema.type",
                "[a]",
                "the document must be a mapping, got a list",
                "write `key: value` lines, without `- ` before them",
            )
        ],
    ),
    "a number where text is due": (
        GOOD + "labels: {team: 7}\n",
        [("schema.type", "7", "labels.team must be text, got 7", 'put it in quotes: "7"')],
    ),
    "text where a whole number is due": (
        GOOD + "lifecycle: {maxAttempts: many}\n",
        [("schema.type", "many", 'lifecycle.maxAttempts must be a whole number, got "many"', None)],
    ),
    "a whole number in quotes": (
        GOOD + 'lifecycle: {maxAttempts: "3"}\n',
        [("schema.type", '"3"', 'lifecycle.maxAttempts must be a whole number, got "3"', "write 3 without quotes")],
    ),
    "a boolean in quotes": (
        GOOD + 'lifecycle: {allowRedated: "True"}\n',
        [
            (
                "schema.type",
                '"True"',
                'lifecycle.allowRedated must be true or false, got "True"',
                "write true without quotes",
            )
        ],
    ),
    "one value where a list is due": (
        GOOD + "matrix: {lang: de}\n",
        [("schema.type", "de", 'matrix.lang must be a list or a mapping, got "de"', 'put it in a list: ["de"]')],
    ),
    "a mapping where text or a list is due": (
        GOOD.replace("input: gs://bucket/in.jsonl", "input: {uri: x}"),
        [("schema.type", "{uri: x}", "input must be text or a list, got a mapping", None)],
    ),
    "nothing where something is due": (
        GOOD + "labels: null\n",
        [("schema.type", "null", "labels must be a mapping, got nothing", "give it a value, or take the key out")],
    ),
    "a value that is none of a few": (
        GOOD + "lifecycle: {onFailure: rety}\n",
        [
            (
                "schema.value",
                "rety",
                'lifecycle.onFailure must be "hold" or "retry", got "rety"',
                'did you mean "retry"?',
            )
        ],
    ),
    "a value that is like none of a few": (
        GOOD + "lifecycle: {onFailure: 3}\n",
        [("schema.value", "3", 'lifecycle.onFailure must be "hold" or "retry", got 3', None)],
    ),
    "a number that is too large": (
        GOOD + "lifecycle: {maxFailedRows: 2}\n",
        [("schema.value", "2", "lifecycle.maxFailedRows must be between 0 and 1, got 2", None)],
    ),
    "a number that is too small": (
        GOOD + "manualBatchTuningParameters: {batchSize: 0}\n",
        [("schema.value", "0", "manualBatchTuningParameters.batchSize must be at least 1, got 0", None)],
    ),
    "text of the wrong form": (
        GOOD.replace(
            "model: m",
            "unmanagedContainerModel: {containerSpec: {imageUri: i, deploymentTimeout: 30m}}",
        ),
        [
            (
                "schema.pattern",
                "30m",
                (
                    "unmanagedContainerModel.containerSpec.deploymentTimeout must be seconds followed by s, such as "
                    '1800s, got "30m"'
                ),
                None,
            )
        ],
    ),
    "empty text": (
        GOOD.replace("model: m", 'model: ""'),
        [("schema.length", '""', "model must not be empty", None)],
    ),
    "an empty list": (
        GOOD.replace("input: gs://bucket/in.jsonl", "input: []"),
        [("schema.length", "[]", "input must not be empty", None)],
    ),
    "text that is too long": (
        GOOD.replace("displayName: a", f"displayName: {'a' * 129}"),
        [("schema.length", "a" * 129, "displayName must be at most 128 characters, got 129", None)],
    ),
    "a long value is cut": (
        GOOD + f"lifecycle: {{onFailure: {'x' * 80}}}\n",
        [("schema.value", "x" * 80, f'lifecycle.onFailure must be "hold" or "retry", got "{"x" * 59}…"', None)],
    ),
}


@pytest.mark.parametrize("case", JOBS)
def test_a_job_is_told(case, read, job_schema, tell):
    text, expected = JOBS[case]

    assert expected == tell(authored_check(read(text), job_schema))


WORKSPACE = """\
version: 1
name: reviews
specs: ["specs/*.yaml"]
environments: {prod: {project: acme, region: global}}
"""

NAME_DEMAND = "must be 1 to 63 lower-case letters, digits, - and _, as it becomes a label"

WORKSPACES = {
    "a format of another version": (
        WORKSPACE.replace("version: 1", "version: 2"),
        [("schema.value", "2", "version must be 1, got 2", None)],
    ),
    "a name that cannot be a label": (
        WORKSPACE.replace("name: reviews", "name: Reviews"),
        [("schema.pattern", "Reviews", f'name {NAME_DEMAND}, got "Reviews"', None)],
    ),
    "a name with a line break, which Python's patterns let pass": (
        WORKSPACE.replace("name: reviews", 'name: "reviews\\n"'),
        [("schema.pattern", '"reviews\\n"', f'name {NAME_DEMAND}, got "reviews\\n"', None)],
    ),
    "an environment's name that cannot be a label": (
        WORKSPACE.replace("prod", "Prod"),
        [("schema.pattern", "Prod", f'a name in environments {NAME_DEMAND}, got "Prod"', None)],
    ),
    "no environment": (
        WORKSPACE.replace("{prod: {project: acme, region: global}}", "{}"),
        [("schema.length", "{}", "environments must not be empty", None)],
    ),
    "a missing key of an environment is said at its name": (
        WORKSPACE.replace("project: acme, ", ""),
        [
            (
                "schema.missing-key",
                "prod",
                "environments.prod.project is missing",
                "add, for example, `project: acme-prod`",
            )
        ],
    ),
    "a time of zero": (
        WORKSPACE.replace("region: global", "region: global, submit: {timeoutSeconds: 0}"),
        [("schema.value", "0", "environments.prod.submit.timeoutSeconds must be more than 0, got 0", None)],
    ),
    "a region that would send requests elsewhere": (
        WORKSPACE.replace("region: global", "region: evil.example/"),
        [
            (
                "schema.pattern",
                "evil.example/",
                'environments.prod.region must be a region, such as us-central1 or global, got "evil.example/"',
                None,
            )
        ],
    ),
    "an unknown key in defaults": (
        WORKSPACE + "defaults: {labls: {}}\n",
        [("schema.unknown-key", "labls", 'unknown key "labls" in defaults', "did you mean `labels`?")],
    ),
    "an expression, which nothing would fill in": (
        WORKSPACE.replace("name: reviews", 'name: "{{ x }}"'),
        [("schema.pattern", '"{{ x }}"', f'name {NAME_DEMAND}, got "{{{{ x }}}}"', None)],
    ),
}


@pytest.mark.parametrize("case", WORKSPACES)
def test_a_workspace_is_told(case, read, workspace_schema, tell):
    text, expected = WORKSPACES[case]

    assert expected == tell(workspace_check(read(text), workspace_schema))


def test_a_conflict_points_at_both_keys(read, job_schema):
    (finding,) = authored_check(
        read(GOOD + "inputConfig: {instancesFormat: jsonl, gcsSource: {uris: u}}\n"), job_schema
    )

    assert ["3:1 input is set here"] == [f"{at.line}:{at.column} {why}" for at, why in finding.related]


def test_one_of_many_values_is_listed_in_the_hint(read, job_schema):
    text = GOOD + "dedicatedResources: {machineSpec: {acceleratorType: abacus}}\n"
    (finding,) = authored_check(read(text), job_schema)

    assert finding.message.endswith('acceleratorType must be one of 18 values, got "abacus"')
    assert finding.hint is not None
    assert finding.hint.startswith('the values are "NVIDIA_A100_80GB", "NVIDIA_B200", ')


def test_one_like_one_of_many_values_is_named(read, job_schema):
    text = GOOD + "dedicatedResources: {machineSpec: {acceleratorType: NVIDIA_L5}}\n"
    (finding,) = authored_check(read(text), job_schema)

    assert 'did you mean "NVIDIA_L4"?' == finding.hint


def test_all_findings_come_in_reading_order(read, job_schema):
    findings = authored_check(read("model: 3\ninput: gs://bucket/in.jsonl\nouput: x\nlabels: {a: 1}\n"), job_schema)

    assert [(1, 1), (1, 8), (3, 1), (4, 13)] == [(each.location.line, each.location.column) for each in findings]


def test_nothing_is_said_of_a_good_job(read, job_schema):
    assert () == authored_check(read(GOOD), job_schema)


def test_an_expression_may_stand_wherever_a_value_is_due(read, job_schema):
    text = """\
displayName: "{{ a }}"
model: "{{ b }}"
input: "{{ c }}"
output: "{{ d }}"
labels: "{{ e }}"
lifecycle: {onFailure: "{{ f }}", maxAttempts: "{{ g }}", allowRedated: "{{ h }}", maxFailedRows: "{{ i }}"}
instanceConfig: {includedFields: "{{ j }}"}
unmanagedContainerModel: "{{ k }}"
"""
    (finding,) = authored_check(read(text), job_schema)

    assert "set model or unmanagedContainerModel, not both" == finding.message


def test_what_an_expression_gave_is_judged_in_its_combination(job_schema, render, tell):
    text = GOOD + 'matrix: {lang: [de, fr], tone: [formal]}\nlifecycle: {maxAttempts: "{{ 3 }}"}\n'
    (_, rendered) = render(text)
    assert {"maxAttempts": 3} == rendered.document.data["lifecycle"]

    rendered.document.data["lifecycle"]["maxAttempts"] = "many"
    findings = rendered_check(rendered, job_schema)

    assert [
        (
            "schema.type",
            '"{{ 3 }}"',
            'lifecycle.maxAttempts must be a whole number, got "many"',
            "an expression gave this value",
        )
    ] == tell(findings)
    assert ["lang=fr, tone=formal"] == [each.combination for each in findings]


def test_a_number_from_an_expression_can_be_made_text(read, job_schema, render, tell):
    (rendered,) = render(GOOD + "labels: {shard: \"{{ 3 ~ '' }}\"}\n")
    assert {"shard": "3"} == rendered.document.data["labels"]

    rendered.document.data["labels"]["shard"] = 3

    assert [
        (
            "schema.type",
            "\"{{ 3 ~ '' }}\"",
            "labels.shard must be text, got 3",
            "an expression alone keeps the kind of its value; join it to text, such as `{{ n ~ '' }}`",
        )
    ] == tell(rendered_check(rendered, job_schema))


def test_a_brace_that_is_left_after_rendering_is_no_expression(job_schema, render):
    (rendered,) = render(GOOD + "modelParameters: {prompt: [\"{{ '{{' }}\"]}\n")

    assert {"prompt": ["{{"]} == rendered.document.data["modelParameters"]
    assert () == rendered_check(rendered, job_schema)


def test_a_keyword_without_words_reads_well(read):
    document: Document = read("labels: {a: b}\n")
    violation = Violation("contains", ("labels",), {"a": "b"}, 0, {"description": "Labels for billing."}, {})
    silent = Violation("contains", ("labels",), {"a": "b"}, 0, {}, {})

    findings = described([violation, silent], document.places)

    assert ["labels must be something else, got a mapping"] * 2 == [each.message for each in findings]
    assert ["Labels for billing.", None] == [each.hint for each in findings]


def test_of_very_many_findings_in_a_document_only_the_first_are_told(read, job_schema):
    findings = authored_check(read(GOOD + "".join(f"k{number}: x\n" for number in range(1_000))), job_schema)

    assert ["schema.unknown-key"] * 100 + ["yaml.limit"] == [finding.rule for finding in findings]
    assert "100 findings in this document: there are more" == findings[-1].message
