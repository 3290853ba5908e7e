"""How many jobs a run is about and how much they hold together: what bounds the time and the memory that it takes.

Each file, each matrix and each expression keeps to a limit of its own, and ten thousand times nearly that much would
still bring a machine down.
"""

from __future__ import annotations

from dataclasses import dataclass

from gembatch.model.document import Json

MAX_JOBS = 50_000
"""Jobs that a run may be about."""

MAX_VALUES = 1_000_000
"""Scalars, lists and mappings that all jobs of a run may hold together."""

MAX_CHARACTERS = 100_000_000
"""Characters that all jobs of a run may hold together, those of keys included."""


TOO_MUCH = "job.size"
"""The rule of the finding that they hold more."""


@dataclass(slots=True)
class Tally:
    """The jobs of a run and what they hold together, as far as they have been counted.

    Attributes:
        jobs: Jobs, those of all dates.
        values: Scalars, lists and mappings.
        characters: Those of text and of keys.
    """

    jobs: int = 0
    values: int = 0
    characters: int = 0

    def add(self, data: Json) -> None:
        """Counts what `data` holds."""
        if isinstance(data, str):  # what expressions give is seldom anything else
            self.values += 1
            self.characters += len(data)
            return
        values = characters = 0
        rest: list[Json] = [data]
        while rest:
            value = rest.pop()
            values += 1
            if isinstance(value, str):
                characters += len(value)
            elif isinstance(value, dict):
                characters += sum(map(len, value))
                rest += value.values()
            elif isinstance(value, list):
                rest += value
        self.values += values
        self.characters += characters

    def add_times(self, other: Tally, times: int) -> None:
        """Counts what another one has counted, so many times."""
        self.jobs += times * other.jobs
        self.values += times * other.values
        self.characters += times * other.characters

    @property
    def excess(self) -> str | None:
        """What is more than a run may be about, in words; None when nothing is."""
        if self.jobs > MAX_JOBS:
            return f"{self.jobs:,} jobs, more than the {MAX_JOBS:,} allowed"
        if self.values > MAX_VALUES:
            return f"{self.values:,} values, more than the {MAX_VALUES:,} allowed"
        if self.characters > MAX_CHARACTERS:
            return f"{self.characters:,} characters, more than the {MAX_CHARACTERS:,} allowed"
        return None
