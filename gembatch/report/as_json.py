"""Everything that a script may want to read, as JSON. The keys are part of the product: they change with a version."""

from __future__ import annotations

import json
from collections.abc import Iterable

from gembatch.model.diagnostics import Diagnostic, Location
from gembatch.model.document import Json
from gembatch.report.palette import printable_json


def as_json(value: Json) -> str:
    """Returns a value's text, indented, keys as they come."""
    return printable_json(json.dumps(value, indent=2, ensure_ascii=False))


def findings_as_json(diagnostics: Iterable[Diagnostic]) -> str:
    """Returns the findings as a list of objects, in reading order."""
    return as_json([finding_json(diagnostic) for diagnostic in diagnostics])


def finding_json(diagnostic: Diagnostic) -> dict[str, Json]:
    """Returns one finding as JSON values."""
    return {
        "rule": diagnostic.rule,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "location": _place(diagnostic.location),
        "hint": diagnostic.hint,
        "combination": diagnostic.combination,
        "related": [{"location": _place(location), "message": why} for location, why in diagnostic.related],
    }


def _place(location: Location | None) -> Json:
    if location is None:
        return None
    return {"path": location.path, "line": location.line, "column": location.column, "length": location.length}
