"""A plan as annotations of GitHub Actions: beside the line of each spec, what will be done because of it, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gembatch.model.diagnostics import Diagnostic, Location
from gembatch.plan.changes import Plan
from gembatch.report.evidence import caution_of
from gembatch.report.findings_as_github import findings_as_github
from gembatch.report.folds import Fold, drift_in_short, names_in_short
from gembatch.report.plan_as_text import closing_line
from gembatch.report.reasons import DRIFT, rows_summary, steps, why
from gembatch.report.sections import Sections, sections_of
from gembatch.report.value_diff import Sign, value_diff
from gembatch.report.words import bytes_of, count_of
from gembatch.report.workflow_commands import MOST_SHOWN, command

_NAMES = 8
_FIELDS = 8
_LINES_OF_A_FIELD = 6
_DRIFT = 5


def plan_as_github(plan: Plan, folder: str = "", findings: Sequence[Diagnostic] = ()) -> str:
    """Returns one command a line: the totals, what speaks against it, what is blocked, what is submitted, the rest.

    Args:
        plan: The plan.
        folder: The workspace's, relative to the repository, with a slash at its end; empty where they are one.
        findings: What limits and policies have against it.
    """
    sections = sections_of(plan)
    warnings = [*_blocked(sections, folder), *_duplicates(plan), *_drift(sections)]
    notices = [*_changes(sections, folder)]
    # The totals are a notice as well, and GitHub shows but the first of each kind.
    against = [findings_as_github(findings, folder)] if findings else []
    return "\n".join([_totals(plan, len(warnings), len(notices) + 1), *against, *warnings, *notices])


def _totals(plan: Plan, warnings: int, notices: int) -> str:
    lines = [closing_line(plan)]
    if caution := caution_of(plan.evidence):
        lines.append(caution)
    if max(warnings, notices) > MOST_SHOWN:
        total = f"{count_of(warnings, 'warning')} and {count_of(notices, 'notice')}"
        lines.append(f"{total}; GitHub shows {MOST_SHOWN} of each, the log of this step has all")
    return command("notice", lines, title=f"gembatch plan for {plan.environment}")


def _blocked(sections: Sections, folder: str) -> Iterator[str]:
    for fold in sections.blocked:
        yield _annotation("warning", fold, folder)


def _duplicates(plan: Plan) -> Iterator[str]:
    for job in plan.duplicates:
        told = f"{job.name} is live and does what another recorded job does; cancel one of them"
        yield command("warning", [f"{job.display_name}: {told}"], title="duplicate")


def _drift(sections: Sections) -> Iterator[str]:
    """Yields one annotation for all drift: it belongs to no line of this change."""
    if drift := sections.drift:
        alike = drift_in_short(drift, _NAMES)
        lines = [f"{names}: {what}" for names, what in alike[:_DRIFT]]
        lines += [f"… {len(alike) - _DRIFT} more"] if len(alike) > _DRIFT else []
        yield command("warning", [DRIFT, *lines], title=f"drift of {count_of(len(drift), 'job')}")


def _changes(sections: Sections, folder: str) -> Iterator[str]:
    for fold in (*sections.submissions, *sections.others, *sections.notable):
        yield _annotation("notice", fold, folder)


def _annotation(kind: str, fold: Fold, folder: str) -> str:
    action, names = fold.first.action.value, ", ".join(names_in_short(fold.names, _NAMES))
    count = "" if len(fold.changes) == 1 else f"{len(fold.changes)} jobs "
    lines = [
        f"{names}: {why(fold.first)}",
        *(_size(fold) if fold.first.may_submit else ()),
        *fold.notes[:_FIELDS],
        *_fields(fold),
        *(f"{rows.path}: {rows_summary(rows)}" for rows in fold.rows),
        *(f"{step.text}{f': {step.command}' if step.command else ''}" for step in steps(fold.changes)),
    ]
    title = f"{action} {count}({fold.first.reason.value})"
    return command(kind, lines, title=title, location=_place(fold), folder=folder)


def _place(fold: Fold) -> Location | None:
    """Returns the line that the changes come from; the file alone where no spec asks for the jobs any more."""
    change = fold.first
    if change.desired:
        return change.desired.location
    return Location(change.spec_path) if change.spec_path else None


def _size(fold: Fold) -> Iterator[str]:
    if (size := fold.input_bytes) is not None:
        yield f"reads {bytes_of(size)}"


def _fields(fold: Fold) -> Iterator[str]:
    for field in fold.differences[:_FIELDS]:
        lines = [line for line in value_diff(field.before, field.after) if line.sign is not Sign.EQUAL]
        yield field.path
        yield from (f"  {line}" for line in lines[:_LINES_OF_A_FIELD])
        if (rest := len(lines) - _LINES_OF_A_FIELD) > 0:
            yield f"  … {count_of(rest, 'more line')}"
    if (rest := len(fold.differences) - _FIELDS) > 0:
        yield f"… {count_of(rest, 'more field')}"
