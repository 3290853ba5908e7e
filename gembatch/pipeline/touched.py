"""Which environments a change touches: what is asked for there, or how, is not what the base has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gembatch.model.jobs import JobKey, JobSpec
from gembatch.pipeline.baseline import Base
from gembatch.pipeline.desire import Desired, desired_jobs
from gembatch.pipeline.run import Run


class Touch(StrEnum):
    """How a change touches an environment."""

    ADDED = "added"
    """The base does not have it."""
    REMOVED = "removed"
    """Only the base has it."""
    SETTINGS = "settings"
    """What `gembatch.yaml` says of it, or of all, differs."""
    JOBS = "jobs"
    """A job is asked for on one side only, or otherwise: its body, labels, lifecycle, rerun or series."""
    ERRORS = "errors"
    """Its specs have errors on one side only, or others: what they ask for cannot be told."""


@dataclass(frozen=True, slots=True)
class Touched:
    """An environment that a change touches.

    Attributes:
        environment: Its name.
        touches: How, in the order of `Touch`; at least one.
    """

    environment: str
    touches: tuple[Touch, ...]


def touched_environments(runs: Sequence[Run], base: Base) -> tuple[Touched, ...]:
    """Returns the environments that differ from the base: ours in the order of the runs, then those only it has.

    Where a spec was moved to, and on which line it stands, touches nothing. A series that is not due is compared by
    its instance nearest to the run's date.

    Args:
        runs: One for each environment of the workspace, with one instant.
        base: What the change is to be merged into.
    """
    here = {run.environment.name for run in runs}
    compared = (Touched(run.environment.name, _touches(run, base)) for run in runs)
    removed = (Touched(name, (Touch.REMOVED,)) for name in base.workspace.environments if name not in here)
    return (*(each for each in compared if each.touches), *removed)


def _touches(run: Run, base: Base) -> tuple[Touch, ...]:
    there = base.run_like(run)
    if there is None:
        return (Touch.ADDED,)
    ours, theirs = desired_jobs(run), desired_jobs(there)
    differ = {
        Touch.SETTINGS: _settings(run) != _settings(there),
        Touch.JOBS: _jobs(ours) != _jobs(theirs),
        Touch.ERRORS: _errors(ours) != _errors(theirs),
    }
    return tuple(touch for touch, is_so in differ.items() if is_so)


def _settings(run: Run) -> tuple[object, ...]:
    workspace = run.workspace
    return run.environment, workspace.name, workspace.timezone, workspace.rules, workspace.policies


def _jobs(desired: Desired) -> tuple[dict[JobKey, JobSpec], dict[JobKey, JobSpec]]:
    return _by_key(desired.jobs), _by_key(desired.undue)


def _by_key(specs: Iterable[JobSpec]) -> dict[JobKey, JobSpec]:
    return {spec.key: spec for spec in specs}


def _errors(desired: Desired) -> set[tuple[str, str]]:
    return {(finding.rule, finding.message) for finding in desired.diagnostics if finding.is_error}
