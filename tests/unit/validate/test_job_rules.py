"""What the schema cannot say about jobs: rule, underlined text, message, hint."""

from __future__ import annotations

import pytest

from gembatch.model.diagnostics import Severity
from gembatch.validate.rules import RULES

GOOD = "displayName: a\nmodel: m\ninput: gs://bucket/in.jsonl\noutput: gs://bucket/out/\n"
OTHER = GOOD.replace("displayName: a", "displayName: b").replace("/out/", "/other/")
TO_A_BUCKET = "predictions go to a bucket or a table; `gembatch status KEY` shows the first of them"
LABEL_KEY = "a label's key must be 1 to 63 lower-case letters, digits, - and _ and begin with a letter"


def with_input(text: str) -> str:
    return GOOD.replace("input: gs://bucket/in.jsonl", text)


def with_output(text: str) -> str:
    return GOOD.replace("output: gs://bucket/out/", text)


SILENT = {
    "a plain job": GOOD,
    "two jobs": f"{GOOD}---\n{OTHER}",
    "a name in Persian, with the joiner that it needs": GOOD.replace(
        "displayName: a", 'displayName: "\u06a9\u062a\u0627\u0628\\u200C\u0647\u0627"'
    ),
    "names of one letter, with and without its accent": f"{GOOD}---\n{OTHER.replace(': b', ': á')}",
    "an account for a model of one's own": GOOD.replace("model: m", "model: projects/1/locations/us-central1/models/2")
    + "serviceAccount: batch@acme.iam.gserviceaccount.com\n",
    "labels in other scripts": GOOD + "labels: {größe: klein, 名前: 値-1, a: ''}\n",
    "59 labels": GOOD + f"labels: {{{', '.join(f'k{number}: v' for number in range(59))}}}\n",
    "a wildcard": with_input("input: gs://bucket/in/*.jsonl"),
    "a file": with_input("input: ./data/x.jsonl"),
    "a table of a domain's project": with_input("input: bq://example.com:project.dataset.table"),
    "a table partition": with_input("input: bq://project-1.data_set.table$20261122"),
    "two jobs that make tables in one dataset": f"{with_output('output: bq://p.d')}---\n"
    + with_output("output: bq://p.d").replace("displayName: a", "displayName: b"),
    "a dataset in, a dataset out": with_output(
        "outputConfig: {predictionsFormat: vertex-dataset, vertexMultimodalDatasetDestination: {displayName: d}}"
    ).replace(
        "input: gs://bucket/in.jsonl",
        "inputConfig: {instancesFormat: vertex-dataset, vertexMultimodalDatasetSource: {datasetName: d}}",
    ),
    "prefixes that only begin alike": f"{GOOD}---\n{OTHER.replace('/other/', '/out-2/')}",
    "dates in name and body": with_input("input: gs://bucket/{{ ds }}/{{ month_start }}.jsonl").replace(
        "displayName: a", "displayName: a-{{ ds_nodash }}"
    ),
    "a job that had another name, and a date in that alone": GOOD + "previousDisplayName: a-{{ ds }}\n",
    "a date in labels alone": GOOD + 'labels: {day: "{{ ds }}"}\n',
    "a date in rerun alone": GOOD + 'rerun: "{{ ds }}"\n',
    "a date that is insisted on": with_input("input: gs://bucket/{{ ds }}.jsonl") + "lifecycle: {allowRedated: true}\n",
    "a container in place of a model": GOOD.replace("model: m", "unmanagedContainerModel: {artifactUri: gs://b/m}"),
    "a tuned model": GOOD.replace("model: m", "model: projects/123/locations/us-central1/models/456@2"),
}


@pytest.mark.parametrize("case", SILENT)
def test_nothing_is_said_of(case, check):
    assert () == check(SILENT[case])


TOLD = {
    "a job that had a name which is still asked for": (
        f"{GOOD}previousDisplayName: b\n---\n{OTHER}",
        [("job.previous-name", "b", 'the specs still ask for "b"', "take `previousDisplayName` out")],
    ),
    "a job that had the name which it has": (
        f"{GOOD}previousDisplayName: a\n",
        [
            (
                "job.previous-name",
                "a",
                "previousDisplayName is the display name that the job has now",
                "take `previousDisplayName` out",
            )
        ],
    ),
    "two jobs that had one name": (
        f"{GOOD}previousDisplayName: x\n---\n{OTHER}previousDisplayName: x\n",
        [
            (
                "job.previous-name",
                "x",
                'two jobs say that they were called "x"',
                "take `previousDisplayName` out",
            )
        ],
    ),
    "two jobs with one name": (
        f"{GOOD}---\n{OTHER.replace('displayName: b', 'displayName: a')}",
        [("job.same-name", "a", 'two jobs are called "a"', "give each job a `displayName` of its own")],
    ),
    "a name that lacks an axis": (
        with_output("output: gs://bucket/{{ lang }}/{{ tone }}/").replace(": a\n", ": a-{{ tone }}\n", 1)
        + "matrix: {lang: [de, fr], tone: [formal]}\n",
        [("job.same-name", "a-{{ tone }}", 'two jobs are called "a-formal"', "put `{{ lang }}` into `displayName`")],
    ),
    "a name of which axes are not at fault": (
        GOOD.replace("displayName: a", "displayName: a-{{ n }}").replace("/out/", "/{{ n }}/")
        + "matrix: {n: [1, 2]}\n---\n"
        + OTHER.replace("displayName: b", "displayName: a-2"),
        [("job.same-name", "a-2", 'two jobs are called "a-2"', "give each job a `displayName` of its own")],
    ),
    "two jobs with one output": (
        f"{GOOD}---\n{OTHER.replace('/other/', '/out')}",
        [
            (
                "job.same-output",
                "gs://bucket/out",
                "two jobs write to gs://bucket/out/",
                "give each job an output of its own; jobs that start at once overwrite each other",
            )
        ],
    ),
    "an output that lacks an axis": (
        with_output("outputConfig: {predictionsFormat: jsonl, gcsDestination: {outputUriPrefix: gs://bucket/out}}")
        .replace("displayName: a", "displayName: a-{{ lang }}")
        .replace("/in.", "/{{ lang }}.")
        + "matrix: {lang: [de, fr]}\n",
        [
            (
                "job.same-output",
                "gs://bucket/out",
                "two jobs write to gs://bucket/out/",
                "put `{{ lang }}` into `outputUriPrefix`",
            )
        ],
    ),
    "two jobs with one table": (
        f"{with_output('output: bq://p.d.t')}---\n"
        + with_output("output: bq://p.d.t").replace("displayName: a", "displayName: b"),
        [
            (
                "job.same-output",
                "bq://p.d.t",
                "two jobs write to bq://p.d.t",
                "give each job an output of its own; jobs that start at once overwrite each other",
            )
        ],
    ),
    "an output inside another": (
        f"{OTHER.replace('/other/', '/out/b/c')}---\n{GOOD}",
        [
            (
                "job.output-inside",
                "gs://bucket/out/b/c",
                "the output gs://bucket/out/b/c/ lies inside gs://bucket/out/",
                None,
            )
        ],
    ),
    "a name with a line break": (
        GOOD.replace("displayName: a", 'displayName: "a\\n"'),
        [
            (
                "name.characters",
                '"a\\n"',
                "displayName must have no control characters, got U+000A",
                "a name written with `|` or `>` ends in a line break",
            )
        ],
    ),
    "a name that reads backwards": (
        GOOD.replace("displayName: a", 'displayName: "a\\u202Eb"'),
        [("name.characters", '"a\\u202Eb"', "displayName must have no control characters, got U+202E", None)],
    ),
    "a name with a space at its end": (
        GOOD.replace("displayName: a", "displayName: 'a '"),
        [
            (
                "name.hidden",
                "'a '",
                "displayName begins or ends with a space",
                "take the space out, or the quotes that keep it",
            )
        ],
    ),
    "a name with a mark of direction": (
        GOOD.replace("displayName: a", 'displayName: "a\\u200Fb"'),
        [
            (
                "name.hidden",
                '"a\\u200Fb"',
                "displayName holds a character that cannot be seen, U+200F (right-to-left mark)",
                "type the name anew",
            )
        ],
    ),
    "a name with a joiner that joins nothing": (
        GOOD.replace("displayName: a", 'displayName: "a\\u200Db"'),
        [
            (
                "name.hidden",
                '"a\\u200Db"',
                "displayName holds a character that cannot be seen, U+200D (zero width joiner)",
                "type the name anew",
            )
        ],
    ),
    "a name with a space of another kind": (
        GOOD.replace("displayName: a", 'displayName: "a\\u3000b"'),
        [
            (
                "name.hidden",
                '"a\\u3000b"',
                "displayName holds a space of another kind, U+3000 (ideographic space)",
                "write a plain space, or `-`",
            )
        ],
    ),
    "a name whose accents stand by themselves": (
        GOOD.replace("displayName: a", 'displayName: "a\\u0301"'),
        [
            (
                "name.hidden",
                '"a\\u0301"',
                "displayName stores accents apart from their letters",
                "store it in the form NFC, as keyboards make it",
            )
        ],
    ),
    "names that differ in capitals": (
        f"{GOOD}---\n{OTHER.replace('displayName: b', 'displayName: A')}",
        [
            (
                "name.look-alike",
                "A",
                'the name "A" looks like "a"',
                "they differ in character 1: U+0041 (latin capital letter a) and U+0061 (latin small letter a)",
            )
        ],
    ),
    "an account that Gemini does not take": (
        GOOD.replace("model: m", "model: gemini-3.8-flash") + "serviceAccount: batch@acme.iam.gserviceaccount.com\n",
        [
            (
                "model.unsupported",
                "serviceAccount",
                "batch jobs of Gemini do not support a custom service account",
                "take `serviceAccount` out; Google's pages on batch inference list it as not supported",
            )
        ],
    ),
    "a field for custom models": (
        GOOD.replace("model: m", "model: gemini-3.8-flash") + "generateExplanation: true\n",
        [
            (
                "model.unsupported",
                "generateExplanation",
                "generateExplanation is for custom models",
                "take `generateExplanation` out; Gemini has no use for it",
            )
        ],
    ),
    "a model that is none": (
        GOOD.replace("model: m", "model: models/m"),
        [
            (
                "model.name",
                "models/m",
                'model must be a model\'s name, got "models/m"',
                (
                    "write `gemini-3.8-flash`, `publishers/PUBLISHER/models/MODEL` or "
                    "`projects/PROJECT/locations/LOCATION/models/ID`"
                ),
            )
        ],
    ),
    "a label of ours": (
        GOOD + "labels: {gembatch-env: prod}\n",
        [
            (
                "labels.reserved",
                "gembatch-env",
                "the label gembatch-env is reserved: gembatch sets those that begin with gembatch-",
                None,
            )
        ],
    ),
    "a label's key in upper case": (
        GOOD + "labels: {Team: a}\n",
        [("labels.key", "Team", f'{LABEL_KEY}, got "Team"', "write, for example, `team`")],
    ),
    "a label's key that begins with a digit": (
        GOOD + "labels: {1st: a}\n",
        [("labels.key", "1st", f'{LABEL_KEY}, got "1st"', "write, for example, `st`")],
    ),
    "a label's key without letters": (
        GOOD + "labels: {'': a}\n",
        [("labels.key", "''", f'{LABEL_KEY}, got ""', None)],
    ),
    "a label's value with a space": (
        GOOD + "labels: {team: Search & Find}\n",
        [
            (
                "labels.value",
                "Search & Find",
                'labels.team must be at most 63 lower-case letters, digits, - and _, got "Search & Find"',
                "write, for example, `search---find`",
            )
        ],
    ),
    "a label's value of 64 characters": (
        GOOD + f"labels: {{team: {'a' * 64}}}\n",
        [
            (
                "labels.value",
                "a" * 64,
                f'labels.team must be at most 63 lower-case letters, digits, - and _, got "{"a" * 59}…"',
                f"write, for example, `{'a' * 63}`",
            )
        ],
    ),
    "60 labels": (
        GOOD + f"labels: {{{', '.join(f'k{number}: v' for number in range(60))}}}\n",
        [("labels.count", "labels", "a job has at most 59 labels besides gembatch's 5, got 60", None)],
    ),
    "an input with another tool's scheme": (
        with_input("input: gcs://bucket/x.jsonl"),
        [
            (
                "uri.scheme",
                "gcs://bucket/x.jsonl",
                'input must begin with gs:// or bq://, or be a file such as ./rows.jsonl, got "gcs://bucket/x.jsonl"',
                "write `gs://bucket/x.jsonl`",
            )
        ],
    ),
    "an input with half a scheme": (
        with_input("input: gs:/bucket/x.jsonl"),
        [
            (
                "uri.scheme",
                "gs:/bucket/x.jsonl",
                'input must begin with gs:// or bq://, or be a file such as ./rows.jsonl, got "gs:/bucket/x.jsonl"',
                "write `gs://bucket/x.jsonl`",
            )
        ],
    ),
    "an input at another cloud": (
        with_input("input: s3://bucket/x.jsonl"),
        [
            (
                "uri.scheme",
                "s3://bucket/x.jsonl",
                'input must begin with gs:// or bq://, or be a file such as ./rows.jsonl, got "s3://bucket/x.jsonl"',
                "batch jobs read and write Cloud Storage and BigQuery only; copy the rows there",
            )
        ],
    ),
    "an input by its web address": (
        with_input("input: https://storage.googleapis.com/bucket/x.jsonl"),
        [
            (
                "uri.scheme",
                "https://storage.googleapis.com/bucket/x.jsonl",
                'input must begin with gs:// or bq://, or be a file such as ./rows.jsonl, got "https://storage.googleapis.com/bucket/x.jsonl"',
                "write `gs://bucket/x.jsonl`",
            )
        ],
    ),
    "an input as a file's address": (
        with_input("input: file:///x.jsonl"),
        [
            (
                "uri.scheme",
                "file:///x.jsonl",
                'input must begin with gs:// or bq://, or be a file such as ./rows.jsonl, got "file:///x.jsonl"',
                "write the path alone, relative to the workspace",
            )
        ],
    ),
    "an input of an unheard-of scheme": (
        with_input("input: foo://x"),
        [
            (
                "uri.scheme",
                "foo://x",
                'input must begin with gs:// or bq://, or be a file such as ./rows.jsonl, got "foo://x"',
                None,
            )
        ],
    ),
    "a table in a list": (
        with_input("input: [gs://bucket/x.jsonl, bq://p.d.t]"),
        [
            (
                "uri.scheme",
                "bq://p.d.t",
                'input[1] must begin with gs://, or be a file such as ./rows.jsonl, got "bq://p.d.t"',
                "a table of BigQuery stands alone, not in a list",
            )
        ],
    ),
    "a file in the REST form": (
        with_input("inputConfig: {instancesFormat: jsonl, gcsSource: {uris: [./x.jsonl]}}"),
        [
            (
                "uri.scheme",
                "./x.jsonl",
                'inputConfig.gcsSource.uris[0] must begin with gs://, got "./x.jsonl"',
                "a file of the repository stands in the short form: `input: ./x.jsonl`",
            )
        ],
    ),
    "an object where a table is due": (
        with_input("inputConfig: {instancesFormat: bigquery, bigquerySource: {inputUri: gs://bucket/x}}"),
        [
            (
                "uri.scheme",
                "gs://bucket/x",
                'inputConfig.bigquerySource.inputUri must begin with bq://, got "gs://bucket/x"',
                "Cloud Storage has its place in `gcsSource` and `gcsDestination`",
            )
        ],
    ),
    "a table where a prefix is due": (
        with_output("outputConfig: {predictionsFormat: jsonl, gcsDestination: {outputUriPrefix: bq://p.d.t}}"),
        [
            (
                "uri.scheme",
                "bq://p.d.t",
                'outputConfig.gcsDestination.outputUriPrefix must begin with gs://, got "bq://p.d.t"',
                "BigQuery has its place in `bigquerySource` and `bigqueryDestination`",
            )
        ],
    ),
    "an output that is a path": (
        with_output("output: ./out"),
        [("uri.scheme", "./out", 'output must begin with gs:// or bq://, got "./out"', TO_A_BUCKET)],
    ),
    "an output without a bucket": (
        with_output("output: gs://"),
        [
            (
                "uri.shape",
                "gs://",
                'output must name a bucket: 3 to 222 lower-case letters, digits, -, _ and ., got "gs://"',
                None,
            )
        ],
    ),
    "an input that is a folder": (
        with_input("input: gs://bucket/folder/"),
        [
            (
                "uri.shape",
                "gs://bucket/folder/",
                (
                    "input must name an object, or several with a wildcard such as gs://bucket/folder/*.jsonl, "
                    'got "gs://bucket/folder/"'
                ),
                None,
            )
        ],
    ),
    "an input that is a bucket": (
        with_input("input: gs://bucket"),
        [
            (
                "uri.shape",
                "gs://bucket",
                (
                    "input must name an object, or several with a wildcard such as gs://bucket/folder/*.jsonl, "
                    'got "gs://bucket"'
                ),
                None,
            )
        ],
    ),
    "a URI with a line break": (
        with_input('input: "gs://bucket/x.jsonl\\n"'),
        [
            (
                "uri.shape",
                '"gs://bucket/x.jsonl\\n"',
                (
                    "input must have no control characters, none that cannot be seen, and no space at its ends, "
                    'got "gs://bucket/x.jsonl\\n"'
                ),
                None,
            )
        ],
    ),
    "a URI with a character that cannot be seen": (
        with_input('input: "gs://bucket/x\\u200b.jsonl"'),
        [
            (
                "uri.shape",
                '"gs://bucket/x\\u200b.jsonl"',
                (
                    "input must have no control characters, none that cannot be seen, and no space at its ends, "
                    'got "gs://bucket/x\u200b.jsonl"'
                ),
                None,
            )
        ],
    ),
    "a URI that goes up": (
        with_input("input: gs://bucket/a/../b.jsonl"),
        [
            (
                "uri.shape",
                "gs://bucket/a/../b.jsonl",
                (
                    "input must be written without `.` and `..`: Cloud Storage has no folders to go up in, "
                    'got "gs://bucket/a/../b.jsonl"'
                ),
                None,
            )
        ],
    ),
    "an output that goes nowhere": (
        with_output("output: gs://bucket/./b/"),
        [
            (
                "uri.shape",
                "gs://bucket/./b/",
                (
                    "output must be written without `.` and `..`: Cloud Storage has no folders to go up in, "
                    'got "gs://bucket/./b/"'
                ),
                None,
            )
        ],
    ),
    "an input of one generation": (
        with_input("input: gs://bucket/rows.jsonl#1234"),
        [
            (
                "uri.shape",
                "gs://bucket/rows.jsonl#1234",
                (
                    "input cannot name a generation with `#`: the plan pins the one that it finds, "
                    'got "gs://bucket/rows.jsonl#1234"'
                ),
                None,
            )
        ],
    ),
    "an output with a wildcard": (
        with_output("output: gs://bucket/*/"),
        [
            (
                "uri.shape",
                "gs://bucket/*/",
                'output must have no wildcard: predictions go to one place, got "gs://bucket/*/"',
                None,
            )
        ],
    ),
    "an object of too long a name": (
        with_input(f"input: gs://bucket/{'é' * 513}"),
        [
            (
                "uri.shape",
                f"gs://bucket/{'é' * 513}",
                f'input must name an object of at most 1,024 bytes, got "gs://bucket/{"é" * 47}…"',
                None,
            )
        ],
    ),
    "a dataset where a table is due": (
        with_input("input: bq://p.d"),
        [("uri.shape", "bq://p.d", 'input must name a table, bq://project.dataset.table, got "bq://p.d"', None)],
    ),
    "a table of four parts": (
        with_output("outputConfig: {predictionsFormat: bigquery, bigqueryDestination: {outputUri: bq://a.b.c.d}}"),
        [
            (
                "uri.shape",
                "bq://a.b.c.d",
                'outputConfig.bigqueryDestination.outputUri must be bq://project.dataset.table, got "bq://a.b.c.d"',
                None,
            )
        ],
    ),
    "a table with slashes": (
        with_input("input: bq://p/d/t"),
        [("uri.shape", "bq://p/d/t", 'input must be bq://project.dataset.table, got "bq://p/d/t"', None)],
    ),
    "a table of too long a name": (
        with_input(f"input: bq://p.d.{'t' * 2000}"),
        [
            (
                "uri.shape",
                f"bq://p.d.{'t' * 2000}",
                f'input must be at most 2,000 characters, got "bq://p.d.{"t" * 50}…"',
                None,
            )
        ],
    ),
    "a format that its source cannot have": (
        with_input("inputConfig: {instancesFormat: bigquery, gcsSource: {uris: gs://bucket/x}}"),
        [
            (
                "input.format",
                "bigquery",
                (
                    'inputConfig.instancesFormat must be "csv", "file-list", "jsonl", "tf-record" or "tf-record-gzip" '
                    'with gcsSource, got "bigquery"'
                ),
                None,
            )
        ],
    ),
    "a format that its destination cannot have": (
        with_output("outputConfig: {predictionsFormat: jsonl, bigqueryDestination: {outputUri: bq://p}}"),
        [
            (
                "output.format",
                "jsonl",
                'outputConfig.predictionsFormat must be "bigquery" with bigqueryDestination, got "jsonl"',
                None,
            )
        ],
    ),
    "a body that changes daily under an undated name": (
        with_input("input: gs://bucket/{{ ds }}.jsonl"),
        [
            (
                "date.redated",
                "gs://bucket/{{ ds }}.jsonl",
                "input changes every day and displayName does not: the job would be bought anew each time",
                (
                    "put a date into `displayName`, such as `{{ ds_nodash }}`, or insist with "
                    "`lifecycle: {allowRedated: true}`"
                ),
            )
        ],
    ),
    "a body that changes weekly under a monthly name": (
        with_output("output: gs://bucket/{{ month_start }}/{{ week_start }}/").replace(
            ": a\n", ": a-{{ month_start }}\n", 1
        ),
        [
            (
                "date.redated",
                "gs://bucket/{{ month_start }}/{{ week_start }}/",
                "output changes every week and displayName does not: the job would be bought anew each time",
                (
                    'put a date into `displayName`, such as `{{ date | strftime("%G-w%V") }}`, or insist with '
                    "`lifecycle: {allowRedated: true}`"
                ),
            )
        ],
    ),
    "a body that changes in the middle of a weekly name's week": (
        with_output("output: gs://bucket/{{ month_start }}/").replace(": a\n", ": a-{{ week_start }}\n", 1),
        [
            (
                "date.redated",
                "gs://bucket/{{ month_start }}/",
                "output changes every month and displayName does not: the job would be bought anew each time",
                (
                    'put a date into `displayName`, such as `{{ date | strftime("%Y-%m") }}`, or insist with '
                    "`lifecycle: {allowRedated: true}`"
                ),
            )
        ],
    ),
    "a body that changes quarterly under a yearly name": (
        with_output("output: gs://bucket/{{ year_start }}/{{ quarter_start }}/").replace(
            ": a\n", ": a-{{ date.year }}\n", 1
        ),
        [
            (
                "date.redated",
                "gs://bucket/{{ year_start }}/{{ quarter_start }}/",
                "output changes every quarter and displayName does not: the job would be bought anew each time",
                (
                    "put a date into `displayName`, such as `{{ date.year }}-q{{ date.quarter }}`, or insist with "
                    "`lifecycle: {allowRedated: true}`"
                ),
            )
        ],
    ),
}


@pytest.mark.parametrize("case", TOLD)
def test_a_job_is_told(case, check, tell):
    text, expected = TOLD[case]

    assert expected == tell(check(text))


NEEDS_ANOTHER_RUN = {
    "bigquery.location",
    "input.several",
    "input.staging",
    "input.wildcard",
    "model.region",
    "model.retired",
    "model.retiring",
}
"""Rules that tell of another environment or day: `input.staging` is tried below, the others in `test_google_rules`."""


def test_every_other_rule_has_a_case_above():
    told = {finding[0] for _, findings in TOLD.values() for finding in findings}

    assert {rule.id for rule in RULES} == told | NEEDS_ANOTHER_RUN


def test_every_rule_is_described_in_a_line():
    assert [] == [rule for rule in RULES if not rule.description or rule.description.endswith(".")]


def test_a_file_needs_a_place_to_be_staged(check, tell):
    assert [
        (
            "input.staging",
            "./x.jsonl",
            "input is a file of the repository, and environment local has no `staging` to upload it to",
            "add, for example, `staging: gs://acme-batch/staging` to `local`",
        )
    ] == tell(check(with_input("input: ./x.jsonl"), staging=None))


def test_a_duplicate_points_at_the_first_place(check):
    (finding,) = check(f"{GOOD}---\n{OTHER.replace('displayName: b', 'displayName: a')}")

    assert ["1:14 the first one is here"] == [f"{at.line}:{at.column} {why}" for at, why in finding.related]


def test_an_output_inside_another_is_a_warning(check):
    (finding,) = check(f"{GOOD}---\n{OTHER.replace('/other/', '/out/b/')}")

    assert Severity.WARNING == finding.severity
    assert ['4:9 "a" writes there'] == [f"{at.line}:{at.column} {why}" for at, why in finding.related]


def test_outputs_two_deep_are_told_by_the_nearest_around_them(check):
    def job(name, output):
        return GOOD.replace("displayName: a", f"displayName: {name}").replace("/out/", output)

    findings = check("---\n".join([job("a", "/o/"), job("b", "/o/p/"), job("c", "/o/p/q/"), job("d", "/o/r/")]))

    assert [
        "the output gs://bucket/o/p/ lies inside gs://bucket/o/",
        "the output gs://bucket/o/p/q/ lies inside gs://bucket/o/p/",
        "the output gs://bucket/o/r/ lies inside gs://bucket/o/",
    ] == [finding.message for finding in findings]


def test_one_mistake_in_a_matrix_is_one_finding(check):
    text = GOOD.replace("displayName: a", "displayName: a-{{ n }}").replace("/out/", "/{{ n }}/")
    (finding,) = check(text + "matrix: {n: [1, 2, 3]}\nlabels: {Team: x}\n")

    assert "n=1 and 2 more" == finding.combination


def test_what_differs_between_combinations_is_told_of_each(check):
    text = GOOD.replace("displayName: a", "displayName: a-{{ n }}").replace("/out/", "/{{ n }}/")
    findings = check(text + 'matrix: {n: [1, 2]}\nlabels: {team: "T{{ n }}"}\n')

    assert ["n=1", "n=2"] == [finding.combination for finding in findings]
