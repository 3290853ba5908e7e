"""What an apply said of its plans, read back for those who approved them. Pure."""

from __future__ import annotations

from gembatch.apply.applied import Applied
from gembatch.apply.outcomes import Outcome, Result
from gembatch.errors import GembatchError, GitHubError, UnfinishedError
from gembatch.github.comments import State
from gembatch.lock.fields import Fields, read_object
from gembatch.model.jobs import JobKey, JobName
from gembatch.plan.changes import Action

_UNDONE = frozenset({Result.REJECTED, Result.SKIPPED, Result.UNCERTAIN})


def state_after(applied: Applied | None) -> State:
    """Returns how far the story of a plan is after an apply; None where the apply left no word.

    What could not be done may succeed another time, and is tried again by the next run: jobs that are there are not
    submitted twice. What was refused because it moved needs another plan, so waiting for it would be in vain.
    """
    if applied is None or applied.error or any(outcome.result in _UNDONE for outcome in applied.outcomes):
        return State.PLANNED
    return State.APPLIED


def outcomes_of(text: str) -> tuple[Applied, ...]:
    """Returns what `apply --format json` wrote.

    Raises:
        GitHubError: It did not write it.
    """
    try:
        fields = read_object("the document", text)
        if (number := fields.whole_number("format", least=1)) != 1:
            raise fields.wrong("format", number)
        fields.text("tool")
        fields.whole_number("exitCode", least=0)
        applied = fields.each("plans", "plan", _applied)
        fields.done()
    except ValueError as error:
        raise GitHubError(f"these are no outcomes of an apply: {error}") from error
    return applied


def _applied(fields: Fields) -> Applied:
    environment = fields.optional_text("environment") or ""
    outcomes: list[object] = fields.take("outcomes", list)
    return Applied(
        plan=fields.optional_text("plan") or "",
        workspace=fields.optional_text("workspace") or "",
        environment=environment,
        lockfile=fields.optional_text("lockfile") or "",
        outcomes=tuple(_outcome(Fields("the outcome", item), environment) for item in outcomes),
        error=_error(fields),
    )


def _error(fields: Fields) -> GembatchError | None:
    code, error = fields.whole_number("exitCode", least=0), fields.take("error", dict, type(None))
    if error is None:
        return None
    told = Fields("the error", error)
    kind = UnfinishedError if code == UnfinishedError.exit_code else GembatchError
    return kind(told.text("message"), hint=told.optional_text("hint"))


def _outcome(fields: Fields, environment: str) -> Outcome:
    name = fields.optional_text("job")
    return Outcome(
        key=JobKey(fields.text("project"), fields.text("region"), environment, fields.text("displayName")),
        action=fields.choice("action", Action),
        result=fields.choice("result", Result),
        name=JobName(name) if name else None,
        message=fields.text("message"),
        output=fields.text("output"),
    )
