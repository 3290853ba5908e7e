"""The base: a checkout of the branch that a change is to be merged into, and the same run there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from gembatch.errors import InvalidSpecsError
from gembatch.model.diagnostics import Diagnostic, Location
from gembatch.model.workspace import Environment, Workspace
from gembatch.pipeline.desire import Desired, desired_jobs
from gembatch.pipeline.run import Run, open_workspace


@dataclass(frozen=True, slots=True)
class Base:
    """The workspace as the branch has it that a change is to be merged into.

    Attributes:
        root: Its folder, as the person named it.
        workspace: Its configuration.
    """

    root: Path
    workspace: Workspace

    def placed(self, findings: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
        """Returns findings on its files with their places named from where the person is."""
        return tuple(_moved(finding, self.root) for finding in findings)

    def place(self, location: Location) -> Location:
        """Returns a place in its files, named from where the person is."""
        return _there(location, self.root)

    def standing_for(self, environment: Environment) -> tuple[Environment, ...]:
        """Returns the environment of that name; where there is none, all with its project.

        A change that brings an environment of its own must not get around what is said of the others that way.
        """
        environments = self.workspace.environments
        if environment.name in environments:
            return (environments[environment.name],)
        return tuple(other for other in environments.values() if other.project == environment.project)

    def run_like(self, run: Run) -> Run | None:
        """Returns the same run on the base; None where the base does not have its environment.

        Instant and dates are those of `run`, and so are the given values, but for variables that the base does not
        declare: only the change knows them.
        """
        environment = self.workspace.environments.get(run.environment.name)
        if environment is None:
            return None
        variables = tuple(given for given in run.variables if given.name in self.workspace.variables)
        return replace(run, root=self.root, workspace=self.workspace, environment=environment, variables=variables)

    def desired_like(self, run: Run) -> Desired:
        """Returns what the base asks for in the same run: nothing where it does not have the environment.

        Raises:
            InvalidSpecsError: Its specs have errors; their places are named from where the person is.
        """
        there = self.run_like(run)
        try:
            return desired_jobs(there).checked() if there else Desired((), (), ())
        except InvalidSpecsError as error:
            raise _of_base(error, self.root) from error


def open_base(
    root: Path, *, version: str, is_timezone: Callable[[str], bool], trusted_endpoints: Collection[str] = ()
) -> Base:
    """Returns the base whose `gembatch.yaml` lies in `root`; see `open_workspace`.

    Raises:
        InvalidSpecsError: The file has errors.
    """
    try:
        workspace = open_workspace(root, version=version, is_timezone=is_timezone, trusted_endpoints=trusted_endpoints)
    except InvalidSpecsError as error:
        raise _of_base(error, root) from error
    return Base(root, workspace)


def _of_base(error: InvalidSpecsError, root: Path) -> InvalidSpecsError:
    return InvalidSpecsError(tuple(_moved(finding, root) for finding in error.diagnostics), base=str(root))


def _moved(finding: Diagnostic, root: Path) -> Diagnostic:
    return replace(
        finding,
        location=_there(finding.location, root) if finding.location else None,
        related=tuple((_there(location, root), why) for location, why in finding.related),
    )


def _there(location: Location, root: Path) -> Location:
    return replace(location, path=str(root / location.path))
