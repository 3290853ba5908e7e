"""Where the values of a job's body come from. Values only."""

from __future__ import annotations

from dataclasses import dataclass

from gembatch.model.diagnostics import Location
from gembatch.model.document import Json


@dataclass(frozen=True, slots=True)
class ExplainedName:
    """A name that an expression uses.

    Attributes:
        name: As it stands in the expression.
        value: What it means in this job.
        location: Where that was written; None where no file says it.
        source: Who says so, in a few words such as `environment prod`, `matrix` or `--var`.
    """

    name: str
    value: Json
    location: Location | None
    source: str


@dataclass(frozen=True, slots=True)
class ExplainedLeaf:
    """A value of a body.

    Attributes:
        path: Its way through the body, such as `inputConfig.gcsSource.uris[0]`.
        value: As it is sent.
        location: Where it was written; None for what gembatch adds.
        source: What wrote it, in a few words; empty for the spec itself.
        names: What its expressions use, in their order.
    """

    path: str
    value: Json
    location: Location | None
    source: str
    names: tuple[ExplainedName, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """A job's body, value by value.

    Attributes:
        display_name: The job's.
        spec_path: The file that asks for it.
        combination: Its matrix combination for people; empty outside a matrix.
        leaves: In the order of the body.
    """

    display_name: str
    spec_path: str
    combination: str
    leaves: tuple[ExplainedLeaf, ...]
