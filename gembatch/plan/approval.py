"""A saved plan is an approval: what of it must stand, and what of it still stands in a fresh plan. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from gembatch.errors import PlanMismatchError
from gembatch.model.document import Json
from gembatch.model.jobs import Input, JobKey
from gembatch.model.period import Period
from gembatch.model.selection import ALL, Selection
from gembatch.plan.case import Insistence
from gembatch.plan.changes import Action, Change, Plan, Premise, Reason

AGAIN = "write a new one with `gembatch plan --out FILE`"
"""What to do about a plan that cannot be applied."""


@dataclass(frozen=True, slots=True)
class Request:
    """What the plan was asked for: an apply of it recomputes with the same.

    Attributes:
        variables: Values given on the command line, by name.
        insistence: What the person insisted on.
        max_submissions: Takes the place of the environment's limit; None to keep it.
        period: The dates it is about; None for that of its instant alone.
        selection: The jobs it is about.
    """

    variables: Mapping[str, str] = field(default_factory=dict)
    insistence: Insistence = field(default_factory=Insistence)
    max_submissions: int | None = None
    period: Period | None = None
    selection: Selection = ALL


@dataclass(frozen=True, slots=True)
class Approved:
    """One approved change: what of it must stand when it is applied.

    Attributes:
        key: The identity.
        action: What may be done.
        reason: Why.
        digest: Of what is asked for; None for a job known by its labels alone.
        body: The body that was reviewed; empty when nothing is asked for.
        pins: The generation of each input by its URI; inputs that could not be read are left out.
        premise: What the decision rested on.
    """

    key: JobKey
    action: Action
    reason: Reason
    digest: str | None
    body: Mapping[str, Json]
    pins: Mapping[str, str]
    premise: Premise


@dataclass(frozen=True, slots=True)
class Approval:
    """A saved plan as read back.

    Attributes:
        workspace: Name of the workspace.
        environment: Name of the environment.
        lineage: Of the lockfile then; None before its first apply.
        instant: The run's one instant.
        request: What it was asked for.
        changes: The approved changes, by key.
    """

    workspace: str
    environment: str
    lineage: str | None
    instant: str
    request: Request
    changes: Mapping[JobKey, Approved]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What an approval and a fresh plan have in common, and what not.

    Attributes:
        plan: The fresh plan, cut down to what stands in both.
        extra: Pending changes that nobody approved; they are left.
        done: Approved changes whose job is there meanwhile; they are skipped.
        moved: Approved changes that would now be something else, with a word on what moved; they are refused.
    """

    plan: Plan
    extra: tuple[Change, ...] = ()
    done: tuple[Approved, ...] = ()
    moved: tuple[tuple[Approved, str], ...] = ()


def refuse_other(approval: Approval, *, workspace: str, environment: str, lineage: str | None) -> None:
    """Makes sure that an approval is for this workspace, environment and lockfile.

    Raises:
        PlanMismatchError: It is not.
    """
    refuse_elsewhere(approval, workspace=workspace, environment=environment)
    # A plan from before the first apply has no lineage to compare: what it may do is in its changes' premises.
    if approval.lineage is not None and approval.lineage != lineage:
        raise PlanMismatchError("the plan was made against another lockfile: their lineages differ", hint=AGAIN)


def refuse_elsewhere(approval: Approval, *, workspace: str, environment: str) -> None:
    """Makes sure that an approval is for this workspace and environment: as much of it as is known at once.

    Raises:
        PlanMismatchError: It is not.
    """
    for what, planned, here in (
        ("workspace", approval.workspace, workspace),
        ("environment", approval.environment, environment),
    ):
        if planned != here:
            raise PlanMismatchError(f"the plan is for the {what} `{planned}`, and this is `{here}`", hint=AGAIN)


def compare(approval: Approval, fresh: Plan) -> Comparison:
    """Returns what stands in both: equal key, action, digest, body, inputs and premise."""
    approved = {key: change for key, change in approval.changes.items() if change.action.is_pending}
    now = {change.key: change for change in fresh.changes}
    both = {key for key, change in approved.items() if key in now and _moved(change, now[key]) is None}
    rest = [change for key, change in sorted(approved.items()) if key not in both]
    done = {change.key: change for change in rest if _is_done(change, now.get(change.key))}
    kept = tuple(change for change in fresh.changes if not change.action.is_pending or change.key in both)
    return Comparison(
        plan=replace(fresh, changes=kept),
        extra=tuple(change for change in fresh.pending if change.key not in approved),
        done=tuple(done.values()),
        moved=tuple((change, _what_moved(change, now.get(change.key))) for change in rest if change.key not in done),
    )


def _moved(approved: Approved, change: Change) -> str | None:
    """Returns what moved since the approval, in the words of the refusal; None when it stands."""
    if approved.action is not change.action:
        return "the action"
    if (approved.digest, approved.body) != (change.digest, change.body):
        return "the spec"
    # What could not be read when the plan was made was not reviewed, so nothing was promised about it.
    pins = pins_of(change.inputs)
    if any(pins.get(uri) != generation for uri, generation in approved.pins.items()):
        return "an input"
    return None if _rests_on(approved.premise, change.premise, change.action) else "what runs"


def _rests_on(then: Premise, now: Premise, action: Action) -> bool:
    """Whether a premise still holds. A job that merely ended meanwhile is adopted or retired all the same."""
    if action in (Action.ADOPT, Action.RETIRE):
        return (then.recorded, then.observed) == (now.recorded, now.observed)
    return then == now


def pins_of(inputs: Iterable[Input]) -> dict[str, str]:
    """Returns the generation of each input that has one, by its URI."""
    return {item.uri: item.generation for item in inputs if item.generation}


def _is_done(approved: Approved, change: Change | None) -> bool:
    """Whether what was approved is there already: a second apply of the same plan, or another run that did it."""
    if change is None or approved.reason is Reason.REMOVED:
        return change is None and approved.reason is Reason.REMOVED
    # The body as well: of two wishes to run it again, the one that was approved need not be the one that was answered.
    return change.action is Action.KEEP and (change.digest, change.body) == (approved.digest, approved.body)


def _what_moved(approved: Approved, change: Change | None) -> str:
    if change is None:
        return "no spec asks for it any more"
    if approved.action is not change.action:
        return f"the action moved since the plan: then {approved.action}, now {change.action}"
    return f"{_moved(approved, change)} moved since the plan"
