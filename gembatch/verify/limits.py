"""How much a job may read. From Google's pages on batch inference, read on 2026-11-22."""

from __future__ import annotations

from fnmatch import fnmatchcase

MOST_BYTES = 1 << 30
"""Of one file. Google writes 1 GB, and not which."""

_MOST_ROWS = (
    # The first that fits counts.
    ("publishers/google/models/gemini-embedding-*", 1_000_000),
    ("publishers/google/models/text-*embedding-*", 30_000),
    ("publishers/google/models/*", 200_000),
    ("projects/*/models/*", 200_000),
)

LARGEST_LIMIT = max(rows for _, rows in _MOST_ROWS)
"""Above which no job reads rows, whatever its model."""


def most_rows(model: str) -> int | None:
    """Returns how many rows a job may have; None for a model of whose limit no page tells.

    Args:
        model: Its name as the REST API writes it, without a project and location in front of a publisher.
    """
    return next((rows for glob, rows in _MOST_ROWS if fnmatchcase(model, glob)), None)
