"""The content hash of a workspace file, which decides where it is uploaded and whether its job has changed."""

from __future__ import annotations

import errno
import hashlib
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from gembatch.model.file_kinds import kind_of
from gembatch.model.jobs import StagedFile
from gembatch.model.nearest import nearest

# What Cloud Storage refuses in a name, and what a job's input would take for a wildcard.
_UNFIT_FOR_A_NAME = re.compile(r"[\x00-\x1f\x7f-\x9f#*?\[\]\ud800-\udfff]")
_NAME_HINT = "rename the file; avoid `*`, `?`, `[`, `]`, `#` and control characters"
_MOST_GUESSES = 20
_PIECE = 1 << 20

# The key of a row by which it uses a cache. Within a prompt its quotes are escaped.
_CACHED_BEGINNING = b'"cached'
_CACHED = re.compile(rb'"cached(?:Content|_content)"\s{0,20}:')
_LONGEST_KEY = 40
_PLACE_HINT = "paths are relative to gembatch.yaml; an input in a bucket begins with `gs://`"


@dataclass(frozen=True, slots=True)
class StageProblem:
    """Why a file cannot be staged, in the form of a diagnostic that still lacks its place.

    Attributes:
        rule: `stage.path`, `stage.missing`, `stage.kind`, `stage.name` or `stage.unreadable`.
        message: What is wrong.
        hint: What to do.
    """

    rule: str
    message: str
    hint: str


class Fingerprints:
    """The files of one run that are inputs. Each is read once, however many jobs, and links, lead to it."""

    def __init__(self, root: Path, staging: str) -> None:
        """Reads nothing yet.

        Args:
            root: The workspace's folder.
            staging: The `gs://` prefix of the environment.
        """
        self._root = root
        self._staging = staging.rstrip("/")
        self._named: dict[str, StagedFile | StageProblem] = {}
        self._read: dict[Path, _Content] = {}
        self._real: dict[str, Path] = {}
        self._guesses = 0

    def of(self, path: str) -> StagedFile | StageProblem:
        """Returns a file's content hash and the place where it is uploaded, or why it has none.

        The file is read in pieces, and must lie in the workspace even after symbolic links are followed: what is
        uploaded leaves the machine.

        Args:
            path: The file as the spec names it, relative to the root, with forward slashes; `./` in front is allowed.
        """
        if path not in self._named:
            self._named[path] = self._of(PurePosixPath(path))
        return self._named[path]

    def cached_row(self, file: StagedFile) -> int | None:
        """Returns the line, from 1, of the first row of a file that uses explicit caching; None when none does."""
        return self._read[self._real[file.path]].cached_row

    def _of(self, name: PurePosixPath) -> StagedFile | StageProblem:
        found = _problem_of(name) or _find(self._root, name) or self._missing(name)
        if isinstance(found, StageProblem):
            return found
        try:
            content = self._content_of(found)
        except OSError as error:
            return _unreadable(str(name), error)
        self._real[str(name)] = found
        uri = f"{self._staging}/{content.sha256}/{name.name}"
        return StagedFile(path=str(name), uri=uri, sha256=content.sha256, size=content.size)

    def _content_of(self, file: Path) -> _Content:
        if file not in self._read:
            with file.open("rb") as opened:
                self._read[file] = _content_of(iter(partial(opened.read, _PIECE), b""))
        return self._read[file]

    def _missing(self, name: PurePosixPath) -> StageProblem:
        # A folder may hold very many files, and very many that are named may lack.
        self._guesses += 1
        hint = _instead_of(self._root, name) if self._guesses <= _MOST_GUESSES else _PLACE_HINT
        return StageProblem("stage.missing", f"there is no file `{name}` in the workspace", hint)


class _Content(NamedTuple):
    """What a look at all of a file tells.

    Attributes:
        sha256: 64 hexadecimal digits.
        size: Bytes.
        cached_row: The line, from 1, of the first row that uses explicit caching.
    """

    sha256: str
    size: int
    cached_row: int | None


def _content_of(pieces: Iterable[bytes]) -> _Content:
    digest, size, line, row, before = hashlib.sha256(), 0, 1, None, b""
    for piece in pieces:
        digest.update(piece)
        size += len(piece)
        if row is None:
            # A key may stand across two pieces.
            text = before + piece
            row = _line_of_cached(text, line)
            before = text[-_LONGEST_KEY:]
            line += text.count(b"\n", 0, len(text) - len(before))
    return _Content(digest.hexdigest(), size, row)


def _line_of_cached(text: bytes, line: int) -> int | None:
    start = text.find(_CACHED_BEGINNING)  # much quicker than the pattern, and nearly always enough
    found = _CACHED.search(text, start) if start >= 0 else None
    return line + text.count(b"\n", 0, found.start()) if found else None


def _problem_of(name: PurePosixPath) -> StageProblem | None:
    """Returns what is wrong with a name before anything is looked at."""
    if name.is_absolute() or ".." in name.parts or "\\" in str(name):
        message = f"`{name}` is not a path inside the workspace"
        return StageProblem("stage.path", message, "name it relative to gembatch.yaml, with `/`, and without `..`")
    if _UNFIT_FOR_A_NAME.search(name.name):
        return StageProblem("stage.name", f"{name.name!r} cannot be the name of an object that a job reads", _NAME_HINT)
    return None


def _find(root: Path, name: PurePosixPath) -> Path | StageProblem | None:
    """Returns the regular file behind a name; None when there is none."""
    try:
        real = (root / name).resolve(strict=True)
        mode = real.stat().st_mode
    except FileNotFoundError:
        return None
    except RuntimeError:  # before Python 3.13; later it is an OSError
        return _unreadable(str(name), OSError(errno.ELOOP, os.strerror(errno.ELOOP)))
    except (OSError, ValueError) as error:
        return _unreadable(str(name), error)
    if not real.is_relative_to(root.resolve()):
        message = f"`{name}` leads out of the workspace, to `{real}`"
        return StageProblem("stage.path", message, "copy the file into the workspace")
    # A pipe or a device would hold the run, or feed it for ever.
    if what := kind_of(mode):
        return StageProblem("stage.kind", f"`{name}` is {what}", "name one JSON Lines file")
    return real


def _instead_of(root: Path, name: PurePosixPath) -> str:
    folder = root / name.parent
    try:
        siblings = [entry.name for entry in folder.iterdir() if entry.is_file()]
    except OSError:  # there is no such folder, or cannot be
        siblings = []
    near = nearest(name.name, siblings)
    return f"did you mean `./{name.parent / near}`?" if near else _PLACE_HINT


def _unreadable(path: str, error: Exception) -> StageProblem:
    reason = error.strerror.lower() if isinstance(error, OSError) and error.strerror else str(error)
    return StageProblem("stage.unreadable", f"`{path}` cannot be read: {reason}", "check its permissions and links")
