"""The content of objects: whole files in one folder, named at random, unchanged once an object points to them."""

from __future__ import annotations

import base64
import errno
import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import google_crc32c

_PIECE = 1024 * 1024
_ORPHAN_SECONDS = 3600.0
_NAME = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Blob:
    """A file that is complete and on the disk.

    Attributes:
        name: Of the file, 32 hexadecimal digits.
        size: Bytes.
        crc32c: Castagnoli's checksum, base64 of the big-endian value.
        md5: Base64 of the 16 bytes.
    """

    name: str
    size: int
    crc32c: str
    md5: str


class Blobs:
    """A folder of content.

    A blob is written under its own name at once, without a rename: nobody can read it before the row that
    names it is committed, and that comes after the bytes are on the disk.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def write(self, chunks: Iterable[bytes]) -> Blob:
        """Stores the chunks, one after the other, as a new blob."""
        name = new_name()
        sums = _Sums()
        try:
            with self._open(name, "xb") as file:
                for chunk in chunks:
                    file.write(chunk)
                    sums.add(chunk)
                _flush(file)
        except BaseException:
            self.remove(name)
            raise
        return sums.blob(name)

    def write_at(self, name: str, offset: int, content: bytes) -> None:
        """Writes a part of a blob that is still being made; whatever followed the offset is cut off."""
        descriptor = os.open(self._path(name), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
        with os.fdopen(descriptor, "r+b") as file:
            file.truncate(offset)
            file.seek(offset)
            file.write(content)

    def complete(self, name: str) -> Blob:
        """Returns the blob that was made part by part, once it is on the disk."""
        sums = _Sums()
        with self._open(name, "r+b") as file:
            _flush(file)
            for piece in _pieces(file):
                sums.add(piece)
        return sums.blob(name)

    def read(self, name: str, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """Yields the bytes from `start` up to `stop`, in pieces of at most 1 MiB."""
        with self._open(name, "rb") as file:
            file.seek(start)
            yield from _pieces(file, None if stop is None else stop - start)

    def lines(self, name: str) -> Iterator[bytes]:
        """Yields the lines without their ends, which may be LF or CRLF."""
        with self._open(name, "rb") as file:
            for line in file:
                yield line.removesuffix(b"\n").removesuffix(b"\r")

    def remove(self, name: str) -> None:
        """Removes a blob if it is there."""
        self._path(name).unlink(missing_ok=True)

    def remove_orphans(self, known: frozenset[str]) -> None:
        """Removes what a killed process left behind: files that are not known and too old to be in the making."""
        oldest = time.time() - _ORPHAN_SECONDS
        for path in self._folder.iterdir():
            # Another process may clean up, too.
            with suppress(FileNotFoundError):
                if path.name not in known and path.stat().st_mtime < oldest:
                    path.unlink()

    def _open(self, name: str, mode: str) -> BinaryIO:
        return cast("BinaryIO", open(self._path(name), mode, opener=_without_links))

    def _path(self, name: str) -> Path:
        # The rows that say it may have come with somebody's repository, and so may what lies here.
        if not _NAME.fullmatch(name):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name)
        return self._folder / name


def _without_links(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW, 0o644)


def new_name() -> str:
    """Returns a name that no blob has: random, so that processes need not agree."""
    return secrets.token_hex(16)


class _Sums:
    """Size and checksums of bytes that pass by."""

    def __init__(self) -> None:
        self._size = 0
        self._crc32c = 0
        self._md5 = hashlib.md5(usedforsecurity=False)

    def add(self, chunk: bytes) -> None:
        self._size += len(chunk)
        self._crc32c = google_crc32c.extend(self._crc32c, chunk)
        self._md5.update(chunk)

    def blob(self, name: str) -> Blob:
        return Blob(name, self._size, _base64(self._crc32c.to_bytes(4, "big")), _base64(self._md5.digest()))


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode("ascii")


def _flush(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _pieces(file: BinaryIO, length: int | None = None) -> Iterator[bytes]:
    left = length
    while piece := file.read(_PIECE if left is None else min(_PIECE, left)):
        yield piece
        left = left if left is None else left - len(piece)
