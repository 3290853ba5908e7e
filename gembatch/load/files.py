"""The bytes of a file of the workspace, and nothing but: no folder, device or pipe, nothing outside."""

from __future__ import annotations

import os
import shlex
import stat
from dataclasses import replace
from functools import partial
from pathlib import Path

from gembatch.model.diagnostics import Diagnostic, Location
from gembatch.model.file_kinds import kind_of

MAX_BYTES = 10_000_000

_RENAME = "what ends in .yaml or .yml is read as a spec file; give it another name"


def read_bytes(root: Path, path: str) -> bytes | Diagnostic:
    """Returns the content of the file at `path`, relative to the workspace `root`; or why it cannot be had."""
    full = f"{root}/{path}"  # this and the like: pathlib costs as much as reading small files
    try:
        status = _status_of(root, path, full)
        if isinstance(status, Diagnostic):
            return status
        if status.st_size > MAX_BYTES:
            message = f"the file has {status.st_size:,} bytes, more than the {MAX_BYTES:,} allowed"
            return _finding("yaml.limit", message, path, "rows belong into a job's input")
        return _content_of(full, status.st_size)
    except OSError as error:
        return unreadable(root, path, error, Location(path))


def _status_of(root: Path, path: str, full: str) -> os.stat_result | Diagnostic:
    """Returns what there is of a file, looked at before it is opened: to open a pipe waits, and a device may do more.

    Raises:
        OSError: Nothing is there, or it cannot be looked at.
    """
    folder = path.rpartition("/")[0]
    if _climbs(path) or (folder and leads_outside(root, folder)):
        return _outside(path)
    status = os.lstat(full)  # tells of a file and of a symlink alike
    if stat.S_ISLNK(status.st_mode):
        if leads_outside(root, path):
            return _outside(path)
        status = os.stat(full)  # noqa: PTH116  as above
    if kind := kind_of(status.st_mode):
        return _finding("load.not-a-file", f"this is {kind}, not a file", path, _RENAME)
    return status


def _content_of(full: str, size: int) -> bytes:
    """Reads a file whole and at once: a file object would take as long to make as a small file to read."""
    descriptor = os.open(full, os.O_RDONLY)
    try:
        return b"".join(iter(partial(os.read, descriptor, size + 1), b""))
    finally:
        os.close(descriptor)


def why_not_run(root: Path, path: str) -> Diagnostic | None:
    """Returns why the file at `path`, relative to the workspace `root`, is no program to be run; None where it is."""
    full = f"{root}/{path}"
    try:
        status = _status_of(root, path, full)
    except OSError as error:
        return unreadable(root, path, error, Location(path))
    if isinstance(status, Diagnostic):
        return status
    if not os.access(full, os.X_OK):
        hint = f"chmod +x {shlex.quote(path)}; git keeps the mark"
        return _finding("policy.program", "the file is not marked as a program", path, hint)
    return None


def blamed(finding: Diagnostic, path: str, place: Location) -> Diagnostic:
    """Returns why a file cannot be had as a finding about what names it.

    Args:
        finding: About the file.
        path: The file.
        place: Where it is named.
    """
    hint = finding.hint if finding.rule in {"load.outside", "policy.program"} else "paths are relative to gembatch.yaml"
    return replace(finding, message=f"`{path}`: {finding.message}", location=place, hint=hint)


def leads_outside(root: Path, path: str) -> bool:
    """Returns whether `path`, relative to `root`, means something that is not below `root`.

    Raises:
        OSError: Nothing is there, or it cannot be looked at.
    """
    if _climbs(path):
        return True
    # Resolving whole paths costs as much as reading them; without a symlink on the way there is nothing to resolve.
    here = os.fspath(root)
    for part in path.split("/"):
        here = f"{here}/{part}"
        if os.path.islink(here):  # noqa: PTH114  as above
            return _resolves_outside(root, path)
    return False


def _resolves_outside(root: Path, path: str) -> bool:
    real = os.path.realpath(root / path, strict=True)
    return os.path.commonpath((os.path.realpath(root), real)) != os.path.realpath(root)


def _climbs(path: str) -> bool:
    """Returns whether a path leads out, or may do so, by its name alone."""
    return path.startswith("/") or ".." in path.split("/")


def unreadable(root: Path, path: str, error: OSError, where: Location | None) -> Diagnostic:
    """Returns the finding that a file or folder is not there, or not for us."""
    rule, reason = "load.unreadable", f"cannot be read: {(error.strerror or str(error)).lower()}"
    if isinstance(error, FileNotFoundError):
        rule = "load.missing"
        is_dangling = (root / path).is_symlink()
        reason = "is a symlink to something that does not exist" if is_dangling else "does not exist"
    subject = "the file" if where == Location(path) else f"`{path}`"
    return Diagnostic(rule, f"{subject} {reason}", where)


def _outside(path: str) -> Diagnostic:
    return _finding("load.outside", "this leads out of the workspace", path, "put a copy into the workspace")


def _finding(rule: str, message: str, path: str, hint: str) -> Diagnostic:
    return Diagnostic(rule, message, Location(path), hint=hint)
