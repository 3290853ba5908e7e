"""A lockfile that is a file, swapped whole under an exclusive guard. Its version is the hash of its bytes."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gembatch.errors import LockfileError, LockfileUnreadableError
from gembatch.lock.codec import content_of, read_lockfile, refuse_oversize
from gembatch.lock.conflict import moved_error
from gembatch.lock.lockfile import Lockfile
from gembatch.lock.store import ABSENT, Version
from gembatch.model.file_kinds import kind_of


class LocalLockfile:
    """A `LockfileStore` on the file system of this machine."""

    def __init__(self, root: Path, path: str) -> None:
        """Names the file; nothing is read or made yet.

        Args:
            root: The workspace.
            path: Relative to it.
        """
        self._root = root
        self._named = root / path
        self._shown = path

    @property
    def location(self) -> str:
        """The path as the workspace names it."""
        return self._shown

    def read(self) -> tuple[Lockfile | None, Version]:
        """Returns the lockfile and its version; see `LockfileStore.read`."""
        content = self._content()
        if content is None:
            return None, ABSENT
        return read_lockfile(content, self._shown), _version(content)

    def write(self, lockfile: Lockfile, expected: Version) -> Version:
        """Replaces the file if it is unchanged; see `LockfileStore.write`."""
        content = content_of(lockfile, self._shown)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with _guarded(self._path.parent):
                self._refuse_moved(expected)
                _swap(self._path, content)
        except OSError as error:
            raise LockfileError(f"cannot write the lockfile {self._shown}: {error.strerror or error}") from error
        return _version(content)

    def obstacle(self) -> str | None:
        """Returns what a write would meet; see `LockfileStore.obstacle`."""
        folder = next(folder for folder in self._path.parents if folder.exists())
        if not folder.is_dir():
            return f"{folder} is not a folder"
        return None if os.access(folder, os.W_OK | os.X_OK) else f"the folder {folder} may not be written"

    @property
    def _path(self) -> Path:
        # A link is followed: swapped for a file, it would part from those who share what it points to. But not out of
        # the workspace: a link comes with a pull request, and this is where apply writes.
        path = Path(os.path.realpath(self._named))
        if not path.is_relative_to(os.path.realpath(self._root)):
            raise self._unreadable(f"it leads out of the workspace, to {path}")
        return path

    def _refuse_moved(self, expected: Version) -> None:
        content = self._content()
        if (ABSENT if content is None else _version(content)) != expected:
            raise moved_error(self._shown, content)

    def _content(self) -> bytes | None:
        try:
            path = self._path
            status = path.stat()
            # Looked at before it is opened: opening a pipe waits, and a device may have no end.
            if kind := kind_of(status.st_mode):
                raise self._unreadable(f"it is {kind}")
            refuse_oversize(status.st_size, self._shown)
            return path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._unreadable(error.strerror or str(error)) from error

    def _unreadable(self, reason: str) -> LockfileUnreadableError:
        hint = "the environment's `lockfile` must name a file of the workspace"
        return LockfileUnreadableError(f"cannot read the lockfile {self._shown}: {reason}", hint=hint)


def _version(content: bytes) -> Version:
    return Version(hashlib.sha256(content).hexdigest())


@contextmanager
def _guarded(folder: Path) -> Iterator[None]:
    """Holds the folder exclusively; the kernel lets go of it when the process dies, however it dies."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _swap(path: Path, content: bytes) -> None:
    """Puts `content` in the place of `path` so that a crash or a power cut leaves the old file or the new one."""
    # One name suffices: the guard is held, and what a killed writer left is overwritten.
    temporary = path.with_name(f".{path.name}.new")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    # Without this the rename itself may be lost in a power cut, and the old intents with it.
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
