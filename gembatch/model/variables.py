"""Values of variables that come from outside the workspace's own file, each with where it was given."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gembatch.model.diagnostics import Location
from gembatch.model.digests import canonical_json
from gembatch.model.document import Json


class Channel(StrEnum):
    """How a value came to a variable. The order of the members is that of precedence, the last wins."""

    DEFAULT = "default"
    ENVIRONMENT = "environment"
    VAR_FILE = "var-file"
    SHELL = "environment variable"
    COMMAND_LINE = "command line"
    PLAN = "plan"


SHELL_PREFIX = "GEMBATCH_VAR_"
"""What stands before a variable's name in that of an environment variable."""


@dataclass(frozen=True, slots=True)
class GivenValue:
    """A value given for a variable.

    Attributes:
        name: The variable's.
        value: As it was given.
        channel: How.
        location: Where it stands, in a file of variables; None outside one.
        is_typed: Whether the value has a type of its own, as in YAML; else it is text, to be read as the declared type.
    """

    name: str
    value: Json
    channel: Channel
    location: Location | None = None
    is_typed: bool = False

    @property
    def text(self) -> str:
        """The value as it is written on a command line."""
        return self.value if isinstance(self.value, str) else canonical_json(self.value)

    @property
    def origin(self) -> str:
        """What stands before a message in place of a file and a line."""
        match self.channel:
            case Channel.SHELL:
                return f"{SHELL_PREFIX}{self.name}: "
            case Channel.COMMAND_LINE:
                return "--var: "
            case Channel.PLAN:
                return "the plan: "
            case _:
                return ""
