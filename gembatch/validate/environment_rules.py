"""Rules over the environments of a workspace."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gembatch.model.workspace import EMBEDDED, Environment
from gembatch.validate.subject import Finding
from gembatch.validate.wording import quoted
from gembatch.validate.workspace_subject import WorkspaceSubject

# A bucket takes one write a second to an object: whoever waits for that, and writes, needs so long.
_BUCKET_SECONDS = 5
_ELSEWHERE = re.compile(r"[/~]|[A-Za-z][A-Za-z0-9+.-]*:")
_BUCKET = "gs://[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]"
_PREFIX = re.compile(rf"{_BUCKET}(?:/\S*)?")
_OBJECT = re.compile(rf"{_BUCKET}/[^\s/*?#\[\]]+(?:/[^\s/*?#\[\]]+)*")


def lockfile_missing(subject: WorkspaceSubject) -> Iterator[Finding]:
    """Yields environments at Google that would remember nothing."""
    for environment in subject.environments:
        if not environment.lockfile:
            yield Finding(
                f"environment {environment.name} has no lockfile to remember what was submitted",
                subject.at_setting(environment, "lockfile"),
                hint=f"add `lockfile: locks/{environment.name}.lock.json`",
            )


def lockfile_path(subject: WorkspaceSubject) -> Iterator[Finding]:
    """Yields lockfiles that are neither a path in the workspace nor one object in a bucket."""
    for environment in subject.environments:
        path = environment.lockfile
        if environment.has_lockfile_in_bucket:
            if not _OBJECT.fullmatch(path):
                yield Finding(
                    f"lockfile must be one object in Cloud Storage, gs://BUCKET/OBJECT, got {quoted(path)}",
                    subject.at_setting(environment, "lockfile"),
                    hint=f"write for example `gs://acme-state/gembatch/{environment.name}.lock.json`",
                )
        elif path and not _is_inside(path):
            yield Finding(
                f"lockfile must be a path in the workspace or a gs:// URI, got {quoted(path)}",
                subject.at_setting(environment, "lockfile"),
            )


def _is_inside(path: str) -> bool:
    """Returns whether a path leads to something in the workspace, by its spelling alone."""
    leads_out = _ELSEWHERE.match(path) or "\\" in path or ".." in path.split("/")
    return not leads_out and bool(_normal(path))


def _normal(path: str) -> str:
    return "/".join(part for part in path.split("/") if part not in {"", "."})


def lockfile_shared(subject: WorkspaceSubject) -> Iterator[Finding]:
    """Yields environments whose lockfile an earlier one has: each would take the other's jobs for removed."""
    first: dict[tuple[str | None, str], Environment] = {}
    for environment in subject.environments:
        path = environment.lockfile if environment.has_lockfile_in_bucket else _normal(environment.lockfile)
        # A bucket of the emulator is not Google's bucket of that name.
        where = environment.endpoint if environment.has_lockfile_in_bucket else None
        other = first.setdefault((where, path), environment)
        if path and other is not environment:
            yield Finding(
                f"environments {other.name} and {environment.name} share the lockfile {path}",
                subject.at_setting(environment, "lockfile"),
                hint="give each environment a lockfile of its own",
                related=((subject.at_setting(other, "lockfile"), f"{other.name} has it here"),),
            )


def seed(subject: WorkspaceSubject) -> Iterator[Finding]:
    """Yields seeds that nothing would read, or that lie outside the workspace."""
    for environment in subject.environments:
        if environment.seed is None:
            continue
        if environment.endpoint != EMBEDDED:
            yield Finding(
                f"seed needs `endpoint: {EMBEDDED}`: it fills the buckets of the emulator that a command starts",
                subject.at_setting(environment, "seed"),
            )
        elif not _is_inside(environment.seed):
            yield Finding(
                f"seed must be a folder in the workspace, got {quoted(environment.seed)}",
                subject.at_setting(environment, "seed"),
            )


def staging(subject: WorkspaceSubject) -> Iterator[Finding]:
    """Yields staging places that are no prefix in Cloud Storage."""
    for environment in subject.environments:
        if environment.staging is not None and not _PREFIX.fullmatch(environment.staging):
            yield Finding(
                f"staging must be a prefix in Cloud Storage such as gs://acme-batch/staging, "
                f"got {quoted(environment.staging)}",
                subject.at_setting(environment, "staging"),
            )


def settle(subject: WorkspaceSubject) -> Iterator[Finding]:
    """Yields environments in which a submission could be taken for lost before it has timed out."""
    for environment in subject.environments:
        submit = environment.submit
        if submit.settle_seconds <= submit.timeout_seconds:
            least = f"timeoutSeconds ({submit.timeout_seconds:g})"
            yield _too_short(subject, environment, "settleSeconds", submit.settle_seconds, least)


def lease(subject: WorkspaceSubject) -> Iterator[Finding]:
    """Yields environments in which an apply could lose the lockfile during a submission."""
    for environment in subject.environments:
        seconds, timeout = environment.submit.lease_seconds, environment.submit.timeout_seconds
        # Half as long again: the lockfile is written within the lease too, and a lease that is used up by that is
        # renewed for ever.
        least = 1.5 * timeout
        if seconds <= least:
            yield _too_short(subject, environment, "leaseSeconds", seconds, f"1.5 times timeoutSeconds ({least:g})")
        elif environment.has_lockfile_in_bucket and seconds <= timeout + _BUCKET_SECONDS:
            why = f"timeoutSeconds and {_BUCKET_SECONDS} ({timeout + _BUCKET_SECONDS:g}) with a lockfile in a bucket"
            yield _too_short(subject, environment, "leaseSeconds", seconds, why)


def _too_short(subject: WorkspaceSubject, environment: Environment, key: str, seconds: float, least: str) -> Finding:
    return Finding(
        f"{key} must be more than {least}, got {seconds:g}",
        subject.at_setting(environment, "submit", key)
        if _is_written(subject, environment, key)
        else subject.at_setting(environment, "submit", "timeoutSeconds"),
    )


def _is_written(subject: WorkspaceSubject, environment: Environment, key: str) -> bool:
    return ("environments", environment.name, "submit", key) in subject.workspace.document.places.values
