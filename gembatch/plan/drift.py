"""Where recorded and observed disagree: what became of jobs outside of this run. Pure.

Drift is no intent: nothing in a plan is done because of it that the decision table would not do anyway. It is told
apart so that a reviewer does not take for a wish of the specs what simply happened.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gembatch.lock.lockfile import Lockfile, Submission
from gembatch.model.document import Json
from gembatch.model.jobs import JobKey, JobName, JobState, Observed, RemoteJob
from gembatch.model.selection import ALL, Selection


@dataclass(frozen=True, slots=True)
class Drift:
    """One recorded job that Vertex shows otherwise.

    Attributes:
        key: The identity under which it is recorded.
        name: The job.
        recorded: The state that the lockfile has.
        observed: The state that Vertex shows; None where it does not know the job any more.
        error: What Vertex says went wrong; empty when nothing did.
    """

    key: JobKey
    name: JobName
    recorded: JobState
    observed: JobState | None
    error: str = ""

    @property
    def is_progress(self) -> bool:
        """Whether it is only what a recorded job was submitted for: it got further, or succeeded."""
        return self.observed is JobState.SUCCEEDED or (self.observed is not None and self.observed.is_live)


def drift_of(lockfile: Lockfile | None, observed: Observed, selection: Selection = ALL) -> tuple[Drift, ...]:
    """Returns the disagreements about the jobs that stand for selected keys, sorted by key.

    A job that is known to have ended and has been forgotten since is none: Vertex keeps no job for ever.
    """
    if lockfile is None:
        return ()
    seen = {job.name: job for job in (*observed.ours, *observed.strangers)}
    entries = (entry for entry in (*lockfile.jobs, *lockfile.retired) if selection.has(entry.key))
    found = (_drift(entry.key, entry.current, seen.get(entry.current.name), observed) for entry in entries)
    return tuple(sorted((drift for drift in found if drift), key=lambda drift: drift.key))


def _drift(key: JobKey, recorded: Submission, job: RemoteJob | None, observed: Observed) -> Drift | None:
    if job is not None and job.state is not recorded.state:
        return Drift(key, job.name, recorded.state, job.state, job.error)
    if job is None and recorded.name in observed.gone and recorded.state.is_live:
        return Drift(key, recorded.name, recorded.state, None)
    return None


def drift_json(drift: Iterable[Drift]) -> list[Json]:
    """Returns the disagreements as a saved plan keeps them."""
    return [
        {
            "displayName": each.key.display_name,
            "project": each.key.project,
            "region": each.key.region,
            "job": each.name,
            "recorded": each.recorded.value,
            "observed": each.observed and each.observed.value,
            "error": each.error,
        }
        for each in drift
    ]
