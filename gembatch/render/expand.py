"""One document → one filled-in document for each combination of its matrix."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from gembatch.errors import UsageError
from gembatch.model.diagnostics import Diagnostic, Location
from gembatch.model.document import Document, Json, Rendered, combination_text
from gembatch.render.matrix import axes_of, combinations
from gembatch.render.templates import Template, fill, read_template
from gembatch.render.variables import Variables

MAX_INSTANCES = 50_000
"""Jobs that one document may stand for in a run over several dates."""


def expand(
    document: Document, variables: Variables, dates: Sequence[dt.date] = ()
) -> tuple[tuple[Rendered, ...], tuple[Diagnostic, ...]]:
    """Returns the document once for each combination of its axes, expressions filled in, and all that is wrong with it.

    Combinations come in the order of the file, the last axis changing fastest; those that fail are left out.

    Args:
        document: The job document.
        variables: What names mean, the axes left out.
        dates: The dates to do it for, one after the other, in place of the run's own; none for that alone.

    Raises:
        UsageError: Combinations times dates are more than `MAX_INSTANCES`.
    """
    combined, matrix_findings = combinations(document, variables.declared)
    axes = axes_of(document)
    names = variables.names.union(axes) if axes else variables.names
    template, findings = read_template(document, names)
    if template is None or matrix_findings:
        return (), (*matrix_findings, *findings)
    occasions = _occasions(template, variables, dates)
    _refuse_too_many(document, len(combined), len(occasions))
    results = [_filled(template, dated, each, date) for each in combined for date, dated in occasions]
    return (
        tuple(rendered for rendered, _ in results if rendered is not None),
        _merged(finding for _, failed in results for finding in failed),
    )


def _occasions(
    template: Template, variables: Variables, dates: Sequence[dt.date]
) -> list[tuple[dt.date | None, Variables]]:
    """Returns what names mean on each date; the date is None where it makes no difference."""
    if not dates:
        return [(None, variables)]
    if not template.name_dates and not template.body_dates:
        return [(None, variables.on(dates[-1]))]
    return [(date, variables.on(date)) for date in dates]


def _filled(
    template: Template, variables: Variables, combination: Mapping[str, Json], date: dt.date | None
) -> tuple[Rendered | None, tuple[Diagnostic, ...]]:
    rendered, findings = fill(template, variables, combination)
    if date is None:
        return rendered, findings
    named = combination_text({**combination, "ds": str(date)})
    return replace(rendered, date=date) if rendered else None, tuple(replace(f, combination=named) for f in findings)


def _refuse_too_many(document: Document, combinations: int, dates: int) -> None:
    if (count := combinations * dates) > MAX_INSTANCES and dates > 1:
        message = f"{combinations:,} combinations on {dates:,} dates are {count:,} jobs, more than {MAX_INSTANCES:,}"
        raise UsageError(f"{document.source.path}: {message}", hint="choose a shorter range, and then the next one")


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
