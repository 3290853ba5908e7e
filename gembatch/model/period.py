"""A stretch of calendar days, both ends included."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

MAX_DAYS = 3_700
"""Days that a period may have: ten years and a little."""


@dataclass(frozen=True, slots=True)
class Period:
    """The dates of a run that is about more than one.

    Attributes:
        first: The first day.
        last: The last day.

    Raises:
        ValueError: The last day lies before the first, or there are more than `MAX_DAYS`.
    """

    first: dt.date
    last: dt.date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"{self.last} lies before {self.first}")
        if self.days > MAX_DAYS:
            raise ValueError(f"{self} are {self.days:,} days, more than {MAX_DAYS:,}")

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
