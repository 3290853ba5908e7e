"""A document's `dates` → the days on which its series is due. Without the key it is due every day."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice

from gembatch.model.diagnostics import Diagnostic
from gembatch.model.document import Document, Json, Pointer
from gembatch.render.dates import Day

DATES = "dates"
"""The key of a job document that says when its series is due."""

_BOUNDS = ("start", "end")


class Every(StrEnum):
    """How often a series is due."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a series is due.

    Attributes:
        every: Each day; each week on the weekday of `start`, else on Monday; or each month on its day of the month,
            else on the first. A day that a month lacks is that month's last.
        start: The first day on which it can be due; None for no such bound.
        end: The last one; None for no such bound.
        lookback: How many of the due dates before its own a run for one date asks for as well, from 0.
    """

    every: Every = Every.DAY
    start: dt.date | None = None
    end: dt.date | None = None
    lookback: int = 0

    def due_among(self, dates: Iterable[dt.date]) -> tuple[dt.date, ...]:
        """Returns the due ones of some dates, in their order."""
        return tuple(date for date in dates if self.is_due(date))

    def wanted_on(self, date: dt.date) -> tuple[dt.date, ...]:
        """Returns the due dates that a run for `date` asks for: its own, and those looked back to; earliest first."""
        before = tuple(islice(self._due_before(date), self.lookback)) if self.lookback else ()
        return (*reversed(before), *((date,) if self.is_due(date) else ()))

    def nearest(self, date: dt.date) -> dt.date:
        """Returns the due date nearest to one that is none: the last before it, else the first of all."""
        return next(self._due_before(date), self.start or date)

    def is_due(self, date: dt.date) -> bool:
        """Whether the series has an instance of that date."""
        if (self.start and date < self.start) or (self.end and date > self.end):
            return False
        match self.every:
            case Every.DAY:
                return True
            case Every.WEEK:
                return date.isoweekday() == (self.start.isoweekday() if self.start else 1)
            case Every.MONTH:
                wanted = self.start.day if self.start else 1
                return date.day == min(wanted, monthrange(date.year, date.month)[1])

    def _due_before(self, date: dt.date) -> Iterator[dt.date]:
        """Yields the due dates before a day, the latest first."""
        first = self.start or dt.date.min
        last = date.toordinal() - 1
        if self.end:
            last = min(last, self.end.toordinal())
        days = map(dt.date.fromordinal, range(last, first.toordinal() - 1, -1))
        return (day for day in days if self.is_due(day))


_EVERY_DAY = Schedule()


def schedule_of(document: Document) -> tuple[Schedule, tuple[Diagnostic, ...]]:
    """Returns when a document's series is due, and what is wrong with its `dates` that a schema cannot see.

    Args:
        document: The job document, expressions not filled in; it fits the schema.
    """
    if not isinstance(document.data, dict) or DATES not in document.data:
        return _EVERY_DAY, ()
    dates = document.data[DATES]
    if not isinstance(dates, dict):
        return _EVERY_DAY, tuple(_expressions(document, {DATES: dates}, ()))
    if findings := (*_expressions(document, dates, (DATES,)), *_no_days(document, dates)):
        return _EVERY_DAY, findings
    schedule = Schedule(
        every=Every(str(dates.get("every", Every.DAY))),
        start=_day(dates.get("start")),
        end=_day(dates.get("end")),
        # A whole number may be written as 3.0.
        lookback=int(float(str(dates.get("lookback", 0)))),
    )
    return schedule, tuple(_wrong_order(document, schedule))


def without_dates(document: Document) -> Document:
    """Returns the document without its `dates`, which are read before anything in it is filled in."""
    if not isinstance(document.data, dict) or DATES not in document.data:
        return document
    return replace(document, data={key: value for key, value in document.data.items() if key != DATES})


def _expressions(document: Document, values: Mapping[str, Json], at: Pointer) -> Iterator[Diagnostic]:
    for key, value in values.items():
        if isinstance(value, str) and "{{" in value:
            place = document.places.at((*at, key))
            hint = "write the value itself; `dates` decides for which days expressions are filled in"
            yield Diagnostic("dates.expression", "`dates` cannot hold an expression", place, hint=hint)


def _no_days(document: Document, dates: Mapping[str, Json]) -> Iterator[Diagnostic]:
    for key in _BOUNDS:
        text = dates.get(key)
        if isinstance(text, str) and "{{" not in text and _day(text) is None:
            message = f"`{key}` must be a day of the calendar, got `{text}`"
            yield Diagnostic("dates.day", message, document.places.at((DATES, key)), hint="write it as YYYY-MM-DD")


def _wrong_order(document: Document, schedule: Schedule) -> Iterator[Diagnostic]:
    if schedule.start and schedule.end and schedule.end < schedule.start:
        start, end = (document.places.at((DATES, key)) for key in _BOUNDS)
        message = f"`end` lies before `start`: the series is never due, from {schedule.start} to {schedule.end}"
        hint = "swap them; both days are included"
        yield Diagnostic("dates.order", message, end, hint=hint, related=((start, "it starts here"),))


def _day(text: Json) -> dt.date | None:
    """Returns the day written as YYYY-MM-DD; None for anything else."""
    try:
        day = Day.parse(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return dt.date(day.year, day.month, day.day) if day else None
