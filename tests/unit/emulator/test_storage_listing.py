"""Listings through Google's own client: order, prefix, delimiter, offsets and pages."""

from __future__ import annotations

import pytest
from google.api_core.exceptions import BadRequest, Conflict, NotFound
from google.cloud.storage import Bucket, Client

NAMES = ["a", "a/", "a/1", "a/2", "a/b/1", "a/b/2", "b", "c/1", "é", "日本", "🦊"]


@pytest.fixture
def filled(bucket: Bucket) -> Bucket:
    for name in reversed(NAMES):
        bucket.blob(name).upload_from_string(name.encode())
    return bucket


def names(client: Client, bucket: Bucket, **options: object) -> list[str]:
    return [blob.name for blob in client.list_blobs(bucket, **options)]


def test_names_come_in_the_order_of_their_utf8(storage_client: Client, filled: Bucket) -> None:
    assert sorted(NAMES, key=str.encode) == names(storage_client, filled)


@pytest.mark.parametrize(
    ("options", "expected_names", "expected_prefixes"),
    [
        ({"prefix": "a/"}, ["a/", "a/1", "a/2", "a/b/1", "a/b/2"], []),
        ({"prefix": "a/b"}, ["a/b/1", "a/b/2"], []),
        ({"prefix": "nothing"}, [], []),
        ({"delimiter": "/"}, ["a", "b", "é", "日本", "🦊"], ["a/", "c/"]),
        ({"prefix": "a/", "delimiter": "/"}, ["a/", "a/1", "a/2"], ["a/b/"]),
        ({"prefix": "a", "delimiter": "/"}, ["a"], ["a/"]),
        ({"delimiter": "/b/"}, ["a", "a/", "a/1", "a/2", "b", "c/1", "é", "日本", "🦊"], ["a/b/"]),
        ({"start_offset": "b"}, ["b", "c/1", "é", "日本", "🦊"], []),
        ({"end_offset": "a/2"}, ["a", "a/", "a/1"], []),
        ({"start_offset": "a/1", "end_offset": "a/b/2"}, ["a/1", "a/2", "a/b/1"], []),
        ({"start_offset": "a/2", "prefix": "a/", "delimiter": "/"}, ["a/2"], ["a/b/"]),
    ],
)
@pytest.mark.parametrize("page_size", [None, 1, 2, 3, 1000])
def test_what_is_listed_does_not_depend_on_the_size_of_the_page(
    storage_client: Client,
    filled: Bucket,
    *,
    options: dict[str, str],
    expected_names: list[str],
    expected_prefixes: list[str],
    page_size: int | None,
) -> None:
    listing = storage_client.list_blobs(filled, page_size=page_size, **options)

    assert expected_names == [blob.name for blob in listing]
    assert expected_prefixes == sorted(listing.prefixes)


def test_a_page_holds_as_many_entries_as_were_asked_for(storage_client: Client, filled: Bucket) -> None:
    """Names and prefixes count alike."""
    pages = storage_client.list_blobs(filled, page_size=2, delimiter="/").pages

    assert [(["a"], {"a/"}), (["b"], {"c/"}), (["é", "日本"], set()), (["🦊"], set())] == [
        ([blob.name for blob in page], set(page.prefixes)) for page in pages
    ]


def test_pages_go_on_where_the_last_one_ended_whatever_was_written_since(
    storage_client: Client, filled: Bucket
) -> None:
    pages = storage_client.list_blobs(filled, page_size=3).pages
    first = [blob.name for blob in next(pages)]
    filled.blob("0").upload_from_string(b"")
    filled.delete_blob("a/2")
    filled.blob("a/3").upload_from_string(b"")

    assert ["a", "a/", "a/1"] == first
    assert ["a/3", "a/b/1", "a/b/2", "b", "c/1", "é", "日本", "🦊"] == [blob.name for page in pages for blob in page]


def test_a_listing_can_be_cut_short(storage_client: Client, filled: Bucket) -> None:
    assert ["a", "a/"] == names(storage_client, filled, max_results=2)


def test_a_page_token_of_somebody_else_is_refused(storage_client: Client, filled: Bucket) -> None:
    with pytest.raises(BadRequest, match="Invalid pageToken"):
        names(storage_client, filled, page_token="!")  # noqa: S106


@pytest.mark.parametrize("option", [{"soft_deleted": True}, {"match_glob": "*"}, {"include_trailing_delimiter": True}])
def test_what_would_change_the_listing_is_refused_if_it_is_not_supported(
    storage_client: Client, filled: Bucket, option: dict[str, object]
) -> None:
    with pytest.raises(BadRequest, match="does not support"):
        names(storage_client, filled, **option)


def test_buckets_are_made_listed_and_deleted(storage_client: Client) -> None:
    made = storage_client.create_bucket("other-bucket")

    assert made.exists()
    assert storage_client.get_bucket("other-bucket").time_created is not None
    assert ["demo-bucket", "other-bucket"] == [bucket.name for bucket in storage_client.list_buckets()]
    assert ["other-bucket"] == [bucket.name for bucket in storage_client.list_buckets(prefix="other")]
    made.delete()
    assert not made.exists()
    with pytest.raises(NotFound):
        storage_client.get_bucket("other-bucket")


def test_a_bucket_is_made_once(storage_client: Client) -> None:
    with pytest.raises(Conflict):
        storage_client.create_bucket("demo-bucket")


@pytest.mark.parametrize("name", ["UPPER", "ab", "a" * 64, "goog-le", "a..b", "sp ace"])
def test_what_cannot_be_the_name_of_a_bucket_is_refused(storage_client: Client, name: str) -> None:
    with pytest.raises(BadRequest, match="Invalid bucket name"):
        storage_client.create_bucket(name)


def test_a_bucket_that_holds_something_is_not_deleted(storage_client: Client, filled: Bucket) -> None:
    with pytest.raises(Conflict, match="not empty"):
        filled.delete()
    filled.delete(force=True)
    assert not filled.exists()


def test_everything_is_permitted_in_a_bucket_that_is_there(storage_client: Client, bucket: Bucket) -> None:
    wanted = ["storage.objects.create", "storage.objects.get"]

    assert wanted == bucket.test_iam_permissions(wanted)
    with pytest.raises(NotFound):
        storage_client.bucket("nowhere").test_iam_permissions(wanted)
