"""The emulator's metadata: one SQLite file that several threads and processes share."""

from __future__ import annotations

import secrets
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

FORMAT = 1
"""Of the tables. A folder of another format is refused, not converted: its content can be made again."""

_BUSY_SECONDS = 30.0


class DataFolderError(OSError):
    """The data folder cannot be used."""


class Database:
    """One SQLite file in a folder.

    Connections are lent, one borrower at a time, and kept for the next: a server's threads come and go with
    their clients, so a connection bound to a thread would be opened for nearly every request.

    Attributes:
        data_id: Names the folder's content: random, made once, 32 hexadecimal digits.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "emulator.sqlite"
        self._idle: list[sqlite3.Connection] = []
        self._guard = threading.Lock()
        # SQLite makes waiting writers poll; those of this process queue here instead.
        self._writing = threading.Lock()
        self._closed = False
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _refuse_links(folder)
            self._prepare()
            self.data_id = self._read_data_id()
        except (OSError, sqlite3.Error) as error:
            self.close()
            raise DataFolderError(f"cannot use {folder} for the emulator's data: {error}") from error

    def create(self, schema_sql: str) -> None:
        """Makes tables; every statement says `IF NOT EXISTS`, since another process may come first.

        Raises:
            DataFolderError: The tables that are there are damaged, or other ones of the same format.
        """
        try:
            with self._borrow() as connection:
                connection.executescript(schema_sql)
        except sqlite3.Error as error:
            hint = f"delete {self._path.parent} if its jobs may be lost"
            raise DataFolderError(f"the data in {self._path} cannot be used: {error}; {hint}") from error

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Lends a connection that holds the write lock; commits at the end, rolls back on an exception.

        Not to be nested: the inner one would wait for the outer.
        """
        with self._writing, self._borrow() as connection:
            connection.execute("BEGIN IMMEDIATE")
            with _ended(connection):
                yield connection

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Lends a connection that sees one moment throughout and waits for no writer."""
        with self._borrow() as connection:
            connection.execute("BEGIN")
            with _ended(connection):
                yield connection

    def close(self) -> None:
        """Closes every connection; one that is lent closes when it is given back."""
        with self._guard:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    @contextmanager
    def _borrow(self) -> Iterator[sqlite3.Connection]:
        with self._guard:
            connection = self._idle.pop() if self._idle else None
        connection = connection or self._connect()
        try:
            yield connection
        finally:
            self._give_back(connection)

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._guard:
            if not self._closed:
                self._idle.append(connection)
                return
        connection.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            connection.row_factory = sqlite3.Row
            # A power cut may lose the last commits but never part of one, which is all that is asked of an emulator.
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")
        except sqlite3.Error:
            # The file is only looked at now: it may be no database.
            connection.close()
            raise
        return connection

    def _prepare(self) -> None:
        with closing(self._connect()) as connection:
            _use_write_ahead_log(connection)
            connection.execute("BEGIN IMMEDIATE")
            with _ended(connection):
                self._check_format(connection)
                connection.execute("CREATE TABLE IF NOT EXISTS identity (data_id TEXT NOT NULL)")
                connection.execute(
                    "INSERT INTO identity SELECT ? WHERE NOT EXISTS (SELECT 1 FROM identity)", (secrets.token_hex(16),)
                )

    def _check_format(self, connection: sqlite3.Connection) -> None:
        (found,) = connection.execute("PRAGMA user_version").fetchone()
        if found not in (0, FORMAT):
            raise DataFolderError(f"it was made by another version (format {found}, not {FORMAT}); delete the folder")
        connection.execute(f"PRAGMA user_version = {FORMAT}")

    def _read_data_id(self) -> str:
        with self.read() as connection:
            (data_id,) = connection.execute("SELECT data_id FROM identity").fetchone()
        return str(data_id)


def _refuse_links(folder: Path) -> None:
    # The folder may have come with somebody's repository. What a link leads to is not ours to write, and less to clean.
    for path in sorted(folder.iterdir()):
        if path.is_symlink():
            raise DataFolderError(f"{path.name} is a link; delete it")


@contextmanager
def _ended(connection: sqlite3.Connection) -> Iterator[None]:
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # Some errors, a full disk for one, make SQLite roll back by itself.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Switches the file to WAL, once for ever.

    SQLite does not wait for others here, whatever the time-out: of 16 processes that make the same file at
    once, now and then one is told that it is locked.
    """
    deadline = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return
