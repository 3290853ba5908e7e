"""One check: what was looked at, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from gembatch.errors import GembatchError


class Verdict(StrEnum):
    """What came of a check."""

    PASS = "pass"  # noqa: S105, no password
    WARN = "warn"
    """It may go well all the same."""
    FAIL = "fail"
    """It will not go well."""
    SKIP = "skip"
    """It could not be told."""


class Topic(StrEnum):
    """What a check is about."""

    CREDENTIALS = "credentials"
    PERMISSIONS = "permissions"
    JOBS = "jobs"
    LOCKFILE = "lockfile"
    STAGING = "staging"
    MODEL = "model"
    INPUT = "input"
    OUTPUT = "output"
    SERVICE_AGENT = "service-agent"


@dataclass(frozen=True, slots=True)
class Check:
    """One check.

    Attributes:
        topic: What it is about.
        subject: What was looked at: a URI, a model, a project.
        verdict: What came of it.
        message: The same in words; the subject comes first and is not in it.
        hint: What to do; None when there is nothing to do.
    """

    topic: Topic
    subject: str
    verdict: Verdict
    message: str
    hint: str | None = None


def failed(topic: Topic, subject: str, error: GembatchError) -> Check:
    """Returns the check of something that could not be looked at, and would not be there for an apply either."""
    return Check(topic, subject, Verdict.FAIL, str(error), error.hint)


def untold(topic: Topic, subject: str, error: GembatchError) -> Check:
    """Returns the check of something that could not be looked at, which an apply can do without."""
    return Check(topic, subject, Verdict.SKIP, f"cannot be told: {error}", error.hint)


def has_failed(checks: Iterable[Check]) -> bool:
    """Returns whether any check failed."""
    return any(check.verdict is Verdict.FAIL for check in checks)
