"""Which jobs a run is about, by globs of their display names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from gembatch.model.jobs import JobKey


@dataclass(frozen=True, slots=True)
class Selection:
    """The jobs that a run is about; everything else is left alone.

    Attributes:
        globs: `*`, `?` and `[…]` over whole display names, upper and lower case apart; none selects all.
    """

    globs: tuple[str, ...] = ()

    def has(self, key: JobKey) -> bool:
        """Whether a job is among them."""
        return not self.globs or any(fnmatchcase(key.display_name, glob) for glob in self.globs)

    def idle(self, keys: Iterable[JobKey]) -> tuple[str, ...]:
        """Returns the globs that mean none of the jobs, in their order."""
        names = {key.display_name for key in keys}
        return tuple(glob for glob in self.globs if not any(fnmatchcase(name, glob) for name in names))


ALL = Selection()
"""Selects every job."""
