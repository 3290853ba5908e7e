"""`plan --format`: several forms of one plan at once, on stdout and in files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from example_workspace import DATE, Workspace

pytestmark = pytest.mark.slow


def test_one_plan_is_shown_in_every_form_at_once(applied: Workspace) -> None:
    applied.run("wait", "--date", DATE)
    applied.edit("specs/data/dictionary.jsonl", "the talking", "the whispering")
    files = {form: f"plan.{form}" for form in ("text", "json", "github", "html")}
    asked = [word for form, file in files.items() for word in ("--format", f"{form}={file}")]

    shown = applied.run("plan", *asked, "--format", "markdown:5000", "--out", "saved.json", "--date", DATE)

    texts = {form: (applied.root / file).read_text(encoding="utf-8") for form, file in files.items()}
    assert "**1 job to submit** (in place of another job, 37 KiB of input), 5 unchanged." in shown.out
    assert "1 row changed, 79 unchanged" in shown.out
    assert all("whispering" in texts[form] for form in ("text", "json", "html"))
    assert "::notice file=specs/dictionary-tone.yaml,line=" in texts["github"]
    (change,) = (each for each in json.loads(texts["json"])["changes"] if each["action"] != "keep")
    assert ["changed"] == [row["kind"] for row in change["rows"][0]["samples"]]
    assert (applied.root / "saved.json").read_text(encoding="utf-8") == texts["json"]


def test_a_range_is_a_grid_on_the_page(workspace: Workspace) -> None:
    workspace.run("plan", "--from", "2026-11-20", "--to", DATE, "--format", "html=plan.html")

    page = (workspace.root / "plan.html").read_text(encoding="utf-8")
    assert "2026-11-20 to 2026-11-22" in page
    assert '<th scope="row">rights-summary-de-{{ ds_nodash }}</th>' in page


def test_what_goes_to_files_alone_leaves_the_text_on_stdout(workspace: Workspace) -> None:
    result = workspace.run("plan", "--format", "markdown=comment.md", "--date", DATE)

    assert "Plan: 6 to submit, 0 unchanged." in result.out
    assert (workspace.root / "comment.md").read_text(encoding="utf-8").startswith("**Plan for `local` of `examples`:**")


def test_a_file_that_cannot_be_written_is_one_error(workspace: Workspace) -> None:
    result = workspace.run("plan", "--format", "json=no/such/folder/plan.json", "--date", DATE, code=1)

    assert "" == result.out
    assert "error: cannot write json to no/such/folder/plan.json: No such file or directory" in result.err


@pytest.mark.parametrize("size", ["1999", "many"])
def test_a_size_that_nothing_fits_into_is_wrong_usage(workspace: Workspace, size: str) -> None:
    workspace.run("plan", "--format", f"markdown:{size}", code=2)


def test_an_object_that_is_gone_is_said_and_stops_nothing(applied: Workspace) -> None:
    applied.run("wait", "--date", DATE)
    applied.edit("specs/data/dictionary.jsonl", "the talking", "the whispering")
    for path in Path(applied.root, ".gembatch").rglob("*"):
        if path.is_file() and b"the talking" in path.read_bytes():
            path.unlink()

    result = applied.run("plan", "--date", DATE)

    assert "specs/data/dictionary.jsonl: its rows are not compared: " in result.out
    assert "Plan: 1 to submit, 5 unchanged." in result.out


def test_the_states_of_jobs_are_written_for_a_job_summary(applied: Workspace) -> None:
    applied.run("wait", "--date", DATE)

    shown = applied.run("status", "--format", "markdown", "--date", DATE).out

    assert "6 jobs: **6 succeeded**." in shown
    assert "<code>proverbs-themes</code>" in shown
