"""What a schema cannot say about a workspace."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from gembatch.model.diagnostics import Diagnostic, in_reading_order
from gembatch.model.document import Document
from gembatch.model.nearest import nearest
from gembatch.model.workspace import Workspace
from gembatch.validate import endpoint_rules, environment_rules, limit_rules, setting_rules
from gembatch.validate.subject import Finding
from gembatch.validate.wording import quoted
from gembatch.validate.workspace_subject import WorkspaceSubject


@dataclass(frozen=True, slots=True)
class WorkspaceRule:
    """One rule.

    Attributes:
        id: Its stable identifier.
        description: What it wants, in one line.
        check: Yields what goes against it.
    """

    id: str
    description: str
    check: Callable[[WorkspaceSubject], Iterator[Finding]]


def check_requires(document: Document, *, version: str) -> tuple[Diagnostic, ...]:
    """Returns whether a `gembatch.yaml` asks for a newer gembatch, as nought or one finding.

    To be asked before anything else: what an older gembatch finds wrong with such a file may well be right.

    Args:
        document: The file, valid or not.
        version: Of the gembatch that runs.
    """
    wanted = document.data.get("requires") if isinstance(document.data, dict) else None
    if not isinstance(wanted, str) or not wanted.startswith(">=") or _numbers(wanted) <= _numbers(version):
        return ()
    return (
        Diagnostic(
            rule="workspace.requires",
            message=f"this workspace requires gembatch {wanted}, and this is {version}",
            location=document.places.at(("requires",)),
            hint="upgrade gembatch: `pip install --upgrade gembatch`",
        ),
    )


def _numbers(version: str) -> tuple[int, ...]:
    """Returns the numbers that order versions. Zeros at the end order nothing: 1 is 1.0."""
    release = re.match(r"(?:>=)?([0-9.]*)", version)
    numbers = [int(number) for number in release[1].split(".") if number] if release else []
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)


def check_workspace(
    workspace: Workspace,
    *,
    version: str,
    is_timezone: Callable[[str], bool],
    trusted_endpoints: Collection[str] = (),
) -> tuple[Diagnostic, ...]:
    """Returns what is wrong with a workspace that fits its schema, in reading order.

    Args:
        workspace: The workspace.
        version: Of the gembatch that runs.
        is_timezone: Whether a time zone of that name exists here; a question for the machine's files.
        trusted_endpoints: Those that the person at the keyboard insists on.
    """
    subject = WorkspaceSubject(workspace, is_timezone, trusted_endpoints)
    found = [
        Diagnostic(rule.id, finding.message, finding.location, finding.severity, finding.hint, finding.related)
        for rule in WORKSPACE_RULES
        for finding in rule.check(subject)
    ]
    return in_reading_order([*check_requires(workspace.document, version=version), *found])


def _default_environment(subject: WorkspaceSubject) -> Iterator[Finding]:
    name, names = subject.workspace.default_environment, subject.workspace.environments
    if name is not None and name not in names:
        guess = nearest(name, names)
        yield Finding(
            f"defaultEnvironment must be one of the environments, got {quoted(name)}",
            subject.at("defaultEnvironment"),
            hint=f"did you mean `{guess}`?" if guess else f"the environments are {', '.join(f'`{n}`' for n in names)}",
        )


def _timezone(subject: WorkspaceSubject) -> Iterator[Finding]:
    name = subject.workspace.timezone
    if not subject.is_timezone(name):
        yield Finding(
            f"timezone must be the name of a time zone, got {quoted(name)}",
            subject.at("timezone"),
            hint="write `UTC`, or a name of the IANA database such as `Europe/Berlin`",
        )


WORKSPACE_RULES = (
    WorkspaceRule("workspace.default-environment", "The default environment exists", _default_environment),
    WorkspaceRule("workspace.timezone", "The time zone exists", _timezone),
    WorkspaceRule("lockfile.missing", "Jobs at Google need a lockfile", environment_rules.lockfile_missing),
    WorkspaceRule("lockfile.path", "A lockfile lies in the workspace or in a bucket", environment_rules.lockfile_path),
    WorkspaceRule("lockfile.shared", "No two environments share a lockfile", environment_rules.lockfile_shared),
    WorkspaceRule("environment.endpoint", "An endpoint is on this machine, or insisted on", endpoint_rules.endpoint),
    WorkspaceRule("environment.seed", "A seed is a folder for the embedded emulator", environment_rules.seed),
    WorkspaceRule("environment.limits", "An environment keeps to its own limits", limit_rules.own_limits),
    WorkspaceRule("environment.staging", "Files are staged in Cloud Storage", environment_rules.staging),
    WorkspaceRule("submit.settle", "Settling takes longer than a submission may", environment_rules.settle),
    WorkspaceRule("submit.lease", "A lease outlives a submission", environment_rules.lease),
    WorkspaceRule("rules.unknown", "A setting under `rules` names a rule that there is", setting_rules.unknown),
    WorkspaceRule("rules.fixed", "Only findings that a job can be built with are lowered", setting_rules.fixed),
)
"""Every rule. `schema.*` rules come before them."""
