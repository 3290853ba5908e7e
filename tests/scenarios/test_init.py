"""A newcomer begins: `init`, and the workspace that it leaves runs at once."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from example_workspace import Result, Workspace

from gembatch import __version__
from gembatch.load.schemas import schema_text

WRITTEN = {
    ".gitignore",
    "data/reviews.jsonl",
    "gembatch.yaml",
    "schemas/job.schema.json",
    "schemas/workspace.schema.json",
    "specs/reviews-mood.yaml",
}


@pytest.fixture
def folder(tmp_path: Path) -> Workspace:
    """A folder with a name that is no label, and nothing in it."""
    root = tmp_path / "Product Reviews (2026)"
    root.mkdir()
    return Workspace(root)


@pytest.fixture
def begun(folder: Workspace) -> Workspace:
    folder.run("init")
    return folder


def contents(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def verdicts(result: Result) -> dict[str, str]:
    """What was said of each path: `wrote` or `kept`, and what follows."""
    words = (line.split(maxsplit=1) for line in result.out.splitlines())
    return {path.partition(",")[0].partition(";")[0]: verb for verb, path in words}


def test_the_workspace_runs_at_once(begun: Workspace) -> None:
    begun.run("validate")
    begun.run("apply", "--yes")
    begun.run("wait")

    (job,) = begun.recorded()
    assert ("reviews-mood", "JOB_STATE_SUCCEEDED") == (job["displayName"], job["state"])
    assert {"successful": 10, "failed": 0} == {key: job["rows"][key] for key in ("successful", "failed")}
    assert "Nothing to do" in begun.run("apply", "--yes").out


def test_every_file_is_told(folder: Workspace) -> None:
    result = folder.run("init")

    assert WRITTEN == contents(folder.root).keys()
    assert dict.fromkeys(WRITTEN, "wrote") == verdicts(result)


def test_what_to_do_next_is_told_and_can_be_done(folder: Workspace) -> None:
    result = folder.run("init", "sub folder")
    steps = [line.partition("#")[0].strip() for line in result.err.partition("Next:\n")[2].splitlines()]

    assert ["cd 'sub folder'", "gembatch plan", "gembatch apply", "gembatch wait", "gembatch status"] == steps


def test_in_this_folder_there_is_no_need_to_go_anywhere(folder: Workspace) -> None:
    assert "cd " not in folder.run("init").err


def test_the_workspace_is_named_for_its_folder(begun: Workspace) -> None:
    """Jobs of two workspaces are told apart by the name, so that they must not all have the same."""
    labels = json.loads(begun.run("render", "--format", "json").out)[0]["labels"]

    assert "product-reviews-2026" == labels["gembatch-workspace"]


@pytest.mark.parametrize(("name", "expected"), [("日本", "workspace"), ("_x_", "x"), ("a" * 80, "a" * 63)])
def test_any_folder_gives_a_name(folder: Workspace, name: str, expected: str) -> None:
    folder.run("init", name)

    labels = json.loads(folder.run("render", "-C", name, "--format", "json").out)[0]["labels"]
    assert expected == labels["gembatch-workspace"]


def test_no_file_is_overwritten(folder: Workspace) -> None:
    (folder.root / "specs").mkdir()
    (folder.root / "specs" / "reviews-mood.yaml").write_text("mine", encoding="utf-8")
    (folder.root / ".gitignore").write_text("*.tmp\n.gembatch/\n", encoding="utf-8")

    result = folder.run("init")

    assert b"mine" == contents(folder.root)["specs/reviews-mood.yaml"]
    assert "kept   specs/reviews-mood.yaml, which differs" in result.out
    assert "kept   .gitignore; add to it: locks/local.lock.json" in result.out
    kept = {path for path, verb in verdicts(result).items() if verb == "kept"}
    assert {"specs/reviews-mood.yaml", ".gitignore"} == kept


def test_a_second_init_changes_nothing(begun: Workspace) -> None:
    before = contents(begun.root)

    result = begun.run("init")

    assert before == contents(begun.root)
    assert {"kept"} == set(verdicts(result).values())
    assert "differs" not in result.out


def test_a_workspace_that_exists_gets_no_job(begun: Workspace) -> None:
    """It would be submitted, and paid for, with the next apply."""
    for path in ("specs/reviews-mood.yaml", "schemas/job.schema.json"):
        (begun.root / path).unlink()

    result = begun.run("init")

    assert "wrote  schemas/job.schema.json" in result.out
    assert not (begun.root / "specs" / "reviews-mood.yaml").exists()
    assert "gembatch.yaml was there before: no job was added" in result.err


def test_an_init_that_was_interrupted_is_finished_by_the_next(begun: Workspace) -> None:
    """gembatch.yaml is written last: without it nothing is a workspace yet."""
    before = contents(begun.root)
    for path in ("gembatch.yaml", "data/reviews.jsonl"):
        (begun.root / path).unlink()

    begun.run("init")

    assert before == contents(begun.root)


def test_an_outdated_schema_is_told_of_and_renewed_by_its_command(begun: Workspace) -> None:
    schema = begun.root / "schemas" / "job.schema.json"
    schema.write_text("{}", encoding="utf-8")

    assert "kept   schemas/job.schema.json, which differs" in begun.run("init").out

    schema.write_text(begun.run("schema", "job").out, encoding="utf-8")
    assert schema_text("job") == schema.read_text(encoding="utf-8")


def test_what_stands_in_a_folders_place_is_named(folder: Workspace) -> None:
    (folder.root / "specs").write_text("a file", encoding="utf-8")

    result = folder.run("init", code=1)

    assert "error: cannot write specs/reviews-mood.yaml" in result.err
    assert not (folder.root / "gembatch.yaml").exists()


def test_a_link_is_not_written_through(folder: Workspace, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    (folder.root / ".gitignore").symlink_to(target)

    result = folder.run("init", code=1)

    assert "error: cannot write .gitignore" in result.err
    assert not target.exists()


WORKFLOWS = {
    *(f".github/actions/gembatch/{name}/action.yml" for name in ("setup", "plan", "apply", "status")),
    *(f".github/workflows/{name}.yml" for name in ("gembatch", "gembatch-plan", "gembatch-apply", "gembatch-status")),
}


def test_workflows_for_github_are_written_where_they_are_asked_for(folder: Workspace) -> None:
    result = folder.run("init", "--github")

    workflows = "".join((folder.root / path).read_text(encoding="utf-8") for path in WORKFLOWS)
    assert set(re.findall(r"vars\.(\w+)", workflows)) == set(re.findall(r"GEMBATCH_\w+", result.err))
    assert WRITTEN | WORKFLOWS == contents(folder.root).keys()
    text = (folder.root / "gembatch.yaml").read_text(encoding="utf-8")
    assert "lockfile: gs://your-state-bucket/gembatch/product-reviews-2026.lock.json" in text
    assert "protected: true" in text
    folder.run("validate")


def test_they_stand_at_the_root_of_the_repository_and_name_the_folder_of_the_workspace(folder: Workspace) -> None:
    (folder.root / ".git").mkdir()
    result = folder.run("init", "--github", "a folder")

    assert "wrote  .github/workflows/gembatch.yml\n" in result.out
    assert contents(folder.root).keys() >= WORKFLOWS | {"a folder/gembatch.yaml"}
    assert 'directory: "a folder"\n' in (folder.root / ".github/workflows/gembatch.yml").read_text(encoding="utf-8")


def test_they_refer_to_one_another_and_install_this_version(folder: Workspace) -> None:
    folder.run("init", "--github")
    written = {path: (folder.root / path).read_text(encoding="utf-8") for path in WORKFLOWS}

    used = {
        line.partition("uses: $/")[2] for text in written.values() for line in text.splitlines() if "uses: $/" in line
    }
    assert {f"{path}/action.yml" if "/actions/" in path else path for path in used} == WORKFLOWS - {
        ".github/workflows/gembatch.yml"
    }
    assert f"default: gembatch=={__version__}\n" in written[".github/actions/gembatch/setup/action.yml"]


def test_a_workspace_that_is_there_gets_workflows_and_no_workflow_is_overwritten(begun: Workspace) -> None:
    mine = begun.root / ".github" / "workflows" / "gembatch.yml"
    mine.parent.mkdir(parents=True)
    mine.write_text("on: push\n", encoding="utf-8")
    before = (begun.root / "gembatch.yaml").read_bytes()

    result = begun.run("init", "--github")
    assert before == (begun.root / "gembatch.yaml").read_bytes()
    assert "on: push\n" == mine.read_text(encoding="utf-8")
    assert "kept   .github/workflows/gembatch.yml, which differs" in result.out
    assert WORKFLOWS <= contents(begun.root).keys()


@pytest.mark.skipif(os.geteuid() == 0, reason="to root every folder is writable")
def test_a_folder_that_cannot_be_written_is_named(folder: Workspace) -> None:
    folder.root.chmod(0o555)

    result = folder.run("init", code=1)

    folder.root.chmod(0o755)
    assert "error: cannot write schemas/job.schema.json: Permission denied" in result.err
