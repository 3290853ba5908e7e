"""A plan as a document: what is saved, reviewed and approved. Pure.

A saved plan is an approval, not a payload: it names what may happen, and an apply carries out only what a fresh plan
asks for as well. So nothing in it is ever sent.
"""

from __future__ import annotations

import json
from datetime import date
from typing import cast

from gembatch.errors import PlanMismatchError, PlanUnreadableError
from gembatch.lock.codec import input_of
from gembatch.lock.fields import Fields, read_object
from gembatch.model.digests import digest_of
from gembatch.model.document import Json
from gembatch.model.jobs import JobKey, JobName
from gembatch.model.period import Period
from gembatch.model.selection import Selection
from gembatch.plan.approval import AGAIN, Approval, Approved, Request, pins_of
from gembatch.plan.case import Insistence
from gembatch.plan.changes import Action, Plan, Premise, Reason, Standing, change_json
from gembatch.plan.drift import drift_json

FORMAT = 1

_INSISTENCE = {
    "adopt": "adopt",
    "prune": "prune",
    "retry_failed": "retryFailed",
    "resubmit_missing": "resubmitMissing",
    "replace_past": "replacePast",
}


def plan_document(plan: Plan, request: Request, tool: str) -> dict[str, Json]:
    """Returns the plan as JSON values.

    Args:
        plan: What to save.
        request: What it was asked for.
        tool: Version of gembatch.
    """
    changes: list[Json] = [change_json(change) for change in plan.changes]
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
        "digest": digest_of(changes),  # as `plan.digest` is, of what is at hand
    }
    return {**head, "changes": changes, "seal": digest_of(head)}


def dump_plan(plan: Plan, request: Request, tool: str) -> str:
    """Returns the plan's text: the same bytes for the same plan on any machine."""
    return json.dumps(plan_document(plan, request, tool), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def load_plan(text: str, path: str) -> Approval:
    """Returns the approval that a saved plan is.

    Raises:
        PlanUnreadableError: It does not parse, has another format or unknown keys, or was edited.
        PlanMismatchError: It was made offline.
    """
    try:
        return _approval_of(read_object("the plan", text), path)
    except RecursionError as error:
        raise PlanUnreadableError(f"cannot read the plan {path}: it nests too deeply", hint=AGAIN) from error
    except ValueError as error:
        raise PlanUnreadableError(f"cannot read the plan {path}: {error}", hint=AGAIN) from error


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
        raise PlanMismatchError(what, hint=AGAIN)
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
        pins=pins_of(fields.each("inputs", "input", input_of)),
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
