"""A list in markdown that is no longer than it may be."""

from __future__ import annotations

from collections.abc import Sequence

from gembatch.report.budget import Part, Section, keep
from gembatch.report.words import count_of

_ROOM_TO_SAY_WHAT_IS_LEFT_OUT = 100


def list_of_jobs(lines: Sequence[str], most: int) -> str:
    """Returns the lines as a list, the first as far as there is room for them, and how many there are besides.

    Args:
        lines: Markdown, one for each job.
        most: Characters that the list may have.
    """
    items = tuple(Part(item, item) for item in (f"- {line}" for line in lines))
    (kept,) = keep([Section("", items, 1.0)], most - _ROOM_TO_SAY_WHAT_IS_LEFT_OUT)
    left_out = [f"- … and {count_of(kept.jobs_left_out, 'job')} more"] if kept.jobs_left_out else []
    return "\n".join([*kept.texts, *left_out])
