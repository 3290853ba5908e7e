"""A job that somebody made without gembatch becomes a spec, and is adopted: nothing is bought for it."""

from __future__ import annotations

from typing import Any

import pytest
from example_workspace import ALL, DATE, Result, Workspace

pytestmark = pytest.mark.slow

MINE = {
    "displayName": "by-hand",
    "model": "publishers/google/models/gemini-3.8-flash",
    "inputConfig": {"instancesFormat": "jsonl", "gcsSource": {"uris": ["gs://demo-bucket/proverbs/maxims.jsonl"]}},
    "outputConfig": {
        "predictionsFormat": "jsonl",
        "gcsDestination": {"outputUriPrefix": "gs://demo-bucket/by-hand/"},
    },
}


def variant(**changes: Any) -> dict[str, Any]:
    return {**MINE, **changes}


def imported(workspace: Workspace, name: str = "by-hand", *, file: str = "specs/imported.yaml") -> Result:
    """Imports a job into a file of the workspace."""
    result = workspace.run("import", name, "--date", DATE)
    (workspace.root / file).write_text(result.out, encoding="utf-8")
    return result


def change_of(workspace: Workspace, *options: str) -> str:
    """The plan's line about the imported job."""
    told = workspace.run("plan", "--date", DATE, *options).out
    return next(line.strip() for line in told.splitlines() if "by-hand" in line and "  " in line.strip())


def test_a_usual_job_becomes_a_short_spec(workspace: Workspace) -> None:
    workspace.post(variant(labels={"team": "search"}))

    lines = imported(workspace).out.splitlines()

    assert "# yaml-language-server: $schema=../schemas/job.schema.json" == lines[0]
    assert lines[1].startswith("# projects/")
    assert [
        "displayName: by-hand",
        "model: gemini-3.8-flash",
        "input: gs://demo-bucket/proverbs/maxims.jsonl",
        "output: gs://demo-bucket/by-hand/",
        "labels:",
        "  team: search",
    ] == lines[2:]


def numbered(number: int, changes: dict[str, Any]) -> dict[str, Any]:
    """A job with a display name and an output of its own."""
    prefix = f"gs://demo-bucket/by-hand-{number}{'' if number % 2 else '/'}"
    output = {"predictionsFormat": "jsonl", "gcsDestination": {"outputUriPrefix": prefix}}
    return variant(displayName=f"by-hand-{number}", outputConfig=output, **changes)


CHANGES: tuple[dict[str, Any], ...] = (
    {},
    {"labels": {"team": "search"}},
    {"modelParameters": {"temperature": 0.2, "maxOutputTokens": 1024, "stop": ["no", "1e3", "~", None]}},
    {"modelParameters": {"prompt": "{{ ds }} and {% if %}: é, 日本, #, 'quoted'", "small": 1e-7}},
    {"model": "projects/demo-project/locations/us-central1/publishers/google/models/gemini-3.8-flash"},
)


def test_what_is_imported_is_adopted_and_nothing_is_bought(workspace: Workspace) -> None:
    """Whatever the jobs hold; every second one lacks the slash at the end of its prefix."""
    bodies = [numbered(number, changes) for number, changes in enumerate(CHANGES)]
    names = [body["displayName"] for body in bodies]
    for body in bodies:
        workspace.post(body)

    for name in names:
        told = imported(workspace, name, file=f"specs/{name}.yaml").err
        assert "`gembatch apply --adopt` adopts the job, and submits nothing for it" in told, told

    assert f"Plan: 6 to submit, 0 unchanged, {len(names)} blocked." in workspace.run("plan", "--date", DATE).out
    applied = workspace.run("apply", "--adopt", "--yes", "--date", DATE).out
    assert f"Applied: 6 submitted, {len(names)} adopted." in applied
    assert dict.fromkeys([*ALL, *names], 1) == dict(workspace.names())
    workspace.run("plan", "--detailed-exitcode", "--date", DATE)


def test_without_adopt_a_strangers_job_is_left_alone(workspace: Workspace) -> None:
    workspace.post(MINE)

    imported(workspace)

    assert "! blocked  by-hand  foreign: somebody else's job has this name, and an equal body" == change_of(workspace)
    does = "somebody else's job does what the spec asks for; the lockfile will remember it"
    assert f"< adopt    by-hand  foreign: {does}" == change_of(workspace, "--adopt")


def test_a_display_name_may_hold_braces(workspace: Workspace) -> None:
    """As the name does of a job whose maker forgot to fill it in."""
    workspace.post(variant(displayName="by-hand {{ ds }}"))

    imported(workspace, "by-hand {{ ds }}")

    assert change_of(workspace, "--adopt").startswith("< adopt    by-hand {{ ds }}  ")


def test_a_job_can_be_named_in_full(workspace: Workspace) -> None:
    workspace.post(MINE)
    (job,) = workspace.ledger()

    assert imported(workspace).out == imported(workspace, str(job["name"])).out


def test_of_several_the_latest_is_meant_and_of_an_older_one_it_is_told(workspace: Workspace) -> None:
    workspace.post(MINE)
    workspace.post(variant(model="publishers/google/models/gemini-4-argon"))
    newer, older = sorted(workspace.ledger(), key=lambda job: str(job["createTime"]), reverse=True)

    assert "model: gemini-4-argon" in imported(workspace).out

    result = imported(workspace, str(older["name"]))
    assert "model: gemini-3.8-flash" in result.out
    assert "it would be blocked" in result.err
    assert "what differs: model" in result.err
    assert f"a plan looks at another job of that name: {newer['name']}" in result.err


def test_without_a_lockfile_a_job_of_ours_is_adopted_unasked(applied: Workspace) -> None:
    applied.lockfile.unlink()

    result = applied.run("import", "proverbs-themes", "--date", DATE)

    assert "gembatch-" not in result.out
    assert "`gembatch apply` adopts the job, and submits nothing for it" in result.err


def test_of_a_job_in_the_lockfile_it_is_told(applied: Workspace) -> None:
    assert "the lockfile has this job" in applied.run("import", "proverbs-themes", "--date", DATE).err


def test_a_job_of_another_workspace_is_told_of(workspace: Workspace) -> None:
    workspace.post(variant(labels={"gembatch-workspace": "theirs", "gembatch-env": "prod"}))

    result = imported(workspace)

    assert "labels" not in result.out
    assert "belongs to the gembatch workspace theirs/prod" in result.err


def test_what_the_workspaces_defaults_would_change_is_told(workspace: Workspace) -> None:
    workspace.edit("gembatch.yaml", "  labels: {team: examples}", "  modelParameters: {topK: 4}")
    workspace.post(MINE)

    assert "what differs: modelParameters.topK" in imported(workspace).err


def test_what_a_folders_defaults_would_change_is_told(workspace: Workspace) -> None:
    (workspace.root / "specs" / "_defaults.yaml").write_text("modelParameters: {topK: 4}", encoding="utf-8")
    workspace.post(MINE)

    assert "what differs: modelParameters.topK" in imported(workspace).err


def test_what_no_spec_may_say_is_told_with_its_place(workspace: Workspace) -> None:
    workspace.post(variant(labels={"team": "x", "9lives": "cat"}))

    result = imported(workspace)

    assert "specs/imported.yaml:" in result.err
    assert "[labels.key]" in result.err
    assert "this is no spec for this workspace" in result.err


@pytest.mark.parametrize("name", ["nobody", "projects/1/locations/us-central1/batchPredictionJobs/1"])
def test_a_job_that_is_not_there_is_named_with_where_it_was_looked_for(workspace: Workspace, name: str) -> None:
    result = workspace.run("import", name, "--date", DATE, code=2)

    assert f"error: there is no job `{name}` in project demo-project, region us-central1" in result.err
    assert not result.out


def test_a_job_of_another_region_is_refused(workspace: Workspace) -> None:
    result = workspace.run("import", "projects/1/locations/europe-west4/batchPredictionJobs/1", code=1)

    assert "is a job in `europe-west4`, but the environment's region is `us-central1`" in result.err


def test_an_import_leaves_nothing_behind(workspace: Workspace) -> None:
    workspace.post(MINE)

    workspace.run("import", "by-hand", "--date", DATE)

    assert not workspace.lockfile.exists()
    assert {"by-hand": 1} == dict(workspace.names())
