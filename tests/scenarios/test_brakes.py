"""Limits hold for a plan that was saved as for one that is made, and for what is submitted alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from example_workspace import DATE, Workspace

pytestmark = pytest.mark.slow


def limit(workspace: Workspace, limits: str) -> None:
    """Gives the workspace's local environment its limits."""
    workspace.edit("gembatch.yaml", "    seed: specs/buckets", f"    limits: {limits}\n    seed: specs/buckets")


@pytest.fixture
def limited(workspace: Workspace) -> Workspace:
    """The example workspace with a limit of two submissions, where it asks for six."""
    limit(workspace, "{maxSubmissions: 2}")
    return workspace


def test_a_plan_that_was_saved_in_spite_of_its_refusal_is_refused_again(limited: Workspace) -> None:
    """As by `plan --format json > FILE` in a step whose exit code nobody looked at."""
    refused = limited.run("plan", "--format", "json", "--date", DATE, code=1)
    (limited.root / "plan.json").write_text(refused.out, encoding="utf-8")

    again = limited.run("apply", "plan.json", code=1)
    assert "in local at most 2 may be submitted [limits.maxSubmissions]" in again.err
    assert [] == limited.ledger()


def test_a_saved_plan_remembers_that_more_was_insisted_on(limited: Workspace) -> None:
    limited.run("plan", "--out", "plan.json", "--max-submissions", "6", "--date", DATE)

    assert "Applied: 6 submitted" in limited.run("apply", "plan.json").out


def test_a_refused_plan_is_shown_and_not_saved(limited: Workspace) -> None:
    refused = limited.run("plan", "--out", "plan.json", "--date", DATE, code=1)

    assert "Plan: 6 to submit" in refused.out
    assert not (limited.root / "plan.json").exists()


def test_every_form_of_a_refused_plan_says_so(limited: Workspace) -> None:
    files = {form: limited.root / f"plan.{form}" for form in ("text", "markdown", "html")}
    asked = [word for form, file in files.items() for word in ("--format", f"{form}={file.name}")]

    refused = limited.run("plan", *asked, "--format", "github", "--date", DATE, code=1)

    texts = [file.read_text(encoding="utf-8") for file in files.values()]
    assert all("in local at most 2 may be submitted" in text for text in (*texts, refused.out, refused.err))


def test_every_limit_is_told_at_its_place_with_how_to_insist(workspace: Workspace) -> None:
    limit(workspace, "{maxSubmissions: 2, forbiddenModels: [gemini-2*, gemini-3*], allowedBuckets: [demo-*, mine]}")
    workspace.edit("specs/rights-summary.yaml", "input: gs://{{ bucket }}", "input: gs://other-bucket")

    refused = workspace.run("apply", "--yes", "--date", DATE, code=1)

    assert REFUSED == refused.err
    assert [] == workspace.ledger()


REFUSED = """\
gembatch.yaml:23:30: the plan submits 6 jobs, and in local at most 2 may be submitted [limits.maxSubmissions]
  23 |     limits: {maxSubmissions: 2, forbiddenModels: [gemini-2*, gemini-3*], allowedBuckets: [demo-*, mine]}
     |                              ^
  hint: if that is meant, say so: --max-submissions 6

gembatch.yaml:23:62: the plan submits 6 jobs with gemini-3.8-flash, which is forbidden in local: dictionary-tone, \
my-cloud-storage-batch-prediction-job, proverbs-themes and 3 more [limits.forbiddenModels]
  23 |     limits: {maxSubmissions: 2, forbiddenModels: [gemini-2*, gemini-3*], allowedBuckets: [demo-*, mine]}
     |                                                              ^^^^^^^^^
  hint: if that is meant, allow it in gembatch.yaml, in a change of its own

gembatch.yaml:23:90: the plan submits 3 jobs that read from the bucket other-bucket, which is not allowed in local: \
rights-summary-de-20261122, rights-summary-en-20261122, rights-summary-fr-20261122 [limits.allowedBuckets]
  23 |     limits: {maxSubmissions: 2, forbiddenModels: [gemini-2*, gemini-3*], allowedBuckets: [demo-*, mine]}
     |                                                                                          ^^^^^^^^^^^^^^
  hint: if that is meant, allow it in gembatch.yaml, in a change of its own

error: the plan is refused: 3 errors
"""


@pytest.fixture
def protected(workspace: Workspace) -> Workspace:
    """The example workspace, whose environment takes only saved plans."""
    workspace.edit("gembatch.yaml", "    seed: specs/buckets", "    protected: true\n    seed: specs/buckets")
    return workspace


@pytest.mark.parametrize("flags", [[], ["--yes"], ["--yes", "--max-submissions", "9"]], ids=" ".join)
def test_a_protected_environment_takes_no_plan_that_nobody_has_seen(protected: Workspace, flags: list[str]) -> None:
    refused = protected.run("apply", *flags, "--date", DATE, code=2)

    assert (
        "error: environment `local` is protected: it takes only saved plans, with --yes as well\n"
        "hint: first `gembatch plan -e local --out FILE`; once it was looked at, `gembatch apply FILE`\n"
    ) == refused.err
    assert not (protected.root / ".gembatch").exists()


def test_a_protected_environment_takes_a_saved_plan(protected: Workspace) -> None:
    protected.run("plan", "-e", "local", "--out", "plan.json", "--date", DATE)

    assert "Applied: 6 submitted" in protected.run("apply", "plan.json").out


def test_a_change_cannot_take_the_protection_away(protected: Workspace, tmp_path: Path) -> None:
    shutil.copytree(protected.root, tmp_path / "base")
    protected.edit("gembatch.yaml", "    protected: true\n", "")

    assert "is protected" in protected.run("apply", "--yes", "--base", str(tmp_path / "base"), code=2).err


def test_jobs_that_are_kept_may_be_as_they_are(applied: Workspace) -> None:
    limit(applied, '{maxSubmissions: 0, forbiddenModels: ["*"], allowedBuckets: [demo-bucket, none]}')

    assert "Nothing to do" in applied.run("apply", "--yes", "--date", DATE).out
