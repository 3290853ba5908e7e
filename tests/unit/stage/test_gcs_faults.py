"""What goes wrong between here and Cloud Storage is one sentence that names the object."""

from __future__ import annotations

import hashlib
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from gembatch.errors import CredentialsError, StorageError
from gembatch.model.jobs import StagedFile
from gembatch.stage.gcs import CloudStorage


def test_an_endpoint_that_nobody_listens_at_is_an_error():
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        store = CloudStorage("demo", endpoint=f"http://127.0.0.1:{nobody.getsockname()[1]}", patience=0.01)

        with pytest.raises(StorageError, match="cannot read `gs://b/o`: Connection refused"):
            store.stat("gs://b/o")


@pytest.fixture
def server():
    """Answers every request with what `server.answer` holds: a status and a text."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            status, text = self.server.answer
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *args):
            """Keeps quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("answer", "message", "hint"),
    [
        (
            (403, '{"error": {"code": 403, "message": "me@demo does not have storage.objects.get access"}}'),
            "cannot read `gs://b/o`: me@demo does not have storage.objects.get access (403)",
            "the credentials need `roles/storage.objectUser` on the bucket",
        ),
        ((400, "<html>Bad</html>"), "cannot read `gs://b/o`: the answer was 400 Bad Request", None),
        ((200, "<html>Hello</html>"), "cannot read `gs://b/o`: Expecting value: line 1 column 1 (char 0)", None),
        ((503, "{}"), "cannot read `gs://b/o`: the answer was 503 Service Unavailable", None),
    ],
    ids=["forbidden", "page", "not json", "down"],
)
def test_a_refusal_is_told_in_the_servers_words(server, answer, message, hint):
    server.answer = answer
    store = CloudStorage("demo", endpoint=f"http://127.0.0.1:{server.server_port}", patience=0.01)

    with pytest.raises(StorageError) as caught:
        store.stat("gs://b/o")

    assert (message, hint) == (str(caught.value), caught.value.hint)


def test_no_credentials_say_what_to_run(monkeypatch, tmp_path):
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    monkeypatch.setenv("NO_GCE_CHECK", "true")

    with pytest.raises(CredentialsError) as caught:
        CloudStorage("demo")

    assert "`gcloud auth application-default login`" in (caught.value.hint or "")


def test_a_file_that_changed_since_it_was_planned_is_not_sent(tmp_path):
    (tmp_path / "x.jsonl").write_bytes(b"after\n")
    sha256 = hashlib.sha256(b"before\n").hexdigest()
    file = StagedFile("x.jsonl", f"gs://b/staging/{sha256}/x.jsonl", sha256, size=7)

    with pytest.raises(StorageError, match=r"`x\.jsonl` has changed since it was planned") as caught:
        CloudStorage("demo", endpoint="http://127.0.0.1:9").upload_once(file, tmp_path)

    assert caught.value.hint == "run plan again"


def test_a_file_that_is_no_longer_there_is_an_error(tmp_path):
    file = StagedFile("x.jsonl", "gs://b/staging/0/x.jsonl", "0" * 64, size=7)

    with pytest.raises(StorageError, match=r"`x\.jsonl` cannot be read: No such file or directory"):
        CloudStorage("demo", endpoint="http://127.0.0.1:9").upload_once(file, tmp_path)
