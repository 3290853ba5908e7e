"""`plan --offline`: from files alone, and said so. And `--base`: the limits are those of the branch merged into."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from example_workspace import DATE, Result, Workspace

pytestmark = pytest.mark.slow

SHUT = """\
import socket, sys
def refuse(*_): raise AssertionError("offline, and a connection")
socket.socket.connect = socket.socket.bind = socket.getaddrinfo = refuse
before = set(sys.modules)
sys.argv[0] = "gembatch"
from gembatch.cli.main import main
try:
    main()
finally:
    cloud = [name for name in set(sys.modules) - before if name.partition(".")[0] in ("google", "requests", "grpc")]
    assert not cloud and "gembatch.emulator" not in sys.modules, cloud
"""
"""Runs the command where every connection is a failure, and so is any import of what makes one."""


def shut_off(workspace: Workspace, *arguments: str, code: int = 0) -> Result:
    nobody = {"PATH": os.environ["PATH"], "HOME": str(workspace.root), "NO_GCE_CHECK": "true"}
    done = subprocess.run(
        [sys.executable, "-c", SHUT, *arguments, "--date", DATE],
        cwd=workspace.root, env=nobody, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    assert code == done.returncode, done.stdout + done.stderr
    return Result(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def base(workspace: Workspace) -> Path:
    """The example workspace as it was before it is edited, beside it."""
    folder = workspace.root.parent / "base"
    shutil.copytree(workspace.root, folder)
    return folder


@pytest.mark.parametrize("environment", ["local", "prod"])
def test_an_offline_plan_asks_nobody_and_leaves_nothing(workspace: Workspace, environment: str) -> None:
    """Google is as far as the emulator: there are no credentials, and nothing listens."""
    before = sorted(workspace.root.rglob("*"))

    result = shut_off(workspace, "plan", "--offline", "-e", environment)

    assert result.out.startswith("Offline: what Vertex AI would show is unknown. Recorded states stand for observed")
    assert "Plan: 6 to submit, 0 unchanged." in result.out
    assert "cannot be read now" not in result.out
    assert before == sorted(workspace.root.rglob("*"))


def test_an_offline_plan_is_that_of_the_lockfile(applied: Workspace) -> None:
    applied.run("wait", "--date", DATE)
    applied.run("status", "--sync", "--date", DATE)
    applied.edit("specs/proverbs-themes.yaml", "model: gemini-3.8-flash", "model: gemini-3.7-flash")
    shutil.rmtree(applied.root / ".gembatch")

    result = shut_off(applied, "plan", "--offline", "--detailed-exitcode", code=3)

    assert "replace  proverbs-themes  changed" in result.out
    assert "Plan: 1 to submit, 5 unchanged." in result.out


def test_offline_rows_are_compared_with_the_files_of_the_base(applied: Workspace) -> None:
    shutil.copytree(applied.root, applied.root.parent / "base")
    applied.edit("specs/data/dictionary.jsonl", "the talking", "the whispering")

    without = shut_off(applied, "plan", "--offline")
    beside = shut_off(applied, "plan", "--offline", "--base", "../base")

    assert "its rows are not compared: offline, no bucket is read" in " ".join(without.out.split())
    assert "specs/data/dictionary.jsonl: 1 row changed, 79 unchanged" in beside.out


def test_the_document_says_that_it_is_offline_and_apply_refuses_it_by_name(workspace: Workspace) -> None:
    shown = shut_off(workspace, "plan", "--offline", "--format", "json")
    (workspace.root / "offline.json").write_text(shown.out, encoding="utf-8")

    refused = workspace.run("apply", "offline.json", code=1)

    assert json.loads(shown.out)["offline"] is True
    assert {()} == {tuple(change["inputs"]) for change in json.loads(shown.out)["changes"]}
    assert "error: the plan offline.json was made offline: nobody has seen what runs" in refused.err
    assert [] == workspace.ledger()


def test_an_offline_plan_cannot_be_saved(workspace: Workspace) -> None:
    result = workspace.run("plan", "--offline", "--out", "plan.json", code=2)

    assert "an offline plan cannot be saved: an approval rests on what was seen" in result.err
    assert not (workspace.root / "plan.json").exists()


def test_an_ordinary_plan_says_that_it_is_not_offline(workspace: Workspace) -> None:
    assert json.loads(workspace.run("plan", "--format", "json", "--date", DATE).out)["offline"] is False


class TestBucketLockfile:
    """It cannot be read offline: the jobs of the base stand for what is recorded."""

    @pytest.fixture(autouse=True)
    def _bucket(self, workspace: Workspace) -> None:
        line = "    seed: specs/buckets"
        workspace.edit("gembatch.yaml", line, f"    lockfile: gs://demo-bucket/state/local.lock.json\n{line}")

    @pytest.fixture
    def branch(self, workspace: Workspace, _bucket: None) -> Path:
        folder = workspace.root.parent / "branch"
        shutil.copytree(workspace.root, folder)
        return folder

    def test_without_a_base_it_says_what_is_needed(self, workspace: Workspace) -> None:
        result = shut_off(workspace, "plan", "--offline", code=2)

        assert "the lockfile gs://demo-bucket/state/local.lock.json is in a bucket, which is not read off" in result.err
        assert "hint: --base DIR, a checkout of the branch that this is to be merged into" in result.err

    @pytest.mark.usefixtures("branch")
    def test_the_plan_is_what_the_change_does(self, workspace: Workspace) -> None:
        workspace.edit("specs/proverbs-themes.yaml", "model: gemini-3.8-flash", "model: gemini-3.7-flash")
        workspace.edit("specs/rights-summary.yaml", "lang: [en, ", "lang: [it, en, ")
        (workspace.root / "specs" / "dictionary-tone.yaml").unlink()

        result = shut_off(workspace, "plan", "--offline", "--base", "../branch", "--detailed-exitcode", code=3)

        assert result.out.startswith(
            "Offline, and without a lockfile: the jobs of the base stand for what was submitted."
        )
        assert "Plan: 2 to submit, 1 to retire, 4 unchanged." in result.out
        assert "replace  proverbs-themes" in result.out
        assert "create   rights-summary-it-20261122" in result.out
        assert "retire   dictionary-tone" in result.out

    @pytest.mark.usefixtures("branch")
    def test_rows_are_compared_with_those_of_the_base(self, workspace: Workspace) -> None:
        workspace.edit("specs/data/dictionary.jsonl", "the talking", "the whispering")

        result = shut_off(workspace, "plan", "--offline", "--base", "../branch")

        assert "specs/data/dictionary.jsonl: 1 row changed, 79 unchanged" in result.out

    @pytest.mark.usefixtures("branch")
    def test_a_change_that_touches_no_job_is_nothing_to_do(self, workspace: Workspace) -> None:
        workspace.edit("specs/proverbs-themes.yaml", "model: gemini-3.8-flash", "model:   gemini-3.8-flash # same")

        result = shut_off(workspace, "plan", "--offline", "--base", "../branch", "--detailed-exitcode")

        assert "Nothing to do: 0 to submit, 6 unchanged." in result.out

    def test_an_error_in_a_spec_of_the_base_is_told_with_its_path(self, workspace: Workspace, branch: Path) -> None:
        (branch / "specs" / "proverbs-themes.yaml").write_text("displayName: x\n", encoding="utf-8")

        result = shut_off(workspace, "plan", "--offline", "--base", "../branch", code=1)

        assert "../branch/specs/proverbs-themes.yaml:1:1: " in result.err
        assert "in 1 file of the base ../branch" in result.err


class TestBase:
    def test_a_change_cannot_raise_its_own_limits(self, workspace: Workspace, base: Path) -> None:
        limit(base, 2)
        limit(workspace.root, 1000)

        for command in (["plan"], ["plan", "--offline"], ["apply", "--yes"]):
            result = workspace.run(*command, "--base", "../base", "--date", DATE, code=1)
            assert "the plan submits 6 jobs, and in local at most 2 may be submitted" in result.err
        assert [] == workspace.ledger()

    def test_the_limits_of_the_base_hold_for_a_saved_plan_too(self, workspace: Workspace, base: Path) -> None:
        limit(base, 2)
        workspace.run("plan", "--out", "plan.json", "--date", DATE)

        assert (
            "in local at most 2 may be submitted"
            in workspace.run("apply", "plan.json", "--base", "../base", code=1).err
        )
        assert "Applied: 6 submitted." in workspace.run("apply", "plan.json").out

    def test_the_limits_of_the_base_count_though_its_environment_differs(
        self, workspace: Workspace, base: Path
    ) -> None:
        limit(base, 2)
        text = (base / "gembatch.yaml").read_text(encoding="utf-8")
        (base / "gembatch.yaml").write_text(text.replace("project: demo-project", "project: other-project"))

        assert (
            "in local at most 2 may be submitted"
            in workspace.run("plan", "--base", "../base", "--date", DATE, code=1).err
        )

    @pytest.mark.usefixtures("base")
    def test_a_lower_limit_of_the_change_does_not_count_either(self, workspace: Workspace) -> None:
        limit(workspace.root, 2)

        workspace.run("plan", "--base", "../base", "--date", DATE)

    def test_an_environment_of_a_new_name_gets_around_no_limit(self, workspace: Workspace, base: Path) -> None:
        limit(base, 2)
        name_anew(base)

        result = workspace.run("plan", "--base", "../base", "--date", DATE, code=1)

        assert "has no environment `local`: the limits of `laptop`, in the same project, count" in result.err
        assert "../base/gembatch.yaml" in result.err
        assert "the plan submits 6 jobs, and in local at most 2 may be submitted" in result.err

    def test_an_environment_of_a_new_name_gets_around_no_protection(self, workspace: Workspace, base: Path) -> None:
        text = (base / "gembatch.yaml").read_text(encoding="utf-8")
        (base / "gembatch.yaml").write_text(text.replace("  local:", "  local:\n    protected: true"))
        name_anew(base)

        assert "is protected" in workspace.run("apply", "--yes", "--base", "../base", "--date", DATE, code=2).err

    def test_an_environment_in_a_new_project_has_the_limits_of_the_workspace(
        self, workspace: Workspace, base: Path
    ) -> None:
        limit(base, 2)
        name_anew(base)
        text = (base / "gembatch.yaml").read_text(encoding="utf-8")
        (base / "gembatch.yaml").write_text(text.replace("project: demo-project", "project: other-project"))

        result = workspace.run("plan", "--base", "../base", "--date", DATE)

        assert "the base ../base has no environment `local`: the limits of its workspace count" in result.err

    def test_an_error_in_the_base_is_told_with_its_path(self, workspace: Workspace, base: Path) -> None:
        (base / "gembatch.yaml").write_text("version: 1\nname: Examples\n", encoding="utf-8")

        result = workspace.run("plan", "--base", "../base", "--date", DATE, code=1)

        assert "../base/gembatch.yaml:2:7: " in result.err
        assert "errors in 1 file of the base ../base" in result.err
        assert [] == workspace.ledger()

    @pytest.mark.parametrize(("folder", "says"), [("specs", "there is no gembatch.yaml in the base specs"),
                                                  ("no", "Directory 'no' does not exist")])  # fmt: skip
    def test_a_folder_without_a_workspace_is_no_base(self, workspace: Workspace, folder: str, says: str) -> None:
        assert says in workspace.run("plan", "--base", folder, "--date", DATE, code=2).err


def name_anew(base: Path) -> None:
    """Gives the base's environment `local` another name."""
    text = (base / "gembatch.yaml").read_text(encoding="utf-8")
    (base / "gembatch.yaml").write_text(text.replace("  local:", "  laptop:").replace(": local", ": laptop"))


def limit(root: Path, submissions: int) -> None:
    """Writes a limit into the environment `local` of a checkout."""
    file = root / "gembatch.yaml"
    text = file.read_text(encoding="utf-8")
    line = "    seed: specs/buckets"
    assert line in text
    file.write_text(text.replace(line, f"    limits: {{maxSubmissions: {submissions}}}\n{line}"), encoding="utf-8")
