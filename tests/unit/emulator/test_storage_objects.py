"""Objects through Google's own client: write, read, describe, delete, and the preconditions of each."""

from __future__ import annotations

import pytest
from google.api_core.exceptions import BadRequest, NotFound, NotModified, PreconditionFailed
from google.cloud.storage import Bucket, Client

ODD_NAMES = [
    "../up.txt",
    "a/../../etc/passwd",
    "/absolute",
    "double//slash",
    "trailing/",
    "...",
    "per%cent%2F",
    "plus+and space",
    "question?and#hash",
    "ümläut/日本語/🦊",
    "quote\"s'and\\backslash",
    "tab\tand\x01control",
    "n" * 1024,
    "ü" * 512,
]
NOT_NAMES = ["n" * 1025, "ü" * 513, "line\nbreak", "carriage\rreturn"]


def test_content_and_description_come_back(bucket: Bucket) -> None:
    blob = bucket.blob("a/b.txt")
    blob.metadata = {"origin": "test"}
    blob.cache_control = "no-store"
    blob.upload_from_string(b"hello\nworld\n", content_type="text/plain")

    found = bucket.get_blob("a/b.txt")
    assert b"hello\nworld\n" == found.download_as_bytes(checksum="crc32c")
    assert "text/plain" == found.content_type
    assert {"origin": "test"} == found.metadata
    assert "no-store" == found.cache_control
    assert 12 == found.size
    assert "U49V7A==" == found.crc32c
    assert "D3I65/m/B3RERek6xVlRVg==" == found.md5_hash
    assert 1 == found.metageneration


def test_a_write_replaces_and_its_generation_is_higher(bucket: Bucket) -> None:
    blob = bucket.blob("a")
    blob.upload_from_string(b"old")
    first = blob.generation
    blob.upload_from_string(b"new")

    assert first < blob.generation
    assert b"new" == bucket.blob("a").download_as_bytes()


def test_a_generation_that_is_not_live_is_not_found(bucket: Bucket) -> None:
    blob = bucket.blob("a")
    blob.upload_from_string(b"old")
    first = blob.generation
    blob.upload_from_string(b"new")

    with pytest.raises(NotFound):
        bucket.blob("a", generation=first).download_as_bytes()
    with pytest.raises(NotFound):
        bucket.delete_blob("a", generation=first)
    assert bucket.get_blob("a", generation=first) is None
    assert b"new" == bucket.blob("a", generation=blob.generation).download_as_bytes()


def test_a_new_object_begins_above_the_generation_of_a_deleted_one(bucket: Bucket) -> None:
    blob = bucket.blob("a")
    blob.upload_from_string(b"")
    first = blob.generation
    blob.delete()
    bucket.blob("a").upload_from_string(b"")

    assert first < bucket.get_blob("a").generation


@pytest.mark.parametrize("name", ODD_NAMES)
def test_an_odd_name_is_only_a_name(bucket: Bucket, storage_client: Client, name: str) -> None:
    bucket.blob(name).upload_from_string(name.encode())

    assert name.encode() == bucket.blob(name).download_as_bytes()
    assert [name] == [blob.name for blob in storage_client.list_blobs(bucket)]
    bucket.delete_blob(name)
    assert not bucket.blob(name).exists()


@pytest.mark.parametrize("name", NOT_NAMES)
def test_what_cannot_be_a_name_is_refused(bucket: Bucket, name: str) -> None:
    with pytest.raises(BadRequest):
        bucket.blob(name).upload_from_string(b"")


@pytest.mark.parametrize("name", [".", ".."])
def test_a_name_that_is_a_step_in_a_path_is_refused(bucket: Bucket, name: str) -> None:
    with pytest.raises(BadRequest, match="Invalid object name"):
        bucket.blob(name).upload_from_string(b"")


def test_a_missing_object_is_named(bucket: Bucket) -> None:
    blob = bucket.blob("a/b")

    assert not blob.exists()
    with pytest.raises(NotFound, match="No such object: demo-bucket/a/b"):
        blob.reload()
    with pytest.raises(NotFound, match="No such object: demo-bucket/a/b"):
        blob.download_as_bytes()
    with pytest.raises(NotFound, match="No such object: demo-bucket/a/b"):
        blob.delete()
    with pytest.raises(NotFound, match="No such object: demo-bucket/a/b"):
        blob.patch()


def test_a_missing_bucket_is_said_to_be_missing(storage_client: Client) -> None:
    blob = storage_client.bucket("nowhere").blob("a")

    with pytest.raises(NotFound, match="The specified bucket does not exist"):
        blob.upload_from_string(b"")
    with pytest.raises(NotFound, match="The specified bucket does not exist"):
        blob.download_as_bytes()
    with pytest.raises(NotFound, match="The specified bucket does not exist"):
        blob.delete()
    with pytest.raises(NotFound, match="The specified bucket does not exist"):
        list(storage_client.list_blobs("nowhere"))


def test_create_only_writes_once(bucket: Bucket) -> None:
    bucket.blob("a").upload_from_string(b"first", if_generation_match=0)

    with pytest.raises(PreconditionFailed, match="conditionNotMet"):
        bucket.blob("a").upload_from_string(b"second", if_generation_match=0)
    assert b"first" == bucket.blob("a").download_as_bytes()


@pytest.mark.parametrize(
    ("condition", "difference", "holds"),
    [
        ("if_generation_match", 0, True),
        ("if_generation_match", -1, False),
        ("if_generation_not_match", 0, False),
        ("if_generation_not_match", -1, True),
        ("if_metageneration_match", 0, True),
        ("if_metageneration_match", 1, False),
        ("if_metageneration_not_match", 0, False),
        ("if_metageneration_not_match", 1, True),
    ],
)
@pytest.mark.parametrize("action", ["upload", "patch", "delete"])
def test_a_write_is_carried_out_only_if_its_condition_holds(
    bucket: Bucket, *, action: str, condition: str, difference: int, holds: bool
) -> None:
    blob = bucket.blob("a")
    blob.upload_from_string(b"old")
    live = blob.metageneration if "metageneration" in condition else blob.generation
    conditions = {condition: live + difference}

    def act() -> None:
        other = bucket.blob("a")
        match action:
            case "upload":
                other.upload_from_string(b"new", **conditions)
            case "patch":
                other.metadata = {"changed": "yes"}
                other.patch(**conditions)
            case _:
                other.delete(**conditions)

    if holds:
        act()
    else:
        with pytest.raises(PreconditionFailed):
            act()
    after = bucket.get_blob("a")
    unchanged = after is not None and (after.generation, after.metageneration) == (blob.generation, blob.metageneration)
    assert holds is not unchanged


def test_a_condition_on_an_object_that_is_not_there(bucket: Bucket) -> None:
    """A write asks the condition of nothing, whose generation is 0; other requests find nothing first."""
    blob = bucket.blob("a")

    with pytest.raises(PreconditionFailed):
        blob.upload_from_string(b"", if_generation_match=5)
    with pytest.raises(PreconditionFailed):
        blob.upload_from_string(b"", if_generation_not_match=0)
    with pytest.raises(PreconditionFailed):
        blob.upload_from_string(b"", if_metageneration_match=1)
    with pytest.raises(NotFound):
        blob.delete(if_generation_match=5)
    with pytest.raises(NotFound):
        blob.download_as_bytes(if_generation_match=5)


def test_a_read_under_a_condition(bucket: Bucket) -> None:
    blob = bucket.blob("a")
    blob.upload_from_string(b"content")

    assert b"content" == blob.download_as_bytes(if_generation_match=blob.generation)
    with pytest.raises(PreconditionFailed):
        blob.download_as_bytes(if_generation_match=1)
    with pytest.raises(NotModified):
        blob.reload(if_generation_not_match=blob.generation)


def test_content_that_does_not_add_up_is_refused(bucket: Bucket) -> None:
    blob = bucket.blob("a")
    blob.md5_hash = "AAAAAAAAAAAAAAAAAAAAAA=="

    with pytest.raises(BadRequest, match="doesn't match calculated MD5 hash"):
        blob.upload_from_string(b"hello")
    assert not bucket.blob("a").exists()


def test_a_patch_merges_and_null_takes_away(bucket: Bucket) -> None:
    blob = bucket.blob("a")
    blob.metadata = {"keep": "1", "drop": "2"}
    blob.content_language = "de"
    blob.upload_from_string(b"content", content_type="text/plain")
    blob.metadata = {"drop": None, "add": "3"}
    blob.content_language = None
    blob.patch()

    after = bucket.get_blob("a")
    assert {"keep": "1", "add": "3"} == after.metadata
    assert after.content_language is None
    assert "text/plain" == after.content_type
    assert (blob.generation, 2) == (after.generation, after.metageneration)
    assert b"content" == after.download_as_bytes()


def test_an_update_replaces_what_was_there(bucket: Bucket) -> None:
    blob = bucket.blob("a")
    blob.metadata = {"drop": "1"}
    blob.upload_from_string(b"content", content_type="text/plain")
    other = bucket.blob("a")
    other.metadata = {"only": "2"}
    other.update()

    after = bucket.get_blob("a")
    assert {"only": "2"} == after.metadata
    assert "application/octet-stream" == after.content_type


def test_the_text_of_metadata_may_be_any(bucket: Bucket) -> None:
    """It goes into the headers of a download, where a line end would begin a header of the caller's choice."""
    blob = bucket.blob("a")
    blob.upload_from_string(b"content")
    blob.metadata = {"ключ": "✓"}
    blob.content_disposition = "attachment\r\nX-Injected: yes ✓"
    blob.patch()

    found = bucket.get_blob("a")
    assert {"ключ": "✓"} == found.metadata
    assert "attachment\r\nX-Injected: yes ✓" == found.content_disposition
    assert b"content" == found.download_as_bytes()
