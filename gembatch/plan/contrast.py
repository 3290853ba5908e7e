"""The jobs of two environments side by side: which there are, and how their bodies differ. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from gembatch.model.jobs import JobSpec
from gembatch.plan.fields import FieldChange, differences

Identity: TypeAlias = "tuple[str, int, str]"
"""What a job is in any environment: file, line at which its document begins, combination for people."""


@dataclass(frozen=True, slots=True)
class Contrast:
    """One job.

    Attributes:
        identity: What it is in both.
        before: As the first environment has it; None when it does not.
        after: As the second has it; None when it does not.
        differences: The fields of the body that differ, sorted by path. Labels that gembatch sets are not among them:
            they name the environment, and so always differ.
    """

    identity: Identity
    before: JobSpec | None
    after: JobSpec | None
    differences: tuple[FieldChange, ...] = ()


def contrasts(before: Mapping[Identity, JobSpec], after: Mapping[Identity, JobSpec]) -> tuple[Contrast, ...]:
    """Returns one contrast per job that either has, by file, line and combination."""
    return tuple(_contrast(each, before.get(each), after.get(each)) for each in sorted({*before, *after}))


def _contrast(identity: Identity, before: JobSpec | None, after: JobSpec | None) -> Contrast:
    if before is None or after is None:
        return Contrast(identity, before, after)
    return Contrast(identity, before, after, differences(before.body, after.body))
