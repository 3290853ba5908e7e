"""Which URIs mean one object, and which objects hold predictions."""

from __future__ import annotations

import pytest

from gembatch.errors import StorageError
from gembatch.model.jobs import Input
from gembatch.stage.objects import is_one_object, split_uri
from gembatch.stage.predictions import first_predictions, prediction_files


@pytest.mark.parametrize(
    ("uri", "parts"), [("gs://b/o/p.jsonl", ("b", "o/p.jsonl")), ("gs://b/", ("b", "")), ("gs://b", ("b", ""))]
)
def test_a_uri_is_a_bucket_and_a_name(uri, parts):
    assert parts == split_uri(uri)


@pytest.mark.parametrize("uri", ["bq://p.d.t", "gs://", "gs:///x", "data/x.jsonl", ""])
def test_anything_else_is_an_error(uri):
    with pytest.raises(StorageError, match="is not a `gs://BUCKET/OBJECT` URI"):
        split_uri(uri)


@pytest.mark.parametrize(
    ("uri", "is_one"), [("gs://b/o", True), ("gs://b/o/", False), ("gs://b/o/*.jsonl", False), ("gs://b", False)]
)
def test_a_prefix_or_wildcard_is_not_one_object(uri, is_one):
    assert is_one == is_one_object(uri)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["predictions.jsonl"], ["predictions.jsonl"]),
        (
            ["predictions.jsonl-00001-of-00002", "predictions.jsonl-00000-of-00002"],
            ["predictions.jsonl-00000-of-00002", "predictions.jsonl-00001-of-00002"],
        ),
        (["incremental_predictions.jsonl", "row_count.json"], ["incremental_predictions.jsonl"]),
        (["incremental_predictions.jsonl", "predictions.jsonl"], ["predictions.jsonl"]),
        (["row_count.json"], []),
        ([], []),
    ],
)
def test_predictions_are_told_by_name(names, expected):
    found = prediction_files(tuple(Input(f"gs://b/out/{name}") for name in names))

    assert expected == [item.uri.rpartition("/")[2] for item in found]


class Shelf:
    """An object store over a table from URIs to texts."""

    def __init__(self, texts):
        self.texts = texts
        self.read = []

    def objects_under(self, prefix):
        return tuple(Input(uri) for uri in self.texts if uri.startswith(prefix))

    def first_lines(self, uri, count):
        self.read.append(uri)
        return tuple(self.texts[uri].splitlines()[:count])


def test_the_first_predictions_come_from_as_few_files_as_they_need():
    shards = {f"gs://b/out/predictions.jsonl-0000{number}-of-00003": f"{number}a\n{number}b\n" for number in range(3)}
    store = Shelf({"gs://b/output/predictions.jsonl": "not this", **shards})

    assert first_predictions(store, "gs://b/out", 3) == ("0a", "0b", "1a")
    assert store.read == list(shards)[:2]


def test_a_job_that_has_written_nothing_has_no_predictions():
    assert first_predictions(Shelf({}), "gs://b/out", 3) == ()
