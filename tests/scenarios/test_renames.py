"""A job gets a better name after it was applied."""

from __future__ import annotations

import pytest
from example_workspace import ALL, DATE, Workspace

pytestmark = pytest.mark.slow


def rename(workspace: Workspace) -> None:
    workspace.edit(
        "specs/rights-summary.yaml",
        "displayName: rights-summary-",
        "previousDisplayName: rights-summary-{{ lang }}-{{ ds_nodash }}\ndisplayName: rights-",
    )


def test_a_rename_buys_nothing_and_the_entry_moves(applied: Workspace) -> None:
    rename(applied)

    planned = applied.run("plan", "--detailed-exitcode", "--date", DATE, code=3)
    applied.run("apply", "--yes", "--date", DATE)
    again = applied.run("plan", "--detailed-exitcode", "--date", DATE, code=0)

    assert "adopt    3 jobs  renamed" in planned.out
    assert "rights-{de, en, fr}-20261122" in planned.out
    assert "Plan: 0 to submit" in planned.out
    assert "Nothing to do" in again.out
    assert dict.fromkeys(ALL, 1) == dict(applied.names())
    names = [entry["displayName"] for entry in applied.recorded()]
    assert "rights-de-20261122" in names
    assert "rights-summary-de-20261122" not in names


def test_after_the_rename_the_previous_name_may_go(applied: Workspace) -> None:
    rename(applied)
    applied.run("apply", "--yes", "--date", DATE)
    applied.edit("specs/rights-summary.yaml", "previousDisplayName: rights-summary-{{ lang }}-{{ ds_nodash }}\n", "")

    result = applied.run("plan", "--detailed-exitcode", "--date", DATE, code=0)

    assert "Nothing to do" in result.out
    assert dict.fromkeys(ALL, 1) == dict(applied.names())
