"""What a plan only counts, in sentences: the same in every renderer."""

from __future__ import annotations

from collections.abc import Iterator

from gembatch.plan.changes import Plan
from gembatch.report.sections import Sections
from gembatch.report.words import count_of


def asides_of(plan: Plan, parts: Sections) -> tuple[str, ...]:
    """Returns what is to be known besides the changes, each as a sentence without its end."""
    return tuple(_asides(plan, parts))


def _asides(plan: Plan, parts: Sections) -> Iterator[str]:
    if parts.changed_past:
        yield (
            f"{count_of(parts.changed_past, 'job')} of earlier dates kept, though the spec has changed since; "
            "`--replace-past` submits again"
        )
    if plan.unrecorded:
        yield f"{count_of(len(plan.unrecorded), 'job')} of this workspace that no spec and no lockfile knows"
