"""What one run is about, and the world as it sees it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from gembatch.errors import InvalidSpecsError
from gembatch.load.discover import WORKSPACE_FILE
from gembatch.load.schemas import read_schema
from gembatch.load.workspace import workspace_from
from gembatch.load.yaml_reader import read_file
from gembatch.model.diagnostics import Diagnostic, in_reading_order
from gembatch.model.document import Document
from gembatch.model.period import Period
from gembatch.model.variables import GivenValue
from gembatch.model.workspace import Environment, Workspace
from gembatch.render.dates import has_day
from gembatch.validate.schema import prepare, workspace_check
from gembatch.validate.secrets import masked
from gembatch.validate.workspace_rules import check_requires, check_workspace

if TYPE_CHECKING:  # `validate` goes to no shore
    from gembatch.lock.store import LockfileStore
    from gembatch.stage.objects import ObjectStore
    from gembatch.vertex.gateway import JobGateway


@dataclass(frozen=True, slots=True)
class Run:
    """What one run is about.

    Attributes:
        root: The workspace's folder.
        workspace: Its configuration.
        environment: The target.
        instant: The one instant from which every date derives, in the workspace's time zone.
        variables: Values given from outside the workspace's file; of several for one name the last wins.
        period: The dates that it is about; None for that of its instant alone.
    """

    root: Path
    workspace: Workspace
    environment: Environment
    instant: datetime
    variables: tuple[GivenValue, ...] = ()
    period: Period | None = None

    @property
    def days(self) -> tuple[date, ...] | None:
        """The days of its period, without any that the time zone skipped; None without a period."""
        if self.period is None:
            return None
        return tuple(day for day in self.period.dates if has_day(day, self.instant.tzinfo))

    @property
    def variable_texts(self) -> dict[str, str]:
        """The given values that count, by name, as they are written on a command line."""
        return {given.name: given.text for given in self.variables if given.name in self.workspace.variables}


@dataclass(frozen=True, slots=True)
class Shores:
    """The world outside, as a run sees it.

    Attributes:
        gateway: Vertex AI.
        objects: Cloud Storage.
        store: Where the lockfile is.
        data_id: Which emulator's data this is; None for Google.
    """

    gateway: JobGateway
    objects: ObjectStore
    store: LockfileStore
    data_id: str | None = None


def open_workspace(
    root: Path, *, version: str, is_timezone: Callable[[str], bool], trusted_endpoints: Collection[str] = ()
) -> Workspace:
    """Returns the workspace whose `gembatch.yaml` lies in `root`.

    Args:
        root: Its folder.
        version: Of gembatch, for `requires`.
        is_timezone: Whether a zone of that name exists.
        trusted_endpoints: Those that the person at the keyboard insists on.

    Raises:
        InvalidSpecsError: The file has errors.
    """
    read = read_file(root, WORKSPACE_FILE)
    _refuse_errors((*read.diagnostics, *_more_than_one(read.documents)))
    document = read.documents[0]
    # First of all: to an older gembatch the file of a newer one is only a list of unknown keys.
    _refuse_errors(check_requires(document, version=version))
    _refuse_errors(workspace_check(document, prepare(read_schema("workspace"))))
    workspace = workspace_from(document)
    _refuse_errors(
        check_workspace(workspace, version=version, is_timezone=is_timezone, trusted_endpoints=trusted_endpoints)
    )
    return workspace


def _more_than_one(documents: Sequence[Document]) -> Iterator[Diagnostic]:
    for document in documents[1:]:
        message = f"{WORKSPACE_FILE} is one document; this is a second one"
        yield Diagnostic("workspace.document", message, document.places.at(()), hint="put jobs into files under specs/")


def _refuse_errors(diagnostics: Sequence[Diagnostic]) -> None:
    if any(diagnostic.is_error for diagnostic in diagnostics):
        raise InvalidSpecsError(in_reading_order(masked(diagnostic) for diagnostic in diagnostics))
