"""gembatch.yaml → Workspace, with the defaults that the file may leave out.

The document has passed the workspace schema: what that says is not asked again here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Required, TypedDict, cast

from gembatch.errors import UsageError
from gembatch.model.diagnostics import Severity
from gembatch.model.document import Document, Json
from gembatch.model.nearest import listed, nearest
from gembatch.model.policies import TIMEOUT_SECONDS, Policy, ProgramPolicy, SchemaPolicy
from gembatch.model.workspace import EMBEDDED, Environment, Limits, RuleSetting, SubmitSettings, Variable, Workspace

IGNORE = "ignore"
"""The severity that leaves a finding out. Not `off`: some readers of YAML take that for a boolean."""


class _VariableFile(TypedDict, total=False):
    type: Required[str]
    description: str
    default: Json
    values: list[Json]
    pattern: str


class _LimitsFile(TypedDict, total=False):
    maxSubmissions: int
    maxReplacedShare: float
    maxPerModel: dict[str, int]
    forbiddenModels: list[str]
    forbiddenRegions: list[str]
    allowedProjects: list[str]
    allowedBuckets: list[str]


class _PolicyFile(TypedDict, total=False):
    schema: str
    run: list[str]
    timeoutSeconds: float


class _SubmitFile(TypedDict, total=False):
    perMinute: int
    readsPerMinute: int
    concurrency: int
    timeoutSeconds: float
    settleSeconds: float
    leaseSeconds: float
    neverGuess: bool


class _RuleFile(TypedDict, total=False):
    rule: Required[str]
    severity: Required[str]
    paths: list[str]


class _EnvironmentFile(TypedDict, total=False):
    project: Required[str]
    region: Required[str]
    endpoint: str
    staging: str
    seed: str
    lockfile: str
    variables: dict[str, Json]
    submit: _SubmitFile
    limits: _LimitsFile
    protected: bool


class _WorkspaceFile(TypedDict, total=False):
    name: Required[str]
    specs: Required[list[str]]
    requires: str
    timezone: str
    defaultEnvironment: str
    variables: dict[str, _VariableFile]
    defaults: dict[str, Json]
    environments: Required[dict[str, _EnvironmentFile]]
    rules: list[_RuleFile]
    limits: _LimitsFile
    policy: list[_PolicyFile]


def workspace_from(document: Document) -> Workspace:
    """Returns the workspace that a gembatch.yaml declares.

    Args:
        document: The file as read; it has passed the workspace schema.
    """
    content = cast("_WorkspaceFile", document.data)
    limits = content.get("limits", {})
    return Workspace(
        name=content["name"],
        document=document,
        specs=tuple(content["specs"]),
        timezone=content.get("timezone", "UTC"),
        requires=content.get("requires"),
        default_environment=content.get("defaultEnvironment"),
        variables={name: _variable(item) for name, item in content.get("variables", {}).items()},
        defaults=content.get("defaults", {}),
        environments={name: _environment(name, item, limits) for name, item in content["environments"].items()},
        rules=tuple(_rule_setting(item) for item in content.get("rules", [])),
        limits=_limits(limits),
        policies=tuple(_policy(item) for item in content.get("policy", [])),
    )


def environment_named(workspace: Workspace, name: str | None) -> Environment:
    """Returns the environment called `name`; without a name the workspace's default, else its only one.

    Raises:
        UsageError: There is no such environment, or it is not clear which one is meant.
    """
    wanted = name or workspace.default_environment
    environments = workspace.environments
    if wanted is None and len(environments) == 1:
        return next(iter(environments.values()))
    if wanted is None:
        hint = f"choose one with -e: {listed(sorted(environments))}"
        raise UsageError("the workspace has several environments and no `defaultEnvironment`", hint=hint)
    if wanted not in environments:
        raise UsageError(f"there is no environment `{wanted}`", hint=_meant(wanted, environments))
    return environments[wanted]


def _meant(wanted: str, names: Iterable[str]) -> str:
    near = nearest(wanted, names)
    return f"did you mean `{near}`?" if near else f"the workspace has {listed(sorted(names))}"


def _variable(content: _VariableFile) -> Variable:
    return Variable(
        type=content["type"],
        description=content.get("description", ""),
        default=content.get("default"),
        required="default" not in content,
        values=tuple(content.get("values", ())),
        pattern=content.get("pattern"),
    )


def _rule_setting(content: _RuleFile) -> RuleSetting:
    severity = content["severity"]
    return RuleSetting(
        rule=content["rule"],
        severity=None if severity == IGNORE else Severity(severity),
        paths=tuple(content.get("paths", ())),
    )


def _policy(content: _PolicyFile) -> Policy:
    seconds = content.get("timeoutSeconds", TIMEOUT_SECONDS)
    if "schema" in content:
        return SchemaPolicy(content["schema"], seconds)
    path, *arguments = content["run"]
    return ProgramPolicy(path, tuple(arguments), seconds)


def _environment(name: str, content: _EnvironmentFile, limits: _LimitsFile) -> Environment:
    endpoint = content.get("endpoint")
    # Against Google the lockfile's place must be chosen: a default would be one that is lost with the checkout.
    lockfile = "" if endpoint is None else f"locks/{name}.lock.json"
    return Environment(
        name=name,
        project=content["project"],
        region=content["region"],
        lockfile=content.get("lockfile", lockfile),
        endpoint=endpoint,
        staging=content.get("staging"),
        seed=content.get("seed"),
        variables=content.get("variables", {}),
        submit=_submit_settings(content.get("submit", {}), _default_settings(endpoint)),
        limits=_limits(_merged(limits, content.get("limits", {}))),
        protected=content.get("protected", False),
    )


def _default_settings(endpoint: str | None) -> SubmitSettings:
    if endpoint is None:
        return SubmitSettings()
    if endpoint != EMBEDDED:
        return SubmitSettings(per_minute=None, reads_per_minute=None)
    # The embedded emulator ends with the command: nothing can be in flight after it, so there is little to wait for.
    return SubmitSettings(
        per_minute=None, reads_per_minute=None, timeout_seconds=5, settle_seconds=10, lease_seconds=15
    )


def _submit_settings(content: _SubmitFile, default: SubmitSettings) -> SubmitSettings:
    return SubmitSettings(
        per_minute=_count(content.get("perMinute", default.per_minute)),
        reads_per_minute=_count(content.get("readsPerMinute", default.reads_per_minute)),
        concurrency=int(content.get("concurrency", default.concurrency)),
        timeout_seconds=content.get("timeoutSeconds", default.timeout_seconds),
        settle_seconds=content.get("settleSeconds", default.settle_seconds),
        lease_seconds=content.get("leaseSeconds", default.lease_seconds),
        never_guess=content.get("neverGuess", default.never_guess),
    )


def _count(value: int | None) -> int | None:
    # To a JSON schema 8.0 is an integer too.
    return None if value is None else int(value)


def _merged(outer: _LimitsFile, inner: _LimitsFile) -> _LimitsFile:
    """Returns limits merged by key, as everywhere: lists are replaced whole, and the mapping of models is merged."""
    per_model = {**outer.get("maxPerModel", {}), **inner.get("maxPerModel", {})}
    return {**outer, **inner, "maxPerModel": per_model}


def _limits(content: _LimitsFile) -> Limits:
    default = Limits()
    return Limits(
        max_submissions=int(content.get("maxSubmissions", default.max_submissions)),
        max_replaced_share=content.get("maxReplacedShare", default.max_replaced_share),
        max_per_model={model: int(most) for model, most in content.get("maxPerModel", {}).items()},
        forbidden_models=tuple(content.get("forbiddenModels", ())),
        forbidden_regions=tuple(content.get("forbiddenRegions", ())),
        allowed_projects=tuple(content.get("allowedProjects", ())),
        allowed_buckets=tuple(content.get("allowedBuckets", ())),
    )
