"""Why a plan decides as it does, in words, and what a person can do about it: the same in every renderer."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from gembatch.model.jobs import LABEL_WORKSPACE
from gembatch.plan.changes import Action, Change, Reason
from gembatch.plan.drift import Drift
from gembatch.plan.rows import RowsDiff
from gembatch.report.words import count_of

_WHY = {
    Reason.NEW: "not submitted yet",
    Reason.CHANGED: "the spec changed since it was submitted",
    Reason.RERUN: "`rerun` asks for it once more",
    Reason.UNRECORDED: "this job runs or ran already; the lockfile will remember it",
    Reason.RENAMED: "the lockfile will remember it under its new name",
    Reason.UNFINISHED: "an apply has not finished",
    Reason.FAILED: "the job ended badly",
    Reason.CANCELLED: "gembatch cancelled the job",
    Reason.MISSING: "Vertex AI does not know the job any more",
    Reason.REMOVED: "no spec asks for it any more",
    Reason.PAST: "an earlier date of a series",
    Reason.CURRENT: "up to date",
    Reason.IN_FLIGHT: "the job is live",
    Reason.FOREIGN: "somebody else's job has this name",
    Reason.STALE: "the lockfile is older than what runs",
}

_WHY_SO = {
    (Action.BLOCKED, Reason.IN_FLIGHT): "the spec changed while the job is live",
    (
        Action.CANCEL,
        Reason.IN_FLIGHT,
    ): "the spec changed while the job is live, and its successor follows once that ends",
    (Action.CREATE, Reason.MISSING): "Vertex AI does not know the job any more, and it was asked to be submitted again",
    (Action.REPLACE, Reason.FAILED): "the job ended badly, and is tried again",
    (Action.ADOPT, Reason.FOREIGN): "somebody else's job does what the spec asks for; the lockfile will remember it",
}
"""What says more of an action than its reason alone."""

DRIFT = "what became of recorded jobs since the lockfile was written. Nothing is done because of it alone."
"""What the section of drift is, for its heading."""

_MOST_NAMES = 5
"""Names that a command lists; for more of them it says what to do about all."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something that a person can do.

    Attributes:
        text: What, as the middle of a sentence.
        command: What to type for it; empty where there is nothing to type.
    """

    text: str
    command: str = ""


def why(change: Change) -> str:
    """Returns why, as the middle of a sentence."""
    match change.action, change.reason:
        case Action.KEEP, Reason.CURRENT if change.differences:
            return "up to date; only labels differ, and a job's labels cannot be edited"
        case Action.BLOCKED, Reason.FOREIGN:
            return _why_foreign(change)
        case decided:
            return _WHY_SO.get(decided, _WHY[change.reason])


def _why_foreign(change: Change) -> str:
    if _is_of_another_workspace(change):
        return "a job of another gembatch workspace has this name"
    return f"{_WHY[Reason.FOREIGN]}, and {'another' if change.differences else 'an equal'} body"


def steps(changes: Sequence[Change]) -> tuple[Step, ...]:
    """Returns what a person can do about changes that are alike: about blocked ones, and about jobs that are held.

    Args:
        changes: Of one action and reason; at least one.
    """
    match changes[0].action:
        case Action.BLOCKED:
            return _ways_out(changes)
        case Action.KEEP if changes[0].reason in (Reason.FAILED, Reason.CANCELLED):
            return (Step("submit it again, at its price", _command("apply --retry-failed", changes)),)
        case _:
            return ()


def _ways_out(changes: Sequence[Change]) -> tuple[Step, ...]:
    first = changes[0]
    match first.reason:
        case Reason.MISSING:
            return (Step("submit it again, at its price", _command("apply --resubmit-missing", changes)),)
        case Reason.IN_FLIGHT:
            return (
                Step("wait until it has ended, then plan again", _command("wait", changes)),
                Step("or cancel it, then plan again", _cancel(changes)),
                Step("or let every plan do so, with `lifecycle.onChangeInFlight: cancel` in the spec"),
            )
        case Reason.FOREIGN if first.differences or _is_of_another_workspace(first):
            return (Step("choose another `displayName`"),)
        case Reason.FOREIGN:
            return (Step("take it over, at no price", _command("apply --adopt", changes)),)
        case Reason.STALE:
            return (Step("fetch the current lockfile, then plan again"),)
        case _:
            return (Step("wait until it is settled, then plan again", _command("plan", changes)),)


def rows_summary(rows: RowsDiff) -> str:
    """Returns how the rows of a staged file differ, as the middle of a sentence."""
    if rows.problem:
        return f"its rows are not compared: {rows.problem}"
    counts = ((rows.added, "added"), (rows.removed, "removed"), (rows.changed, "changed"))
    told = [f"{count_of(number, 'row')} {what}" for number, what in counts if number]
    if not told:
        return f"no row differs, only their order or how they are written; {rows.unchanged} unchanged"
    return ", ".join([*told, f"{rows.unchanged} unchanged"])


def drift_why(drift: Drift) -> str:
    """Returns what happened to a recorded job, as the middle of a sentence."""
    then = drift.recorded.word
    if drift.observed is None:
        return f"recorded as {then}, and Vertex AI does not know it any more"
    error = f": {drift.error}" if drift.error else ""
    return f"recorded as {then}, and now {drift.observed.word}{error}"


def _is_of_another_workspace(change: Change) -> bool:
    return change.observed is not None and LABEL_WORKSPACE in change.observed.labels


def _command(words: str, changes: Sequence[Change]) -> str:
    selected = [f"--select {shlex.quote(_as_glob(change.key.display_name))}" for change in changes]
    return " ".join([f"gembatch {words}", _environment(changes), *(selected if len(selected) <= _MOST_NAMES else ())])


def _cancel(changes: Sequence[Change]) -> str:
    names = [shlex.quote(change.key.display_name) for change in changes]
    told = names if len(names) <= _MOST_NAMES else [*names[:_MOST_NAMES], "…"]
    return " ".join(["gembatch cancel", _environment(changes), "--", *told])


def _environment(changes: Sequence[Change]) -> str:
    return f"-e {shlex.quote(changes[0].key.environment)}"


def _as_glob(name: str) -> str:
    return re.sub(r"[*?[]", r"[\g<0>]", name)
