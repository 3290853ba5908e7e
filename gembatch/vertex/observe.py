"""What Vertex shows of a workspace's jobs at one moment, in as few reads as the plan can do with."""

from __future__ import annotations

from collections.abc import Collection

from gembatch.errors import RejectedError
from gembatch.model.jobs import LABEL_ENVIRONMENT, LABEL_WORKSPACE, JobName, Observed, RemoteJob
from gembatch.vertex.filters import in_calls, with_display_names, with_labels
from gembatch.vertex.gateway import JobGateway
from gembatch.vertex.requests import STATUS_FIELDS

# 400: the filter is not understood; 413, 414: the URL is too long for somebody on the way.
_FILTER_REFUSED = frozenset({400, 413, 414})


def observe(
    gateway: JobGateway,
    workspace: str,
    environment: str,
    *,
    recorded: Collection[JobName],
    recorded_names: Collection[str],
    wanted: Collection[str],
) -> Observed:
    """Returns the jobs that matter to a plan: ours, strangers under names to be created, and what is gone.

    Three steps: one listing by both labels, without bodies; then strangers, 50 display names a call, as whole jobs so
    that their bodies can be compared; then one read for each recorded job that the listing lacks, since absence
    from a listing means nothing. What such a read finds counts as ours.

    Args:
        gateway: Of the environment's project and region.
        workspace: The value of our workspace label.
        environment: The value of our environment label.
        recorded: The names of recorded jobs that are not known to have ended.
        recorded_names: The display names of all recorded jobs; for these no stranger is looked for.
        wanted: The display names desired.

    Raises:
        GatewayError: A read was refused or did not work; nothing incomplete is ever returned.
    """
    listed = gateway.jobs(with_labels(workspace, environment), fields=STATUS_FIELDS)
    covered = {*recorded_names, *(job.display_name for job in listed)}
    strangers = tuple(
        job for job in _under_names(gateway, sorted(set(wanted) - covered)) if not _is_ours(job, workspace, environment)
    )
    missing = sorted(set(recorded) - {job.name for job in listed})
    fetched = {name: gateway.get(name) for name in missing}
    found = tuple(job for job in fetched.values() if job is not None)
    gone = frozenset(name for name, job in fetched.items() if job is None)
    return Observed(ours=listed + found, strangers=strangers, gone=gone)


def _is_ours(job: RemoteJob, workspace: str, environment: str) -> bool:
    return job.labels.get(LABEL_WORKSPACE) == workspace and job.labels.get(LABEL_ENVIRONMENT) == environment


def _under_names(gateway: JobGateway, names: list[str]) -> tuple[RemoteJob, ...]:
    return tuple(job for group in in_calls(names) for job in _under_group(gateway, group))


def _under_group(gateway: JobGateway, group: tuple[str, ...]) -> tuple[RemoteJob, ...]:
    try:
        jobs = gateway.jobs(with_display_names(group), fields=None)
    except RejectedError as refused:
        # `OR` is documented, but no limit on the length of a filter is: what is refused together is asked one by one.
        if len(group) == 1 or refused.status not in _FILTER_REFUSED:
            raise
        return tuple(job for name in group for job in _under_group(gateway, (name,)))
    # A display name may contain what the server takes for a wildcard.
    return tuple(job for job in jobs if job.display_name in group)
