"""Specs change after they were applied."""

from __future__ import annotations

import pytest
from example_workspace import ALL, DATE, Workspace

pytestmark = pytest.mark.slow


def test_an_edited_prompt_changes_exactly_its_job(applied: Workspace) -> None:
    applied.run("wait", "--date", DATE)
    applied.edit("specs/data/dictionary.jsonl", "entry-admiral", "entry-admiral-2")

    result = applied.run("plan", "--detailed-exitcode", "--date", DATE, code=3)

    assert "replace  dictionary-tone  changed" in result.out
    assert "specs/data/dictionary.jsonl: 1 row added, 1 row removed, 79 unchanged" in result.out
    assert "Plan: 1 to submit, 5 unchanged." in result.out
    assert "proverbs" not in result.out


def test_a_new_label_buys_nothing_and_is_said(applied: Workspace) -> None:
    applied.edit("gembatch.yaml", "labels: {team: examples}", "labels: {team: examples, cost-center: c42}")

    result = applied.run("plan", "--detailed-exitcode", "--date", DATE, code=0)

    assert "labels.cost-center" in result.out
    assert "Nothing to do: 0 to submit, 6 unchanged." in result.out


def test_a_job_that_was_taken_out_and_put_back_is_not_bought_again(applied: Workspace) -> None:
    spec = applied.root / "specs" / "proverbs-themes.yaml"
    text = spec.read_text(encoding="utf-8")
    spec.unlink()
    retired = applied.run("apply", "--yes", "--date", DATE)
    spec.write_text(text, encoding="utf-8")

    back = applied.run("apply", "--yes", "--date", DATE)

    assert "retire   proverbs-themes" in retired.out
    assert "Nothing to do: 0 to submit, 6 unchanged." in back.out
    assert dict.fromkeys(ALL, 1) == dict(applied.names())
    assert "proverbs-themes" in [entry["displayName"] for entry in applied.recorded()]


def test_going_back_to_an_earlier_version_buys_nothing(applied: Workspace) -> None:
    applied.run("wait", "--date", DATE)
    applied.edit("specs/proverbs-themes.yaml", "model: gemini-3.8-flash", "model: gemini-3.7-flash")
    applied.run("apply", "--yes", "--date", DATE)
    applied.run("wait", "--date", DATE)
    applied.edit("specs/proverbs-themes.yaml", "model: gemini-3.7-flash", "model: gemini-3.8-flash")

    result = applied.run("apply", "--yes", "--date", DATE)

    assert "adopt" in result.out
    assert 2 == applied.names()["proverbs-themes"]


def test_rerun_is_a_spoken_wish_that_acts_once(applied: Workspace) -> None:
    applied.run("wait", "--date", DATE)
    spec = applied.root / "specs" / "proverbs-themes.yaml"
    text = spec.read_text(encoding="utf-8")
    spec.write_text(f"{text}\nrerun: after the summit\n", encoding="utf-8")
    spoken = applied.run("apply", "--yes", "--date", DATE)
    applied.run("wait", "--date", DATE)
    again = applied.run("apply", "--yes", "--date", DATE)
    spec.write_text(text, encoding="utf-8")

    taken_away = applied.run("apply", "--yes", "--date", DATE)

    assert "replace  proverbs-themes  rerun" in spoken.out
    assert "Nothing to do" in again.out
    assert "Nothing to do" in taken_away.out
    assert 2 == applied.names()["proverbs-themes"]


def test_without_its_lockfile_every_job_is_adopted(applied: Workspace) -> None:
    applied.lockfile.unlink()

    result = applied.run("apply", "--yes", "--date", DATE)

    assert "Plan: 0 to submit, 6 to adopt, 0 unchanged." in result.out
    assert "Applied: 6 adopted." in result.out
    assert dict.fromkeys(ALL, 1) == dict(applied.names())
    applied.run("plan", "--detailed-exitcode", "--date", DATE, code=0)


def test_a_saved_plan_is_carried_out_once(workspace: Workspace) -> None:
    workspace.run("plan", "--date", DATE, "--out", "jobs.plan")
    first = workspace.run("apply", "jobs.plan")
    second = workspace.run("apply", "jobs.plan")

    assert "Applied: 6 submitted." in first.out
    assert 6 == second.err.count("done already")
    assert dict.fromkeys(ALL, 1) == dict(workspace.names())


def test_what_moved_since_the_plan_is_refused_by_name(workspace: Workspace) -> None:
    workspace.run("plan", "--date", DATE, "--out", "jobs.plan")
    workspace.edit("specs/proverbs-themes.yaml", "model: gemini-3.8-flash", "model: gemini-3.7-flash")

    result = workspace.run("apply", "jobs.plan", code=1)

    assert "refused: proverbs-themes: the spec moved since the plan" in result.err
    assert "Applied: 5 submitted, 1 refused." in result.out
    assert 0 == workspace.names()["proverbs-themes"]


def test_an_input_that_moved_since_the_plan_stops_its_job(workspace: Workspace) -> None:
    workspace.run("plan", "--date", DATE, "--out", "jobs.plan")
    workspace.edit("specs/buckets/demo-bucket/proverbs/maxims.jsonl", "prov-10-04", "prov-10-04-b")

    result = workspace.run("apply", "jobs.plan", code=1)

    assert "refused: proverbs-themes: an input moved since the plan" in result.err
    assert 0 == workspace.names()["proverbs-themes"]
