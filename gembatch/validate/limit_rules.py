"""Rules over what an environment is against its own limits: what no plan there could ever be rid of.

What a job asks for is no finding on a file: jobs that are kept may be as they were, and a plan tells which are not.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from gembatch.model.document import Pointer
from gembatch.model.workspace import Environment
from gembatch.validate.subject import Finding
from gembatch.validate.workspace_subject import WorkspaceSubject


def own_limits(subject: WorkspaceSubject) -> Iterator[Finding]:
    """Yields environments that run where their own limits let no job run, or stage where these let nothing lie."""
    for environment in subject.environments:
        limits = environment.limits
        for number, glob in enumerate(limits.forbidden_regions):
            if fnmatchcase(environment.region, glob):
                yield _against(subject, environment, "region", environment.region, ("forbiddenRegions", number))
                break
        if limits.allowed_projects and environment.project not in limits.allowed_projects:
            yield _against(subject, environment, "project", environment.project, ("allowedProjects",))
        bucket = (environment.staging or "").removeprefix("gs://").partition("/")[0]
        if bucket and limits.allowed_buckets and not any(fnmatchcase(bucket, glob) for glob in limits.allowed_buckets):
            yield _against(subject, environment, "staging", bucket, ("allowedBuckets",))


def _against(subject: WorkspaceSubject, environment: Environment, key: str, value: str, limit: Pointer) -> Finding:
    name = limit[0]
    is_forbidden = name == "forbiddenRegions"
    written = subject.workspace.limit_at(environment.name, limit)
    return Finding(
        f"{key} of {environment.name} is {value}, which `limits.{name}` {'forbids' if is_forbidden else 'lacks'}",
        subject.at_setting(environment, key),
        hint="change one of the two; an environment's own `limits` take the place of the workspace's, key by key",
        related=((written, "forbidden here" if is_forbidden else "what is allowed"),) if written else (),
    )
