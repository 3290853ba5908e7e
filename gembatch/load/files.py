"""The bytes of a file of the workspace, and nothing but: no folder, device or pipe, nothing outside."""

from __future__ import annotations

import os
import stat
from itertools import accumulate, islice
from pathlib import Path

from gembatch.model.diagnostics import Diagnostic, Location

MAX_BYTES = 10_000_000

_RENAME = "what ends in .yaml or .yml is read as a spec file; give it another name"
_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def read_bytes(root: Path, path: str) -> bytes | Diagnostic:
    """Returns the content of the file at `path`, relative to the workspace `root`; or why it cannot be had."""
    full = os.path.join(root, path)  # noqa: PTH118  this and the like: pathlib costs as much as reading small files
    try:
        if leads_outside(root, path):
            return _finding("load.outside", "this leads out of the workspace", path, "put a copy into the workspace")
        # Looked at before it is opened: opening a pipe waits, opening a device may do anything.
        status = os.stat(full)  # noqa: PTH116  as above
        if kind := kind_of(status.st_mode):
            return _finding("load.not-a-file", f"this is {kind}, not a file", path, _RENAME)
        if status.st_size > MAX_BYTES:
            message = f"the file has {status.st_size:,} bytes, more than the {MAX_BYTES:,} allowed"
            return _finding("yaml.limit", message, path, "rows belong into a job's input")
        # Read whole and at once: a buffer would take as long to make as the file to read.
        with open(full, "rb", buffering=0) as file:  # noqa: PTH123  as above
            return file.read()
    except OSError as error:
        return unreadable(root, path, error, Location(path))


def leads_outside(root: Path, path: str) -> bool:
    """Returns whether `path`, relative to `root`, means something that is not below `root`.

    Raises:
        OSError: Nothing is there, or it cannot be looked at.
    """
    parts = path.split("/")
    if path.startswith("/") or ".." in parts:
        return True
    # Resolving whole paths costs as much as reading them; without a symlink on the way there is nothing to resolve.
    steps = accumulate(parts, os.path.join, initial=os.fspath(root))
    if not any(map(os.path.islink, islice(steps, 1, None))):
        return False
    real = os.path.realpath(root / path, strict=True)
    return os.path.commonpath((os.path.realpath(root), real)) != os.path.realpath(root)


def unreadable(root: Path, path: str, error: OSError, where: Location | None) -> Diagnostic:
    """Returns the finding that a file or folder is not there, or not for us."""
    rule, reason = "load.unreadable", f"cannot be read: {(error.strerror or str(error)).lower()}"
    if isinstance(error, FileNotFoundError):
        rule = "load.missing"
        is_dangling = (root / path).is_symlink()
        reason = "is a symlink to something that does not exist" if is_dangling else "does not exist"
    subject = "the file" if where == Location(path) else f"`{path}`"
    return Diagnostic(rule, f"{subject} {reason}", where)


def kind_of(mode: int) -> str | None:
    """Returns what a mode says that something is in place of a file; None of a file."""
    if stat.S_ISREG(mode):
        return None
    return next((name for is_kind, name in _KINDS if is_kind(mode)), "something else")


def _finding(rule: str, message: str, path: str, hint: str) -> Diagnostic:
    return Diagnostic(rule, message, Location(path), hint=hint)
