"""A plan taken apart for people: what its readers see first, what can wait, and what is only counted."""

from __future__ import annotations

from dataclasses import dataclass

from gembatch.plan.changes import Action, Change, Plan, Reason
from gembatch.plan.drift import Drift
from gembatch.report.folds import Fold, expensive_first, folds_of


@dataclass(frozen=True, slots=True)
class Sections:
    """The parts of a plan, each folded.

    Attributes:
        blocked: What waits for a person.
        submissions: What may cost money, the most expensive first.
        others: What is adopted, cancelled or retired.
        notable: What is kept, though there is something to know about it.
        drift: Recorded jobs that Vertex shows otherwise, but for those that only got on.
        progressed: How many recorded jobs only got further, or succeeded, since the lockfile was written.
        changed_past: How many jobs of earlier dates are kept although their spec has changed since.
        unchanged: How many jobs are kept, these included.
    """

    blocked: tuple[Fold, ...]
    submissions: tuple[Fold, ...]
    others: tuple[Fold, ...]
    notable: tuple[Fold, ...]
    drift: tuple[Drift, ...]
    progressed: int
    changed_past: int
    unchanged: int


def sections_of(plan: Plan) -> Sections:
    """Returns the parts of a plan."""
    drift = tuple(each for each in plan.drift if not each.is_progress)
    return Sections(
        blocked=folds_of(plan.blocked),
        submissions=expensive_first(folds_of(plan.submissions)),
        others=folds_of(change for change in plan.pending if not change.may_submit),
        notable=folds_of(change for change in plan.changes if _is_notable(change)),
        drift=drift,
        progressed=len(plan.drift) - len(drift),
        changed_past=sum(_is_changed_past(change) for change in plan.changes),
        unchanged=sum(change.action is Action.KEEP for change in plan.changes),
    )


def _is_notable(change: Change) -> bool:
    """Whether a kept job is more than a number. A year of past ones would hide what is done; their count is said."""
    if change.action is not Action.KEEP or change.reason is Reason.PAST:
        return False
    return bool(change.differences) or change.reason is not Reason.CURRENT


def _is_changed_past(change: Change) -> bool:
    return change.action is Action.KEEP and change.reason is Reason.PAST and change.desired is not None
