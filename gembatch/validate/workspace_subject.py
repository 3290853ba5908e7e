"""A workspace as its rules look at it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from gembatch.model.diagnostics import Location
from gembatch.model.document import Pointer
from gembatch.model.workspace import Environment, Workspace


@dataclass(frozen=True, slots=True)
class WorkspaceSubject:
    """What rules look at.

    Attributes:
        workspace: The workspace.
        is_timezone: Whether a time zone of that name exists here.
        trusted_endpoints: Those that the person at the keyboard insists on.
    """

    workspace: Workspace
    is_timezone: Callable[[str], bool]
    trusted_endpoints: Collection[str] = ()

    @property
    def environments(self) -> tuple[Environment, ...]:
        """The environments, in the order of the file."""
        return tuple(self.workspace.environments.values())

    def at(self, *pointer: str | int) -> Location:
        """Returns the place of a value of `gembatch.yaml`."""
        return self.workspace.document.places.at(pointer)

    def at_setting(self, environment: Environment, *pointer: str) -> Location:
        """Returns the place of an environment's setting; of the environment's name where the setting is left out."""
        place: Pointer = ("environments", environment.name, *pointer)
        places = self.workspace.document.places
        return places.at(place) if place in places.values else places.at_key(place[:2])
