"""A plan as a document: what is saved, reviewed and approved. Pure.

A saved plan is an approval, not a payload: it names what may happen, and an apply carries out only what a fresh plan
asks for as well. So nothing in it is ever sent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from gembatch.errors import PlanMismatchError, PlanUnreadableError
from gembatch.model.digests import Digest, digest_of
from gembatch.model.document import Json
from gembatch.plan.case import Policy
from gembatch.plan.changes import Action, Change, Plan, change_json

FORMAT = 1

_KEYS = (
    "format",
    "tool",
    "workspace",
    "environment",
    "lineage",
    "serial",
    "instant",
    "variables",
    "policy",
    "changes",
    "digest",
)
_POLICY = {"adopt": "adopt", "prune": "prune", "retry_failed": "retryFailed", "resubmit_missing": "resubmitMissing"}


@dataclass(frozen=True, slots=True)
class Request:
    """What the plan was asked for: an apply of it recomputes with the same.

    Attributes:
        variables: Values given on the command line, by name.
        policy: What the person insisted on.
    """

    variables: Mapping[str, str] = field(default_factory=dict)
    policy: Policy = field(default_factory=Policy)


@dataclass(frozen=True, slots=True)
class Approval:
    """A saved plan as read back.

    Attributes:
        workspace: Name of the workspace.
        environment: Name of the environment.
        lineage: Of the lockfile then; None before its first apply.
        instant: The run's one instant.
        request: What it was asked for.
        changes: The approved changes, by display name, in the form of `change_json`.
    """

    workspace: str
    environment: str
    lineage: str | None
    instant: str
    request: Request
    changes: Mapping[str, Mapping[str, Json]]


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
    done: tuple[str, ...] = ()
    moved: tuple[tuple[str, str], ...] = ()


def plan_document(plan: Plan, request: Request, tool: str) -> dict[str, Json]:
    """Returns the plan as JSON values.

    Args:
        plan: What to save.
        request: What it was asked for.
        tool: Version of gembatch.
    """
    policy: dict[str, Json] = {name: bool(getattr(request.policy, key)) for key, name in _POLICY.items()}
    return {
        "format": FORMAT,
        "tool": tool,
        "workspace": plan.workspace,
        "environment": plan.environment,
        "lineage": plan.lineage,
        "serial": plan.serial,
        "instant": plan.instant,
        "variables": dict(request.variables),
        "policy": policy,
        "changes": [change_json(change) for change in plan.changes],
        "digest": plan.digest,
    }


def dump_plan(plan: Plan, request: Request, tool: str) -> str:
    """Returns the plan's text: the same bytes for the same plan on any machine."""
    return json.dumps(plan_document(plan, request, tool), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def load_plan(text: str, path: str) -> Approval:
    """Returns the approval that a saved plan is.

    Raises:
        PlanUnreadableError: It does not parse, has another format or unknown keys, or its changes were edited.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PlanUnreadableError(f"{path} is not a plan: {error}", hint=_AGAIN) from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise PlanUnreadableError(f"{path} is not a plan of format {FORMAT}", hint=_AGAIN)
    unknown, missing = sorted(set(document) - set(_KEYS)), sorted(set(_KEYS) - set(document))
    if unknown or missing:
        what = f"the unknown key `{unknown[0]}`" if unknown else f"no `{missing[0]}`"
        raise PlanUnreadableError(f"{path} is not a plan of format {FORMAT}: it has {what}", hint=_AGAIN)
    if digest_of(document["changes"]) != Digest(str(document["digest"])):
        raise PlanUnreadableError(f"{path} was edited: its changes do not have the digest it states", hint=_AGAIN)
    return _approval_of(document, path)


_AGAIN = "write a new one with `gembatch plan --out FILE`"


def _approval_of(document: Mapping[str, Json], path: str) -> Approval:
    match document:
        case {
            "workspace": str(workspace),
            "environment": str(environment),
            "lineage": str() | None as lineage,
            "instant": str(instant),
            "variables": dict(variables),
            "policy": dict(policy),
            "changes": [*changes],
        } if set(policy) == set(_POLICY.values()):
            flags = {key: policy[name] is True for key, name in _POLICY.items()}
            request = Request({name: str(value) for name, value in variables.items()}, Policy(**flags))
            named = {str(change["displayName"]): change for change in changes if isinstance(change, dict)}
            return Approval(workspace, environment, lineage, instant, request, named)
        case _:
            raise PlanUnreadableError(
                f"{path} is not a plan of format {FORMAT}: a value has the wrong type", hint=_AGAIN
            )


def refuse_other(approval: Approval, *, workspace: str, environment: str, lineage: str | None) -> None:
    """Makes sure that an approval is for this workspace, environment and lockfile.

    Raises:
        PlanMismatchError: It is not.
    """
    for what, planned, here in (
        ("workspace", approval.workspace, workspace),
        ("environment", approval.environment, environment),
    ):
        if planned != here:
            raise PlanMismatchError(f"the plan is for the {what} `{planned}`, and this is `{here}`", hint=_AGAIN)
    # A plan from before the first apply has no lineage to compare: what it may do is in its changes' premises.
    if approval.lineage is not None and approval.lineage != lineage:
        raise PlanMismatchError("the plan was made against another lockfile: their lineages differ", hint=_AGAIN)


def compare(approval: Approval, fresh: Plan) -> Comparison:
    """Returns what stands in both: equal key, action, digest, inputs and premise."""
    approved = {name for name, change in approval.changes.items() if Action(str(change["action"])).is_pending}
    now = {change.key.display_name: change for change in fresh.changes}
    both = tuple(
        now[name] for name in sorted(approved & now.keys()) if _moved(approval.changes[name], now[name]) is None
    )
    gone = sorted(approved - {change.key.display_name for change in both})
    done = tuple(name for name in gone if _is_done(approval.changes[name], now.get(name)))
    moved = tuple((name, _what_moved(approval.changes[name], now.get(name))) for name in gone if name not in done)
    kept = tuple(change for change in fresh.changes if not change.action.is_pending)
    extra = tuple(change for change in fresh.pending if change.key.display_name not in approved)
    return Comparison(replace(fresh, changes=(*kept, *both)), extra, done, moved)


# What an approval is about, in the words of the refusal.
_APPROVED = {"action": "the action", "digest": "the spec", "inputs": "an input", "premise": "what runs"}


def _moved(approved: Mapping[str, Json], change: Change) -> str | None:
    fresh = change_json(change)
    then = {**approved, "inputs": _pins(approved.get("inputs"))}
    # What could not be read when the plan was made was not reviewed, so nothing was promised about it.
    now = {**fresh, "inputs": [pin for pin in _pins(fresh["inputs"]) if pin[0] in dict(_pins(approved.get("inputs")))]}
    return next((word for part, word in _APPROVED.items() if then.get(part) != now[part]), None)


def _pins(inputs: Json) -> list[tuple[str, str]]:
    """Returns uri and generation of every input that is pinned."""
    items = inputs if isinstance(inputs, list) else []
    return [(str(i["uri"]), str(i["generation"])) for i in items if isinstance(i, dict) and i.get("generation")]


def _is_done(approved: Mapping[str, Json], change: Change | None) -> bool:
    """Whether what was approved is there already: a second apply of the same plan, or another run that did it."""
    if change is None:
        return approved["action"] == Action.RETIRE
    return change.action is Action.KEEP and change.digest == approved["digest"]


def _what_moved(approved: Mapping[str, Json], change: Change | None) -> str:
    if change is None:
        return "no spec asks for it any more"
    word = _moved(approved, change) or "the action"
    return f"{word} moved since the plan: then {approved['action']}, now {change.action}"
