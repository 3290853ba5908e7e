"""What a comment on a pull request says above the plan: what the merge does, counted from the saved plan itself."""

from __future__ import annotations

from collections.abc import Iterable

from gembatch.plan.approval import Approval
from gembatch.plan.changes import Action
from gembatch.report.words import count_of

_VERBS = {
    Action.CREATE: "submit",
    Action.REPLACE: "replace",
    Action.ADOPT: "adopt",
    Action.CANCEL: "cancel",
    Action.RETIRE: "retire",
}


def heading(workspace: str, environment: str) -> str:
    """Returns the first line for people."""
    return f"### gembatch: `{environment}` of `{workspace}`"


def merge_as_markdown(approval: Approval) -> str:
    """Returns what the merge does.

    Whoever can change the workflow of a pull request can change the page that is shown. This sentence is counted from
    the plan that an apply would take.
    """
    actions = [change.action for change in approval.changes.values() if change.action.is_pending]
    if not actions:
        return "Merging this changes nothing here."
    told = _listed(
        f"{_VERBS[action]} {count_of(actions.count(action), 'job')}" for action in Action if action in actions
    )
    return f"Merging this will **{told}**, and do no more than is shown here."


def refused_as_markdown() -> str:
    """Returns what the merge does where the plan was refused."""
    return "**The plan was refused**, so merging this changes nothing here."


def failed_as_markdown() -> str:
    """Returns what the merge does where there is no plan."""
    return "**There is no plan**: the run tells why. Merging this as it is changes nothing here."


def untouched_as_markdown() -> str:
    """Returns what is said of an environment that was touched by an earlier push."""
    return "This pull request does not touch this environment any more."


def origin(head: str, run_url: str) -> str:
    """Returns where a plan comes from."""
    return f"<sub>Planned for {head[:12]} by [this run]({run_url}).</sub>"


def _listed(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
