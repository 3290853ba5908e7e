"""A stretch of calendar days, both ends included."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Period:
    """The dates of a run that is about more than one.

    Attributes:
        first: The first day.
        last: The last day; not before `first`.
    """

    first: dt.date
    last: dt.date

    @property
    def days(self) -> int:
        """How many days it has, from 1."""
        return self.last.toordinal() - self.first.toordinal() + 1

    @property
    def dates(self) -> Iterator[dt.date]:
        """Its days, the earliest first."""
        return map(dt.date.fromordinal, range(self.first.toordinal(), self.last.toordinal() + 1))

    def __str__(self) -> str:
        return f"{self.first} to {self.last}"
