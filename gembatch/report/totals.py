"""The counts of a plan: its first line, or its last."""

from __future__ import annotations

from dataclasses import dataclass

from gembatch.plan.changes import Action, Plan
from gembatch.report.folds import input_bytes
from gembatch.report.words import bytes_of, count_of


@dataclass(frozen=True, slots=True)
class Totals:
    """What a plan does, in numbers.

    Attributes:
        submit: Jobs that may be submitted.
        replace: Those of them that take the place of another job.
        adopt: Jobs that the lockfile will remember.
        cancel: Live jobs that are cancelled.
        retire: Entries that are retired.
        unchanged: Jobs that are kept.
        blocked: Jobs that wait for a person.
        left_alone: Jobs that were not selected.
        input_bytes: What the jobs to be submitted read, as far as it is known.
        unknown_inputs: How many of them read what nobody knows the size of.
    """

    submit: int
    replace: int
    adopt: int
    cancel: int
    retire: int
    unchanged: int
    blocked: int
    left_alone: int
    input_bytes: int
    unknown_inputs: int

    @property
    def is_nothing(self) -> bool:
        """Whether there is nothing to do, and nothing that waits for a person."""
        return not (self.submit or self.adopt or self.cancel or self.retire or self.blocked)

    @property
    def submissions(self) -> str:
        """What is to be known of the jobs to be submitted, for people; empty where none is."""
        return ", ".join(filter(None, (self._replaces, self._reads)))

    @property
    def _replaces(self) -> str:
        if not self.replace:
            return ""
        who = f"{self.replace} of them " if self.replace < self.submit else "each " if self.submit > 1 else ""
        return f"{who}in place of another job"

    @property
    def _reads(self) -> str:
        if not self.submit:
            return ""
        if self.unknown_inputs == self.submit:
            return "input size not known"
        unknown = f", and {count_of(self.unknown_inputs, 'job')} of unknown size" if self.unknown_inputs else ""
        return f"{bytes_of(self.input_bytes)} of input{unknown}"


def totals_of(plan: Plan) -> Totals:
    """Returns the counts of a plan."""
    counts = plan.counts
    sizes = [input_bytes(change) for change in plan.submissions]
    return Totals(
        submit=len(plan.submissions),
        replace=sum(change.action is not Action.CREATE for change in plan.submissions),
        adopt=counts.get(Action.ADOPT, 0),
        cancel=counts.get(Action.CANCEL, 0),
        retire=counts.get(Action.RETIRE, 0),
        unchanged=counts.get(Action.KEEP, 0),
        blocked=len(plan.blocked),
        left_alone=plan.left_alone,
        input_bytes=sum(size for size in sizes if size is not None),
        unknown_inputs=sizes.count(None),
    )
