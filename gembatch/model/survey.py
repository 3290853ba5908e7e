"""What is seen of the world before anything is asked of it: who asks, buckets and tables. Values only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose credentials are used.

    Attributes:
        name: An e-mail address, or what else tells one from another.
        kind: Of credentials: `service account credentials`.
    """

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket that is there.

    Attributes:
        name: Its name.
        granted: Which of the permissions that were asked for the caller has.
        location: `US`, `EUROPE-WEST4`, `NAM4`; empty where it may not be read.
        project_number: Of the project that it belongs to; empty likewise.
    """

    name: str
    granted: frozenset[str]
    location: str = ""
    project_number: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of BigQuery.

    Attributes:
        location: Of its dataset: `US`, `europe-west4`.
        rows: How many there are; None for a view, of which nobody knows.
        columns: The names of its columns.
    """

    location: str
    rows: int | None
    columns: tuple[str, ...]
