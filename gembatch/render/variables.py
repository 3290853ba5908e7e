"""The variables of a run: declared in the workspace, set by environment and command line, built in, or an axis."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from gembatch.model.diagnostics import Diagnostic, Location
from gembatch.model.document import Json, Pointer
from gembatch.model.workspace import Environment, Variable, Workspace
from gembatch.render.dates import GRAINS, date_variables
from gembatch.render.names import BUILT_INS, did_you_mean, listed, why_not_a_name
from gembatch.render.values import Fault, Value
from gembatch.render.variable_types import from_json, from_text


@dataclass(frozen=True, slots=True)
class Variables:
    """What names mean in an expression.

    Attributes:
        values: By name, built-ins included.
        declared: The names that the workspace declares, whether or not they have a value.
    """

    values: Mapping[str, Value] = field(repr=False)
    declared: frozenset[str] = frozenset()

    @property
    def names(self) -> frozenset[str]:
        """Every name that an expression may use; one whose value was refused is not refused again at each use."""
        return self.declared.union(self.values)

    def with_axes(self, combination: Mapping[str, Json]) -> Variables:
        """Returns these variables and a value for each axis of a matrix."""
        return Variables({**self.values, **combination}, self.declared)


def resolve_variables(
    workspace: Workspace, environment: Environment, overrides: Mapping[str, str], instant: datetime
) -> tuple[Variables, tuple[Diagnostic, ...]]:
    """Returns every variable's value, and what is wrong with the declarations and values.

    A value comes from the overrides, else from the environment, else from the declaration's default.

    Args:
        workspace: Declares the variables.
        environment: The run's target.
        overrides: Texts by name, as given outside the workspace; each is read as the declared type.
        instant: The run's one instant, in the workspace's time zone.
    """
    findings = [*_bad_names(workspace), *_unknown_names(workspace, environment, overrides)]
    values: dict[str, Value] = {}
    for name, variable in workspace.variables.items():
        given = tuple(_given(name, variable, environment, overrides))
        if not given:
            findings.append(_without_value(name, workspace, environment))
        for each in given:
            try:
                values[name] = each.read()
            except Fault as fault:
                place = workspace.document.places.at(each.pointer) if each.pointer else None
                message = f"{_origin(place)}variable `{name}` {fault.message}"
                findings.append(Diagnostic(fault.rule, message, place, hint=fault.hint))
    values |= _built_ins(workspace, environment) | date_variables(instant)
    return Variables(values, frozenset(workspace.variables)), tuple(findings)


class _Given(NamedTuple):
    """A value given for a variable: how it is read, and where it stands, if in the workspace."""

    read: Callable[[], Value]
    pointer: Pointer | None


def _given(name: str, variable: Variable, environment: Environment, overrides: Mapping[str, str]) -> Iterator[_Given]:
    """Yields every value given for a variable, the last wins. All are read, so that all that are wrong are found."""
    if not variable.required:
        optional = variable.default is None
        pointer: Pointer = ("variables", name, "default")
        yield _Given(lambda: None if optional else from_json(variable.type, variable.default), pointer)
    if name in environment.variables:
        pointer = ("environments", environment.name, "variables", name)
        yield _Given(lambda: from_json(variable.type, environment.variables[name]), pointer)
    if name in overrides:
        yield _Given(lambda: from_text(variable.type, overrides[name]), None)


def _built_ins(workspace: Workspace, environment: Environment) -> dict[str, Value]:
    return {
        "project": environment.project,
        "region": environment.region,
        "env": environment.name,
        "workspace": workspace.name,
    }


def _bad_names(workspace: Workspace) -> Iterator[Diagnostic]:
    for name in workspace.variables:
        if reason := why_not_a_name(name):
            place = workspace.document.places.at_key(("variables", name))
            yield Diagnostic("variable.name", f"`{name}` {reason}", place, hint="give the variable another name")


def _unknown_names(
    workspace: Workspace, environment: Environment, overrides: Mapping[str, str]
) -> Iterator[Diagnostic]:
    for name in environment.variables:
        pointer = ("environments", environment.name, "variables", name)
        yield from _unknown(name, workspace, workspace.document.places.at_key(pointer))
    for name in overrides:
        yield from _unknown(name, workspace, None)


def _unknown(name: str, workspace: Workspace, place: Location | None) -> Iterator[Diagnostic]:
    if name in workspace.variables:
        return
    if name in BUILT_INS:
        message = f"{_origin(place)}`{name}` is built in and cannot be set"
        yield Diagnostic("variable.built-in", message, place, hint=_instead_of(name))
    else:
        declared = f"declared are {listed(workspace.variables)}" if workspace.variables else "no variables are declared"
        hint = did_you_mean(name, workspace.variables) or f"{declared}; declare it under `variables`"
        yield Diagnostic("variable.unknown", f"{_origin(place)}variable `{name}` is not declared", place, hint=hint)


def _origin(place: Location | None) -> str:
    """Returns what stands before a message in place of a file and a line: what no file says, the command line does."""
    return "" if place else "--var: "


def _instead_of(name: str) -> str:
    return "`--date` sets the run's date" if name in GRAINS else "it follows from the environment, which `-e` chooses"


def _without_value(name: str, workspace: Workspace, environment: Environment) -> Diagnostic:
    message = f"variable `{name}` has no value in environment `{environment.name}`"
    hint = f"set it under `environments.{environment.name}.variables`, give it a `default`, or pass `--var {name}=…`"
    return Diagnostic("variable.missing", message, workspace.document.places.at_key(("variables", name)), hint=hint)
