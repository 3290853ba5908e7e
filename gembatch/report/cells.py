"""How the jobs of a range stand, a cell for each series and date: what a grid shows."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import TypeAlias

from gembatch.model.jobs import JobSpec, Series
from gembatch.plan.changes import Action, Change, Plan, Reason, Standing
from gembatch.plan.status import JobStatus, failure_of


class Cell(Enum):
    """How one job stands: its sign, its letter and its word. The most urgent comes first."""

    BLOCKED = ("!", "b", "blocked")
    FAILED = ("✗", "f", "failed")
    MISSING = ("?", "m", "missing")
    SUBMIT = ("+", "s", "will submit")
    RUNNING = ("▸", "r", "running")
    DONE = ("✓", "d", "done")

    @property
    def mark(self) -> str:
        """Its sign and its letter: it says the same without colour, and to who cannot see the sign."""
        sign, letter, _ = self.value
        return f"{sign}{letter}"

    @property
    def word(self) -> str:
        """What a legend says."""
        return self.value[2]


Cells: TypeAlias = Mapping[Series, Mapping[dt.date, Cell]]
"""The cells of each series by date. A date that asks for nothing has none, nor has a series without dates."""

_OF_STANDING = {
    Standing.LIVE: Cell.RUNNING,
    Standing.SUCCEEDED: Cell.DONE,
    Standing.FAILED: Cell.FAILED,
    Standing.GONE: Cell.MISSING,
    None: Cell.MISSING,
}


def cells_of_plan(plan: Plan) -> Cells:
    """Returns how the jobs that a plan is about stand, and which it will submit."""
    return _by_series((change.desired, _of_change(change)) for change in plan.changes)


def cells_of_statuses(statuses: Iterable[JobStatus]) -> Cells:
    """Returns how jobs stand, whatever a plan would do about them."""
    return _by_series((status.desired, _of_status(status)) for status in statuses)


def _by_series(cells: Iterable[tuple[JobSpec | None, Cell]]) -> Cells:
    found: dict[Series, dict[dt.date, Cell]] = defaultdict(dict)
    for spec, cell in cells:
        if spec and spec.date:
            found[spec.series][spec.date] = cell
    return found


def _of_change(change: Change) -> Cell:
    if change.may_submit:
        return Cell.SUBMIT
    if change.action is Action.BLOCKED and change.reason is not Reason.MISSING:
        return Cell.BLOCKED
    return _OF_STANDING[change.premise.standing]


def _of_status(status: JobStatus) -> Cell:
    if status.is_live:
        return Cell.RUNNING
    if status.submission is None or (status.is_gone and status.submission.state.is_live):
        return Cell.MISSING
    return Cell.FAILED if failure_of(status) else Cell.DONE
