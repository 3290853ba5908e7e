"""A plan for people: what will be submitted and why, what differs, what waits for them, and one closing line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

from gembatch.model.document import Json
from gembatch.model.jobs import RemoteJob
from gembatch.plan.changes import Action, Change, Plan, Reason
from gembatch.plan.fields import FieldChange
from gembatch.report.evidence import caution_of
from gembatch.report.palette import PLAIN, Palette, printable
from gembatch.report.words import count_of

_SIGNS = {
    Action.CREATE: "+",
    Action.REPLACE: "±",
    Action.ADOPT: "<",
    Action.CANCEL: "x",
    Action.RETIRE: "-",
    Action.KEEP: "=",
    Action.BLOCKED: "!",
}

_WHY = {
    Reason.NEW: "not submitted yet",
    Reason.CHANGED: "the spec changed since it was submitted",
    Reason.RERUN: "`rerun` asks for it once more",
    Reason.UNRECORDED: "this job runs or ran already; the lockfile will remember it",
    Reason.RENAMED: "the lockfile will remember it under its new name",
    Reason.UNFINISHED: "an apply has not finished",
    Reason.FAILED: "the job ended badly",
    Reason.CANCELLED: "gembatch cancelled the job",
    Reason.MISSING: "Vertex AI does not know the job any more",
    Reason.REMOVED: "no spec asks for it any more",
    Reason.PAST: "an earlier date of a series",
    Reason.CURRENT: "up to date",
    Reason.IN_FLIGHT: "the job is live",
    Reason.FOREIGN: "somebody else's job has this name",
    Reason.STALE: "the lockfile is older than what runs",
}

_LONGEST_VALUE = 160


def plan_as_text(plan: Plan, palette: Palette = PLAIN) -> str:
    """Returns the plan: a block per change that is not simply current, what else is to be known, and the counts."""
    said = [change for change in plan.changes if _is_said(change)]
    caution = caution_of(plan.evidence)
    blocks = [palette.yellow(caution)] if caution else []
    blocks += [_block(change, palette) for change in said]
    blocks += [_duplicate(job, palette) for job in plan.duplicates]
    if changed_past := sum(_is_changed_past(change) for change in plan.changes):
        blocks.append(
            f"  {count_of(changed_past, 'job')} of earlier dates kept, though the spec has changed since; "
            "`--replace-past` submits again"
        )
    if plan.unrecorded:
        blocks.append(f"  {count_of(len(plan.unrecorded), 'job')} of this workspace that no spec and no lockfile knows")
    return "\n\n".join([*blocks, closing_line(plan, palette)])


def closing_line(plan: Plan, palette: Palette = PLAIN) -> str:
    """Returns the counts, in one fixed shape."""
    submitted = len(plan.submissions)
    others = [
        f"{number} to {action.value}"
        for action, number in plan.counts.items()
        if action in (Action.ADOPT, Action.CANCEL, Action.RETIRE)
    ]
    kept = plan.counts.get(Action.KEEP, 0)
    parts = [f"{submitted} to submit", *others, f"{kept} unchanged"]
    if plan.blocked:
        parts.append(palette.yellow(f"{len(plan.blocked)} blocked"))
    if plan.left_alone:
        parts.append(f"{plan.left_alone} not selected")
    head = palette.bold("Plan:") if plan.pending or plan.blocked else palette.bold("Nothing to do:")
    return f"{head} {', '.join(parts)}."


def _is_said(change: Change) -> bool:
    """Whether a change is more than a number: an unchanged job is not, unless there is something to know about it."""
    if change.action is not Action.KEEP:
        return True
    # A year of them would hide what is done; how many there are is said once.
    if change.reason is Reason.PAST:
        return False
    return bool(change.differences) or change.reason is not Reason.CURRENT


def _is_changed_past(change: Change) -> bool:
    return change.action is Action.KEEP and change.reason is Reason.PAST and change.desired is not None


def _block(change: Change, palette: Palette) -> str:
    paint = _paint(change.action, palette)
    sign, name = _SIGNS[change.action], printable(change.key.display_name)
    head = f"  {paint(sign)} {paint(f'{change.action.value:<8}')} {palette.bold(name)}"
    why = _why(change)
    lines = [f"{head}  {palette.dim(f'{change.reason.value}: {why}')}"]
    if change.action.submits:
        lines += [f"      {line}" for line in _facts(change)]
    lines += [f"      {line}" for line in _differences(change.differences, palette)]
    if change.note:
        lines.append(f"      {palette.cyan('note:')} {printable(change.note)}")
    return "\n".join(lines)


def _why(change: Change) -> str:
    if change.action is Action.KEEP and change.reason is Reason.CURRENT:
        return "up to date; only labels differ, and a job's labels cannot be edited"
    return _WHY[change.reason]


def _paint(action: Action, palette: Palette) -> Callable[[str], str]:
    match action:
        case Action.CREATE | Action.ADOPT:
            return palette.green
        case Action.REPLACE | Action.BLOCKED:
            return palette.yellow
        case Action.CANCEL:
            return palette.red
        case Action.RETIRE | Action.KEEP:
            return palette.dim


def _facts(change: Change) -> list[str]:
    """Returns what a reviewer wants to know of a job that will be bought."""
    spec = change.desired
    if spec is None:
        return []
    inputs = [file.path for file in spec.staged] or list(spec.input_uris)
    rows = [
        ("spec", spec.spec_path),
        ("model", str(spec.body.get("model", "")).removeprefix("publishers/google/models/")),
    ]
    rows += [("input", uri) for uri in inputs]
    rows.append(("output", spec.output_uri))
    return [f"{title:<6}  {printable(value)}" for title, value in rows]


def _differences(changes: Iterable[FieldChange], palette: Palette) -> list[str]:
    lines: list[str] = []
    for change in changes:
        lines.append(palette.bold(printable(change.path)))
        if change.before is not None:
            lines.append(palette.red(f"  - {_value(change.before)}"))
        if change.after is not None:
            lines.append(palette.green(f"  + {_value(change.after)}"))
    return lines


def _value(value: Json) -> str:
    text = printable(json.dumps(value, ensure_ascii=False))
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}… ({len(text)} characters)"


def _duplicate(job: RemoteJob, palette: Palette) -> str:
    name = printable(job.display_name)
    return (
        f"  {palette.red('!')} {palette.red('duplicate')} {palette.bold(name)}\n"
        f"      {job.name} is live and does what another recorded job does; cancel one of them"
    )
