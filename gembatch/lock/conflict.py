"""Somebody else wrote the lockfile: the error says who, and until when, as far as what they wrote tells. Pure."""

from __future__ import annotations

from gembatch.errors import LockfileError, LockfileMovedError
from gembatch.lock.codec import read_lockfile
from gembatch.lock.lockfile import Holder

NOTHING_WRITTEN = "nothing was written; run `gembatch plan` again"
"""The hint of a write that was refused for certain."""


def moved_error(location: str, found: bytes | None, *, hint: str = NOTHING_WRITTEN) -> LockfileMovedError:
    """Returns the error of a write whose document is no longer what it was when it was read.

    Args:
        location: Of the lockfile.
        found: What is there now; None when nothing is.
        hint: What became of the write, and what to do.
    """
    what = "deleted" if found is None else "written"
    holder = _holder_in(found, location) if found is not None else None
    told = f"; {holder} holds it until {holder.until}" if holder else ""
    return LockfileMovedError(f"the lockfile {location} was {what} by somebody else since it was read{told}", hint=hint)


def _holder_in(content: bytes, location: str) -> Holder | None:
    try:
        return read_lockfile(content, location).holder
    except LockfileError:  # what they wrote cannot be read, which the next read tells
        return None
