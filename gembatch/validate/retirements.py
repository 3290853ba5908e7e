"""When Google retires which model: a dated table, and never the last word on whether there is a model.

A model that is not in the table is taken to live. To keep the table, read Google's page on model versions, add what it
announces, and set `READ_ON`.
"""

from __future__ import annotations

import datetime as dt
from fnmatch import fnmatchcase
from functools import cache
from typing import NamedTuple

READ_ON = dt.date(2026, 11, 22)
"""When the source of the table was last read."""

_SOURCE = "Google's page on model versions"

_PRO, _FLASH, _LITE = "gemini-4-argon", "gemini-3.8-flash", "gemini-3.5-flash-lite"


class Retirement(NamedTuple):
    """One announcement.

    Attributes:
        models: The models that it is about: a name, or a glob over names.
        day: From which on Google answers 404.
        successor: The model to take instead, which outlives it; None where there is none of its kind.
        source: The page that says so.
    """

    models: str
    day: dt.date
    successor: str | None
    source: str = _SOURCE

    @property
    def advice(self) -> str:
        """What to do about it, and who says so."""
        source = f"the day is from {self.source}, read on {READ_ON}"
        return f"take `{self.successor}`; {source}" if self.successor else source


# The first that fits counts, so names stand before the globs that take them in.
RETIREMENTS = (
    Retirement("gemini-1.0-*", dt.date(2025, 4, 21), _PRO),
    Retirement("gemini-1.5-pro-001", dt.date(2025, 5, 24), _PRO),
    Retirement("gemini-1.5-flash-001", dt.date(2025, 5, 24), _FLASH),
    Retirement("gemini-1.5-pro*", dt.date(2025, 9, 24), _PRO),
    Retirement("gemini-1.5-flash*", dt.date(2025, 9, 24), _FLASH),
    Retirement("gemini-2.0-flash", dt.date(2026, 6, 1), _FLASH),
    Retirement("gemini-2.0-flash-001", dt.date(2026, 6, 1), _FLASH),
    Retirement("gemini-2.0-flash-lite", dt.date(2026, 6, 1), _LITE),
    Retirement("gemini-2.0-flash-lite-001", dt.date(2026, 6, 1), _LITE),
    Retirement("gemini-2.5-pro", dt.date(2026, 10, 20), _PRO),
    Retirement("gemini-2.5-flash", dt.date(2026, 10, 20), _FLASH),
    Retirement("gemini-2.5-flash-lite", dt.date(2026, 10, 20), _LITE),
    Retirement("gemini-2.5-flash-image", dt.date(2027, 3, 15), None),
)
"""Every announcement with a day, in the order of models. Promises such as "not before" are none."""


@cache
def retirement_of(model: str) -> Retirement | None:
    """Returns what is announced of a model of Google's; None for one that lives, or that is not known.

    Args:
        model: Its short name, such as `gemini-2.5-pro`.
    """
    return next((each for each in RETIREMENTS if fnmatchcase(model, each.models)), None)
