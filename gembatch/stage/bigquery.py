"""`TableStore` on Google's own BigQuery client."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from google.api_core.exceptions import NotFound
from google.auth.credentials import AnonymousCredentials
from google.auth.exceptions import GoogleAuthError
from google.cloud import bigquery

from gembatch.credentials import default_credentials
from gembatch.errors import CredentialsError, StorageError
from gembatch.model.survey import Table
from gembatch.wire.failures import FORBIDDEN, GOOGLE_ERRORS, reason_of, status_of

T = TypeVar("T")

_SCOPE = "https://www.googleapis.com/auth/bigquery"
_VIEWS = frozenset({"VIEW", "MATERIALIZED_VIEW", "EXTERNAL"})
_PERMISSION_HINT = "the credentials need `roles/bigquery.metadataViewer` on the dataset"


class BigQueryTables:
    """The tables that a project's credentials reach; see `TableStore` for what each method promises."""

    def __init__(self, project: str, *, endpoint: str | None = None, timeout: float = 30, patience: float = 60) -> None:
        """Finds credentials; asks the service nothing yet.

        Args:
            project: Project id.
            endpoint: The URL of a server that stands in for BigQuery, which gets no credentials; None for Google with
                Application Default Credentials.
            timeout: Of one request, in seconds without a byte.
            patience: For how many seconds a request is tried again.

        Raises:
            CredentialsError: No credentials are found.
        """
        credentials = AnonymousCredentials() if endpoint else default_credentials(_SCOPE)
        options = {"api_endpoint": endpoint} if endpoint else None
        self._client = bigquery.Client(project, credentials, client_options=options)
        self._asking: dict[str, Any] = {"timeout": timeout, "retry": bigquery.DEFAULT_RETRY.with_timeout(patience)}

    def table(self, uri: str) -> Table | None:
        """Returns a table; None if there is none."""
        found = self._found(uri, lambda: self._client.get_table(_name(uri), **self._asking))
        if found is None:
            return None
        # What a view or an external table holds is told by no number beside it.
        rows = None if found.table_type in _VIEWS else found.num_rows
        return Table(found.location or "", rows, tuple(field.name for field in found.schema))

    def location(self, uri: str) -> str | None:
        """Returns where a dataset is; None if there is none."""
        dataset = ".".join(_name(uri).split(".")[:2])
        found = self._found(uri, lambda: self._client.get_dataset(dataset, **self._asking))
        return None if found is None else found.location or ""

    def _found(self, uri: str, ask: Callable[[], T]) -> T | None:
        try:
            return ask()
        except NotFound:
            return None
        except GoogleAuthError as error:
            raise CredentialsError(f"the credentials cannot be refreshed: {error}") from error
        except GOOGLE_ERRORS as error:
            hint = _PERMISSION_HINT if status_of(error) == FORBIDDEN else None
            raise StorageError(f"cannot read `{uri}`: {reason_of(error)}", hint=hint) from error


def _name(uri: str) -> str:
    return uri.removeprefix("bq://")
