"""One plan on its way: it is carried out, and what became of it is known however that ends."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import click

from gembatch.apply.applied import Applied, outcomes_of
from gembatch.apply.outcomes import Outcome, Result
from gembatch.apply.state import INTERRUPTED, State
from gembatch.cli.live import submissions_on
from gembatch.cli.output import palette_of, tell_error
from gembatch.cli.signals import Signals
from gembatch.cli.wiring import identity
from gembatch.errors import GembatchError, PlanError, UnfinishedError
from gembatch.pipeline.apply import apply_jobs
from gembatch.pipeline.plan import Planned
from gembatch.pipeline.run import Run, Shores
from gembatch.plan.approval import Comparison
from gembatch.report.outcomes_as_text import outcomes_summary
from gembatch.report.palette import printable

_AGAIN = "nothing is submitted twice: run `gembatch plan` again"


@dataclass(slots=True)
class Attempt:
    """One plan on its way.

    Attributes:
        say: Prints what is for people.
        signals: Hear who wants it to end.
        is_quiet: Whether no progress is told.
        applied: What is known to have become of it.
    """

    say: Callable[[str], None]
    signals: Signals
    is_quiet: bool
    applied: Applied

    def say_which(self) -> None:
        """Says of several which one it is."""
        self.say(f"{palette_of(sys.stdout).bold(printable(self.applied.plan))}\n")

    def begin(self) -> None:
        """Makes sure that nobody wants it to end; from now on a signal ends it, until there is something to record.

        Raises:
            KeyboardInterrupt: There was a signal before, or there is one now.
        """
        self.signals.end_it()
        if self.signals.is_interrupted:
            raise KeyboardInterrupt

    def stopped_by(self, error: GembatchError) -> None:
        """Tells and notes what stopped it."""
        self.signals.remember()
        tell_error(error)
        self.applied = replace(self.applied, error=error)

    def is_about(self, run: Run) -> None:
        """Notes what the plan turned out to be about."""
        environment = run.environment
        self.applied = replace(
            self.applied, workspace=run.workspace.name, environment=environment.name, lockfile=environment.lockfile
        )

    def carry_out(self, run: Run, planned: Planned, shores: Shores, comparison: Comparison | None = None) -> None:
        """Carries the plan out, and tells how it ended.

        Args:
            run: What the run is about.
            planned: What to carry out.
            shores: The world.
            comparison: How it compared with what was approved; None where nobody was asked.

        Raises:
            UnfinishedError: It is not known of every job whether it was made, or a signal ended it.
            LockfileError: The lockfile could not be written, and nothing was submitted.
        """
        state = self._state(run, planned, shores)
        self.applied = replace(self.applied, outcomes=outcomes_of(state.outcomes, state.lockfile, comparison))
        try:
            if {outcome.result for outcome in self.applied.outcomes} - {Result.KEPT, Result.DONE}:
                self.say(outcomes_summary(self.applied.outcomes))
        finally:
            # That nothing can be printed any more weighs less.
            _refuse_unfinished(state)

    def _state(self, run: Run, planned: Planned, shores: Shores) -> State:
        total = len(planned.plan.pending)
        with submissions_on(sys.stderr, total=total, is_quiet=self.is_quiet) as told:

            def on_outcome(outcome: Outcome) -> None:
                if outcome.result not in (Result.KEPT, Result.BLOCKED):
                    told(outcome)

            on_start = self.signals.call
            return apply_jobs(run, planned, shores, identity=identity(), on_outcome=on_outcome, on_start=on_start)


def _refuse_unfinished(state: State) -> None:
    """Makes sure that the apply came to its end; an unknown outcome outweighs a failure."""
    results = {outcome.result for outcome in state.outcomes}
    if Result.UNCERTAIN in results or state.stopped == INTERRUPTED or (state.failure and Result.SUBMITTED in results):
        why = str(state.failure or state.stopped or "it is not known of every job whether it was made")
        raise UnfinishedError(f"apply did not finish: {why}", hint=_AGAIN)
    if state.failure:
        raise state.failure


@dataclass(slots=True)
class Series:
    """Plans that are carried out one after the other.

    Attributes:
        say: Prints what is for people.
        is_quiet: Whether no progress is told.
        applied: What became of each that was attempted.
    """

    say: Callable[[str], None]
    is_quiet: bool
    applied: list[Applied] = field(default_factory=list)

    @contextmanager
    def attempt(self, plan: Path | None, signals: Signals) -> Iterator[Attempt]:
        """Yields an attempt; what stops it is told and noted, and does not stop the next one.

        Args:
            plan: The file that the plan was saved in; None without one.
            signals: Hear who wants it to end, and after the block only remember it: then no other is attempted.
        """
        attempt = Attempt(self.say, signals, self.is_quiet, Applied(str(plan or "")))
        try:
            yield attempt
        except GembatchError as error:
            attempt.stopped_by(error)
        except (KeyboardInterrupt, click.Abort):
            attempt.stopped_by(_by_hand(signals))
        except BaseException:
            # A defect of ours, which `main` tells: nobody who reads the outcomes may take it for a good end.
            attempt.applied = replace(attempt.applied, error=_by_defect())
            raise
        finally:
            signals.remember()
            self.applied.append(attempt.applied)


def _by_hand(signals: Signals) -> GembatchError:
    if signals.is_interrupted:
        return UnfinishedError("interrupted before anything was submitted", hint=_AGAIN)
    return PlanError("nothing was carried out: the answer was no")


def _by_defect() -> GembatchError:
    return UnfinishedError("apply ended by a defect: what became of the plan is not known", hint=_AGAIN)
