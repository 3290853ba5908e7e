"""A plan for people at a terminal: what happened, what is kept, what will be done, what waits for them, the counts.

The closing line comes last because that is what a terminal shows; what waits for a person stands right above it.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import assert_never

from gembatch.model.jobs import RemoteJob
from gembatch.plan.changes import Action, Plan
from gembatch.plan.fields import FieldChange
from gembatch.plan.rows import RowChange, RowKind, RowsDiff
from gembatch.report.asides import asides_of
from gembatch.report.evidence import caution_of
from gembatch.report.facts import facts_of
from gembatch.report.folds import Fold, drift_in_short, names_in_short
from gembatch.report.palette import PLAIN, Palette, printable
from gembatch.report.reasons import DRIFT, rows_summary, steps, why
from gembatch.report.sections import Sections, sections_of
from gembatch.report.signs import ROW_SIGNS, SIGNS
from gembatch.report.totals import totals_of
from gembatch.report.value_diff import DiffLine, Sign, value_diff
from gembatch.report.words import count_of, width_of

_MOST_NAMES = 30
_MOST_DRIFT = 20
_SHORT = 40
_MOST_NOTES = 3
_NARROWEST = 40
_INDENT = "      "


def plan_as_text(plan: Plan, palette: Palette = PLAIN, *, width: int | None = None) -> str:
    """Returns the plan.

    Args:
        plan: The plan.
        palette: For its colours.
        width: Of the terminal, in cells, at which lines are broken between words; None to keep every line whole.
    """
    sections, page = sections_of(plan), _Page(palette, max(width, _NARROWEST) if width else None)
    folds = (*sections.notable, *sections.others, *reversed(sections.submissions), *sections.blocked)
    blocks = [
        *page.caution(plan),
        *page.drift(sections),
        *map(page.block, folds),
        *map(page.duplicate, plan.duplicates),
        *page.asides(plan, sections),
        page.closing(plan),
    ]
    return "\n\n".join(blocks)


def closing_line(plan: Plan, palette: Palette = PLAIN) -> str:
    """Returns the counts, in one fixed shape."""
    totals = totals_of(plan)
    others = ((totals.adopt, "adopt"), (totals.cancel, "cancel"), (totals.retire, "retire"))
    parts = [
        f"{totals.submit} to submit",
        *(f"{number} to {action}" for number, action in others if number),
        f"{totals.unchanged} unchanged",
    ]
    if totals.blocked:
        parts.append(palette.yellow(f"{totals.blocked} blocked"))
    if totals.left_alone:
        parts.append(f"{totals.left_alone} not selected")
    head = palette.bold("Nothing to do:" if totals.is_nothing else "Plan:")
    return f"{head} {', '.join(parts)}.{f' To submit: {totals.submissions}.' if totals.submissions else ''}"


@dataclass(frozen=True, slots=True)
class _Page:
    """What a plan is written on.

    Attributes:
        palette: For its colours.
        width: In cells; None for lines as long as they are.
    """

    palette: Palette
    width: int | None

    def caution(self, plan: Plan) -> Iterator[str]:
        """Yields what must be known before anything else, if there is such."""
        if caution := caution_of(plan.evidence):
            yield "\n".join(map(self.palette.yellow, self._prose(caution, "")))

    def block(self, fold: Fold) -> str:
        """Returns what is to be known of changes that are alike."""
        lines = [
            *self._head(fold),
            *(self._facts(fold) if fold.first.may_submit else ()),
            *self._differences(fold.differences, ""),
            *(line for rows in fold.rows for line in self._rows(rows)),
            *self._notes(fold),
            *self._steps(fold),
        ]
        return "\n".join(lines)

    def _head(self, fold: Fold) -> Iterator[str]:
        change, paint = fold.first, _paint(fold.first.action, self.palette)
        names = [printable(name) for name in names_in_short(fold.names, _MOST_NAMES)]
        is_one = len(fold.changes) == 1
        name = names[0] if is_one else count_of(len(fold.changes), "job")
        head = f"  {paint(SIGNS[change.action])} {paint(f'{change.action.value:<8}')} {self.palette.bold(name)}"
        reason = f"{change.reason.value}: {why(change)}"
        if self._fits(f"{head}  {reason}"):
            yield f"{head}  {self.palette.dim(reason)}"
        else:
            yield head
            yield from map(self.palette.dim, self._prose(reason, _INDENT))
        if not is_one:
            yield from self._prose(", ".join(names), _INDENT)

    def _facts(self, fold: Fold) -> Iterator[str]:
        return (f"{_INDENT}{title:<6}  {printable(value)}" for title, value in facts_of(fold))

    def _differences(self, differences: Iterable[FieldChange], indent: str) -> Iterator[str]:
        for field in differences:
            head, lines = f"{_INDENT}{indent}", value_diff(field.before, field.after)
            if short := self._on_one_line(printable(field.path), lines, head):
                yield short
            else:
                yield from (f"{head}± {self.palette.bold(printable(field.path))}",) if field.path else ()
                yield from (text for line in lines for text in self._diff_line(line, f"{head}    "))

    def _on_one_line(self, path: str, lines: Sequence[DiffLine], head: str) -> str:
        """Returns a difference on one line with its path; empty where it does not fit, or has more to it."""
        match lines:
            case [DiffLine(Sign.BEFORE | Sign.AFTER) as line] if path:
                told = f"{head}{line.sign} {self.palette.bold(path)}: {self._painted(line, printable(line.text))}"
            case [DiffLine(Sign.BEFORE) as old, DiffLine(Sign.AFTER) as new] if path and _are_short(old, new):
                before, after = (self._painted(line, printable(line.text)) for line in (old, new))
                told = f"{head}± {self.palette.bold(path)}: {before} → {after}"
            case _:
                return ""
        return told if self._fits(told) else ""

    def _diff_line(self, line: DiffLine, head: str) -> Iterator[str]:
        for text in self._prose(printable(str(line)).rstrip(), head):
            yield self._painted(line, text).rstrip()

    def _painted(self, line: DiffLine, text: str) -> str:
        match line.sign:
            case Sign.BEFORE:
                return self.palette.red(text)
            case Sign.AFTER:
                return self.palette.green(text)
            case Sign.EQUAL | Sign.LEFT_OUT:
                return self.palette.dim(text)
            case _:
                assert_never(line.sign)

    def _rows(self, rows: RowsDiff) -> Iterator[str]:
        yield from self._prose(f"{self.palette.bold(printable(rows.path))}: {printable(rows_summary(rows))}", _INDENT)
        for row in rows.samples:
            yield f"{_INDENT}  {self._row_head(row)}"
            yield from self._differences(row.fields, "    ")
            if row.left_out:
                rest = count_of(row.left_out, "more field")
                yield f"{_INDENT}      {self.palette.dim(f'… {rest}')}"

    def _row_head(self, row: RowChange) -> str:
        paint = {RowKind.ADDED: self.palette.green, RowKind.REMOVED: self.palette.red}.get(
            row.kind, self.palette.yellow
        )
        return paint(f"{ROW_SIGNS[row.kind]} {row.kind.value} {printable(row.name)}")

    def _notes(self, fold: Fold) -> Iterator[str]:
        for note in fold.notes[:_MOST_NOTES]:
            yield from self._prose(f"note: {printable(note)}", _INDENT)
        if (rest := len(fold.notes) - _MOST_NOTES) > 0:
            yield f"{_INDENT}note: … {rest} more"

    def _steps(self, fold: Fold) -> Iterator[str]:
        for number, step in enumerate(steps(fold.changes)):
            yield from self._prose(step.text if number else f"what to do: {step.text}", _INDENT)
            if step.command:
                yield f"{_INDENT}  {self.palette.cyan(printable(step.command))}"

    def drift(self, sections: Sections) -> Iterator[str]:
        """Yields the section of what happened outside, if anything did."""
        if sections.drift:
            yield "\n".join([*self._prose(f"{self.palette.bold('Drift:')} {DRIFT}", ""), *self._drifted(sections)])

    def _drifted(self, sections: Sections) -> Iterator[str]:
        alike = drift_in_short(sections.drift, _MOST_NAMES)
        for names, what in alike[:_MOST_DRIFT]:
            told = f"{self.palette.yellow('~')} {self.palette.bold(printable(names))}  {printable(what)}"
            yield from self._prose(told, "  ")
        if (rest := len(alike) - _MOST_DRIFT) > 0:
            yield f"  ~ … {rest} more"
        if sections.progressed:
            yield f"  {count_of(sections.progressed, 'other job')} got on, or succeeded"

    def duplicate(self, job: RemoteJob) -> str:
        """Returns what is to be known of a job that does once more what another one does."""
        name, red = printable(job.display_name), self.palette.red
        told = f"{printable(job.name)} is live and does what another recorded job does; cancel one of them"
        head = f"  {red('!')} {red('duplicate')} {self.palette.bold(name)}"
        return "\n".join([head, *self._prose(told, _INDENT)])

    def asides(self, plan: Plan, sections: Sections) -> Iterator[str]:
        """Yields what is only counted."""
        return ("\n".join(self._prose(aside, "  ")) for aside in asides_of(plan, sections))

    def closing(self, plan: Plan) -> str:
        """Returns the counts."""
        return "\n".join(self._prose(closing_line(plan, self.palette), ""))

    def _prose(self, text: str, indent: str) -> Sequence[str]:
        """Returns a text, broken between its words where it does not fit; words stay whole, for people copy them."""
        if self._fits(f"{indent}{text}") or self.width is None:
            return [f"{indent}{text}"]
        return textwrap.wrap(text, self.width, initial_indent=indent, subsequent_indent=f"{indent}  ",
                             break_long_words=False, break_on_hyphens=False)  # fmt: skip

    def _fits(self, line: str) -> bool:
        return self.width is None or width_of(line) <= self.width


def _are_short(*lines: DiffLine) -> bool:
    return all(len(line.text) <= _SHORT for line in lines)


def _paint(action: Action, palette: Palette) -> Callable[[str], str]:
    match action:
        case Action.CREATE | Action.ADOPT:
            return palette.green
        case Action.REPLACE | Action.BLOCKED:
            return palette.yellow
        case Action.CANCEL:
            return palette.red
        case Action.RETIRE | Action.KEEP:
            return palette.dim
