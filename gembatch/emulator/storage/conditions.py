"""Preconditions of Cloud Storage: `ifGenerationMatch` and its three siblings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class Versioned(Protocol):
    """What conditions look at."""

    @property
    def generation(self) -> int:
        """Changes with the content."""

    @property
    def metageneration(self) -> int:
        """Changes with the metadata; begins at 1 with each generation."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What must be true of an object, or of its absence, for a request to be carried out.

    Rules: https://cloud.google.com/storage/docs/request-preconditions

    Attributes:
        generation_match: The live generation; 0 means that there is no live object.
        generation_not_match: Not the live generation; 0 means that there is a live object.
        metageneration_match: The live object's metageneration.
        metageneration_not_match: Not the live object's metageneration.
    """

    generation_match: int | None = None
    generation_not_match: int | None = None
    metageneration_match: int | None = None
    metageneration_not_match: int | None = None

    def hold(self, live: Versioned | None) -> bool:
        """Returns whether all of them are true of the live object, which is None when there is none."""
        return self.match(live) and self.differ(live)

    def match(self, live: Versioned | None) -> bool:
        """Returns whether those that ask for equality are true."""
        generation = live.generation if live else 0
        if self.generation_match is not None and self.generation_match != generation:
            return False
        return self.metageneration_match is None or (
            live is not None and live.metageneration == self.metageneration_match
        )

    def differ(self, live: Versioned | None) -> bool:
        """Returns whether those that ask for a difference are true."""
        generation = live.generation if live else 0
        if self.generation_not_match is not None and self.generation_not_match == generation:
            return False
        return self.metageneration_not_match is None or (
            live is not None and live.metageneration != self.metageneration_not_match
        )


NO_CONDITIONS = Conditions()
