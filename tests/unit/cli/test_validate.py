from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
from example_workspace import Result

Command = Callable[..., Result]

TESTS = Path(__file__).parents[2]

WORKSPACE = """\
version: 1
name: reviews
specs: ["specs"]
environments:
  local: {endpoint: embedded, project: demo-project, region: us-central1}
"""
DAILY = """\
displayName: daily
model: gemini-3.8-flash
input: gs://demo-bucket/rows.jsonl
output: gs://demo-bucket/daily/
"""
INSIDE = DAILY.replace("displayName: daily", "displayName: inside").replace("/daily/", "/daily/inside/")


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "batch"
    (root / "specs").mkdir(parents=True)
    (root / "gembatch.yaml").write_text(WORKSPACE, encoding="utf-8")
    (root / "specs/daily.yaml").write_text(DAILY, encoding="utf-8")
    monkeypatch.chdir(root)
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    return root


def spoil(workspace: Path) -> None:
    (workspace / "specs/daily.yaml").write_text(DAILY + "labels: {Team: x}\n", encoding="utf-8")


@pytest.mark.parametrize("form", ["text", "json", "github", "sarif"])
def test_the_exit_code_is_the_same_in_every_form(form: str, workspace: Path, gembatch: Command) -> None:
    assert 0 == gembatch("validate", "--format", form).code

    spoil(workspace)

    assert 1 == gembatch("validate", "--format", form).code


@pytest.mark.parametrize("form", ["json", "github", "sarif"])
def test_what_is_wrong_with_the_workspace_itself_has_the_same_form(
    form: str, workspace: Path, gembatch: Command
) -> None:
    (workspace / "gembatch.yaml").write_text(WORKSPACE + "timezone: Nowhere\n", encoding="utf-8")

    result = gembatch("validate", "--format", form)

    assert 1 == result.code
    assert "workspace.timezone" in result.out
    assert "1 error in 1 file\n" == result.err


@pytest.mark.parametrize("form", ["text", "github"])
def test_nothing_is_printed_where_nothing_is_wrong(form: str, workspace: Path, gembatch: Command) -> None:
    assert "" == gembatch("validate", "--format", form).out


def test_github_is_told_files_from_the_checkout(
    workspace: Path, gembatch: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(workspace)
    assert "::error file=specs/daily.yaml," in gembatch("validate", "--format", "github").out

    monkeypatch.setenv("GITHUB_WORKSPACE", str(workspace.parent))
    assert "::error file=batch/specs/daily.yaml," in gembatch("validate", "--format", "github").out

    monkeypatch.setenv("GITHUB_WORKSPACE", str(workspace / "elsewhere"))
    (workspace.parent / ".git").mkdir()
    assert "::error file=batch/specs/daily.yaml," in gembatch("validate", "--format", "github").out


@pytest.mark.parametrize("case", ["many-findings-in-many-files", "rules-severity", "wide-characters", "yaml-encoding"])
def test_sarif_fits_its_schema(case: str, tmp_path: Path, gembatch: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    schema = json.loads((TESTS / "vendored/sarif/sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))
    shutil.copytree(TESTS / "cases/validate" / case, tmp_path / case)
    monkeypatch.chdir(tmp_path / case)

    log = json.loads(gembatch("validate", "--format", "sarif").out)

    jsonschema.Draft4Validator(schema).validate(log)
    assert log["runs"][0]["results"]


def test_strict_counts_warnings_as_errors(workspace: Path, gembatch: Command) -> None:
    (workspace / "specs/inside.yaml").write_text(INSIDE, encoding="utf-8")

    assert 0 == gembatch("validate").code
    assert 1 == gembatch("validate", "--strict").code


@pytest.mark.parametrize("command", [["plan"], ["apply", "--yes"]])
def test_strict_stops_a_plan_and_an_apply(command: list[str], workspace: Path, gembatch: Command) -> None:
    (workspace / "specs/inside.yaml").write_text(INSIDE, encoding="utf-8")

    result = gembatch(*command, "--strict")

    assert (1, "") == (result.code, result.out)
    assert "[job.output-inside]" in result.err
    assert not (workspace / "locks").exists()


@pytest.mark.parametrize("name", ["::error::x.yaml", "::set-output name=a::b.yaml", "##[error]x.yaml"])
def test_no_file_starts_a_command_on_github(
    name: str, workspace: Path, gembatch: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    (workspace / "specs" / name).write_text("displayName: ##[error]x\n::error::y: [", encoding="utf-8")
    (workspace / name).write_text("a: b", encoding="utf-8")
    monkeypatch.chdir(workspace / "specs")

    for form in ("text", "json", "sarif"):
        result = gembatch("validate", name, "--format", form)

        lines = (result.out + result.err).splitlines()
        assert [] == [line for line in lines if line.lstrip().startswith("::") or "##[" in line], form


def test_without_findings_nothing_of_findings_is_imported(workspace: Path) -> None:
    """What a valid workspace waits for is what it needs: no catalogue, no pages, no other form than text."""
    code = (
        "import sys; from gembatch.cli.main import cli; cli(['validate'], standalone_mode=False); print(*sys.modules)"
    )

    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()

    assert "gembatch.pipeline.desire" in loaded
    assert set() == set(loaded) & {
        "gembatch.validate.catalogue",
        "gembatch.validate.severity",
        "gembatch.load.rule_pages",
        "gembatch.report.findings_as_github",
        "gembatch.report.findings_as_sarif",
        "gembatch.report.as_json",
        "difflib",
        "jsonschema",
    }
