"""A document's `matrix` → the combinations of its axes. Plain axes of scalars; nothing is added or taken out."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import product
from math import prod

from gembatch.model.diagnostics import Diagnostic
from gembatch.model.document import Document, Json
from gembatch.render.names import why_not_a_name
from gembatch.render.values import as_text, kind_of

MAX_COMBINATIONS = 10_000
"""Combinations that one document may have."""

# Kept free: other tools add and take out combinations by these words, and so may we one day.
_RESERVED = ("include", "exclude")


def axes_of(document: Document) -> tuple[str, ...]:
    """Returns the names of the document's axes in the order of the file, whether or not they can be used."""
    matrix = document.data.get("matrix") if isinstance(document.data, dict) else None
    return tuple(matrix) if isinstance(matrix, dict) else ()


def combinations(
    document: Document, declared: Collection[str] = ()
) -> tuple[tuple[dict[str, Json], ...], tuple[Diagnostic, ...]]:
    """Returns every combination of the axes, the last axis changing fastest, and what is wrong with the matrix.

    Without a `matrix` there is one empty combination. With a finding there is none.

    Args:
        document: The job document.
        declared: The workspace's variables, whose names no axis may take.
    """
    if not isinstance(document.data, dict) or "matrix" not in document.data:
        return ({},), ()
    matrix = document.data["matrix"]
    findings = tuple(_findings(document, matrix, declared))
    if findings or not isinstance(matrix, dict):
        return (), findings
    values = [axis for axis in matrix.values() if isinstance(axis, list)]
    return tuple(dict(zip(matrix, each, strict=True)) for each in product(*values)), ()


def _findings(document: Document, matrix: Json, declared: Collection[str]) -> Iterator[Diagnostic]:
    places = document.places
    if not isinstance(matrix, dict):
        message = f"`matrix` must be a map of axes, got {kind_of(matrix)}"
        yield Diagnostic("matrix.type", message, places.at(("matrix",)), hint="write `matrix: {lang: [de, fr]}`")
        return
    if not matrix:
        hint = "name an axis, or leave `matrix` out"
        yield Diagnostic("matrix.empty", "`matrix` has no axes", places.at(("matrix",)), hint=hint)
    for name, values in matrix.items():
        yield from _findings_in_name(document, name, declared)
        yield from _findings_in_axis(document, name, values)
    yield from _too_many(document, matrix)


def _findings_in_name(document: Document, name: str, declared: Collection[str]) -> Iterator[Diagnostic]:
    place = document.places.at_key(("matrix", name))
    if name in _RESERVED:
        hint = "list every value under its axis, or write a second document"
        yield Diagnostic("matrix.reserved", f"`{name}` is not an axis", place, hint=hint)
    elif reason := why_not_a_name(name):
        yield Diagnostic("matrix.name", f"axis `{name}` {reason}", place, hint="give the axis another name")
    elif name in declared:
        message = f"axis `{name}` would hide the variable `{name}`"
        yield Diagnostic("matrix.name", message, place, hint="give one of them another name")


def _findings_in_axis(document: Document, name: str, values: Json) -> Iterator[Diagnostic]:
    pointer = ("matrix", name)
    if name in _RESERVED:
        return
    if not isinstance(values, list):
        message = f"axis `{name}` must be a list of values, got {kind_of(values)}"
        yield Diagnostic("matrix.type", message, document.places.at(pointer), hint=f"write `{name}: [a, b]`")
    elif not values:
        message = f"axis `{name}` is empty, so there would be no job at all"
        yield Diagnostic("matrix.empty", message, document.places.at(pointer), hint="list at least one value")
    else:
        yield from _findings_in_values(document, name, values)


def _findings_in_values(document: Document, name: str, values: list[Json]) -> Iterator[Diagnostic]:
    first: dict[str, int] = {}
    for index, value in enumerate(values):
        place = document.places.at(("matrix", name, index))
        if isinstance(value, dict | list | None):
            message = f"a value of axis `{name}` must be text, a number or a boolean, got {kind_of(value)}"
            yield Diagnostic("matrix.type", message, place)
        elif isinstance(value, str) and "{{" in value:
            message = f"axis `{name}` cannot hold an expression"
            yield Diagnostic("matrix.expression", message, place, hint="list the values themselves")
        # Values that read the same make the same display name: `1` and `"1"` are one value here.
        elif (earlier := first.setdefault(as_text(value), index)) != index:
            related = ((document.places.at(("matrix", name, earlier)), "first listed here"),)
            message = f"axis `{name}` lists {as_text(value)} twice"
            yield Diagnostic("matrix.repeated", message, place, hint="take one of them out", related=related)


def _too_many(document: Document, matrix: dict[str, Json]) -> Iterator[Diagnostic]:
    lengths = [len(values) for values in matrix.values() if isinstance(values, list)]
    if (count := prod(lengths)) > MAX_COMBINATIONS:
        sizes = " x ".join(map(str, lengths))
        message = f"`matrix` has {count:,} combinations ({sizes}), more than {MAX_COMBINATIONS:,}"
        hint = "split the document, or put rows and not jobs into one input"
        yield Diagnostic("matrix.too-large", message, document.places.at_key(("matrix",)), hint=hint)
