"""Rows are counted the same, however the bytes come."""

from __future__ import annotations

import pytest

from gembatch.errors import StorageError
from gembatch.model.jobs import StagedFile
from gembatch.stage.rows import EnoughError, RowCounter, count_local_rows

TEXT = b'{"a": 1}\n\n  \n{"b": 2}\r\n\t\r\n{"c": 3}'


@pytest.mark.parametrize("size", [*range(1, 12), len(TEXT)])
def test_rows_are_counted_whatever_the_pieces(size: int) -> None:
    counter = RowCounter()
    for start in range(0, len(TEXT), size):
        counter.write(TEXT[start : start + size])

    assert 3 == counter.rows


def test_the_bound_may_be_reached_and_not_passed() -> None:
    counter = RowCounter(2)
    counter.write(b"1\n2\n")

    with pytest.raises(EnoughError):
        counter.write(b"3")
    assert 3 == counter.rows


def test_a_file_of_the_workspace_is_counted(tmp_path) -> None:
    (tmp_path / "x.jsonl").write_bytes(TEXT)
    file = StagedFile("x.jsonl", "gs://s/1/x.jsonl", "1" * 64, len(TEXT))

    assert 3 == count_local_rows(tmp_path, file)
    (tmp_path / "x.jsonl").unlink()
    with pytest.raises(StorageError, match=r"`x\.jsonl` cannot be read: No such file"):
        count_local_rows(tmp_path, file)
