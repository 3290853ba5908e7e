"""A plan as a document: what is saved, reviewed and approved. Pure.

A saved plan is an approval, not a payload: it names what may happen, and an apply carries out only what a fresh plan
asks for as well. So nothing in it is ever sent.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import cast

from gembatch.errors import PlanMismatchError, PlanUnreadableError
from gembatch.lock.codec import input_of
from gembatch.lock.fields import Fields, read_object
from gembatch.model.digests import digest_of
from gembatch.model.document import Json
from gembatch.model.jobs import Input, JobKey, JobName
from gembatch.model.period import Period
from gembatch.model.selection import ALL, Selection
from gembatch.plan.case import Insistence
from gembatch.plan.changes import Action, Change, Plan, Premise, Reason, Standing, change_json
from gembatch.plan.drift import drift_json

FORMAT = 1

_INSISTENCE = {
    "adopt": "adopt",
    "prune": "prune",
    "retry_failed": "retryFailed",
    "resubmit_missing": "resubmitMissing",
    "replace_past": "replacePast",
}


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


def plan_document(plan: Plan, request: Request, tool: str) -> dict[str, Json]:
    """Returns the plan as JSON values.

    Args:
        plan: What to save.
        request: What it was asked for.
        tool: Version of gembatch.
    """
    insistence: dict[str, Json] = {name: bool(getattr(request.insistence, key)) for key, name in _INSISTENCE.items()}
    head: dict[str, Json] = {
        "format": FORMAT,
        "tool": tool,
        "workspace": plan.workspace,
        "environment": plan.environment,
        "lineage": plan.lineage,
        "serial": plan.serial,
        "instant": plan.instant,
        "offline": plan.evidence.is_offline,
        "variables": dict(request.variables),
        "insisted": insistence,
        "maxSubmissions": request.max_submissions,
        "dates": {"from": str(request.period.first), "to": str(request.period.last)} if request.period else None,
        "select": list(request.selection.globs),
        "drift": drift_json(plan.drift),
        "digest": plan.digest,
    }
    return {**head, "changes": [change_json(change) for change in plan.changes], "seal": digest_of(head)}


def dump_plan(plan: Plan, request: Request, tool: str) -> str:
    """Returns the plan's text: the same bytes for the same plan on any machine."""
    return json.dumps(plan_document(plan, request, tool), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


_AGAIN = "write a new one with `gembatch plan --out FILE`"


def load_plan(text: str, path: str) -> Approval:
    """Returns the approval that a saved plan is.

    Raises:
        PlanUnreadableError: It does not parse, has another format or unknown keys, or was edited.
        PlanMismatchError: It was made offline.
    """
    try:
        return _approval_of(read_object("the plan", text), path)
    except RecursionError as error:
        raise PlanUnreadableError(f"cannot read the plan {path}: it nests too deeply", hint=_AGAIN) from error
    except ValueError as error:
        raise PlanUnreadableError(f"cannot read the plan {path}: {error}", hint=_AGAIN) from error


def _approval_of(fields: Fields, path: str) -> Approval:
    head = {name: value for name, value in fields.left.items() if name not in {"changes", "seal"}}
    number = fields.take("format", int)
    if number != FORMAT:
        raise ValueError(f"it has format {number}, and this gembatch knows {FORMAT} alone")
    fields.text("tool")
    fields.whole_number("serial", least=0)
    items = fields.take("changes", list)
    if digest_of(items) != fields.text("digest"):
        raise ValueError("it was edited: its changes do not have the digest that it states")
    environment = fields.text("environment")
    fields.take("drift", list)
    approval = Approval(
        workspace=fields.text("workspace"),
        environment=environment,
        lineage=fields.optional_text("lineage"),
        instant=fields.time("instant"),
        request=Request(
            fields.one("variables", _variables_of),
            fields.one("insisted", _insistence_of),
            _limit_of(fields),
            fields.optional("dates", _period_of),
            _selection_of(fields.take("select", list)),
        ),
        changes=_changes_of(items, environment),
    )
    is_offline, seal = fields.take("offline", bool), fields.text("seal")
    fields.done()
    if digest_of(cast("Json", head)) != seal:
        raise ValueError("it was edited: what it says besides its changes does not have the seal that it states")
    if is_offline:
        what = f"the plan {path} was made offline: nobody has seen what runs, and an approval rests on that"
        raise PlanMismatchError(what, hint=_AGAIN)
    return approval


def _changes_of(items: list[object], environment: str) -> dict[JobKey, Approved]:
    changes: dict[JobKey, Approved] = {}
    for number, item in enumerate(items, 1):
        change = _approved_of(Fields(f"change {number}", item), environment)
        if changes.setdefault(change.key, change) is not change:
            raise ValueError(f"change {number} is a second one for `{change.key}`")
    return changes


def _limit_of(fields: Fields) -> int | None:
    limit = fields.take("maxSubmissions", int, type(None))
    if limit is not None and limit < 0:
        raise fields.wrong("maxSubmissions", limit)
    return limit


def _approved_of(fields: Fields, environment: str) -> Approved:
    approved = Approved(
        key=JobKey(fields.text("project"), fields.text("region"), environment, fields.text("displayName")),
        action=fields.choice("action", Action),
        reason=fields.choice("reason", Reason),
        digest=fields.optional_text("digest"),
        body=fields.take("body", dict),
        pins=_pins(fields.each("inputs", "input", input_of)),
        premise=fields.one("premise", _premise_of),
    )
    for shown in ("spec", "note"):
        fields.text(shown)
    for shown in ("differences", "rows"):
        fields.take(shown, list)
    fields.done()
    return approved


def _premise_of(fields: Fields) -> Premise:
    recorded, observed = fields.optional_text("recorded"), fields.optional_text("observed")
    return Premise(
        recorded=JobName(recorded) if recorded else None,
        observed=JobName(observed) if observed else None,
        standing=fields.optional_choice("standing", Standing),
    )


def _variables_of(fields: Fields) -> dict[str, str]:
    return {name: fields.text(name) for name in fields.names}


def _period_of(fields: Fields) -> Period:
    return Period(_date_of(fields, "from"), _date_of(fields, "to"))


def _date_of(fields: Fields, name: str) -> date:
    text = fields.text(name)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise fields.wrong(name, text) from None
    # ISO 8601 has more forms, and a plan is written in one.
    if day.isoformat() != text:
        raise fields.wrong(name, text)
    return day


def _selection_of(globs: list[object]) -> Selection:
    if not all(isinstance(glob, str) for glob in globs):
        raise ValueError("`select` of the plan holds something that is no glob")
    return Selection(tuple(map(str, globs)))


def _insistence_of(fields: Fields) -> Insistence:
    return Insistence(**{key: fields.take(name, bool) for key, name in _INSISTENCE.items()})


def refuse_other(approval: Approval, *, workspace: str, environment: str, lineage: str | None) -> None:
    """Makes sure that an approval is for this workspace, environment and lockfile.

    Raises:
        PlanMismatchError: It is not.
    """
    refuse_elsewhere(approval, workspace=workspace, environment=environment)
    # A plan from before the first apply has no lineage to compare: what it may do is in its changes' premises.
    if approval.lineage is not None and approval.lineage != lineage:
        raise PlanMismatchError("the plan was made against another lockfile: their lineages differ", hint=_AGAIN)


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
            raise PlanMismatchError(f"the plan is for the {what} `{planned}`, and this is `{here}`", hint=_AGAIN)


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
    pins = _pins(change.inputs)
    if any(pins.get(uri) != generation for uri, generation in approved.pins.items()):
        return "an input"
    return None if _rests_on(approved.premise, change.premise, change.action) else "what runs"


def _rests_on(then: Premise, now: Premise, action: Action) -> bool:
    """Whether a premise still holds. A job that merely ended meanwhile is adopted or retired all the same."""
    if action in (Action.ADOPT, Action.RETIRE):
        return (then.recorded, then.observed) == (now.recorded, now.observed)
    return then == now


def _pins(inputs: Iterable[Input]) -> dict[str, str]:
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
