"""The data folder may have come with a stranger's repository: nothing in it leads anywhere else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gembatch.emulator.database import DataFolderError
from gembatch.emulator.server import Emulator
from gembatch.emulator.storage.blobs import Blobs

CONTENT = b"not the emulator's"
LONG_AGO = 1_000_000


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "precious.txt").write_bytes(CONTENT)
    os.utime(folder / "precious.txt", (LONG_AGO, LONG_AGO))
    return folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


def test_what_lies_behind_a_link_is_not_taken_for_leftovers(data: Path, outside: Path) -> None:
    (data / "blobs").symlink_to(outside)

    with pytest.raises(DataFolderError, match=r"blobs is a link"):
        Emulator(data).start()
    assert CONTENT == (outside / "precious.txt").read_bytes()


@pytest.mark.parametrize("name", ["emulator.sqlite", "emulator.sqlite-wal", "emulator.sqlite-shm"])
def test_another_database_is_not_opened(data: Path, outside: Path, name: str) -> None:
    (data / name).symlink_to(outside / "other.sqlite")

    with pytest.raises(DataFolderError, match=f"{name} is a link"):
        Emulator(data).start()
    assert ["precious.txt"] == [path.name for path in outside.iterdir()]


@pytest.mark.parametrize("name", ["../../outside/precious.txt", "/etc/passwd", "", "0" * 31, "0" * 33, "G" * 32])
def test_a_blob_has_a_name_of_its_kind(data: Path, outside: Path, name: str) -> None:
    """Rows of the database say which; and that may have come from elsewhere, too."""
    blobs = Blobs(data / "blobs")

    for use in (lambda: list(blobs.read(name)), lambda: list(blobs.lines(name)), lambda: blobs.remove(name)):
        with pytest.raises(FileNotFoundError):
            use()
    assert (outside / "precious.txt").exists()


def test_a_blob_is_no_link(data: Path, outside: Path) -> None:
    blobs = Blobs(data / "blobs")
    (data / "blobs" / ("0" * 32)).symlink_to(outside / "precious.txt")

    with pytest.raises(OSError, match="Too many levels of symbolic links"):
        list(blobs.read("0" * 32))
    with pytest.raises(OSError, match="Too many levels of symbolic links"):
        blobs.write_at("0" * 32, 0, b"other")
    assert CONTENT == (outside / "precious.txt").read_bytes()
