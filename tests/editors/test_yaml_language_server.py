"""What an editor shows of a workspace that `init` wrote, by the real language server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from example_workspace import Workspace
from language_server import Editor, NotInstalledError, install, language_server

from gembatch.load.schemas import read_schema

pytestmark = pytest.mark.slow

REPOSITORY = Path(__file__).resolve().parents[2]

SPEC, WORKSPACE = "specs/job.yaml", "gembatch.yaml"

JOB_MODELINE = "# yaml-language-server: $schema=../schemas/job.schema.json\n"
WORKSPACE_MODELINE = "# yaml-language-server: $schema=schemas/workspace.schema.json\n"

GOOD = f"{JOB_MODELINE}displayName: daily\nmodel: gemini-3.8-flash\ninput: gs://b/in.jsonl\noutput: gs://b/out/\n"


@pytest.fixture(scope="session")
def program(request: pytest.FixtureRequest) -> Path:
    assert request.config.cache is not None
    try:
        return install(request.config.cache.mkdir("language-server"))
    except NotInstalledError as reason:
        pytest.skip(f"gembatch itself needs no node; without the language server nothing is tested here: {reason}")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reviews")
    Workspace(folder).run("init")
    return folder


@pytest.fixture(scope="module")
def editor(program: Path, root: Path) -> Iterator[Editor]:
    with language_server(program, root) as opened:
        yield opened


def test_what_init_wrote_has_no_findings(editor: Editor, root: Path):
    for path in (WORKSPACE, "specs/reviews-mood.yaml"):
        text = (root / path).read_text(encoding="utf-8")

        assert "yaml-language-server: $schema=" in text
        assert [] == editor.diagnostics(path, text)


def test_the_example_workspace_has_no_findings(program: Path):
    with language_server(program, REPOSITORY) as editor:
        for file in (REPOSITORY / WORKSPACE, *sorted((REPOSITORY / "specs").glob("*.yaml"))):
            path, text = file.relative_to(REPOSITORY).as_posix(), file.read_text(encoding="utf-8")

            assert "yaml-language-server: $schema=" in text
            assert [] == editor.diagnostics(path, text), path


INHERITING = {
    "gembatch.yaml": f"{WORKSPACE_MODELINE}version: 1\nname: reviews\nspecs: [specs/**/*.yaml]\n"
    "environments: {local: {endpoint: embedded, project: demo-project, region: us-central1}}\n"
    "defaults: {model: gemini-3.8-flash}\n",
    "specs/_defaults.yaml": f"{JOB_MODELINE}labels: {{team: search, stage: test}}\nlifecycle: {{maxAttempts: 2}}\n",
    "specs/_base.yaml": f"{JOB_MODELINE}inputConfig: {{instancesFormat: jsonl}}\noutput: gs://demo-out/daily/\n"
    "environments: {local: {inputConfig: {gcsSource: {uris: gs://demo-in/local.jsonl}}}}\n",
    "specs/daily.yaml": f"{JOB_MODELINE}extends: ./_base.yaml\ndisplayName: daily\nlifecycle: null\n"
    "labels: {stage: null}\n",
    "specs/plain.yaml": f"{JOB_MODELINE}displayName: plain\ninput: gs://demo-in/a.jsonl\n"
    "output: gs://demo-out/plain/\n",
}
"""A workspace in which no file has all of a job: each takes from `extends`, from its folder's or from all defaults."""


def test_what_is_inherited_is_not_missed(editor: Editor, tmp_path: Path):
    for path, text in INHERITING.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")

        assert [] == editor.diagnostics(path, text), path

    assert "2 jobs, no errors in 2 files\n" == Workspace(tmp_path).run("validate").err


def test_a_whole_job_is_offered_in_an_empty_file(editor: Editor):
    assert "A job" in editor.completions(SPEC, f"{JOB_MODELINE}‸")


def test_the_keys_of_a_spec_are_offered(editor: Editor):
    offered = editor.completions(SPEC, f"{JOB_MODELINE}displayName: daily\n‸\n")

    assert read_schema("job")["properties"].keys() - {"displayName"} | {"A job"} == set(offered)


def test_the_keys_of_a_workspace_are_offered(editor: Editor):
    offered = editor.completions(WORKSPACE, f"{WORKSPACE_MODELINE}version: 1\n‸\n")

    assert read_schema("workspace")["properties"].keys() - {"version"} <= set(offered)


@pytest.mark.parametrize(
    ("expected", "path", "text"),
    [
        ({"hold", "retry", "null"}, SPEC, f"{GOOD}lifecycle:\n  onFailure: ‸\n"),
        ({"hold", "retry", "null"}, SPEC, f"{GOOD}environments:\n  prod:\n    lifecycle:\n      onFailure: ‸\n"),
        ({"refuse", "cancel", "null"}, SPEC, f"{GOOD}lifecycle:\n  onChangeInFlight: ‸\n"),
        ({"true", "false", "null"}, SPEC, f"{GOOD}lifecycle:\n  allowRedated: ‸\n"),
        ({"object", "array", "null"}, SPEC, f"{GOOD}instanceConfig:\n  instanceType: ‸\n"),
        (
            {"string", "number", "boolean", "list", "map", "date"},
            WORKSPACE,
            f"{WORKSPACE_MODELINE}variables:\n  bucket:\n    type: ‸\n",
        ),
    ],
)
def test_the_values_of_a_choice_are_offered(editor: Editor, expected: set[str], path: str, text: str):
    assert expected == set(editor.completions(path, text))


@pytest.mark.parametrize(
    ("expected", "path", "text"),
    [
        ({"onFailure", "maxAttempts"}, SPEC, f"{GOOD}lifecycle:\n  ‸\n"),
        ({"model", "labels", "lifecycle"}, SPEC, f"{GOOD}environments:\n  prod:\n    ‸\n"),
        ({"instancesFormat", "gcsSource"}, SPEC, f"{JOB_MODELINE}displayName: a\ninputConfig:\n  ‸\n"),
        ({"maxSubmissions"}, WORKSPACE, f"{WORKSPACE_MODELINE}environments:\n  prod:\n    limits:\n      ‸\n"),
        ({"project", "region", "endpoint"}, WORKSPACE, f"{WORKSPACE_MODELINE}environments:\n  prod:\n    ‸\n"),
        ({"model", "labels", "lifecycle"}, WORKSPACE, f"{WORKSPACE_MODELINE}defaults:\n  ‸\n"),
    ],
)
def test_keys_are_offered_at_any_depth(editor: Editor, expected: set[str], path: str, text: str):
    assert expected <= set(editor.completions(path, text))


@pytest.mark.parametrize(
    ("title", "meaning", "path", "text"),
    [
        ("Model", "The model that answers", SPEC, GOOD.replace("model:", "mo‸del:")),
        ("On failure", "waits for a person", SPEC, f"{GOOD}lifecycle:\n  onFai‸lure: hold\n"),
        ("Model", "The model that answers", SPEC, f"{GOOD}environments: {{prod: {{mo‸del: m}}}}\n"),
        ("Region", "Where the jobs run", WORKSPACE, f"{WORKSPACE_MODELINE}environments: {{a: {{re‸gion: eu}}}}\n"),
        (
            "Limits",
            "Brakes on a whole plan",
            WORKSPACE,
            f"{WORKSPACE_MODELINE}environments: {{a: {{lim‸its: {{}}}}}}\n",
        ),
        ("Model", "The model that answers", WORKSPACE, f"{WORKSPACE_MODELINE}defaults: {{mo‸del: m}}\n"),
    ],
)
def test_hovering_over_a_key_tells_what_it_means(editor: Editor, title: str, meaning: str, path: str, text: str):
    shown = editor.hover(path, text)

    assert shown.startswith(f"#### {title}\n")
    assert meaning in shown
    assert "Example:" in shown or "Examples:" in shown


@pytest.mark.parametrize(
    ("expected", "path", "text"),
    [
        ("7: Incorrect type", SPEC, f"{GOOD}lifecycle:\n  maxAttempts: many\n"),
        ('7: Value is not accepted. Valid values: "hold", "retry"', SPEC, f"{GOOD}lifecycle:\n  onFailure: rety\n"),
        ("6: Property labls is not allowed", SPEC, f"{GOOD}labls: {{team: search}}\n"),
        ("6: set input or inputConfig, not both", SPEC, f"{GOOD}inputConfig: {{instancesFormat: jsonl}}\n"),
        ("2: Value is not accepted. Valid values: 1", WORKSPACE, f"{WORKSPACE_MODELINE}version: 2\n"),
    ],
)
def test_what_is_wrong_is_underlined(editor: Editor, expected: str, path: str, text: str):
    assert expected in "\n".join(editor.diagnostics(path, text))


def test_an_expression_may_stand_wherever_a_value_is_due(editor: Editor):
    """Whatever the type: the editor cannot know what it gives, and `validate` checks that."""
    values = (
        'labels: "{{ labels }}"\n'
        'lifecycle: {onFailure: "{{ x }}", maxAttempts: "{{ n }}", maxFailedRows: "{{ s }}", allowRedated: "{{ b }}"}\n'
        'instanceConfig: {instanceType: "{{ x }}", includedFields: "{{ l }}"}\n'
        'manualBatchTuningParameters: {batchSize: "{{ n }}"}\n'
        'dedicatedResources: "{{ m }}"\n'
        'generateExplanation: "{{ b }}"\n'
    )

    assert [] == editor.diagnostics(SPEC, GOOD + values)


def test_what_is_taken_out_excludes_nothing(editor: Editor):
    """Here from a parent that has the other of two forms."""
    texts = (
        "extends: ./_base.yaml\ninput: null\ninputConfig: {instancesFormat: jsonl}\n",
        f"{GOOD}inputConfig: null\n",
    )

    assert [[], []] == [editor.diagnostics(SPEC, JOB_MODELINE + text) for text in texts]


def test_an_overlay_may_take_any_key_out(editor: Editor):
    overlay = "environments:\n  prod: {model: null, labels: {team: null}, lifecycle: null}\n"

    assert [] == editor.diagnostics(SPEC, GOOD + overlay)


def test_text_without_an_expression_is_no_number(editor: Editor):
    assert editor.diagnostics(SPEC, f'{GOOD}manualBatchTuningParameters: {{batchSize: "n"}}\n')
