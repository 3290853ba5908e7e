"""The rows of a JSON Lines file, counted as they come by."""

from __future__ import annotations

from pathlib import Path

from gembatch.errors import StorageError
from gembatch.model.jobs import StagedFile

_PIECE = 1 << 20


class EnoughError(Exception):
    """There are more rows than anybody wants to know of."""


class RowCounter:
    """Counts the lines that are not blank of what is written to it, in pieces of any size."""

    def __init__(self, most: int | None = None) -> None:
        """Begins with none.

        Args:
            most: Above which `EnoughError` is raised; None for no bound.
        """
        self._most = most
        self._whole = 0
        self._is_in_row = False

    @property
    def rows(self) -> int:
        """How many there were, with the one that has not ended."""
        return self._whole + self._is_in_row

    def write(self, piece: bytes) -> int:
        """Takes in the next piece, as a file would.

        Raises:
            EnoughError: There are more rows than `most`.
        """
        first, *others = piece.split(b"\n")
        self._is_in_row = self._is_in_row or bool(first.strip())
        if others:
            *between, last = others
            self._whole += self._is_in_row + sum(bool(line.strip()) for line in between)
            self._is_in_row = bool(last.strip())
        if self._most is not None and self.rows > self._most:
            raise EnoughError
        return len(piece)


def count_local_rows(root: Path, file: StagedFile) -> int:
    """Returns how many rows a file of the repository has.

    Raises:
        StorageError: It cannot be read.
    """
    counter = RowCounter()
    try:
        with (root / file.path).open("rb") as content:
            while piece := content.read(_PIECE):
                counter.write(piece)
    except OSError as error:
        raise StorageError(f"`{file.path}` cannot be read: {error.strerror or error}") from error
    return counter.rows
