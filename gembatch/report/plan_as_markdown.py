"""A plan for a pull request: the totals, what is blocked, what will be submitted, and the rest, each folded.

It is never longer than it may be. What matters most comes first and is kept longest: the totals, then a line for each
change, those that may cost most before the others, then the details. What was left out is said in numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from gembatch.model.diagnostics import Diagnostic
from gembatch.model.jobs import RemoteJob
from gembatch.model.period import Period
from gembatch.plan.changes import Plan
from gembatch.plan.fields import FieldChange
from gembatch.plan.rows import RowsDiff
from gembatch.report.asides import asides_of
from gembatch.report.budget import Kept, Part, Section, keep, size_of
from gembatch.report.cells import cells_of_plan
from gembatch.report.evidence import caution_of
from gembatch.report.facts import facts_of
from gembatch.report.findings_as_markdown import findings_as_markdown
from gembatch.report.folds import Fold, drift_in_short, names_in_short
from gembatch.report.grid_as_text import grid_as_text
from gembatch.report.markdown import code_block, code_span, code_tag, folded, own_words
from gembatch.report.reasons import DRIFT, rows_summary, steps, why
from gembatch.report.sections import Sections, sections_of
from gembatch.report.signs import ROW_SIGNS, SIGNS
from gembatch.report.totals import Totals, totals_of
from gembatch.report.value_diff import DiffLine, Sign, value_diff
from gembatch.report.words import bytes_of, count_of

MOST = 60_000
"""Characters by default: GitHub takes 65,536 in a comment, and who posts it may want to say something too."""

LEAST = 2_000
"""Characters in which the totals, and what is left out, always have room."""

_ROOM_TO_SAY_WHAT_IS_LEFT_OUT = 400
_NAMES_IN_A_LINE = 8
_NAMES_IN_FULL = 200
_MOST_DRIFT = 100
_FEW = 4
"""As many changes are shown at once."""

_SHARE_OF_ONE = 8
_LONGEST_NAME = 60


def plan_as_markdown(
    plan: Plan, period: Period | None = None, *, findings: Sequence[Diagnostic] = (), most: int = MOST
) -> str:
    """Returns the plan.

    Args:
        plan: The plan.
        period: The dates that it is about, for a grid; None for no grid.
        findings: What limits and policies have against it.
        most: Characters that it may have, from `LEAST`.
    """
    sections = sections_of(plan)
    parts = [section for section in _sections(plan, sections, period, most // _SHARE_OF_ONE) if section.parts]
    head, foot = [*_head(plan, findings_as_markdown(findings, most))], [*_foot(plan, sections)]
    spent = sum(map(size_of, (*head, *foot, *(_title(section) for section in parts))))
    made = keep(parts, most - spent - _ROOM_TO_SAY_WHAT_IS_LEFT_OUT)
    body = [text for each in made if each.texts for text in (_title(each.section), *each.texts)]
    return "\n\n".join([*head, *body, *_left_out(made), *foot])


def _head(plan: Plan, alerts: Iterable[str]) -> Iterator[str]:
    yield from alerts
    if caution := caution_of(plan.evidence):
        yield f"> [!WARNING]\n> {caution}"
    place = f"{code_span(plan.environment[:_LONGEST_NAME])} of {code_span(plan.workspace[:_LONGEST_NAME])}"
    yield f"**Plan for {place}:** {_counts(totals_of(plan))}"


def _counts(totals: Totals) -> str:
    told = [f"**{count_of(totals.submit, 'job')} to submit** ({totals.submissions})"] if totals.submit else []
    told += [f"**{totals.blocked} blocked**"] if totals.blocked else []
    others = ((totals.adopt, "to adopt"), (totals.cancel, "to cancel"), (totals.retire, "to retire"))
    told += [f"{number} {what}" for number, what in others if number]
    told += [f"{totals.unchanged} unchanged"]
    told += [f"{totals.left_alone} not selected"] if totals.left_alone else []
    return f"{'nothing to do; ' if totals.is_nothing else ''}{', '.join(told)}."


def _sections(plan: Plan, sections: Sections, period: Period | None, most: int) -> Iterator[Section]:
    """Yields the sections, what matters most first.

    Args:
        plan: The plan.
        sections: Its parts.
        period: For the grid.
        most: Characters of the details of one change.
    """
    is_open = len(sections.blocked) + len(sections.submissions) <= _FEW
    yield Section("Blocked", _folds(sections.blocked, most, is_open=is_open), 0.25)
    yield Section("Running twice", tuple(map(_duplicate, plan.duplicates)), 0.35)
    yield Section("To submit", _folds(sections.submissions, most, is_open=is_open), 0.75)
    yield Section("Other changes", _folds(sections.others, most), 0.82)
    yield Section("Dates", tuple(_grid(plan, period, most)), 0.88)
    yield Section("Drift", tuple(_drift(sections, most)), 0.94)
    yield Section("Kept, and worth knowing", _folds(sections.notable, most), 1.0)


def _folds(folds: Sequence[Fold], most: int, *, is_open: bool = False) -> tuple[Part, ...]:
    return tuple(_part(_summary(fold), _details(fold, most), len(fold.changes), is_open=is_open) for fold in folds)


def _part(summary: str, content: Sequence[str], jobs: int, *, is_open: bool = False) -> Part:
    short = f"<p>{summary}</p>"
    return Part(short, folded(summary, content, is_open=is_open) if content else short, jobs)


def _summary(fold: Fold) -> str:
    change, names = fold.first, names_in_short(fold.names, _NAMES_IN_A_LINE)
    size = fold.input_bytes
    count = "" if len(fold.changes) == 1 else f"{len(fold.changes)} jobs "
    reads = f" · {bytes_of(size)}" if change.may_submit and size is not None else ""
    told = ", ".join(map(code_tag, names))
    return (
        f"{own_words(SIGNS[change.action])} <b>{change.action.value}</b> {count}{told}: {own_words(why(change))}{reads}"
    )


def _details(fold: Fold, most: int) -> list[str]:
    blocks = [code_block(lines, "diff", most)] if (lines := [*_lines(fold)]) else []
    for number, step in enumerate(steps(fold.changes)):
        blocks.append(step.text if number else f"**What to do:** {step.text}")
        blocks += [code_block([step.command], "sh")] if step.command else []
    return blocks


def _lines(fold: Fold) -> Iterator[str]:
    names = names_in_short(fold.names, _NAMES_IN_FULL)
    if len(fold.changes) > _NAMES_IN_A_LINE:
        yield f"  jobs    {', '.join(names)}"
    if fold.first.may_submit:
        yield from (f"  {title:<6}  {value}" for title, value in facts_of(fold))
    yield from (f"  note    {note}" for note in fold.notes)
    yield from _differences(fold.differences)
    for rows in fold.rows:
        yield from _rows(rows)


def _differences(differences: Iterable[FieldChange]) -> Iterator[str]:
    for field in differences:
        yield f"@@ {field.path} @@"
        yield from map(str, value_diff(field.before, field.after))


def _rows(rows: RowsDiff) -> Iterator[str]:
    yield f"@@ {rows.path}: {rows_summary(rows)} @@"
    for row in rows.samples:
        yield f"@@ {ROW_SIGNS[row.kind]} {row.kind.value} {row.name} @@"
        for field in row.fields:
            yield from _row_field(field)
        if row.left_out:
            yield f"  … {count_of(row.left_out, 'more field')}"


def _row_field(field: FieldChange) -> Iterator[str]:
    match value_diff(field.before, field.after):
        case (DiffLine(Sign.BEFORE | Sign.AFTER) as line,):
            yield f"{line.sign} {field.path}: {line.text}" if field.path else str(line)
        case lines:
            yield from (f"  {field.path}:",) if field.path else ()
            yield from map(str, lines)


def _duplicate(job: RemoteJob) -> Part:
    summary = f"! <b>duplicate</b> {code_tag(job.display_name)}: live, and does what another recorded job does"
    return _part(summary, [code_block([job.name]), "**What to do:** cancel one of them"], 1)


def _grid(plan: Plan, period: Period | None, most: int) -> Iterator[Part]:
    grid = grid_as_text(cells_of_plan(plan), period) if period else ""
    if grid and period:
        yield _part(f"{period.first} to {period.last}", [code_block(grid.split("\n"), most=most)], 0)


def _drift(sections: Sections, most: int) -> Iterator[Part]:
    if drift := sections.drift:
        alike = drift_in_short(drift, _NAMES_IN_FULL)
        lines = [f"{names}: {what}" for names, what in alike[:_MOST_DRIFT]]
        lines += [f"… {len(alike) - _MOST_DRIFT} more"] if len(alike) > _MOST_DRIFT else []
        summary = f"~ {count_of(len(drift), 'job')}: {DRIFT}"
        yield _part(summary, [code_block(lines, most=most)], len(drift))


def _title(section: Section) -> str:
    return f"#### {section.title}"


def _left_out(made: Iterable[Kept]) -> Iterator[str]:
    """Yields what there was no room for, in numbers, if there was such."""
    told = [f"{count_of(each.jobs_left_out, 'job')} of “{each.section.title}”" for each in made if each.jobs_left_out]
    details = sum(each.details_left_out for each in made)
    told += [f"the details of {count_of(details, 'change')}"] if details else []
    if told:
        yield f"**Left out for want of room:** {', '.join(told)}. `gembatch plan` shows all of it."


def _foot(plan: Plan, sections: Sections) -> Iterator[str]:
    yield from (f"{aside}." for aside in asides_of(plan, sections))
    yield f"<sub>Planned for {plan.instant}, at serial {plan.serial} of the lockfile.</sub>"
