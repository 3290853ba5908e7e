"""The checks of a preflight for scripts."""

from __future__ import annotations

from collections.abc import Iterable

from gembatch.report.as_json import as_json
from gembatch.verify.checks import Check


def checks_as_json(checks: Iterable[Check]) -> str:
    """Returns the checks as a list of objects, in their order."""
    return as_json(
        [
            {
                "check": check.topic.value,
                "subject": check.subject,
                "verdict": check.verdict.value,
                "message": check.message,
                "hint": check.hint,
            }
            for check in checks
        ]
    )
