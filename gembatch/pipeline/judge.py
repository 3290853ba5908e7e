"""Plan → findings: what the limits and policies of one checkout have against it.

That checkout need not be the one that was planned from: what a pull request wants is held against its base branch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from gembatch.errors import InvalidSpecsError
from gembatch.model.diagnostics import Diagnostic, in_reading_order
from gembatch.model.workspace import Limits, Workspace
from gembatch.pipeline.baseline import Base
from gembatch.pipeline.policies import ReadyPolicy, policy_findings, ready_policies
from gembatch.pipeline.run import Run
from gembatch.plan.brakes import Passed, passed_limits
from gembatch.plan.changes import Plan
from gembatch.validate.secrets import masked


@dataclass(frozen=True, slots=True)
class Brakes:
    """What holds plans back, as one checkout has it.

    Attributes:
        workspace: Whose limits they are.
        environments: Names of those of its environments whose limits count.
        root: Its folder, in which its policies run.
        policies: Its policies.
        base: The checkout, where it is not the run's own.
    """

    workspace: Workspace
    environments: tuple[str, ...]
    root: Path
    policies: tuple[ReadyPolicy, ...]
    base: Base | None = None


def brakes_of(run: Run, base: Base | None) -> Brakes:
    """Returns the brakes that count: those of the base, if there is one, whatever the change says about them.

    Raises:
        InvalidSpecsError: A policy cannot be read or run.
    """
    if base is None:
        policies, found = ready_policies(run.workspace, run.root)
        if found:
            raise InvalidSpecsError(_in_order(found))
        return Brakes(run.workspace, (run.environment.name,), run.root, policies)
    policies, found = ready_policies(base.workspace, base.root)
    if found:
        raise InvalidSpecsError(base.placed(_in_order(found)), base=str(base.root))
    placed = tuple(replace(policy, place=base.place(policy.place)) for policy in policies)
    names = tuple(environment.name for environment in base.standing_for(run.environment))
    return Brakes(base.workspace, names or (run.environment.name,), base.root, placed, base)


def unready_policies(run: Run) -> tuple[Diagnostic, ...]:
    """Returns why policies of the run's workspace cannot be read or run, in reading order."""
    return _in_order(ready_policies(run.workspace, run.root)[1])


def _in_order(findings: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    return in_reading_order(map(masked, findings))


def plan_findings(
    plan: Plan, brakes: Brakes, document: Callable[[], str], *, max_submissions: int | None = None
) -> tuple[Diagnostic, ...]:
    """Returns what speaks against a plan: first the limits that it goes past, then what policies say.

    Args:
        plan: The plan.
        brakes: What it is held against.
        document: Gives the plan's JSON, where there is a policy to read it.
        max_submissions: Takes the place of the environment's limit; None to keep it.
    """
    # A limit of the workspace is passed in all of its environments, and told once.
    passed = dict.fromkeys(
        _finding(each, brakes.workspace, name)
        for name in brakes.environments
        for each in passed_limits(plan, _limits(brakes.workspace, name, max_submissions))
    )
    judged = policy_findings(brakes.policies, brakes.root, plan, document()) if brakes.policies else ()
    return (*(brakes.base.placed(passed) if brakes.base else passed), *map(masked, judged))


def _limits(workspace: Workspace, environment: str, max_submissions: int | None) -> Limits:
    limits = workspace.limits_of(environment)
    return limits if max_submissions is None else replace(limits, max_submissions=max_submissions)


def _finding(passed: Passed, workspace: Workspace, environment: str) -> Diagnostic:
    place = workspace.limit_at(environment, passed.pointer)
    return Diagnostic(f"limits.{passed.pointer[0]}", passed.message, place, hint=passed.hint)
