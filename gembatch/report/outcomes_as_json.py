"""What became of plans, for scripts: the document of `schemas/outcomes.schema.json`."""

from __future__ import annotations

from collections.abc import Sequence

from gembatch.apply.applied import Applied, worst_of
from gembatch.apply.outcomes import Outcome
from gembatch.errors import GembatchError, InvalidSpecsError, PlanRefusedError
from gembatch.model.document import Json
from gembatch.report.as_json import as_json, finding_json

FORMAT = 1


def outcomes_as_json(applied: Sequence[Applied], tool: str) -> str:
    """Returns the document.

    Args:
        applied: In the order in which the plans were attempted.
        tool: Version of gembatch.
    """
    plans: list[Json] = [_applied(each) for each in applied]
    return as_json({"format": FORMAT, "tool": tool, "exitCode": worst_of(applied), "plans": plans})


def _applied(applied: Applied) -> dict[str, Json]:
    return {
        "plan": applied.plan or None,
        "workspace": applied.workspace or None,
        "environment": applied.environment or None,
        "lockfile": applied.lockfile or None,
        "exitCode": applied.exit_code,
        "error": _error(applied.error) if applied.error else None,
        "outcomes": [_outcome(outcome) for outcome in applied.outcomes],
    }


def _error(error: GembatchError) -> dict[str, Json]:
    findings = error.diagnostics if isinstance(error, InvalidSpecsError | PlanRefusedError) else ()
    return {"message": str(error), "hint": error.hint, "findings": [finding_json(finding) for finding in findings]}


def _outcome(outcome: Outcome) -> dict[str, Json]:
    return {
        "displayName": outcome.key.display_name,
        "project": outcome.key.project,
        "region": outcome.key.region,
        "action": outcome.action.value,
        "result": outcome.result.value,
        "job": outcome.name,
        "output": outcome.output,
        "message": outcome.message,
    }
