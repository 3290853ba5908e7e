"""Contents that are compared when planning: only what was staged, and only within bounds."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from gembatch.errors import StorageError
from gembatch.model.jobs import StagedFile
from gembatch.stage.contents import staged_content, staged_name, workspace_content

STAGING = "gs://b/staging"
CONTENT = b"one\n"
SHA256 = hashlib.sha256(CONTENT).hexdigest()
URI = f"{STAGING}/{SHA256}/x.jsonl"
MOST = 1 << 20


class Bucket:
    """Objects by URI; what was read is remembered."""

    def __init__(self, **objects: bytes):
        self.objects = {URI: CONTENT, **objects}
        self.read: list[str] = []

    def content(self, uri: str, most: int) -> bytes | None:
        self.read.append(uri)
        content = self.objects[uri]
        return content if len(content) <= most else None


@pytest.mark.parametrize("staging", [STAGING, f"{STAGING}/"])
def test_what_was_staged_is_read(staging: str):
    assert CONTENT == staged_content(Bucket(), URI, staging=staging, most=MOST)


@pytest.mark.parametrize(
    "uri",
    [
        "gs://other/secret.jsonl",
        f"gs://other/staging/{SHA256}/x.jsonl",
        f"{STAGING}/../{SHA256}/x.jsonl",
        f"{STAGING}/more/{SHA256}/x.jsonl",
        f"{STAGING}/{SHA256}/more/x.jsonl",
        f"{STAGING}/{SHA256}/",
        f"{STAGING}/x.jsonl",
        f"{STAGING}x/{SHA256}/x.jsonl",
        f"{STAGING}/{SHA256.upper()}/x.jsonl",
        "",
    ],
)
def test_nothing_but_staged_files_of_the_environment_is_read(uri: str):
    bucket = Bucket()

    with pytest.raises(StorageError, match="is not under the environment's `staging`"):
        staged_content(bucket, uri, staging=STAGING, most=MOST)

    assert [] == bucket.read


def test_nothing_that_is_not_what_its_address_says_is_shown():
    with pytest.raises(StorageError, match="does not have the content that its address says"):
        staged_content(Bucket(**{URI: b"secret"}), URI, staging=STAGING, most=MOST)


def test_an_object_beyond_the_bound_is_told():
    with pytest.raises(StorageError, match="has more than 1 MiB"):
        staged_content(Bucket(**{URI: b"x" * (MOST + 1)}), URI, staging=STAGING, most=MOST)


@pytest.mark.parametrize(
    ("uri", "name"),
    [(URI, "x.jsonl"), ("gs://b/in/x.jsonl", None), (f"gs://b/{SHA256}/x/y", None), (f"gs://b/{SHA256}/é\n", "é\n")],
)
def test_a_staged_file_is_known_by_its_address(uri: str, name: str | None):
    assert name == staged_name(uri)


def file_of(content: bytes = CONTENT) -> StagedFile:
    sha256 = hashlib.sha256(content).hexdigest()
    return StagedFile("x.jsonl", f"{STAGING}/{sha256}/x.jsonl", sha256, len(content))


@pytest.mark.parametrize(
    ("content", "file", "message"),
    [
        (b"other\n", file_of(), "`x.jsonl` has changed since it was planned"),
        (b"x" * (MOST + 1), file_of(b"x" * (MOST + 1)), "`x.jsonl` has more than 1 MiB"),
        (None, file_of(), "`x.jsonl` cannot be read: No such file or directory"),
    ],
)
def test_a_workspace_file_is_read_as_it_was_fingerprinted_or_not_at_all(
    tmp_path: Path, content: bytes | None, file: StagedFile, message: str
):
    if content is not None:
        (tmp_path / "x.jsonl").write_bytes(content)

    with pytest.raises(StorageError, match=message):
        workspace_content(tmp_path, file, MOST)


def test_a_workspace_file_is_read(tmp_path: Path):
    (tmp_path / "x.jsonl").write_bytes(CONTENT)

    assert CONTENT == workspace_content(tmp_path, file_of(), MOST)
