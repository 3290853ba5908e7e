"""The dates for which a document is filled in: those of the run on which its series is due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gembatch.model.diagnostics import Diagnostic
from gembatch.model.digests import canonical_json
from gembatch.model.document import Document, Json
from gembatch.pipeline.wanted import Wanted
from gembatch.render.schedule import schedule_of


@dataclass(frozen=True, slots=True)
class Occasions:
    """For which dates a document is filled in.

    Attributes:
        dates: The earliest first; none means that of the run's instant.
        are_due: Whether the series is due on them. If not there is one, so that the document can be checked all the
            same, and an error in it does not wait for its day.
    """

    dates: tuple[dt.date, ...] = ()
    are_due: bool = True


def occasions_of(
    document: Document, today: dt.date, days: Sequence[dt.date] | None
) -> tuple[Occasions, tuple[Diagnostic, ...]]:
    """Returns the dates of a document in a run, and what is wrong with its `dates`.

    Args:
        document: The job document, expressions not filled in.
        today: The date of the run's instant.
        days: Those of its period; None when it is about `today` alone.
    """
    schedule, findings = schedule_of(document)
    if findings:
        return Occasions(), findings
    dates = schedule.wanted_on(today) if days is None else schedule.due_among(days)
    if not dates:
        return Occasions((schedule.nearest(today),), are_due=False), ()
    return Occasions(() if days is None and dates == (today,) else dates), ()


def without_equals(jobs: Iterable[Wanted]) -> list[Wanted]:
    """Returns the jobs that are left when equal ones of several dates are one: the last of each.

    A job whose name says the week is asked for seven times a week. Only dates are merged: that two combinations of a
    matrix have one name is a mistake.
    """
    last: dict[tuple[Json, ...], Wanted] = {}
    for number, wanted in enumerate(jobs):
        last[_what_is_bought(wanted) if wanted.origin.rendered.date else (number,)] = wanted
    return [*last.values()]


def _what_is_bought(wanted: Wanted) -> tuple[Json, ...]:
    spec = wanted.job
    same = (str(spec.location), spec.key.display_name, spec.digest, spec.rerun)
    return (*same, canonical_json(dict(wanted.origin.rendered.combination)))
