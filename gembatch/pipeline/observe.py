"""What is recorded, and what Vertex shows of it: the reads with which a plan and a watch begin."""

from __future__ import annotations

from collections.abc import Sequence

from gembatch.errors import EmulatorError, LockfileError
from gembatch.lock.lockfile import Lockfile
from gembatch.lock.store import LockfileStore, Version
from gembatch.model.jobs import JobSpec, Observed
from gembatch.pipeline.run import Run, Shores
from gembatch.vertex.observe import observe


def recorded_jobs(run: Run, shores: Shores) -> tuple[Lockfile | None, Version]:
    """Returns the run's lockfile and its version; None before the first apply.

    Raises:
        LockfileError: It cannot be read, or is of another workspace or environment.
        EmulatorError: It speaks of another emulator's data.
    """
    stored, version = shores.store.read()
    if stored:
        refuse_other_owner(stored, run, shores.store)
        _refuse_other_data(stored, shores)
    return stored, version


def refuse_other_owner(stored: Lockfile, run: Run, store: LockfileStore) -> None:
    """Makes sure that a lockfile is of the run's workspace and environment.

    Raises:
        LockfileError: It is not.
    """
    # A name is part of every job's identity or of its labels: under another one, nothing recorded would be found.
    for what, recorded, here in (
        ("workspace", stored.workspace, run.workspace.name),
        ("environment", stored.environment, run.environment.name),
    ):
        if recorded != here:
            raise LockfileError(
                f"the lockfile {store.location} is of the {what} `{recorded}`, and this is `{here}`",
                hint=f"go back to the old name, or give `{here}` a lockfile of its own: then every job in it is new",
            )


def _refuse_other_data(stored: Lockfile, shores: Shores) -> None:
    if stored.data_id == shores.data_id:
        return
    raise EmulatorError(
        f"the lockfile {shores.store.location} speaks of jobs that this {'emulator' if shores.data_id else 'endpoint'} "
        "never had",
        hint=f"delete {shores.store.location} if the emulator's data was deleted on purpose, "
        "or bring back the .gembatch folder that belongs to it",
    )


def observed_jobs(run: Run, desired: Sequence[JobSpec], stored: Lockfile | None, shores: Shores) -> Observed:
    """Returns what Vertex shows of the desired and recorded jobs.

    Raises:
        GatewayError: Vertex cannot be listed as a whole.
    """
    here = (run.environment.project, run.environment.region)
    entries = (*stored.jobs, *stored.retired) if stored else ()
    # After a move to another region or project the jobs of the former one are out of reach; they stay as recorded.
    entries = tuple(entry for entry in entries if (entry.key.project, entry.key.region) == here)
    return observe(
        shores.gateway,
        run.workspace.name,
        run.environment.name,
        # The jobs before as well: one of them may be what is desired again.
        recorded={past.name for entry in entries for past in entry.submissions if past.state.is_live},
        recorded_names={entry.key.display_name for entry in entries},
        wanted={spec.key.display_name for spec in desired},
    )
