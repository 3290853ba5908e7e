"""A document's `matrix` → its combinations: the product of the axes, less what is excluded, and what is included.

An `exclude` names some axes and takes out every combination that has those values. An `include` is a whole
combination, and comes after the others; it neither changes nor extends any of them, as other tools' does. What belongs
to one value of an axis stands with it, in a map.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping
from functools import reduce
from itertools import product
from math import prod
from operator import and_

from gembatch.model.diagnostics import Diagnostic
from gembatch.model.document import Document, Json, combination_text
from gembatch.model.nearest import listed
from gembatch.render.axes import (
    EXCLUDE,
    INCLUDE,
    MATRIX,
    axes_in,
    findings_in_axis,
    findings_in_names,
    findings_in_value,
    identity_of,
)
from gembatch.render.names import did_you_mean
from gembatch.render.values import kind_of

MAX_COMBINATIONS = 10_000
"""Combinations that one document may have, those that `exclude` takes out again among them."""

Combination = Mapping[str, Json]


def axes_of(document: Document) -> tuple[str, ...]:
    """Returns the names of the document's axes in the order of the file, whether or not they can be used."""
    matrix = document.data.get(MATRIX) if isinstance(document.data, dict) else None
    return axes_in(matrix) if isinstance(matrix, dict) else ()


def combinations(
    document: Document, declared: Collection[str] = ()
) -> tuple[tuple[Combination, ...], tuple[Diagnostic, ...]]:
    """Returns every combination and what is wrong with the matrix.

    They come in the order of the file, the last axis changing fastest, then those included. Without a `matrix` there
    is one empty combination. With a finding there is none.

    Args:
        document: The job document.
        declared: The workspace's variables, whose names no axis may take.
    """
    if not isinstance(document.data, dict) or MATRIX not in document.data:
        return ({},), ()
    matrix = document.data[MATRIX]
    findings = tuple(_findings(document, matrix, declared))
    if findings or not isinstance(matrix, dict):
        return (), findings
    kept, unmatched = _kept(document, matrix)
    included, repeated = _included(document, matrix, kept)
    found = (*unmatched, *repeated, *_nothing_left(document, (*kept, *included)))
    return ((), found) if found else ((*kept, *included), ())


def _findings(document: Document, matrix: Json, declared: Collection[str]) -> Iterator[Diagnostic]:
    """Yields what is wrong with the matrix before anything is combined."""
    place = document.places.at((MATRIX,))
    if not isinstance(matrix, dict):
        message = f"`matrix` must be a map of axes, got {kind_of(matrix)}"
        yield Diagnostic("matrix.type", message, place, hint="write `matrix: {lang: [de, fr]}`")
        return
    axes = axes_in(matrix)
    if not axes and INCLUDE not in matrix:
        yield Diagnostic("matrix.empty", "`matrix` has no axes", place, hint="name an axis, or leave `matrix` out")
    yield from findings_in_names(document, axes, declared)
    for name, values in _named(matrix).items():
        yield from findings_in_axis(document, name, values)
    for key in (INCLUDE, EXCLUDE):
        yield from _findings_in_entries(document, key, matrix.get(key, []), axes)
    yield from _too_many(document, matrix)


def _named(matrix: Mapping[str, Json]) -> dict[str, Json]:
    return {name: values for name, values in matrix.items() if name not in {INCLUDE, EXCLUDE}}


def _findings_in_entries(document: Document, key: str, entries: Json, axes: Collection[str]) -> Iterator[Diagnostic]:
    """Yields what is wrong with each combination that is included or excluded, taken by itself."""
    if not isinstance(entries, list):
        message = f"`{key}` must be a list of combinations, got {kind_of(entries)}"
        hint = f"write `{key}: [{{lang: de}}]`"
        yield Diagnostic("matrix.type", message, document.places.at((MATRIX, key)), hint=hint)
        return
    for index, entry in enumerate(entries):
        place = document.places.at((MATRIX, key, index))
        if not isinstance(entry, dict):
            message = f"a combination must be a map of axes, got {kind_of(entry)}"
            yield Diagnostic("matrix.type", message, place, hint="name each axis, such as `{lang: de}`")
            continue
        yield from _unknown_axes(document, key, index, entry, axes)
        if key == INCLUDE and (missing := [axis for axis in axes if axis not in entry]):
            hint = "name every axis: what is included is a combination of its own"
            yield Diagnostic("matrix.include", f"the combination lacks {listed(missing)}", place, hint=hint)
        for axis, value in entry.items():
            yield from findings_in_value(document, (MATRIX, key, index, axis), axis, value)


def _unknown_axes(
    document: Document, key: str, index: int, entry: Mapping[str, Json], axes: Collection[str]
) -> Iterator[Diagnostic]:
    for name in entry:
        if name not in axes:
            hint = did_you_mean(name, axes) or (
                "what belongs to one value of an axis stands with it, in a map: `lang: [{code: de, tone: formal}]`"
            )
            place = document.places.at_key((MATRIX, key, index, name))
            yield Diagnostic(f"matrix.{key}", f"`{name}` is not an axis of this matrix", place, hint=hint)


def _too_many(document: Document, matrix: Mapping[str, Json]) -> Iterator[Diagnostic]:
    sizes = {name: len(values) for name, values in _named(matrix).items() if isinstance(values, list)}
    included = matrix.get(INCLUDE)
    extra = len(included) if isinstance(included, list) else 0
    if (count := prod(sizes.values()) * bool(sizes) + extra) > MAX_COMBINATIONS:
        product_text = " x ".join(f"{size} {name}" for name, size in sizes.items())
        parts = " + ".join(filter(None, (product_text, f"{extra} included" * bool(extra))))
        before = " before `exclude`" * (EXCLUDE in matrix)
        message = f"`matrix` has {count:,} combinations ({parts}){before}, more than {MAX_COMBINATIONS:,}"
        hint = "split the document, or put rows and not jobs into one input"
        yield Diagnostic("matrix.too-large", message, document.places.at_key((MATRIX,)), hint=hint)


def _kept(document: Document, matrix: Mapping[str, Json]) -> tuple[list[Combination], tuple[Diagnostic, ...]]:
    """Returns the product of the axes without what is excluded, and a finding for each exclusion of nothing."""
    axes = {name: values for name, values in _named(matrix).items() if isinstance(values, list)}
    if not axes:
        return [], tuple(_no_match(document, index) for index in range(len(_entries(matrix, EXCLUDE))))
    excluded = _entries(matrix, EXCLUDE)
    kept: list[Combination] = []
    matched = 0
    # For each combination the exclusions that take it out, one bit for each: those that fit all of its values.
    fits = product(*(_exclusions_by_value(name, values, excluded) for name, values in axes.items()))
    for values, exclusions in zip(product(*axes.values()), fits, strict=True):
        taken_out_by = reduce(and_, exclusions)
        matched |= taken_out_by
        if not taken_out_by:
            kept.append(dict(zip(axes, values, strict=True)))
    return kept, tuple(_no_match(document, index) for index in range(len(excluded)) if not matched >> index & 1)


def _exclusions_by_value(axis: str, values: list[Json], excluded: list[Combination]) -> list[int]:
    """Returns for each value of an axis the exclusions that it fits, one bit for each."""
    wanted = [identity_of(entry[axis]) if axis in entry else None for entry in excluded]
    identities = map(identity_of, values)
    return [sum(1 << index for index, each in enumerate(wanted) if _fits(value, each)) for value in identities]


def _fits(value: Hashable, wanted: Hashable | None) -> bool:
    """Returns whether a value is the one that is wanted, or a map with its members; None wants any."""
    if isinstance(wanted, frozenset) and isinstance(value, frozenset):
        return wanted <= value
    return wanted is None or value == wanted


def _entries(matrix: Mapping[str, Json], key: str) -> list[Combination]:
    entries = matrix.get(key)
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def _no_match(document: Document, index: int) -> Diagnostic:
    place = document.places.at((MATRIX, EXCLUDE, index))
    hint = "correct its values, or take it out"
    return Diagnostic("matrix.exclude", "this takes out no combination", place, hint=hint)


def _included(
    document: Document, matrix: Mapping[str, Json], kept: list[Combination]
) -> tuple[list[Combination], tuple[Diagnostic, ...]]:
    """Returns the included combinations, axes in the order of the matrix, and a finding for each that is there."""
    axes = axes_in(dict(matrix))
    included: list[Combination] = []
    findings: list[Diagnostic] = []
    known = {_identities(combination) for combination in kept}
    for index, entry in enumerate(_entries(matrix, INCLUDE)):
        combination = {axis: entry[axis] for axis in axes}
        if _identities(combination) in known:
            place = document.places.at((MATRIX, INCLUDE, index))
            message = f"the combination {combination_text(combination)} is there already"
            findings.append(Diagnostic("matrix.repeated", message, place, hint="take it out"))
        known.add(_identities(combination))
        included.append(combination)
    return included, tuple(findings)


def _identities(combination: Combination) -> tuple[Hashable, ...]:
    return tuple(map(identity_of, combination.values()))


def _nothing_left(document: Document, left: Collection[Combination]) -> Iterator[Diagnostic]:
    if not left:
        message = "no combination is left, so there would be no job at all"
        yield Diagnostic("matrix.empty", message, document.places.at_key((MATRIX,)), hint="exclude less")
