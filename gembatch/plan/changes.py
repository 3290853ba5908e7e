"""What a plan says: one change per key, with an action and a reason. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from gembatch.lock.codec import inputs_json
from gembatch.lock.lockfile import Lineage, LockEntry
from gembatch.model.digests import Digest, digest_of
from gembatch.model.document import Json
from gembatch.model.jobs import Input, JobKey, JobName, JobSpec, RemoteJob
from gembatch.plan.drift import Drift
from gembatch.plan.fields import FieldChange, fields_json
from gembatch.plan.rows import RowsDiff, rows_json


class Action(StrEnum):
    """What will be done about a key."""

    CREATE = "create"
    REPLACE = "replace"
    ADOPT = "adopt"
    CANCEL = "cancel"
    RETIRE = "retire"
    KEEP = "keep"
    BLOCKED = "blocked"

    @property
    def submits(self) -> bool:
        """Whether it leads to a new job, which costs money."""
        return self in (Action.CREATE, Action.REPLACE)

    @property
    def is_pending(self) -> bool:
        """Whether `plan --detailed-exitcode` counts it as a change that waits to be applied."""
        return self not in (Action.KEEP, Action.BLOCKED)


class Reason(StrEnum):
    """Why."""

    NEW = "new"
    CHANGED = "changed"
    RERUN = "rerun"
    UNRECORDED = "unrecorded"
    RENAMED = "renamed"
    UNFINISHED = "unfinished"
    FAILED = "failed"
    CANCELLED = "cancelled"
    MISSING = "missing"
    REMOVED = "removed"
    PAST = "past"
    CURRENT = "current"
    IN_FLIGHT = "in-flight"
    FOREIGN = "foreign"
    STALE = "stale"


class Standing(StrEnum):
    """How a job stands, as far as a decision cares."""

    LIVE = "live"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    GONE = "gone"


class Evidence(StrEnum):
    """What a plan was decided on besides the specs."""

    VERTEX = "vertex"
    """The lockfile, and what Vertex AI shows."""
    LOCKFILE = "lockfile"
    """The lockfile alone: recorded states stand for observed ones."""
    BASE = "base"
    """What the branch asks for that this is to be merged into: its jobs stand for recorded ones."""

    @property
    def is_offline(self) -> bool:
        """Whether nobody looked at what Vertex AI shows, so that nothing can be approved."""
        return self is not Evidence.VERTEX


@dataclass(frozen=True, slots=True)
class Premise:
    """What the decision rests on. If it no longer holds, the approval of the change does not either.

    Attributes:
        recorded: The job that the lockfile had; None for none.
        observed: The job that Vertex showed; None for none.
        standing: How the observed job stood, or the recorded one where none was observed; None without either.
    """

    recorded: JobName | None = None
    observed: JobName | None = None
    standing: Standing | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One key with an action and a reason. It keeps both sides.

    Attributes:
        key: The identity.
        action: What will be done.
        reason: Why.
        premise: What the decision rests on.
        desired: What the specs ask for; None when they do not.
        recorded: What the lockfile has; None when it has nothing.
        observed: The job that decides: to adopt, to cancel, or that is in the way.
        differences: The fields that differ between what was asked for then and now; sorted by path.
        inputs: The inputs as they are now, for a change that submits.
        rows: How the rows of its staged files differ from those of the job before.
        note: What a person should know besides; one sentence, or empty.
    """

    key: JobKey
    action: Action
    reason: Reason
    premise: Premise
    desired: JobSpec | None = field(default=None, repr=False)
    recorded: LockEntry | None = field(default=None, repr=False)
    observed: RemoteJob | None = field(default=None, repr=False)
    differences: tuple[FieldChange, ...] = ()
    inputs: tuple[Input, ...] = ()
    rows: tuple[RowsDiff, ...] = ()
    note: str = ""

    @property
    def digest(self) -> Digest | None:
        """What decides the result of the job that the change is about; None for one known by its labels alone."""
        if self.desired:
            return self.desired.digest
        return self.recorded.current.digest if self.recorded else None

    @property
    def may_submit(self) -> bool:
        """Whether it may lead to a new job in this apply: a job that is cancelled for its successor counts too."""
        return self.action.submits or (self.action is Action.CANCEL and self.desired is not None)

    @property
    def body(self) -> Mapping[str, Json]:
        """The canonical body that is asked for; empty when nothing is."""
        return self.desired.body if self.desired else {}

    @property
    def spec_path(self) -> str:
        """The file that asks or asked for it; empty when none is known."""
        if self.desired:
            return self.desired.spec_path
        return self.recorded.spec if self.recorded else ""


@dataclass(frozen=True, slots=True)
class Found:
    """A job of ours that neither specs nor lockfile know.

    Attributes:
        key: The identity that it has by its display name. Its resource name cannot tell: that has the project's number.
        job: As observed.
    """

    key: JobKey
    job: RemoteJob


@dataclass(frozen=True)  # no slots: its digest is kept, since each renderer tells it
class Plan:
    """All changes of a run, sorted by key when it is built.

    Attributes:
        workspace: Name of the workspace.
        environment: Name of the environment.
        lineage: The lockfile's birth mark; None before the first apply.
        serial: The lockfile's serial when it was read; 0 before the first apply.
        instant: The run's one instant, RFC 3339 with offset.
        changes: One a key.
        duplicates: Live jobs of ours that do what another recorded job does already.
        unrecorded: Jobs of ours that neither specs nor lockfile know, oldest first.
        left_alone: How many desired or recorded keys were not selected.
        evidence: What it was decided on besides the specs.
        drift: Where recorded and observed disagree, sorted by key.
    """

    workspace: str
    environment: str
    lineage: Lineage | None
    serial: int
    instant: str
    changes: tuple[Change, ...]
    duplicates: tuple[RemoteJob, ...] = ()
    unrecorded: tuple[Found, ...] = ()
    left_alone: int = 0
    evidence: Evidence = Evidence.VERTEX
    drift: tuple[Drift, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "changes", tuple(sorted(self.changes, key=lambda change: change.key)))

    @property
    def pending(self) -> tuple[Change, ...]:
        """The changes that an apply would carry out."""
        return tuple(change for change in self.changes if change.action.is_pending)

    @property
    def submissions(self) -> tuple[Change, ...]:
        """The changes that may cost money."""
        return tuple(change for change in self.changes if change.may_submit)

    @property
    def blocked(self) -> tuple[Change, ...]:
        """The changes that wait for a person."""
        return tuple(change for change in self.changes if change.action is Action.BLOCKED)

    @property
    def counts(self) -> Mapping[Action, int]:
        """How many changes each action has, in the order of `Action`; absent actions are left out."""
        actions = [change.action for change in self.changes]
        return {action: actions.count(action) for action in Action if action in actions}

    @cached_property
    def digest(self) -> Digest:
        """Over the list of changes only, so that a status sync between two plans leaves it alone."""
        return digest_of([change_json(change) for change in self.changes])


def change_json(change: Change) -> dict[str, Json]:
    """Returns the part of a change that a saved plan keeps, and that an approval is about."""
    return {
        "displayName": change.key.display_name,
        "project": change.key.project,
        "region": change.key.region,
        "action": change.action.value,
        "reason": change.reason.value,
        "digest": change.digest,
        "spec": change.spec_path,
        "body": dict(change.body),
        "inputs": inputs_json(change.inputs),
        "premise": {
            "recorded": change.premise.recorded,
            "observed": change.premise.observed,
            "standing": change.premise.standing and change.premise.standing.value,
        },
        "differences": fields_json(change.differences),
        "rows": [rows_json(rows) for rows in change.rows],
        "note": change.note,
    }
