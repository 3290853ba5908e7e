"""Limits hold for a plan that was saved as for one that is made."""

from __future__ import annotations

import pytest
from example_workspace import DATE, Workspace


@pytest.fixture
def limited(workspace: Workspace) -> Workspace:
    """The example workspace with a limit of two submissions, where it asks for six."""
    workspace.edit(
        "gembatch.yaml", "    seed: specs/buckets", "    limits: {maxSubmissions: 2}\n    seed: specs/buckets"
    )
    return workspace


def test_a_plan_that_was_saved_in_spite_of_its_refusal_is_refused_again(limited: Workspace) -> None:
    """As by `plan --format json > FILE` in a step whose exit code nobody looked at."""
    refused = limited.run("plan", "--format", "json", "--date", DATE, code=1)
    (limited.root / "plan.json").write_text(refused.out, encoding="utf-8")

    again = limited.run("apply", "plan.json", code=1)
    assert "`limits.maxSubmissions` of local is 2" in again.err
    assert [] == limited.ledger()


def test_a_saved_plan_remembers_that_more_was_insisted_on(limited: Workspace) -> None:
    limited.run("plan", "--out", "plan.json", "--max-submissions", "6", "--date", DATE)

    assert "Applied: 6 submitted" in limited.run("apply", "plan.json").out
