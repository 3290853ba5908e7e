"""What became of a plan as a whole: each change once, with what was left, refused or done already. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from gembatch.apply.outcomes import Outcome, Result
from gembatch.errors import GembatchError
from gembatch.lock.lockfile import LockEntry, Lockfile
from gembatch.plan.approval import Comparison

_NOT_WELL = frozenset({Result.REJECTED, Result.BLOCKED, Result.SKIPPED, Result.REFUSED, Result.UNCERTAIN})

_WITH_JOB = frozenset({Result.SUBMITTED, Result.ADOPTED, Result.KEPT, Result.DONE})


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of one plan.

    Attributes:
        plan: The file it was saved in; empty for one that was made and carried out at once.
        workspace: Name of the workspace; empty where it never came to that. So are the next two.
        environment: Name of the environment.
        lockfile: Where the lockfile is: a path in the workspace, or a URI.
        outcomes: One a key, sorted by key.
        error: Why the plan was refused as a whole, or not carried out to its end; None when it was.
    """

    plan: str = ""
    workspace: str = ""
    environment: str = ""
    lockfile: str = ""
    outcomes: tuple[Outcome, ...] = ()
    error: GembatchError | None = None

    @property
    def exit_code(self) -> int:
        """What an apply of this plan alone exits with."""
        if self.error:
            return self.error.exit_code
        return int(any(outcome.result in _NOT_WELL for outcome in self.outcomes))


def worst_of(applied: Iterable[Applied]) -> int:
    """Returns what an apply of several plans exits with: what is unknown outweighs what failed."""
    return max((each.exit_code for each in applied), default=0)


def outcomes_of(
    carried_out: Iterable[Outcome], lockfile: Lockfile, comparison: Comparison | None = None
) -> tuple[Outcome, ...]:
    """Returns every outcome of a plan, each with where the job's predictions are.

    Args:
        carried_out: What became of the changes that were carried out, or needed nothing.
        lockfile: As it is now.
        comparison: How the approval that was carried out compared with what was planned afresh; None without one.
    """
    found = {outcome.key: outcome for outcome in carried_out}
    for outcome in _beside(comparison) if comparison else ():
        # A change that was refused may have needed nothing afresh, or be blocked: then that is why.
        blocked = found.get(outcome.key)
        why = blocked.message if blocked and blocked.result is Result.BLOCKED else ""
        found[outcome.key] = replace(outcome, message="; ".join(filter(None, (outcome.message, why))))
    entries = {entry.key: entry for entry in (*lockfile.retired, *lockfile.jobs)}
    return tuple(_with_job(found[key], entries.get(key)) for key in sorted(found))


def _beside(comparison: Comparison) -> Iterator[Outcome]:
    for change in comparison.extra:
        yield Outcome(change.key, change.action, Result.LEFT, message="not in the plan")
    for approved in comparison.done:
        yield Outcome(approved.key, approved.action, Result.DONE)
    for approved, what in comparison.moved:
        yield Outcome(approved.key, approved.action, Result.REFUSED, message=what)


def _with_job(outcome: Outcome, entry: LockEntry | None) -> Outcome:
    if entry is None or outcome.result not in _WITH_JOB:
        return outcome
    return replace(outcome, name=outcome.name or entry.current.name, output=entry.current.output)
