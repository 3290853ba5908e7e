"""The axes of a matrix: what they may be called, what they may hold, and when two of their values are one."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator

from gembatch.model.diagnostics import Diagnostic
from gembatch.model.document import Document, Json, Pointer, value_text
from gembatch.render.names import why_not_a_name
from gembatch.render.values import as_text, kind_of

MATRIX = "matrix"
INCLUDE = "include"
EXCLUDE = "exclude"
"""The keys of a matrix that are no axes."""


def axes_in(matrix: dict[str, Json]) -> tuple[str, ...]:
    """Returns the names of the axes in the order of the file, whether or not they can be used.

    A matrix without any has those of its first included combination.
    """
    named = tuple(name for name in matrix if name not in {INCLUDE, EXCLUDE})
    match matrix.get(INCLUDE):
        case [dict(first), *_] if not named:
            return tuple(first)
        case _:
            return named


def identity_of(value: Json) -> Hashable:
    """Returns what two values share when they are one: values that read the same make the same display name.

    So `1` and `"1"` are one value. A map's is the set of its members, whatever their order.

    Raises:
        Fault: It is no value of an axis.
    """
    if isinstance(value, dict):
        return frozenset((key, as_text(item)) for key, item in value.items())
    return as_text(value)


def findings_in_names(document: Document, names: Collection[str], declared: Collection[str]) -> Iterator[Diagnostic]:
    """Yields a finding for each axis whose name no axis may have.

    Args:
        document: The job document.
        names: Of the axes.
        declared: The workspace's variables, whose names are taken.
    """
    for name in names:
        place = document.places.at_key((MATRIX, name))
        if reason := why_not_a_name(name):
            yield Diagnostic("matrix.name", f"axis `{name}` {reason}", place, hint="give the axis another name")
        elif name in declared:
            message = f"axis `{name}` would hide the variable `{name}`"
            yield Diagnostic("matrix.name", message, place, hint="give one of them another name")


def findings_in_axis(document: Document, name: str, values: Json) -> Iterator[Diagnostic]:
    """Yields what is wrong with the values of an axis."""
    pointer = (MATRIX, name)
    if not isinstance(values, list):
        message = f"axis `{name}` must be a list of values, got {kind_of(values)}"
        yield Diagnostic("matrix.type", message, document.places.at(pointer), hint=f"write `{name}: [a, b]`")
    elif not values:
        message = f"axis `{name}` is empty, so there would be no job at all"
        yield Diagnostic("matrix.empty", message, document.places.at(pointer), hint="list at least one value")
    else:
        yield from _findings_in_values(document, name, values)


def _findings_in_values(document: Document, name: str, values: list[Json]) -> Iterator[Diagnostic]:
    first: dict[Hashable, int] = {}
    for index, value in enumerate(values):
        findings = tuple(findings_in_value(document, (MATRIX, name, index), name, value))
        yield from findings
        if not findings and (earlier := first.setdefault(identity_of(value), index)) != index:
            related = ((document.places.at((MATRIX, name, earlier)), "first listed here"),)
            message = f"axis `{name}` lists {value_text(value)} twice"
            place = document.places.at((MATRIX, name, index))
            yield Diagnostic("matrix.repeated", message, place, hint="take one of them out", related=related)


def findings_in_value(document: Document, pointer: Pointer, name: str, value: Json) -> Iterator[Diagnostic]:
    """Yields what is wrong with one value of axis `name`, written at `pointer`."""
    if isinstance(value, dict):
        for member, item in value.items():
            yield from _findings_in_scalar(document, (*pointer, member), name, item, "text, a number or a boolean")
    else:
        yield from _findings_in_scalar(document, pointer, name, value, "text, a number, a boolean or a map of these")


def _findings_in_scalar(document: Document, pointer: Pointer, name: str, value: Json, due: str) -> Iterator[Diagnostic]:
    place = document.places.at(pointer)
    if isinstance(value, dict | list | None):
        yield Diagnostic("matrix.type", f"a value of axis `{name}` must be {due}, got {kind_of(value)}", place)
    elif isinstance(value, str) and "{{" in value:
        message = f"axis `{name}` cannot hold an expression"
        yield Diagnostic("matrix.expression", message, place, hint="list the values themselves")
