"""The variables of a run: declared in the workspace, set by environment and command line, built in, or an axis."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from gembatch.model.diagnostics import Diagnostic, Location
from gembatch.model.document import Json, Pointer
from gembatch.model.nearest import listed
from gembatch.model.variables import Channel, GivenValue
from gembatch.model.workspace import Environment, Variable, Workspace
from gembatch.render.dates import GRAINS, date_variables
from gembatch.render.demands import Demands, pattern_of
from gembatch.render.evaluate import evaluate
from gembatch.render.expressions import Expression
from gembatch.render.names import BUILT_INS, did_you_mean, why_not_a_name
from gembatch.render.values import Fault, Value
from gembatch.render.variable_types import from_json, from_text


@dataclass(frozen=True, slots=True)
class ValueSource:
    """Where a variable's value came from.

    Attributes:
        channel: How it was given.
        location: Where it stands; None outside any file.
    """

    channel: Channel
    location: Location | None


@dataclass(frozen=True, slots=True)
class Variables:
    """What names mean in an expression.

    Attributes:
        values: By name, built-ins included.
        declared: The names that the workspace declares, whether or not they have a value.
        sources: Where the values of declared names came from.
    """

    values: Mapping[str, Value] = field(repr=False)
    declared: frozenset[str] = frozenset()
    sources: Mapping[str, ValueSource] = field(default_factory=dict, repr=False)
    _axes: frozenset[str] = frozenset()
    # Those without the axes, which are asked for what does not depend on any.
    _around: Variables | None = field(default=None, repr=False)
    # What expressions have given so far, by their text.
    _given: dict[str, Value] = field(default_factory=dict, init=False, repr=False, compare=False)
    # What has been made of these on other dates: the same for all documents.
    _dated: dict[dt.date, Variables] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def names(self) -> frozenset[str]:
        """Every name that an expression may use; one whose value was refused is not refused again at each use."""
        return self.declared.union(self.values)

    def with_axes(self, combination: Mapping[str, Json]) -> Variables:
        """Returns these variables and a value for each axis of a matrix."""
        return Variables({**self.values, **combination}, self.declared, self.sources, frozenset(combination), self)

    def on(self, date: dt.date) -> Variables:
        """Returns these variables as they are on another date."""
        if date not in self._dated:
            self._dated[date] = replace(self, values={**self.values, **date_variables(date)})
        return self._dated[date]

    def value_of(self, expression: Expression) -> Value:
        """Returns what an expression gives. It is worked out once, however many documents and combinations ask.

        Raises:
            UnsetVariableError: A name in it has no value.
            ExpressionError: An operation cannot be done with the values it got.
        """
        if self._around is not None and self._axes.isdisjoint(expression.uses):
            return self._around.value_of(expression)
        if expression.text not in self._given:
            self._given[expression.text] = evaluate(expression.tree, self.values)
        return self._given[expression.text]


def resolve_variables(
    workspace: Workspace, environment: Environment, given: Sequence[GivenValue], instant: datetime
) -> tuple[Variables, tuple[Diagnostic, ...]]:
    """Returns every variable's value, and what is wrong with the declarations and values.

    A value comes from the last of `given`, else from the environment, else from the declaration's default.

    Args:
        workspace: Declares the variables.
        environment: The run's target.
        given: Values from outside the workspace's file, the last wins.
        instant: The run's one instant, in the workspace's time zone.
    """
    findings = [*_bad_names(workspace), *_unknown_names(workspace, environment, given)]
    values: dict[str, Value] = {}
    sources: dict[str, ValueSource] = {}
    by_name: dict[str, list[GivenValue]] = defaultdict(list)
    for each in given:
        by_name[each.name].append(each)
    for name, variable in workspace.variables.items():
        demands, faults = _demands_of(name, variable, workspace)
        findings += faults
        candidates = _candidates(name, variable, workspace, environment, by_name[name])
        if not candidates:
            findings.append(_without_value(name, workspace, environment))
        # All are read and the last wins, so that all that are wrong are found.
        for candidate in candidates:
            try:
                values[name] = demands.checked(candidate.read())
                sources[name] = candidate.source
            except Fault as fault:
                message = f"{candidate.origin}variable `{name}` {fault.message}"
                findings.append(Diagnostic(fault.rule, message, candidate.source.location, hint=fault.hint))
    values |= _built_ins(workspace, environment) | date_variables(instant)
    return Variables(values, frozenset(workspace.variables), sources), tuple(findings)


def _demands_of(name: str, variable: Variable, workspace: Workspace) -> tuple[Demands, tuple[Diagnostic, ...]]:
    """Returns what a declaration asks of values, without what is wrong with the declaration itself."""
    findings = []
    pattern, allowed = None, []
    try:
        pattern = pattern_of(variable)
    except Fault as fault:
        findings.append(_fault_at(fault, name, workspace, ("variables", name, "pattern")))
    for number, value in enumerate(variable.values):
        try:
            allowed.append(from_json(variable.type, value))
        except Fault as fault:
            findings.append(_fault_at(fault, name, workspace, ("variables", name, "values", number)))
    return Demands(tuple(allowed), pattern), tuple(findings)


def _fault_at(fault: Fault, name: str, workspace: Workspace, pointer: Pointer) -> Diagnostic:
    place = workspace.document.places.at(pointer)
    return Diagnostic(fault.rule, f"variable `{name}` {fault.message}", place, hint=fault.hint)


class _Candidate(NamedTuple):
    """A value given for a variable: how it is read, where it came from, and what stands before a finding about it."""

    read: Callable[[], Value]
    source: ValueSource
    origin: str = ""


def _candidates(
    name: str, variable: Variable, workspace: Workspace, environment: Environment, given: Sequence[GivenValue]
) -> list[_Candidate]:
    """Returns every value given for a variable, the last wins."""
    places = workspace.document.places
    found: list[_Candidate] = []
    if not variable.required:
        optional = variable.default is None
        source = ValueSource(Channel.DEFAULT, places.at(("variables", name, "default")))
        found.append(_Candidate(lambda: None if optional else from_json(variable.type, variable.default), source))
    if name in environment.variables:
        source = ValueSource(Channel.ENVIRONMENT, places.at(("environments", environment.name, "variables", name)))
        found.append(_Candidate(lambda: from_json(variable.type, environment.variables[name]), source))
    found += (_of_given(variable.type, each) for each in given)
    return found


def _of_given(kind: str, given: GivenValue) -> _Candidate:
    read = from_json if given.is_typed else _from_given_text
    return _Candidate(lambda: read(kind, given.value), ValueSource(given.channel, given.location), given.origin)


def _from_given_text(kind: str, value: Json) -> Value:
    return from_text(kind, str(value))


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


def _unknown_names(workspace: Workspace, environment: Environment, given: Sequence[GivenValue]) -> Iterator[Diagnostic]:
    for name in environment.variables:
        place = workspace.document.places.at_key(("environments", environment.name, "variables", name))
        yield from _unknown(name, workspace, place, "")
    for each in given:
        # The shell's variables are there for all programs and workspaces: only what looks like a slip is told of.
        if each.channel is not Channel.SHELL or did_you_mean(each.name, workspace.variables) or each.name in BUILT_INS:
            yield from _unknown(each.name, workspace, each.location, each.origin)


def _unknown(name: str, workspace: Workspace, place: Location | None, origin: str) -> Iterator[Diagnostic]:
    if name in workspace.variables:
        return
    if name in BUILT_INS:
        message = f"{origin}`{name}` is built in and cannot be set"
        yield Diagnostic("variable.built-in", message, place, hint=_instead_of(name))
    else:
        declared = f"declared are {listed(workspace.variables)}" if workspace.variables else "no variables are declared"
        hint = did_you_mean(name, workspace.variables) or f"{declared}; declare it under `variables`"
        yield Diagnostic("variable.unknown", f"{origin}variable `{name}` is not declared", place, hint=hint)


def _instead_of(name: str) -> str:
    return "`--date` sets the run's date" if name in GRAINS else "it follows from the environment, which `-e` chooses"


def _without_value(name: str, workspace: Workspace, environment: Environment) -> Diagnostic:
    message = f"variable `{name}` has no value in environment `{environment.name}`"
    hint = f"set it under `environments.{environment.name}.variables`, give it a `default`, or pass `--var {name}=…`"
    return Diagnostic("variable.missing", message, workspace.document.places.at_key(("variables", name)), hint=hint)
