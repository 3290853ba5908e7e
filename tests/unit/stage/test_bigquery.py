"""Tables by Google's own client, asked of a server on loopback that has BigQuery's metadata and nothing else."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import google.auth
import pytest
from google.auth.exceptions import RefreshError
from google.oauth2.credentials import Credentials

from gembatch.errors import CredentialsError, StorageError
from gembatch.model.survey import Table
from gembatch.stage.bigquery import BigQueryTables

DATASET = {
    "kind": "bigquery#dataset",
    "datasetReference": {"projectId": "acme", "datasetId": "prompts"},
    "location": "us-central1",
}
FIELDS = [{"name": "id", "type": "STRING"}, {"name": "request", "type": "JSON"}]
REFERENCE = {"projectId": "acme", "datasetId": "prompts", "tableId": "today"}
TABLE = {
    "kind": "bigquery#table",
    "tableReference": REFERENCE,
    "schema": {"fields": FIELDS},
    "numRows": "240",
    "numBytes": "1000",
    "location": "us-central1",
    "type": "TABLE",
}
PATH = "/bigquery/v2/projects/acme/datasets/prompts"


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    """Answers with what `server.answers` has under a path: a status and a value; 404 for what it has not."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            missing = (404, {"error": {"code": 404, "message": f"Not found: {path}", "status": "NOT_FOUND"}})
            status, value = self.server.answers.get(path, missing)
            body = value if isinstance(value, bytes) else json.dumps(value).encode()
            self.send_response_only(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Keeps quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.answers = {PATH: (200, DATASET), f"{PATH}/tables/today": (200, TABLE)}
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def tables(server: ThreadingHTTPServer) -> BigQueryTables:
    return BigQueryTables("acme", endpoint=f"http://127.0.0.1:{server.server_port}", patience=0.01)


def test_a_table_has_rows_columns_and_a_place(tables) -> None:
    assert Table("us-central1", 240, ("id", "request")) == tables.table("bq://acme.prompts.today")


@pytest.mark.parametrize("kind", ["VIEW", "MATERIALIZED_VIEW", "EXTERNAL"])
def test_of_a_view_nobody_knows_how_many_rows_it_has(server, tables, kind) -> None:
    server.answers[f"{PATH}/tables/today"] = (200, {**TABLE, "type": kind, "numRows": "0"})

    assert Table("us-central1", None, ("id", "request")) == tables.table("bq://acme.prompts.today")


def test_what_is_not_there_is_none(tables) -> None:
    assert tables.table("bq://acme.prompts.tomorrow") is None
    assert tables.location("bq://acme.others.today") is None


@pytest.mark.parametrize("uri", ["bq://acme.prompts", "bq://acme.prompts.tomorrow"])
def test_a_dataset_has_a_place(tables, uri) -> None:
    assert "us-central1" == tables.location(uri)


@pytest.mark.parametrize(
    ("answer", "message", "hint"),
    [
        (
            (403, {"error": {"code": 403, "message": "Access Denied: User does not have bigquery.tables.get"}}),
            "cannot read `bq://acme.prompts.today`: Access Denied: User does not have bigquery.tables.get (403)",
            "the credentials need `roles/bigquery.metadataViewer` on the dataset",
        ),
        ((503, {}), "cannot read `bq://acme.prompts.today`: the answer was 503 Service Unavailable", None),
        ((200, b"<html>"), "cannot read `bq://acme.prompts.today`: Expecting value: line 1 column 1 (char 0)", None),
        ((200, {}), "cannot read `bq://acme.prompts.today`: the answer cannot be read", None),
    ],
    ids=["forbidden", "down", "a page", "nothing in it"],
)
def test_a_refusal_is_told_in_the_servers_words(server, tables, answer, message, hint) -> None:
    server.answers[f"{PATH}/tables/today"] = answer

    with pytest.raises(StorageError) as caught:
        tables.table("bq://acme.prompts.today")
    assert (message, hint) == (str(caught.value), caught.value.hint)


class Expired(Credentials):
    """Credentials that cannot be refreshed."""

    def refresh(self, request: object) -> None:  # noqa: ARG002, the library's own name
        raise RefreshError("Reauthentication is needed")


def test_credentials_that_have_run_out_are_told(monkeypatch) -> None:
    monkeypatch.setattr(google.auth, "default", lambda **_: (Expired(None), "acme"))

    with pytest.raises(CredentialsError, match="Reauthentication is needed"):
        BigQueryTables("acme").table("bq://acme.prompts.today")
