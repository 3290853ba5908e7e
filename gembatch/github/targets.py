"""For which environments a workflow has something to do, as one of its jobs tells it to the next. Pure."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from gembatch.errors import UsageError
from gembatch.lock.fields import Fields, read_object

NAME = re.compile("[a-z0-9][a-z0-9_-]{0,62}")
"""The name of a workspace or of an environment, as the schema of the workspace has it."""


@dataclass(frozen=True, slots=True)
class Targets:
    """Some environments of a workspace.

    Attributes:
        workspace: Its name.
        environments: Their names, in the order of the workspace.
    """

    workspace: str
    environments: tuple[str, ...]

    def as_json(self) -> str:
        """Returns them on one line, without a character that a shell or GitHub would read as more than text."""
        return json.dumps({"workspace": self.workspace, "environments": list(self.environments)})


def targets_of(text: str) -> Targets:
    """Returns the targets that `as_json` wrote.

    Raises:
        UsageError: It did not write them.
    """
    try:
        fields = read_object("it", text)
        targets = Targets(_name(fields), _names(fields))
        fields.done()
    except ValueError as error:
        hint = "take what `gembatch github environments` prints"
        raise UsageError(f"this names no environments: {error}", hint=hint) from error
    return targets


def _name(fields: Fields) -> str:
    name = fields.text("workspace")
    if not NAME.fullmatch(name):
        raise fields.wrong("workspace", name)
    return name


def _names(fields: Fields) -> tuple[str, ...]:
    names: list[object] = fields.take("environments", list)
    if not all(isinstance(name, str) and NAME.fullmatch(name) for name in names):
        raise fields.wrong("environments", names)
    return tuple(map(str, names))
