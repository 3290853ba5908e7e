"""What gembatch asks of BigQuery, and at what price."""

from __future__ import annotations

from typing import Protocol

from gembatch.model.survey import Table


class TableStore(Protocol):
    """Tables and datasets under `bq://` URIs.

    Every call only reads metadata, costs nothing but one request, has time-outs and is tried again by itself for a
    while. What goes wrong is a `StorageError` that names the URI; without valid credentials, `CredentialsError`.
    """

    def table(self, uri: str) -> Table | None:
        """Returns a table, `bq://project.dataset.table`; None if there is none."""
        ...

    def location(self, uri: str) -> str | None:
        """Returns where the dataset of `bq://project.dataset`, or of a table in it, is; None if there is none."""
        ...
