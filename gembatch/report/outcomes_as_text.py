"""What became of an apply, for people: a line for each outcome, and the closing line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from gembatch.apply.applied import Applied
from gembatch.apply.outcomes import Outcome, Result
from gembatch.report.palette import PLAIN, Palette, printable
from gembatch.report.words import count_of, width_of


def outcome_as_text(outcome: Outcome, palette: Palette = PLAIN, *, width: int | None = None) -> str:
    """Returns the line that tells of an outcome as it comes.

    Where it is wider than `width` cells, what follows the display name stands below it.
    """
    match outcome.result:
        case Result.REJECTED | Result.UNCERTAIN | Result.REFUSED:
            paint = palette.red
        case Result.BLOCKED | Result.SKIPPED | Result.LEFT:
            paint = palette.yellow
        case _:
            paint = palette.green
    head = f"  {paint(f'{outcome.result.value:<10}')}  {palette.bold(printable(outcome.key.display_name))}"
    rest = [part for part in (printable(outcome.name or ""), printable(outcome.message)) if part]
    line = "  ".join([head, *rest])
    return line if width is None or width_of(line) <= width else "\n    ".join([head, *rest])


def outcomes_as_text(applied: Iterable[Applied]) -> str:
    """Returns what became of plans, one after the other; jobs that needed nothing are a number in the closing line."""
    return "\n\n".join("\n".join(_lines(each)) for each in applied)


def _lines(applied: Applied) -> Iterator[str]:
    where = f": environment {applied.environment}, lockfile {applied.lockfile}" if applied.environment else ""
    yield printable(f"{applied.plan or 'apply'}{where}")
    for outcome in applied.outcomes:
        if outcome.result is not Result.KEPT:
            yield outcome_as_text(outcome)
            if outcome.result is Result.SUBMITTED:
                yield f"              {printable(outcome.output)}"
    if applied.outcomes:
        yield outcomes_summary(applied.outcomes)
    if applied.error:
        yield f"error: {printable(str(applied.error))}"
        if applied.error.hint:
            yield f"hint: {printable(applied.error.hint)}"


def outcomes_summary(outcomes: Sequence[Outcome]) -> str:
    """Returns the closing line of an apply."""
    head = "Applied" if any(outcome.result.did_something for outcome in outcomes) else "Nothing applied"
    return f"{head}: {counts_as_text(outcomes)}."


def counts_as_text(outcomes: Iterable[Outcome]) -> str:
    """Returns each result with its count, in the order of `Result`."""
    counts = Counter(outcome.result for outcome in outcomes)
    told = [f"{counts[result]} {result.value}" for result in Result if counts[result]]
    return ", ".join(told) or count_of(0, "job")
