"""A data folder that cannot be used is said, not shown as a traceback."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from gembatch.emulator.database import Database, DataFolderError
from gembatch.emulator.server import Emulator


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "emulator.sqlite").write_bytes(b"not a database" * 100)

    with pytest.raises(DataFolderError, match="file is not a database"):
        Database(tmp_path)


def test_tables_that_are_not_ours_are_refused(tmp_path: Path) -> None:
    Database(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / "emulator.sqlite")) as connection:
        connection.execute("CREATE TABLE jobs (mine TEXT)")

    with pytest.raises(DataFolderError, match=r"emulator.sqlite cannot be used: .*; delete .* if its jobs may be lost"):
        Emulator(tmp_path).start()
