"""Resource names, and the numbers that projects have in them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Parent:
    """Where jobs live.

    Attributes:
        project: The project's number, in digits.
        location: A region, or `global`, `us`, `eu`.
    """

    project: str
    location: str

    def __str__(self) -> str:
        return f"projects/{self.project}/locations/{self.location}"


@dataclass(frozen=True, slots=True)
class JobName:
    """The name of a job.

    Attributes:
        parent: Where it lives.
        id: A positive 64-bit integer, in digits.
    """

    parent: Parent
    id: str

    def __str__(self) -> str:
        return f"{self.parent}/batchPredictionJobs/{self.id}"


def project_number(project: str, known: Mapping[str, str]) -> str:
    """Returns the number of a project, which the service writes in names wherever the caller wrote the id.

    Args:
        project: The id, or already the number.
        known: Numbers by id. An id that is not among them gets twelve digits that depend on it alone.
    """
    if project.isdecimal():
        return project
    if project in known:
        return known[project]
    digest = hashlib.sha256(project.encode()).digest()
    return str(10**11 + int.from_bytes(digest[:8], "big") % (9 * 10**11))
