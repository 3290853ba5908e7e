"""What goes wrong between here and Cloud Storage is one sentence that names the object."""

from __future__ import annotations

import hashlib
import socket

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
