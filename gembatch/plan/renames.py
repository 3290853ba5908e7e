"""Jobs that are being renamed: which key each had, and which observed jobs are its own under either name. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from gembatch.lock.lockfile import LockEntry
from gembatch.model.jobs import JobKey, JobName, JobSpec, RemoteJob, Series


@dataclass(frozen=True, slots=True)
class Renames:
    """The renames that the specs ask for.

    Attributes:
        previous: The key that each renamed job had, by the one it has. A key that the specs still ask for is nobody's.
        moving: Those of them whose entry is still recorded under the key that the job had.
        series: To which the renamed jobs' other instances belong.
    """

    previous: Mapping[JobKey, JobKey]
    moving: Mapping[JobKey, JobKey]
    series: frozenset[Series]


def renames_of(desired: Iterable[JobSpec], recorded: Collection[JobKey]) -> Renames:
    """Returns the renames of a run.

    Args:
        desired: All jobs of the run.
        recorded: All keys of the lockfile.
    """
    specs = tuple(desired)
    wanted = {spec.key for spec in specs}
    previous = {spec.key: old for spec in specs if (old := spec.previous_key) and old not in wanted}
    return Renames(
        previous=previous,
        moving={new: old for new, old in previous.items() if old in recorded and new not in recorded},
        series=frozenset(spec.previous.series for spec in specs if spec.previous),
    )


@dataclass(frozen=True, slots=True)
class Ours:
    """The observed jobs of ours.

    Attributes:
        by_display_name: Oldest first.
        by_name: By resource name.
    """

    by_display_name: Mapping[str, list[RemoteJob]]
    by_name: Mapping[JobName, RemoteJob]

    def of(self, key: JobKey, entry: LockEntry | None, previous: JobKey | None) -> tuple[RemoteJob, ...]:
        """Returns one key's jobs, oldest first.

        A job keeps the display name that it was submitted under. So those of a renamed job are found by that name as
        long as the spec tells it, and by their resource names as long as they are recorded.

        Args:
            key: The key.
            entry: What is recorded of it.
            previous: The key that it had, if the spec tells.
        """
        names = (key.display_name, previous.display_name) if previous else (key.display_name,)
        found = {job.name: job for name in names for job in self.by_display_name.get(name, ())}
        for past in entry.submissions if entry else ():
            if past.name in self.by_name:
                found[past.name] = self.by_name[past.name]
        return tuple(sorted(found.values(), key=lambda job: (job.create_time, job.name)))
