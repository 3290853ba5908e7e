"""What a step tells the runner: commands in its log, and the files of outputs, variables and paths. Read strictly."""

from __future__ import annotations

import re
from dataclasses import dataclass

_COMMAND = re.compile(r"::([a-z-]+)(?: ([^:]*(?:%3A[^:]*)*))?::(.*)")
_PROPERTIES = {"file", "line", "endLine", "col", "endColumn", "title"}
_NAME = re.compile("[A-Za-z_][A-Za-z0-9_-]*")


@dataclass(frozen=True)
class Annotation:
    """A note beside a line.

    Attributes:
        level: `error`, `warning` or `notice`.
        properties: Its place and title.
        message: What it says.
    """

    level: str
    properties: dict[str, str]
    message: str


def annotations_in(log: str) -> list[Annotation]:
    """The annotations that a log asks for. Any other command is an error: ours give none, so somebody's data did."""
    found = []
    # The runner takes a carriage return for the end of a line as well.
    for line in re.split("\r\n|\r|\n", log):
        if "##[" in line or not line.lstrip().startswith("::"):
            assert "##[" not in line, f"a command of the old form: {line!r}"
            continue
        command = _COMMAND.fullmatch(line.lstrip())
        assert command, f"a command that is none: {line!r}"
        assert command[1] in {"error", "warning", "notice"}, f"a command that is not ours: {line!r}"
        pairs = dict(pair.split("=", 1) for pair in command[2].split(",")) if command[2] else {}
        assert pairs.keys() <= _PROPERTIES, f"a property that is not ours: {line!r}"
        found.append(Annotation(command[1], {name: _plain(value) for name, value in pairs.items()}, _plain(command[3])))
    return found


def _plain(text: str) -> str:
    for code, character in (("%2C", ","), ("%3A", ":"), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
        text = text.replace(code, character)
    return text


def values_in(text: str) -> dict[str, str]:
    """The pairs of an output or environment file, `name=value` a line. The other form is not used, and so an error."""
    values = {}
    for line in text.splitlines():
        name, equals, value = line.partition("=")
        assert equals, f"no pair: {line!r}"
        assert _NAME.fullmatch(name), f"no name: {line!r}"
        values[name] = value
    return values
