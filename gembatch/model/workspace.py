"""The workspace and its environments, as `gembatch.yaml` declares them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gembatch.model.diagnostics import Location, Severity
from gembatch.model.document import Document, Json, Pointer
from gembatch.model.policies import Policy

EMBEDDED = "embedded"
"""The endpoint that starts the emulator for the length of the command."""


@dataclass(frozen=True, slots=True)
class SubmitSettings:
    """How an environment submits.

    Attributes:
        per_minute: Creates and deletes a minute; None means no limit.
        reads_per_minute: Gets, lists and cancels a minute; None means no limit.
        concurrency: Requests in flight at once.
        timeout_seconds: Deadline of one create.
        settle_seconds: How long an unanswered create may still turn into a job; exceeds `timeout_seconds`.
        lease_seconds: How long an apply holds the lockfile without renewing.
        never_guess: An unanswered create is never taken as settled; a person decides.
    """

    per_minute: int | None = 60
    reads_per_minute: int | None = 600
    concurrency: int = 8
    timeout_seconds: float = 60
    settle_seconds: float = 120
    lease_seconds: float = 300
    never_guess: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """Brakes on a whole plan. They are about what it submits, never about what it keeps.

    Attributes:
        max_submissions: Jobs submitted by one apply.
        max_replaced_share: Share of recorded jobs replaced by one apply, 0 to 1; counts from 5 recorded jobs on.
        max_per_model: Jobs submitted by one apply with a model, by the model's name.
        forbidden_models: Globs of models that no job may be submitted with.
        forbidden_regions: Globs of regions in which no job may be submitted.
        allowed_projects: Where jobs may run, and whose tables they may read and write; empty for any.
        allowed_buckets: Globs of the buckets that jobs may read and write; empty for any.
    """

    max_submissions: int = 100
    max_replaced_share: float = 0.5
    max_per_model: Mapping[str, int] = field(default_factory=dict)
    forbidden_models: tuple[str, ...] = ()
    forbidden_regions: tuple[str, ...] = ()
    allowed_projects: tuple[str, ...] = ()
    allowed_buckets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Variable:
    """A declared variable.

    Attributes:
        type: `string`, `number`, `boolean`, `list`, `map` or `date`.
        description: For people.
        default: Used when nothing else gives a value.
        required: Whether there is no default.
        values: The only values that it may have; empty for any.
        pattern: Regular expression that its whole text must fit; None for any.
    """

    type: str
    description: str = ""
    default: Json = None
    required: bool = True
    values: tuple[Json, ...] = ()
    pattern: str | None = None


@dataclass(frozen=True, slots=True)
class RuleSetting:
    """How much the findings of some rules matter in a workspace.

    Attributes:
        rule: A rule's identifier, or a glob over identifiers such as `labels.*`.
        severity: What a finding counts as; None when it is ignored.
        paths: Files, folders or globs, relative to the workspace, to which this is confined; empty for all.
    """

    rule: str
    severity: Severity | None
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Environment:
    """One target.

    Attributes:
        name: As in `environments:`.
        project: Google Cloud project.
        region: Region, multi-region or `global`.
        lockfile: Path in the workspace, or `gs://` URI.
        endpoint: None for Google, `embedded`, or an `http://` URL.
        staging: `gs://` prefix under which files of the repository are uploaded; None when there is none.
        seed: With the embedded emulator: folder whose files are its buckets' first content, `BUCKET/OBJECT…`.
        variables: This environment's values.
        submit: How it submits.
        limits: Its brakes: its own, the workspace's where it says nothing.
        protected: Whether nothing is applied there but saved plans.
    """

    name: str
    project: str
    region: str
    lockfile: str
    endpoint: str | None = None
    staging: str | None = None
    seed: str | None = None
    variables: Mapping[str, Json] = field(default_factory=dict)
    submit: SubmitSettings = field(default_factory=SubmitSettings)
    limits: Limits = field(default_factory=Limits)
    protected: bool = False

    @property
    def has_lockfile_in_bucket(self) -> bool:
        """Whether the lockfile is an object in Cloud Storage, and not a file of the workspace."""
        return self.lockfile.startswith("gs://")


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder with a `gembatch.yaml`.

    Attributes:
        name: On every job as the label `gembatch-workspace`.
        document: The file as read, for the places of its values.
        specs: Globs of the spec files, relative to the workspace.
        timezone: IANA name of the zone in which "today" is taken.
        requires: Version specifier that the tool must meet; None for any.
        default_environment: The environment meant when none is named; None when there is no such.
        variables: Declared variables, in the order of the file.
        defaults: Merged under every job.
        environments: In the order of the file; at least one.
        rules: How much findings matter; later ones win.
        limits: The brakes of an environment that says nothing of its own.
        policies: What judges its plans besides, in the order of the file.
    """

    name: str
    document: Document
    specs: tuple[str, ...]
    timezone: str
    requires: str | None
    default_environment: str | None
    variables: Mapping[str, Variable]
    defaults: Mapping[str, Json]
    environments: Mapping[str, Environment]
    rules: tuple[RuleSetting, ...] = ()
    limits: Limits = field(default_factory=Limits)
    policies: tuple[Policy, ...] = ()

    def limits_of(self, environment: str) -> Limits:
        """Returns the brakes of an environment; the workspace's own where there is none of that name."""
        named = self.environments.get(environment)
        return named.limits if named else self.limits

    def limit_at(self, environment: str, pointer: Pointer) -> Location | None:
        """Returns where a limit of an environment is written; None where it is the default.

        Args:
            environment: Its name.
            pointer: Of a value within `limits`.
        """
        written = (("environments", environment, "limits", *pointer), ("limits", *pointer))
        places = self.document.places
        return next((places.at(place) for place in written if place in places.values), None)
