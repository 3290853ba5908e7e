"""Jobs that do once more what another one does already. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from gembatch.model.digests import label_of
from gembatch.model.jobs import LABEL_DIGEST, RemoteJob
from gembatch.plan.changes import Action, Change


def duplicates_among(changes: Iterable[Change], ours: Iterable[RemoteJob]) -> tuple[RemoteJob, ...]:
    """Returns live jobs that do once more what the job a change stands on does already."""
    standing = {change.key.display_name: change for change in changes if change.desired}
    return tuple(job for job in ours if job.state.is_live and _is_duplicate(job, standing.get(job.display_name)))


def _is_duplicate(job: RemoteJob, change: Change | None) -> bool:
    if change is None or change.desired is None or change.action not in (Action.KEEP, Action.ADOPT):
        return False
    known = {past.name for past in change.recorded.submissions} if change.recorded else set()
    adopted = change.observed.name if change.observed else None
    same = job.labels.get(LABEL_DIGEST) == label_of(change.desired.digest)
    return same and job.name != adopted and job.name not in known
