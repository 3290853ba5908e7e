"""The policies of one checkout, made ready, and what they say of a plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import cast

from gembatch.judge import schema_program
from gembatch.judge.findings import as_diagnostics, read_findings
from gembatch.judge.program import ProgramFaultError, run_program
from gembatch.judge.schemas import schema_findings
from gembatch.load.policies import program_findings, read_schema_file
from gembatch.model.diagnostics import Diagnostic, Location
from gembatch.model.document import Json
from gembatch.model.policies import Policy, ProgramPolicy, SchemaPolicy
from gembatch.model.workspace import Workspace
from gembatch.plan.changes import Plan


@dataclass(frozen=True, slots=True)
class ReadyPolicy:
    """A policy, ready to be run: a schema is judged by a program of gembatch's own.

    Attributes:
        name: Its path.
        place: Where it is named.
        command: What to run, in the workspace's folder.
        given: Makes of the plan's JSON what the program is to read.
        seconds: How long it may take.
    """

    name: str
    place: Location
    command: tuple[str, ...]
    given: Callable[[str], str]
    seconds: float


def ready_policies(workspace: Workspace, root: Path) -> tuple[tuple[ReadyPolicy, ...], tuple[Diagnostic, ...]]:
    """Returns the policies of a workspace, and what is wrong with those that are left out.

    Args:
        workspace: Whose policies.
        root: Its folder, which no path may leave.
    """
    made = [_ready(workspace, root, number, policy) for number, policy in enumerate(workspace.policies)]
    ready = tuple(item for item in made if isinstance(item, ReadyPolicy))
    return ready, tuple(finding for item in made if isinstance(item, tuple) for finding in item)


def _ready(workspace: Workspace, root: Path, number: int, policy: Policy) -> ReadyPolicy | tuple[Diagnostic, ...]:
    places = workspace.document.places
    match policy:
        case SchemaPolicy(path, seconds):
            place = places.at(("policy", number, "schema"))
            document = read_schema_file(root, path, place)
            if isinstance(document, tuple):
                return document
            given = partial(schema_program.given, cast("dict[str, Json]", document.data))
            return schema_findings(document) or ReadyPolicy(path, place, schema_program.command(), given, seconds)
        case ProgramPolicy(path, arguments, seconds):
            place = places.at(("policy", number, "run", 0))
            command = (str(root.absolute() / path), *arguments)
            return program_findings(root, path, place) or ReadyPolicy(path, place, command, str, seconds)


def policy_findings(policies: Iterable[ReadyPolicy], root: Path, plan: Plan, document: str) -> tuple[Diagnostic, ...]:
    """Returns what policies say of a plan, in their order.

    Args:
        policies: The policies.
        root: The folder of their workspace, in which they run.
        plan: The plan.
        document: Its JSON.
    """
    places = {change.key.display_name: change.desired.location for change in plan.changes if change.desired}
    return tuple(finding for policy in policies for finding in _said(policy, root, document, places))


def _said(policy: ReadyPolicy, root: Path, document: str, places: dict[str, Location]) -> tuple[Diagnostic, ...]:
    try:
        text = run_program(policy.command, folder=root, text=policy.given(document), seconds=policy.seconds)
        return as_diagnostics(read_findings(text), policy.name, places)
    except ProgramFaultError as error:
        return (_unjudged(policy, str(error)),)
    except ValueError as error:
        return (_unjudged(policy, f"printed no list of findings: {error}"),)


def _unjudged(policy: ReadyPolicy, fault: str) -> Diagnostic:
    hint = "a plan that a policy has not judged is refused"
    return Diagnostic(policy.name, f"the policy {fault}", policy.place, hint=hint)
