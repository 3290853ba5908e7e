"""Larger content: resumable uploads part by part, and downloads of ranges."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import requests
from google.api_core.exceptions import PreconditionFailed
from google.cloud.exceptions import RequestRangeNotSatisfiable
from google.cloud.storage import Blob, Bucket

from gembatch.emulator.server import Emulator

UNIT = 256 * 1024
CONTENT = b"".join(number.to_bytes(4, "big") for number in range(200_000))


def begin(url: str, **query: str) -> str:
    """Starts a resumable upload of object `a`, and returns where its parts go."""
    answer = requests.post(
        f"{url}/upload/storage/v1/b/demo-bucket/o",
        params={"uploadType": "resumable", "name": "a", **query},
        timeout=10,
    )
    answer.raise_for_status()
    return answer.headers["Location"]


def send(location: str, content_range: str, content: bytes = b"", **headers: str) -> requests.Response:
    return requests.put(location, data=content, headers={"Content-Range": content_range, **headers}, timeout=10)


@pytest.mark.parametrize("size", [0, 1, UNIT - 1, UNIT, UNIT + 1, 3 * UNIT, len(CONTENT)])
@pytest.mark.parametrize("size_is_known", [True, False])
def test_content_of_any_size_arrives_in_chunks(bucket: Bucket, *, size: int, size_is_known: bool) -> None:
    blob = bucket.blob("a", chunk_size=UNIT)
    blob.metadata = {"origin": "test"}
    blob.upload_from_file(io.BytesIO(CONTENT[:size]), size=size if size_is_known else None, content_type="text/x-test")

    found = bucket.get_blob("a")
    assert CONTENT[:size] == found.download_as_bytes()
    assert ("text/x-test", {"origin": "test"}) == (found.content_type, found.metadata)


def test_a_large_file_goes_up_and_comes_down_in_chunks(bucket: Bucket, tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(CONTENT * 12)
    bucket.blob("a").upload_from_filename(source)
    bucket.blob("a", chunk_size=UNIT).download_to_filename(target)

    assert source.read_bytes() == target.read_bytes()


def test_an_upload_says_how_far_it_is(emulator: Emulator) -> None:
    location = begin(emulator.url)

    before = send(location, "bytes */*")
    part = send(location, f"bytes 0-{UNIT - 1}/*", CONTENT[:UNIT])
    after = send(location, f"bytes */{2 * UNIT}")

    assert (308, None) == (before.status_code, before.headers.get("Range"))
    assert (308, f"bytes=0-{UNIT - 1}") == (part.status_code, part.headers["Range"])
    assert (308, f"bytes=0-{UNIT - 1}") == (after.status_code, after.headers["Range"])


def test_an_object_is_not_there_before_its_last_part(emulator: Emulator, bucket: Bucket) -> None:
    location = begin(emulator.url)
    send(location, f"bytes 0-{UNIT - 1}/{UNIT + 3}", CONTENT[:UNIT])

    assert not bucket.blob("a").exists()
    assert 200 == send(location, f"bytes {UNIT}-{UNIT + 2}/{UNIT + 3}", b"end").status_code
    assert CONTENT[:UNIT] + b"end" == bucket.blob("a").download_as_bytes()


def test_a_part_may_be_sent_again(emulator: Emulator, bucket: Bucket) -> None:
    location = begin(emulator.url)
    for _ in range(2):
        send(location, f"bytes 0-{UNIT - 1}/*", CONTENT[:UNIT])
    overlapping = send(location, f"bytes 0-{UNIT + 2}/{UNIT + 3}", CONTENT[:UNIT] + b"end")

    assert 200 == overlapping.status_code
    assert CONTENT[:UNIT] + b"end" == bucket.blob("a").download_as_bytes()


def test_the_last_part_sent_again_gives_the_same_object(emulator: Emulator) -> None:
    """The first answer may have been lost."""
    location = begin(emulator.url, ifGenerationMatch="0")
    first = send(location, "bytes 0-2/3", b"abc")
    second = send(location, "bytes 0-2/3", b"abc")
    asked = send(location, "bytes */3")

    assert 200 == second.status_code == asked.status_code
    assert first.json() == second.json() == asked.json()


def test_a_part_after_a_gap_is_refused(emulator: Emulator) -> None:
    location = begin(emulator.url)
    answer = send(location, f"bytes {UNIT}-{2 * UNIT - 1}/*", CONTENT[:UNIT])

    assert 503 == answer.status_code
    assert "exceeds already uploaded size of 0" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("content_range", "content"),
    [
        ("bytes 0-9/*", b"0123456789"),
        ("bytes 0-9/100", b"0123456789"),
        ("bytes 0-9/10", b"012"),
        ("bytes 0-9/5", b"0123456789"),
        ("bytes */*", b"0123456789"),
        ("bytes 9-0/10", b""),
        ("lines 0-9/10", b"0123456789"),
    ],
)
def test_a_part_that_does_not_fit_its_range_is_refused(emulator: Emulator, content_range: str, content: bytes) -> None:
    """So is one that is not the last and no multiple of 256 KiB."""
    assert 400 == send(begin(emulator.url), content_range, content).status_code


def test_a_whole_object_may_be_one_part_without_a_range(emulator: Emulator, bucket: Bucket) -> None:
    answer = requests.put(begin(emulator.url), data=b"whole", timeout=10)

    assert 200 == answer.status_code
    assert b"whole" == bucket.blob("a").download_as_bytes()


def test_a_cancelled_upload_is_gone(emulator: Emulator, bucket: Bucket) -> None:
    location = begin(emulator.url)

    assert 499 == requests.delete(location, timeout=10).status_code
    assert 404 == send(location, "bytes 0-2/3", b"abc").status_code
    assert not bucket.blob("a").exists()


def test_the_condition_is_asked_when_the_last_part_has_come(emulator: Emulator, bucket: Bucket) -> None:
    location = begin(emulator.url, ifGenerationMatch="0")
    bucket.blob("a").upload_from_string(b"somebody else")

    assert 412 == send(location, "bytes 0-2/3", b"abc").status_code
    assert b"somebody else" == bucket.blob("a").download_as_bytes()


def test_a_resumable_upload_keeps_its_condition(bucket: Bucket) -> None:
    blob = bucket.blob("a", chunk_size=UNIT)
    blob.upload_from_file(io.BytesIO(CONTENT), if_generation_match=0)

    with pytest.raises(PreconditionFailed):
        bucket.blob("a", chunk_size=UNIT).upload_from_file(io.BytesIO(CONTENT), if_generation_match=0)


def test_a_checksum_that_comes_with_the_last_part_is_checked(emulator: Emulator, bucket: Bucket) -> None:
    answer = send(begin(emulator.url), "bytes 0-2/3", b"abc", **{"X-Goog-Hash": "crc32c=AAAAAA=="})

    assert 400 == answer.status_code
    assert "doesn't match calculated CRC32C" in answer.json()["error"]["message"]
    assert not bucket.blob("a").exists()


def test_an_upload_goes_on_after_a_restart(tmp_path: Path) -> None:
    with Emulator(tmp_path, buckets=["demo-bucket"]) as first:
        path = begin(first.url).removeprefix(first.url)
        send(first.url + path, f"bytes 0-{UNIT - 1}/*", CONTENT[:UNIT])
    with Emulator(tmp_path) as second:
        asked = send(second.url + path, "bytes */*")
        done = send(second.url + path, f"bytes {UNIT}-{UNIT}/{UNIT + 1}", b"!")

    assert f"bytes=0-{UNIT - 1}" == asked.headers["Range"]
    assert str(UNIT + 1) == done.json()["size"]


@pytest.fixture
def blob(bucket: Bucket) -> Blob:
    written = bucket.blob("a")
    written.upload_from_string(b"0123456789")
    return written


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (0, 0, b"0"),
        (2, 4, b"234"),
        (7, None, b"789"),
        (7, 100, b"789"),
        (None, 2, b"012"),
        (-3, None, b"789"),
        (-100, None, b"0123456789"),
    ],
)
def test_a_range_is_read(blob: Blob, start: int | None, end: int | None, expected: bytes) -> None:
    assert expected == blob.download_as_bytes(start=start, end=end)


def test_a_range_behind_the_end_is_refused(blob: Blob) -> None:
    with pytest.raises(RequestRangeNotSatisfiable):
        blob.download_as_bytes(start=10)


@pytest.mark.parametrize("text", ["bytes=0-1,3-4", "bytes=4-2", "lines=1-2", "bytes=-", "bytes=x-y"])
def test_a_range_that_means_nothing_gives_the_whole(emulator: Emulator, blob: Blob, text: str) -> None:
    answer = requests.get(blob.media_link, headers={"Range": text}, timeout=10)

    assert (200, b"0123456789") == (answer.status_code, answer.content)


def test_the_last_bytes_of_nothing_are_not_there(emulator: Emulator, bucket: Bucket) -> None:
    empty = bucket.blob("empty")
    empty.upload_from_string(b"")
    answer = requests.get(empty.media_link, headers={"Range": "bytes=-5"}, timeout=10)

    assert (416, "bytes */0") == (answer.status_code, answer.headers["Content-Range"])


@pytest.mark.parametrize("upload_type", ["", "telepathy"])
def test_an_unknown_kind_of_upload_is_refused(emulator: Emulator, upload_type: str) -> None:
    answer = requests.post(
        f"{emulator.url}/upload/storage/v1/b/demo-bucket/o", params={"uploadType": upload_type}, timeout=10
    )

    assert 400 == answer.status_code


def test_a_plain_upload_takes_its_name_from_the_query(emulator: Emulator, bucket: Bucket) -> None:
    answer = requests.post(
        f"{emulator.url}/upload/storage/v1/b/demo-bucket/o",
        params={"uploadType": "media", "name": "folder/ü"},
        data=b"plain",
        headers={"Content-Type": "text/plain"},
        timeout=10,
    )

    assert ("folder/ü", "text/plain") == (answer.json()["name"], answer.json()["contentType"])
    assert b"plain" == bucket.blob("folder/ü").download_as_bytes()


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/related", b""),
        ("multipart/related; boundary=x", b""),
        ("multipart/related; boundary=x", b"--x\r\n\r\n{}\r\n--x\r\n\r\ncut off"),
        ("multipart/related; boundary=x", b"--x\r\n\r\n{}\r\n--x--"),
        ("multipart/related; boundary=x", b"--x\r\n\r\n{\r\n--x\r\n\r\n\r\n--x--"),
        ("multipart/related; boundary=x", b"--x\r\nno end of headers\r\n--x\r\n\r\n\r\n--x--"),
    ],
)
def test_a_broken_multipart_upload_is_refused(emulator: Emulator, content_type: str, body: bytes) -> None:
    answer = requests.post(
        f"{emulator.url}/upload/storage/v1/b/demo-bucket/o",
        params={"uploadType": "multipart", "name": "a"},
        data=body,
        headers={"Content-Type": content_type},
        timeout=10,
    )

    assert 400 == answer.status_code
    assert "invalid" == answer.json()["error"]["errors"][0]["reason"]


def test_content_that_looks_like_a_boundary_stays_whole(bucket: Bucket) -> None:
    content = b"\r\n--===============--\r\n--\r\n\r\n--x--"
    bucket.blob("a").upload_from_string(content)

    assert content == bucket.blob("a").download_as_bytes()


@pytest.mark.parametrize(
    "resource",
    [
        '{"contentType": 7}',
        '{"metadata": []}',
        '{"metadata": {"key": 7}}',
        '{"name": null}',
        "[]",
        "{",
        '"text"',
        '{"name": NaN}',
        "[" * 100_000,
        '{"name": "a", "contentType": "\\ud800"}',
    ],
)
def test_a_description_that_makes_no_sense_is_refused(emulator: Emulator, resource: str) -> None:
    answer = requests.post(
        f"{emulator.url}/upload/storage/v1/b/demo-bucket/o",
        params={"uploadType": "resumable"},
        data=resource,
        timeout=10,
    )

    assert 400 == answer.status_code
    assert "invalid" == answer.json()["error"]["errors"][0]["reason"]
