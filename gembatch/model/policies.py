"""The policies of a workspace: what judges a plan besides its limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

TIMEOUT_SECONDS: float = 30
"""How long a policy may take unless it says otherwise."""


@dataclass(frozen=True, slots=True)
class SchemaPolicy:
    """A JSON schema that a plan's JSON must fit.

    Attributes:
        path: Of the schema, relative to the workspace.
        timeout_seconds: How long judging may take.
    """

    path: str
    timeout_seconds: float = TIMEOUT_SECONDS


@dataclass(frozen=True, slots=True)
class ProgramPolicy:
    """A program that gets a plan's JSON and answers with findings.

    Attributes:
        path: Of the program, relative to the workspace.
        arguments: What it is called with.
        timeout_seconds: How long it may run.
    """

    path: str
    arguments: tuple[str, ...] = ()
    timeout_seconds: float = TIMEOUT_SECONDS


Policy: TypeAlias = SchemaPolicy | ProgramPolicy
