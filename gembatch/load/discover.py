"""Which files a pattern means, and which folder is the workspace.

A pattern is a file, a folder (all YAML files below it) or a glob with `*`, `?`, `[…]` and `**` (any number of
folders). Hidden files and folders are never found, only named; nor are files whose name begins with `_`: specs build on
those.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile, zip_longest
from operator import attrgetter
from pathlib import Path, PurePosixPath

from gembatch.load.files import leads_outside, unreadable
from gembatch.model.diagnostics import Diagnostic, Location, Severity
from gembatch.model.globs import fits
from gembatch.model.layers import is_part
from gembatch.model.nearest import nearest

WORKSPACE_FILE = "gembatch.yaml"

_SUFFIXES = (".yaml", ".yml")
_WILDCARDS = frozenset("*?[")


def find_workspace(start: Path) -> Path | None:
    """Returns the nearest folder with a `gembatch.yaml`, from `start` upwards; None when there is none."""
    start = start.absolute()
    return next((folder for folder in (start, *start.parents) if (folder / WORKSPACE_FILE).is_file()), None)


def find_checkout(start: Path) -> Path | None:
    """Returns the nearest folder that git keeps, from `start` upwards; None when there is none."""
    start = start.absolute()
    return next((folder for folder in (start, *start.parents) if (folder / ".git").exists()), None)


def relative_to(root: Path, start: Path, path: str) -> str:
    """Returns a path that was given in folder `start` as one relative to `root`, as `find_files` takes it.

    What is not below `root` comes back with a leading `..`, and is a finding there.
    """
    return Path(os.path.relpath(start / path, root)).as_posix()


def find_files(
    root: Path, patterns: Sequence[str], named: Sequence[Location] = ()
) -> tuple[tuple[str, ...], tuple[Diagnostic, ...]]:
    """Finds the files that `patterns` mean.

    Args:
        root: The workspace's folder.
        patterns: Relative to `root`, with forward slashes.
        named: Where each pattern is written, in the same order; empty when they come from the command line.

    Returns:
        The files relative to `root`, each once, sorted; and what is wrong, in the order of the patterns.
    """
    found = [item for pattern, where in zip_longest(patterns, named) for item in _meant(root, pattern, where)]
    files = {item for item in found if isinstance(item, str)}
    return tuple(sorted(files)), tuple(item for item in found if isinstance(item, Diagnostic))


def why_no_file(root: Path, path: str, where: Location) -> Diagnostic | None:
    """Returns why there is no file to be read at `path`, relative to `root`; None when there is one. It is no pattern.

    Args:
        root: The workspace's folder.
        path: Normalised, with forward slashes.
        where: Where it is named.
    """
    try:
        if not path.isprintable():
            return _finding("load.name", f"{path!a} cannot be a file's name", where)
        if leads_outside(root, path):
            return _outside(path, where)
        if (root / path).is_dir():
            return _finding("load.not-a-file", f"`{path}` is a folder, not a file", where, "name the file in it")
        return None if os.path.lexists(root / path) else _missing(root, path, where)
    except OSError as error:
        return unreadable(root, path, error, where)


def _meant(root: Path, pattern: str, where: Location | None) -> Iterator[str | Diagnostic]:
    path = posixpath.normpath(pattern)
    try:
        if not pattern or not pattern.isprintable():
            yield _finding("load.name", f"{pattern!a} cannot be a file's name", where)
        elif os.path.lexists(root / path) or not _WILDCARDS.intersection(path):
            yield from _named(root, path, where)
        else:
            yield from _matching(root, path, where)
    except OSError as error:
        yield unreadable(root, path, error, where)


def _named(root: Path, path: str, where: Location | None) -> Iterator[str | Diagnostic]:
    if leads_outside(root, path):
        yield _outside(path, where)
    elif (root / path).is_dir():
        yield from _some(_walked(root, path, where), f"`{path}` holds no .yaml or .yml file", where)
    elif os.path.lexists(root / path):
        yield path
    else:
        yield _missing(root, path, where)


def _matching(root: Path, glob: str, where: Location | None) -> Iterator[str | Diagnostic]:
    parts = PurePosixPath(glob).parts
    start = posixpath.join(".", *takewhile(lambda part: not _WILDCARDS.intersection(part), parts))
    if leads_outside(root, start):
        yield _outside(glob, where)
        return
    # A closing `**` means whatever lies below, and a glob only ever means files.
    wanted = (*parts, "*") if parts[-1] == "**" else parts
    found = _walked(root, posixpath.normpath(start), where)
    matches = (item for item in found if isinstance(item, Diagnostic) or fits(item.split("/"), wanted))
    yield from _some(matches, f"no .yaml or .yml file matches `{glob}`", where)


def _walked(root: Path, folder: str, where: Location | None) -> Iterator[str | Diagnostic]:
    """Yields what a folder holds, at any depth.

    A folder behind a symlink is not entered, since symlinks can make a small tree endless; that is said. A folder
    with the name of a YAML file counts as one, so that reading it says what is wrong.
    """
    pending = [folder]
    while pending:
        here = pending.pop()
        try:
            with os.scandir(root / here) as entries:
                names = sorted(entries, key=attrgetter("name"))
        except OSError as error:
            yield unreadable(root, here, error, where)
            continue
        inside = "" if here == "." else f"{here}/"
        for entry in names:
            path = inside + entry.name
            if entry.name.startswith(".") or path == WORKSPACE_FILE:
                continue
            if entry.is_dir(follow_symlinks=False):
                pending.append(path)
            # Unlike that of an entry, this `is_dir` bears links that go round in circles.
            elif entry.is_symlink() and (root / path).is_dir():
                yield _symlink(path, where)
            if entry.name.endswith(_SUFFIXES) and not is_part(entry.name):
                yield path if path.isprintable() else _unprintable(path, where)


def _some(found: Iterable[str | Diagnostic], otherwise: str, where: Location | None) -> Iterator[str | Diagnostic]:
    """Yields what is found, and a finding if nothing is."""
    nothing = True
    for item in found:
        nothing = False
        yield item
    if nothing:
        yield _finding("load.no-match", otherwise, where, "write a job there, or correct the path")


def _missing(root: Path, path: str, where: Location | None) -> Diagnostic:
    folder = posixpath.dirname(path)
    siblings = [entry.name for entry in (root / folder).iterdir()] if (root / folder).is_dir() else []
    near = nearest(posixpath.basename(path), filter(str.isprintable, siblings))
    hint = f"did you mean `{posixpath.join(folder, near)}`?" if near else None
    return _finding("load.missing", f"`{path}` does not exist", where, hint)


def _outside(path: str, where: Location | None) -> Diagnostic:
    hint = "name files below the folder of gembatch.yaml, relative to it"
    return _finding("load.outside", f"`{path}` leads out of the workspace", where, hint)


def _symlink(path: str, where: Location | None) -> Diagnostic:
    message = f"`{path}` is a symlink to a folder and is not searched"
    hint = "name that folder itself if its files are meant"
    return Diagnostic("load.symlink", message, where, Severity.WARNING, hint)


def _unprintable(path: str, where: Location | None) -> Diagnostic:
    message = f"the file's name {path!a} has characters that cannot be shown"
    return _finding("load.name", message, where, "rename the file")


def _finding(rule: str, message: str, where: Location | None, hint: str | None = None) -> Diagnostic:
    return Diagnostic(rule, message, where, hint=hint)
