"""One document → one filled-in document for each combination of its matrix."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product

from gembatch.model.diagnostics import Diagnostic, Location, cut_short
from gembatch.model.document import Document, Json, Rendered, combination_text
from gembatch.model.tally import TOO_MUCH, Tally
from gembatch.render.axes import MATRIX
from gembatch.render.matrix import axes_of, combinations
from gembatch.render.templates import Template, fill, read_template
from gembatch.render.variables import Variables


def expand(
    document: Document, variables: Variables, dates: Sequence[dt.date] = (), tally: Tally | None = None
) -> tuple[tuple[Rendered, ...], tuple[Diagnostic, ...]]:
    """Returns the document once for each combination of its axes, expressions filled in, and all that is wrong with it.

    Combinations come in the order of the file, the last axis changing fastest; those that fail are left out.

    Args:
        document: The job document.
        variables: What names mean, the axes left out.
        dates: The dates to do it for, one after the other, in place of the run's own; none for that alone.
        tally: What other jobs hold already, and this document as it stands; what all of its own hold is added to it.
    """
    combined, matrix_findings = combinations(document, variables.declared)
    axes = axes_of(document)
    names = variables.names.union(axes) if axes else variables.names
    template, findings = read_template(document, names)
    if template is None or matrix_findings:
        return (), (*matrix_findings, *findings)
    occasions = _occasions(template, variables, dates)
    tally, count = tally or Tally(), len(combined) * len(occasions)
    tally.jobs += count
    if count > 1:  # before anything is filled in: nobody has to wait for it to be made
        tally.add_times(_plain(template), count - 1)
    rendered: list[Rendered] = []
    instances = product(combined, occasions)

    def failures() -> Iterator[Diagnostic]:
        while not (excess := tally.excess):
            if (instance := next(instances, None)) is None:
                return
            each, (date, dated) = instance
            filled, found = _filled(template, dated, each, date, tally)
            yield from found
            if filled is not None:
                rendered.append(filled)
        rendered.clear()
        yield _too_much(document, len(combined), len(occasions), excess)

    findings = _merged(cut_short(failures()))
    return tuple(rendered), findings


def unreadable(document: Document, variables: Variables) -> tuple[Diagnostic, ...]:
    """Returns what is wrong with a document's expressions whatever they give: of one that goes no further anyhow.

    Nothing where its matrix cannot be read either: each axis would be an unknown name.
    """
    match document.data:
        case {"matrix": matrix} if not isinstance(matrix, dict):
            return ()
    return read_template(document, variables.names.union(axes_of(document)))[1]


def _plain(template: Template) -> Tally:
    """Returns what one job of the document holds besides what its expressions give."""
    plain = Tally()
    plain.add(template.document.data)
    plain.values -= len(template.texts)
    plain.characters -= sum(map(len, template.texts.values()))
    return plain


def _too_much(document: Document, combinations: int, dates: int, excess: str) -> Diagnostic:
    counts = [f"{combinations:,} combinations"] * (combinations > 1) + [f"{dates:,} dates"] * (dates > 1)
    many = f"with {' on '.join(counts)} " if counts else ""
    message = f"{many}this document brings the run to {excess}"
    hint = "what is long belongs into the rows of an input; many dates can be run range by range"
    return Diagnostic(TOO_MUCH, message, document.places.at_key((MATRIX,)), hint=hint)


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
    template: Template, variables: Variables, combination: Mapping[str, Json], date: dt.date | None, tally: Tally
) -> tuple[Rendered | None, tuple[Diagnostic, ...]]:
    rendered, findings = fill(template, variables, combination, tally)
    if date is None:
        return rendered, findings
    named = combination_text({**combination, "ds": str(date)})
    return replace(rendered, date=date) if rendered else None, tuple(replace(f, combination=named) for f in findings)


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
