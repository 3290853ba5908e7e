"""Variables from files and the shell, and a plan that remembers what it was made with."""

from __future__ import annotations

import json

import pytest
from example_workspace import DATE, Workspace


@pytest.fixture
def spoken(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """The example workspace with a variable that the shell sets."""
    workspace.edit("gembatch.yaml", "variables:\n  bucket:", "variables:\n  model: {type: string}\n  bucket:")
    workspace.edit("specs/proverbs-themes.yaml", "model: gemini-3.8-flash", 'model: "{{ model }}"')
    monkeypatch.setenv("GEMBATCH_VAR_model", "gemini-3.7-flash")
    monkeypatch.setenv("GEMBATCH_VAR_of_another_workspace", "x")
    return workspace


def model_of(body: dict[str, object]) -> str:
    return str(body["model"]).removeprefix("publishers/google/models/")


def test_the_shell_sets_a_variable_and_says_nothing_of_others(spoken: Workspace) -> None:
    assert "gemini-3.7-flash" == model_of(spoken.body_of("proverbs-themes"))
    assert "no errors" in spoken.run("validate", "--date", DATE).err


def test_a_slip_of_the_shell_is_told(spoken: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEMBATCH_VAR_modle", "x")

    result = spoken.run("validate", "--date", DATE, code=1)

    assert "GEMBATCH_VAR_modle: variable `modle` is not declared [variable.unknown]" in result.out
    assert "hint: did you mean `model`?" in result.out


def test_a_saved_plan_is_applied_with_the_values_it_was_made_with(
    spoken: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    (spoken.root / "run.yaml").write_text("model: gemini-4-argon\n", encoding="utf-8")
    monkeypatch.delenv("GEMBATCH_VAR_model")
    spoken.run("plan", "--var-file", "run.yaml", "--out", "plan.json", "--date", DATE)
    monkeypatch.setenv("GEMBATCH_VAR_model", "gemini-3.6-flash")

    spoken.run("apply", "plan.json", "--yes")

    assert {"model": "gemini-4-argon"} == json.loads((spoken.root / "plan.json").read_text(encoding="utf-8"))[
        "variables"
    ]
    assert ["gemini-4-argon"] == [model_of(job) for job in spoken.ledger() if job["displayName"] == "proverbs-themes"]
