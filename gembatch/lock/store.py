"""Where a lockfile is kept: one protocol, whose promise is write-if-unchanged."""

from __future__ import annotations

from typing import NewType, Protocol

from gembatch.lock.lockfile import Lockfile

Version = NewType("Version", str)
"""The store's token for one state of the stored document. Only the store that gave it knows what it means."""

ABSENT = Version("")
"""The version of a lockfile that does not exist."""


class LockfileStore(Protocol):
    """Keeps one lockfile. Every implementation passes `tests/contracts/test_lockfile_store.py`."""

    @property
    def location(self) -> str:
        """Where it is, for people: a path or a URI."""
        ...

    def read(self) -> tuple[Lockfile | None, Version]:
        """Returns the lockfile and its version; None and `ABSENT` when there is none.

        Raises:
            LockfileUnreadableError: It is there and does not parse.
            LockfileTooNewError: A newer gembatch wrote it.
        """
        ...

    def write(self, lockfile: Lockfile, expected: Version) -> Version:
        """Replaces the document as a whole, if it still is what `expected` names; returns the new version.

        After a crash at any point the old or the new document is there, never a part of one.

        Raises:
            LockfileMovedError: It is not; nothing was written.
            LockfileError: It cannot be written.
        """
        ...

    def obstacle(self) -> str | None:
        """Returns what a write would meet, as far as that can be told without one; None for nothing.

        Raises:
            LockfileError: It cannot be told.
        """
        ...
