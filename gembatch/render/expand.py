"""One document → one filled-in document for each combination of its matrix."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from gembatch.model.diagnostics import Diagnostic, Location
from gembatch.model.document import Document, Rendered
from gembatch.render.matrix import axes_of, combinations
from gembatch.render.templates import fill, read_template
from gembatch.render.variables import Variables


def expand(document: Document, variables: Variables) -> tuple[tuple[Rendered, ...], tuple[Diagnostic, ...]]:
    """Returns the document once for each combination of its axes, expressions filled in, and all that is wrong with it.

    Combinations come in the order of the file, the last axis changing fastest; those that fail are left out.

    Args:
        document: The job document.
        variables: What names mean, the axes left out.
    """
    combined, matrix_findings = combinations(document, variables.declared)
    template, findings = read_template(document, variables.names.union(axes_of(document)))
    if template is None or matrix_findings:
        return (), (*matrix_findings, *findings)
    results = [fill(template, variables, combination) for combination in combined]
    return (
        tuple(rendered for rendered, _ in results if rendered is not None),
        _merged(finding for _, failed in results for finding in failed),
    )


def _merged(findings: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Says once what several combinations share: the first of them, and how many more."""
    first: dict[tuple[str, str, Location | None], Diagnostic] = {}
    others: dict[tuple[str, str, Location | None], int] = {}
    for finding in findings:
        key = (finding.rule, finding.message, finding.location)
        if first.setdefault(key, finding) is not finding:
            others[key] = others.get(key, 0) + 1
    return tuple(
        replace(finding, combination=f"{finding.combination} and {others[key]} more") if key in others else finding
        for key, finding in first.items()
    )
