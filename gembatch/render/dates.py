"""Every date that a template can name, from the run's one instant; nothing here reads a clock."""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from gembatch.errors import UsageError


class Grain(StrEnum):
    """How often a value that comes from a date changes."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    def determines(self, other: Grain) -> bool:
        """Whether knowing the date to this grain fixes what changes by `other`.

        A week fixes neither month, quarter nor year, since it may lie in two of each.
        """
        return other in _DETERMINED[self]


_DETERMINED: Mapping[Grain, frozenset[Grain]] = {
    Grain.DAY: frozenset(Grain),
    Grain.WEEK: frozenset({Grain.WEEK}),
    Grain.MONTH: frozenset({Grain.MONTH, Grain.QUARTER, Grain.YEAR}),
    Grain.QUARTER: frozenset({Grain.QUARTER, Grain.YEAR}),
    Grain.YEAR: frozenset({Grain.YEAR}),
}


GRAINS: Mapping[str, Grain] = {
    "ds": Grain.DAY,
    "ds_nodash": Grain.DAY,
    "date": Grain.DAY,
    "week_start": Grain.WEEK,
    "month_start": Grain.MONTH,
    "quarter_start": Grain.QUARTER,
    "year_start": Grain.YEAR,
    "yesterday": Grain.DAY,
    "yesterday_ds": Grain.DAY,
    "tomorrow": Grain.DAY,
    "tomorrow_ds": Grain.DAY,
}
"""The date variables, each with the grain by which it changes."""

DAY_ATTRIBUTES: Mapping[str, Grain] = {
    "year": Grain.YEAR,
    "quarter": Grain.QUARTER,
    "month": Grain.MONTH,
    "day": Grain.DAY,
    "iso_year": Grain.WEEK,
    "iso_week": Grain.WEEK,
    "weekday": Grain.DAY,
    "week_start": Grain.WEEK,
    "month_start": Grain.MONTH,
    "quarter_start": Grain.QUARTER,
    "year_start": Grain.YEAR,
}
"""What a template may ask of a `Day`, each with the grain by which it changes."""

_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time to add to a day or take from it; months first, then days."""

    months: int = 0
    days: int = 0

    def __neg__(self) -> Span:
        return Span(-self.months, -self.days)


@dataclass(frozen=True, slots=True, order=True)
class Day:
    """A calendar day. As text it is `2026-11-22`.

    Attributes:
        year: 1 to 9999.
        month: 1 to 12.
        day: 1 to 31.
    """

    year: int
    month: int
    day: int

    @classmethod
    def of(cls, date: dt.date) -> Day:
        """Returns the day of a date, or of a date and time in its own zone."""
        return cls(date.year, date.month, date.day)

    @classmethod
    def parse(cls, text: str) -> Day:
        """Returns the day written as `YYYY-MM-DD`.

        Raises:
            ValueError: The text is anything else; ISO 8601's other forms are not taken.
        """
        if not _ISO_DAY.fullmatch(text):
            raise ValueError(text)
        return cls.of(dt.date.fromisoformat(text))

    @property
    def quarter(self) -> int:
        """The quarter of its calendar year, 1 to 4."""
        return (self.month + 2) // 3

    @property
    def iso_year(self) -> int:
        """The year to which the ISO week belongs; differs from `year` around New Year."""
        return self._date.isocalendar().year

    @property
    def iso_week(self) -> int:
        """ISO 8601 week, 1 to 53."""
        return self._date.isocalendar().week

    @property
    def weekday(self) -> int:
        """ISO 8601 weekday, 1 (Monday) to 7."""
        return self._date.isoweekday()

    @property
    def week_start(self) -> Day:
        """The Monday of its week."""
        return self + Span(days=1 - self.weekday)

    @property
    def month_start(self) -> Day:
        """The first day of its month."""
        return Day(self.year, self.month, 1)

    @property
    def quarter_start(self) -> Day:
        """The first day of its quarter."""
        return Day(self.year, 3 * self.quarter - 2, 1)

    @property
    def year_start(self) -> Day:
        """The first day of its calendar year."""
        return Day(self.year, 1, 1)

    def __add__(self, span: Span) -> Day:
        """Returns the day after the span; a day that its month lacks becomes the month's last.

        Raises:
            OverflowError: The result lies outside the years 1 to 9999.
        """
        year, month = divmod(self.year * 12 + self.month - 1 + span.months, 12)
        if not dt.MINYEAR <= year <= dt.MAXYEAR:
            raise OverflowError(year)
        day = min(self.day, monthrange(year, month + 1)[1])
        return Day.of(dt.date(year, month + 1, day) + dt.timedelta(days=span.days))

    def __sub__(self, span: Span) -> Day:
        """Returns the day before the span; see `__add__`."""
        return self + -span

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}-{self.day:02}"

    @property
    def _date(self) -> dt.date:
        return dt.date(self.year, self.month, self.day)


def first_instant(date: dt.date, zone: dt.tzinfo) -> dt.datetime:
    """Returns the moment at which a local day begins, in its zone: midnight, or when clocks skip it, what follows.

    Raises:
        UsageError: The zone has no such day, since its clocks were put forward over the whole of it; or the calendar
            ends too near.
    """
    midnight = dt.datetime.combine(date, dt.time(), zone)
    try:
        # A time that clocks skip exists only in the zone: there and back makes it one that they show.
        instant = midnight.astimezone(dt.UTC).astimezone(zone)
    except OverflowError as error:
        raise UsageError(f"the date must lie between 0001-01-02 and 9999-12-30, got {Day.of(date)}") from error
    if instant.date() != date:
        raise UsageError(f"there was no {Day.of(date)} in {zone}: clocks skipped that day")
    return instant


def has_day(date: dt.date, zone: dt.tzinfo | None) -> bool:
    """Whether a zone has a day: a few have put their clocks forward over the whole of one."""
    if zone is None:
        return True
    midnight = dt.datetime.combine(date, dt.time(), zone)
    try:
        return midnight.astimezone(dt.UTC).astimezone(zone).date() == date
    except OverflowError:
        return True  # the calendar's first or last day, which `date_variables` refuses in words


def date_variables(instant: dt.date) -> dict[str, str | Day]:
    """Returns the date variables of a run, with the keys of `GRAINS`.

    Args:
        instant: The run's one instant, aware, already in the workspace's time zone; or a date of its own.

    Raises:
        UsageError: The day has no yesterday or no tomorrow that a calendar can name.
    """
    today = Day.of(instant)
    try:
        yesterday, tomorrow = today - Span(days=1), today + Span(days=1)
    except OverflowError as error:
        raise UsageError(f"the date must lie between 0001-01-02 and 9999-12-30, got {today}") from error
    return {
        "ds": str(today),
        "ds_nodash": str(today).replace("-", ""),
        "date": today,
        "week_start": today.week_start,
        "month_start": today.month_start,
        "quarter_start": today.quarter_start,
        "year_start": today.year_start,
        "yesterday": yesterday,
        "yesterday_ds": str(yesterday),
        "tomorrow": tomorrow,
        "tomorrow_ds": str(tomorrow),
    }


_DIRECTIVE = re.compile("%(.?)", re.DOTALL)
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

# Our own and not the C library's: that one follows the machine's locale, and what it does not know differs by platform.
DIRECTIVES: Mapping[str, tuple[Grain, Callable[[Day], str]]] = {
    "Y": (Grain.YEAR, lambda day: f"{day.year:04}"),
    "y": (Grain.YEAR, lambda day: f"{day.year % 100:02}"),
    "m": (Grain.MONTH, lambda day: f"{day.month:02}"),
    "B": (Grain.MONTH, lambda day: _MONTHS[day.month - 1]),
    "b": (Grain.MONTH, lambda day: _MONTHS[day.month - 1][:3]),
    "G": (Grain.WEEK, lambda day: f"{day.iso_year:04}"),
    "V": (Grain.WEEK, lambda day: f"{day.iso_week:02}"),
    "d": (Grain.DAY, lambda day: f"{day.day:02}"),
    "F": (Grain.DAY, str),
    "j": (Grain.DAY, lambda day: f"{day._date.timetuple().tm_yday:03}"),  # noqa: SLF001  same module
    "A": (Grain.DAY, lambda day: _WEEKDAYS[day.weekday - 1]),
    "a": (Grain.DAY, lambda day: _WEEKDAYS[day.weekday - 1][:3]),
    "u": (Grain.DAY, lambda day: str(day.weekday)),
}
"""The letters that may follow `%` in a format, as in C's `strftime`, names in English; `%%` is a percent sign."""


def directives_of(pattern: str) -> tuple[str, ...]:
    """Returns the letters that follow a `%` in a format, in order, `%%` left out; `""` for a `%` at its end."""
    return tuple(letter for letter in _DIRECTIVE.findall(pattern) if letter != "%")


def format_day(day: Day, pattern: str) -> str:
    """Returns the day in a format whose letters are all in `DIRECTIVES`."""

    def written(directive: re.Match[str]) -> str:
        return "%" if directive[1] == "%" else DIRECTIVES[directive[1]][1](day)

    return _DIRECTIVE.sub(written, pattern)


def grain_of_format(pattern: str) -> Grain | None:
    """Returns the grain by which a formatted day changes; None when the format does not use it at all."""
    grains = {DIRECTIVES[letter][0] for letter in directives_of(pattern) if letter in DIRECTIVES}
    if not grains:
        return None
    # Grains that do not nest (an ISO week within a calendar year) change on different days: only the day covers both.
    return next((grain for grain in grains if all(grain.determines(other) for other in grains)), Grain.DAY)
