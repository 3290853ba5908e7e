"""Who asks, and which other account needs to be let in."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from gembatch.model import permissions
from gembatch.model.survey import Bucket, Caller
from gembatch.verify.checks import Check, Topic, Verdict


def judge_caller(caller: Caller) -> Check:
    """Returns whose credentials are used."""
    return Check(Topic.CREDENTIALS, caller.name, Verdict.PASS, caller.kind)


def judge_project(project: str, granted: Collection[str]) -> Check:
    """Returns whether the caller may do in a project what an apply does."""
    missing = [permission for permission in permissions.ON_PROJECT if permission not in granted]
    if not missing:
        return Check(Topic.PERMISSIONS, project, Verdict.PASS, "may list, get, create and cancel batch prediction jobs")
    hint = f"grant `{permissions.USER_ROLE}` on the project; who only plans needs no more than `.list` and `.get`"
    return Check(Topic.PERMISSIONS, project, Verdict.FAIL, f"lacks {', '.join(missing)}", hint)


def judge_agent(project: str, number: str, buckets: Sequence[Bucket]) -> Check:
    """Returns which account reads the inputs and writes the outputs, and where it needs to be let in.

    Args:
        project: Of the jobs, by its id.
        number: The project's number; empty where it may not be read.
        buckets: Those that the jobs read from and write to.
    """
    agent = f"service-{number or 'PROJECT_NUMBER'}@gcp-sa-aiplatform.iam.gserviceaccount.com"
    others = [bucket.name for bucket in buckets if number and bucket.project_number not in {"", number}]
    if others:
        message = f"needs to be let into other projects' buckets: {', '.join(f'gs://{name}' for name in others)}"
        hint = f"grant it `{permissions.WRITER_ROLE}` there, or `{permissions.READER_ROLE}` where it only reads"
        return Check(Topic.SERVICE_AGENT, agent, Verdict.WARN, message, hint)
    message = "reads the inputs and writes the outputs; whether it may cannot be told from here"
    hint = f"in {project} it may by itself; elsewhere grant it `{permissions.WRITER_ROLE}`, `roles/bigquery.dataEditor`"
    return Check(Topic.SERVICE_AGENT, agent, Verdict.SKIP, message, hint)
