"""What every `ObjectStore` promises. Each implementation is one parameter of the fixture `store`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud import storage

from gembatch.emulator.server import Emulator
from gembatch.emulator.settings import Settings
from gembatch.errors import StorageError
from gembatch.model.jobs import StagedFile
from gembatch.model.survey import Bucket
from gembatch.stage import Fingerprints, ObjectStore
from gembatch.stage.gcs import CloudStorage
from gembatch.stage.predictions import first_predictions

STAGING = "gs://demo-bucket/staging"

Put = Callable[[str, bytes], None]


@pytest.fixture
def emulator(tmp_path: Path) -> Iterator[Emulator]:
    with Emulator(tmp_path / "emulator", buckets=["demo-bucket"]) as running:
        yield running


@pytest.fixture(params=["gcs"])
def store(emulator: Emulator) -> ObjectStore:
    return CloudStorage("demo", endpoint=emulator.url)


@pytest.fixture
def put(emulator: Emulator) -> Put:
    """Writes an object as anybody else would."""
    client = storage.Client("demo", AnonymousCredentials(), client_options={"api_endpoint": emulator.url})
    return lambda name, content: client.bucket("demo-bucket").blob(name).upload_from_string(content)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "workspace").mkdir()
    return tmp_path / "workspace"


def stage(root: Path, content: bytes) -> StagedFile:
    (root / "x.jsonl").write_bytes(content)
    file = Fingerprints(root, STAGING).of("x.jsonl")
    assert isinstance(file, StagedFile)
    return file


@pytest.mark.parametrize("content", [b'{"request": {}}\n', b"", b"x" * (9 << 20)], ids=["small", "empty", "9 MiB"])
def test_a_file_is_uploaded_once(store, root, content):
    file = stage(root, content)

    first = store.upload_once(file, root)
    second = store.upload_once(file, root)

    assert (file.uri, len(content)) == (first.uri, first.size)
    assert first == second
    assert first == store.stat(file.uri)
    assert first.crc32c


def test_another_content_under_the_same_uri_is_never_overwritten(store, root, put):
    file = stage(root, b"ours\n")
    put(file.uri.removeprefix("gs://demo-bucket/"), b"theirs\n")
    before = store.stat(file.uri)

    with pytest.raises(StorageError, match=r"is there with another content than `x\.jsonl`"):
        store.upload_once(file, root)

    assert before == store.stat(file.uri)


def test_somebody_faster_with_the_same_content_is_success(store, root, put, monkeypatch):
    """The object appears between the look and the write; the condition on the write notices."""
    file = stage(root, b"ours\n")
    look = store.stat
    looks = []

    def look_too_early(uri):
        looks.append(uri)
        if len(looks) == 1:
            put(file.uri.removeprefix("gs://demo-bucket/"), b"ours\n")
            return None
        return look(uri)

    monkeypatch.setattr(store, "stat", look_too_early)

    assert store.upload_once(file, root).generation == look(file.uri).generation
    assert looks == [file.uri, file.uri]


def test_an_object_that_is_written_again_has_another_generation(store, put):
    put("in.jsonl", b"one\n")
    one = store.stat("gs://demo-bucket/in.jsonl")
    put("in.jsonl", b"two\n")
    two = store.stat("gs://demo-bucket/in.jsonl")

    assert one.generation != two.generation
    assert one.crc32c != two.crc32c
    assert one.size == two.size == 4


@pytest.mark.parametrize("uri", ["nothing.jsonl", "in/", "in/*.jsonl", ""])
def test_what_is_not_one_object_that_is_there_is_none(store, put, uri):
    put("in/a.jsonl", b"a\n")

    assert store.stat(f"gs://demo-bucket/{uri}") is None


def test_a_bucket_that_is_not_there_holds_nothing_and_takes_nothing(store, root):
    stage(root, b"x\n")
    file = Fingerprints(root, "gs://no-such-bucket/staging").of("x.jsonl")

    assert store.stat("gs://no-such-bucket/x") is None
    with pytest.raises(StorageError, match="cannot write `gs://no-such-bucket/"):
        store.upload_once(file, root)
    with pytest.raises(StorageError, match="cannot list `gs://no-such-bucket/"):
        store.objects_under("gs://no-such-bucket/")


def test_objects_are_listed_by_name(store, put):
    for name in ("out/b", "out/a", "other/c"):
        put(name, b"x")

    assert [item.uri for item in store.objects_under("gs://demo-bucket/out/")] == [
        "gs://demo-bucket/out/a",
        "gs://demo-bucket/out/b",
    ]


@pytest.mark.parametrize(
    ("content", "count", "expected"),
    [
        (b"a\nb\nc\n", 2, ("a", "b")),
        (b"a\r\nb", 3, ("a", "b")),
        (b"", 3, ()),
        (b"\n\nx\n", 3, ("", "", "x")),
        ("é\u2028ü\n".encode(), 3, ("é\u2028ü",)),
        (b"\xff\n", 1, ("�",)),
    ],
)
def test_the_first_lines_are_read(store, put, content, count, expected):
    put("lines", content)

    assert expected == store.first_lines("gs://demo-bucket/lines", count)


@pytest.mark.parametrize("length", [65535, 65536, 65537, 300_000])
def test_lines_longer_than_a_read_are_whole(store, put, length):
    put("lines", b"a" * length + b"\n" + b"b" * length)

    assert store.first_lines("gs://demo-bucket/lines", 3) == ("a" * length, "b" * length)


def test_lines_of_an_object_that_is_not_there_are_an_error(store):
    with pytest.raises(StorageError, match="cannot read `gs://demo-bucket/nothing`: there is no such"):
        store.first_lines("gs://demo-bucket/nothing", 1)


@pytest.mark.parametrize("size", [0, 1, 9, 10])
def test_a_content_within_the_bound_is_whole(store, put, size):
    put("in", b"x" * size)

    assert b"x" * size == store.content("gs://demo-bucket/in", 10)


@pytest.mark.parametrize("size", [11, 300_000])
def test_a_content_beyond_the_bound_is_none(store, put, size):
    put("in", b"x" * size)

    assert store.content("gs://demo-bucket/in", 10) is None


@pytest.mark.parametrize("uri", ["gs://demo-bucket/nothing", "gs://no-such-bucket/in"])
def test_the_content_of_an_object_that_is_not_there_is_an_error(store, uri):
    with pytest.raises(StorageError, match=f"cannot read `{uri}`: there is no such"):
        store.content(uri, 10)


def test_the_first_predictions_are_found_in_an_output_directory(store, put):
    put("out/prediction-model-1/predictions.jsonl", b'{"a": 1}\n{"a": 2}\n')
    put("out/prediction-model-1/row_count.json", b"{}")

    assert first_predictions(store, "gs://demo-bucket/out/prediction-model-1", 1) == ('{"a": 1}',)


@pytest.mark.parametrize(
    ("content", "rows"),
    [(b"", 0), (b"\n \n\t\r\n", 0), (b"{}", 1), (b"{}\n{}\n", 2), (b"{}\r\n\r\n{}", 2), (b"{}\n" * 50_000, 50_000)],
    ids=["empty", "blank", "one", "two", "with a gap", "many"],
)
def test_rows_are_the_lines_that_are_not_blank(store, put, content, rows):
    put("in.jsonl", content)

    assert rows == store.count_rows(store.stat("gs://demo-bucket/in.jsonl"), 1_000_000)


def test_counting_ends_just_above_what_anybody_wants_to_know(store, put):
    put("in.jsonl", b"{}\n" * 500_000)

    assert 100 < store.count_rows(store.stat("gs://demo-bucket/in.jsonl"), 100) < 500_000


def test_rows_of_an_object_that_was_replaced_are_not_counted(store, put):
    put("in.jsonl", b"{}\n")
    before = store.stat("gs://demo-bucket/in.jsonl")
    put("in.jsonl", b"{}\n{}\n")

    with pytest.raises(StorageError, match="cannot read `gs://demo-bucket/in"):
        store.count_rows(before, 10)


def test_a_bucket_tells_where_it_is_and_what_one_may_do_there(store):
    permissions = ("storage.objects.get", "storage.objects.create")

    assert Bucket("demo-bucket", frozenset(permissions), "US") == store.bucket("demo-bucket", permissions)
    assert store.bucket("no-such-bucket", permissions) is None


def test_a_bucket_that_may_not_be_looked_at_is_there_all_the_same(tmp_path):
    denied = {"demo-bucket": frozenset({"storage.buckets.get", "storage.objects.create"})}
    permissions = ("storage.objects.get", "storage.objects.create")
    with Emulator(tmp_path / "data", buckets=["demo-bucket"], settings=Settings(denied=denied)) as emulator:
        store = CloudStorage("demo", endpoint=emulator.url)

        assert Bucket("demo-bucket", frozenset(permissions[:1])) == store.bucket("demo-bucket", permissions)
