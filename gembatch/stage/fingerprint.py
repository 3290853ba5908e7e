"""The content hash of a workspace file, which decides where it is uploaded and whether its job has changed."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from gembatch.model.jobs import StagedFile
from gembatch.model.nearest import nearest

# What Cloud Storage refuses in a name, and what a job's input would take for a wildcard.
_UNFIT_FOR_A_NAME = re.compile(r"[\x00-\x1f\x7f-\x9f#*?\[\]\ud800-\udfff]")
_NAME_HINT = "rename the file; avoid `*`, `?`, `[`, `]`, `#` and control characters"
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


def fingerprint(root: Path, path: str, staging: str) -> StagedFile | StageProblem:
    """Returns a file's content hash and the place where it is uploaded, or why it has none.

    The file is read in pieces, and must lie in the workspace even after symbolic links are followed: what is
    uploaded leaves the machine.

    Args:
        root: The workspace's folder.
        path: The file as the spec names it, relative to `root`, with forward slashes; `./` in front is allowed.
        staging: The `gs://` prefix of the environment.
    """
    name = PurePosixPath(path)
    found = _problem_of(name) or _find(root, name)
    if isinstance(found, StageProblem):
        return found
    try:
        with found.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            size = file.tell()
    except OSError as error:
        return _unreadable(path, error)
    return StagedFile(path=str(name), uri=f"{staging.rstrip('/')}/{sha256}/{name.name}", sha256=sha256, size=size)


def _problem_of(name: PurePosixPath) -> StageProblem | None:
    """Returns what is wrong with a name before anything is looked at."""
    if name.is_absolute() or ".." in name.parts or "\\" in str(name):
        message = f"`{name}` is not a path inside the workspace"
        return StageProblem("stage.path", message, "name it relative to gembatch.yaml, with `/`, and without `..`")
    if _UNFIT_FOR_A_NAME.search(name.name):
        return StageProblem("stage.name", f"{name.name!r} cannot be the name of an object that a job reads", _NAME_HINT)
    return None


def _find(root: Path, name: PurePosixPath) -> Path | StageProblem:
    """Returns the regular file behind a name."""
    try:
        real = (root / name).resolve(strict=True)
        kind = real.stat().st_mode
    except FileNotFoundError:
        return StageProblem("stage.missing", f"there is no file `{name}` in the workspace", _instead_of(root, name))
    except RuntimeError:  # before Python 3.13; later it is an OSError
        return _unreadable(str(name), OSError(errno.ELOOP, os.strerror(errno.ELOOP)))
    except (OSError, ValueError) as error:
        return _unreadable(str(name), error)
    if not real.is_relative_to(root.resolve()):
        message = f"`{name}` leads out of the workspace, to `{real}`"
        return StageProblem("stage.path", message, "copy the file into the workspace")
    # A pipe or a device would hold the run, or feed it for ever.
    if not stat.S_ISREG(kind):
        what = "a folder" if stat.S_ISDIR(kind) else "not a regular file"
        return StageProblem("stage.kind", f"`{name}` is {what}", "name one JSON Lines file")
    return real


def _instead_of(root: Path, name: PurePosixPath) -> str:
    folder = root / name.parent
    siblings = [entry.name for entry in folder.iterdir() if entry.is_file()] if folder.is_dir() else []
    near = nearest(name.name, siblings)
    return f"did you mean `./{name.parent / near}`?" if near else _PLACE_HINT


def _unreadable(path: str, error: Exception) -> StageProblem:
    reason = error.strerror.lower() if isinstance(error, OSError) and error.strerror else str(error)
    return StageProblem("stage.unreadable", f"`{path}` cannot be read: {reason}", "check its permissions and links")
