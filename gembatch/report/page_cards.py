"""One folded change on a page, and what is in it. Values only: templates put them into their places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gembatch.plan.changes import Change
from gembatch.plan.fields import FieldChange
from gembatch.plan.rows import RowChange, RowKind, RowsDiff
from gembatch.report.emphasis import PiecedLine, pieced
from gembatch.report.folds import Fold, model_name, names_in_short
from gembatch.report.page_facts import Fact, Job, card_facts, card_jobs
from gembatch.report.reasons import Step, rows_summary, steps, why
from gembatch.report.signs import SIGNS
from gembatch.report.value_diff import value_diff

_MOST_NAMES = 6
"""Display names that a title tells."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field that differs: its path and the lines of its difference."""

    path: str
    lines: tuple[PiecedLine, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a staged file that differs: its kind, its name, and the fields in which it does."""

    kind: RowKind
    name: str
    fields: tuple[Field, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class File:
    """A staged file whose rows differ from those of the job before."""

    path: str
    summary: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A folded change.

    Attributes:
        anchor: Its address in the page.
        action: Its action's word.
        sign: Its action's sign.
        reason: Its reason's word.
        title: The jobs' display names, in short.
        why: Why, in words.
        note: What is to be known besides of all jobs; empty for nothing.
        steps: What a person can do.
        facts: What is the same for all jobs.
        jobs: Each for itself, where there are several.
        models: The numbers of the models in the page's list of them.
        count: How many jobs there are.
        differences: The fields that differ.
        files: The staged files whose rows do.
    """

    anchor: str
    action: str
    sign: str
    reason: str
    title: str
    why: str
    note: str
    steps: tuple[Step, ...]
    facts: tuple[Fact, ...]
    jobs: tuple[Job, ...]
    models: tuple[int, ...]
    count: int
    differences: tuple[Field, ...]
    files: tuple[File, ...]


def card_of(fold: Fold, number: int, models: Mapping[str, int]) -> Card:
    """Returns a folded change as a card.

    Args:
        fold: The change.
        number: Among all of the page, from 1.
        models: The number of each model.
    """
    first, count = fold.first, len(fold.changes)
    return Card(
        anchor=f"change-{number}",
        action=first.action.value,
        sign=SIGNS[first.action],
        reason=first.reason.value,
        title=_title(fold),
        why=why(first),
        note=first.note if len({change.note for change in fold.changes}) == 1 else "",
        steps=steps(fold.changes),
        facts=card_facts(fold),
        jobs=card_jobs(fold),
        models=tuple(sorted({models[model] for change in fold.changes if (model := model_of(change))})),
        count=count,
        differences=tuple(map(_field, fold.differences)),
        files=tuple(map(_file, fold.rows)),
    )


def _title(fold: Fold) -> str:
    """Returns what the jobs are called: many of one series as their spec calls them."""
    series = {change.desired.series.template if change.desired else "" for change in fold.changes}
    if len(fold.changes) > _MOST_NAMES and len(series) == 1 and "" not in series:
        return series.pop()
    return ", ".join(names_in_short(fold.names, _MOST_NAMES))


def model_of(change: Change) -> str:
    """Returns the model that is asked for, in short; empty when nothing is."""
    return model_name(str(change.body.get("model", "")))


def _field(change: FieldChange) -> Field:
    return Field(change.path, pieced(value_diff(change.before, change.after)))


def _file(rows: RowsDiff) -> File:
    return File(rows.path, rows_summary(rows), tuple(map(_row, rows.samples)))


def _row(row: RowChange) -> Row:
    return Row(row.kind, row.name, tuple(map(_field, row.fields)), row.left_out)
