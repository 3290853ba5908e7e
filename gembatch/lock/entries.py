"""The entries of a lockfile while many of them change: a lockfile itself is copied whole for each. Pure."""

from __future__ import annotations

from dataclasses import replace

from gembatch.lock.lockfile import LockEntry, Lockfile
from gembatch.model.jobs import JobKey


class Entries:
    """The entries of one lockfile, by key. What is done to them leaves that lockfile as it is."""

    def __init__(self, lockfile: Lockfile) -> None:
        self._jobs = {entry.key: entry for entry in lockfile.jobs}
        self._retired = {entry.key: entry for entry in lockfile.retired}

    def of(self, key: JobKey) -> LockEntry | None:
        """Returns what is remembered of a key, retired or not."""
        return self._jobs.get(key) or self._retired.get(key)

    def place(self, entry: LockEntry) -> None:
        """Puts an entry among the jobs, in place of what was known of the key. One that is there already stays."""
        if self._jobs.get(entry.key) != entry:
            self._take_out(entry.key)
            self._jobs[entry.key] = entry

    def retire(self, entry: LockEntry) -> None:
        """Puts an entry among the retired, in place of what was known of the key."""
        self._take_out(entry.key)
        self._retired[entry.key] = entry

    def rename(self, entry: LockEntry, key: JobKey) -> LockEntry:
        """Puts an entry under another key, among the jobs; returns it as it is there."""
        self._take_out(entry.key)
        renamed = replace(entry, key=key)
        self.place(renamed)
        return renamed

    def within(self, lockfile: Lockfile) -> Lockfile:
        """Returns a lockfile with these entries in place of its own."""
        return replace(lockfile, jobs=tuple(self._jobs.values()), retired=tuple(self._retired.values()))

    def _take_out(self, key: JobKey) -> None:
        self._jobs.pop(key, None)
        self._retired.pop(key, None)
