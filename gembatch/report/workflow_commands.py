"""Workflow commands of GitHub Actions that annotate lines: the only text of ours that GitHub obeys."""

from __future__ import annotations

from collections.abc import Iterable

from gembatch.model.diagnostics import Location
from gembatch.report.palette import printable

MOST_SHOWN = 10
"""Annotations of one kind that GitHub shows for a step. It says nothing of the others."""


def command(kind: str, lines: Iterable[str], *, title: str, location: Location | None = None, folder: str = "") -> str:
    """Returns the command that annotates a place, on one line.

    Args:
        kind: `error`, `warning` or `notice`.
        lines: What it says.
        title: What stands above that.
        location: What it is about; None for the whole step.
        folder: The workspace's, relative to the repository, with a slash at its end; empty where they are one.
    """
    properties = {**_place(location, folder), "title": printable(title)}
    pairs = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{kind} {pairs}::{_data(chr(10).join(map(printable, lines)))}"


def _place(location: Location | None, folder: str) -> dict[str, str]:
    if location is None:
        return {}
    file = {"file": printable(f"{folder}{location.path}")}
    if not location.line:
        return file
    columns = {"col": str(location.column), "endColumn": str(location.column + location.length)}
    return {**file, "line": str(location.line), "endLine": str(location.line), **columns}


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
