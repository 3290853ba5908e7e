"""Brakes on a whole plan: more submissions or replacements than anybody meant. Pure."""

from __future__ import annotations

from gembatch.model.workspace import Limits
from gembatch.plan.changes import Action, Plan

FEW = 5
"""With fewer recorded jobs than this a share says nothing."""


def why_too_much(plan: Plan, limits: Limits) -> tuple[str, str] | None:
    """Returns why the plan as a whole is refused and how to insist; None when it is not.

    Args:
        plan: The plan.
        limits: The environment's, with what the person at the keyboard insists on.
    """
    submissions = len(plan.submissions)
    if submissions > limits.max_submissions:
        what = f"the plan submits {submissions} jobs, and `limits.maxSubmissions` of {plan.environment} is"
        return f"{what} {limits.max_submissions}", f"if that is meant, say so: --max-submissions {submissions}"
    # Of the jobs that are desired now: a year of past dates in the lockfile would loosen the brake every day.
    recorded = sum(change.recorded is not None and change.desired is not None for change in plan.changes)
    # A live job that is cancelled for its successor is replaced as well, and what it has done is paid for.
    replaced = sum(change.action is not Action.CREATE for change in plan.submissions)
    if recorded >= FEW and replaced / recorded > limits.max_replaced_share:
        what = f"the plan replaces {replaced} of {recorded} recorded jobs, and `limits.maxReplacedShare` of"
        hint = "if that is meant, raise the limit in gembatch.yaml, in a change of its own"
        return f"{what} {plan.environment} is {limits.max_replaced_share:g}", hint
    return None
