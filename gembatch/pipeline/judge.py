"""Plan → findings: whether it goes past the limits that one checkout sets.

That checkout need not be the one that was planned from: what a pull request wants is held against its base branch.
"""

from __future__ import annotations

from dataclasses import replace

from gembatch.model.diagnostics import Diagnostic
from gembatch.model.workspace import Workspace
from gembatch.plan.brakes import Passed, passed_limits
from gembatch.plan.changes import Plan


def plan_findings(plan: Plan, workspace: Workspace, *, max_submissions: int | None = None) -> tuple[Diagnostic, ...]:
    """Returns what speaks against a plan.

    Args:
        plan: The plan.
        workspace: Whose limits count.
        max_submissions: Takes the place of the environment's limit; None to keep it.
    """
    limits = workspace.limits_of(plan.environment)
    if max_submissions is not None:
        limits = replace(limits, max_submissions=max_submissions)
    return tuple(_finding(passed, workspace, plan.environment) for passed in passed_limits(plan, limits))


def _finding(passed: Passed, workspace: Workspace, environment: str) -> Diagnostic:
    place = workspace.limit_at(environment, passed.pointer)
    return Diagnostic(f"limits.{passed.pointer[0]}", passed.message, place, hint=passed.hint)
