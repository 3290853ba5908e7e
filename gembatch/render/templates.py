"""A document with expressions in its leaves → the document filled in. Leaves only: no key, no structure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from typing import cast

from gembatch.model.diagnostics import Diagnostic
from gembatch.model.document import Document, Json, Pointer, PreviousName, Rendered
from gembatch.model.tally import Tally
from gembatch.render.dates import Grain
from gembatch.render.evaluate import UnsetVariableError
from gembatch.render.leaves import NO_LEAF, Leaf, fill_leaf, grains_of, read_leaf, undefined_names
from gembatch.render.places import place_in_leaf
from gembatch.render.series import members_named, series_of
from gembatch.render.tree import ExpressionError
from gembatch.render.variables import Variables

_NAME = "displayName"
_PREVIOUS_NAME = "previousDisplayName"
_MATRIX = "matrix"


@dataclass(frozen=True, slots=True)
class Template:
    """A document whose expressions have been read: what is the same for all combinations of its matrix.

    Attributes:
        document: The document as it stands in the file, but without `matrix`.
        texts: Every leaf that may hold an expression, as it stands in the file.
        leaves: Those of them that do, read.
        name_dates: The grains of the dates on which the display name depends.
        body_dates: The same of each other leaf; those without any are left out.
        named: What the display name takes from each variable; see `members_named`.
    """

    document: Document
    texts: Mapping[Pointer, str] = field(repr=False)
    leaves: Mapping[Pointer, Leaf] = field(repr=False)
    name_dates: frozenset[Grain]
    body_dates: Mapping[Pointer, frozenset[Grain]]
    named: Mapping[str, frozenset[str | None]]


def render(
    document: Document, variables: Variables, combination: Mapping[str, Json] | None = None
) -> tuple[Rendered | None, tuple[Diagnostic, ...]]:
    """Returns the document with its expressions filled in, or what is wrong with them.

    Args:
        document: The job document.
        variables: What names mean, the axes left out.
        combination: A value for each axis of its matrix.
    """
    axes = combination or {}
    template, findings = read_template(document, variables.names.union(axes))
    return (None, findings) if template is None else fill(template, variables, axes, Tally())


def read_template(document: Document, names: frozenset[str]) -> tuple[Template | None, tuple[Diagnostic, ...]]:
    """Returns the document's expressions, or all that is wrong with them whatever the values.

    Args:
        document: The job document.
        names: Every name that an expression may use.
    """
    body = _without_matrix(document)
    texts: dict[Pointer, str] = {}
    leaves: dict[Pointer, Leaf] = {}
    keys: list[Pointer] = []
    _gather(body.data, (), texts, keys)
    findings = [_key_finding(document, pointer) for pointer in keys]
    for pointer, text in texts.items():
        leaf, errors = _read(text, names)
        if errors:
            findings += (_finding(document, pointer, text, error) for error in errors)
        elif leaf.expressions:  # it is more than text
            leaves[pointer] = leaf
    if findings:
        return None, tuple(findings)
    dates = {pointer: grains for pointer, leaf in leaves.items() if (grains := grains_of(leaf))}
    name_dates = dates.pop((_NAME,), frozenset[Grain]())
    return Template(body, texts, leaves, name_dates, dates, members_named(leaves.get((_NAME,), NO_LEAF))), ()


def fill(
    template: Template, variables: Variables, combination: Mapping[str, Json], tally: Tally
) -> tuple[Rendered | None, tuple[Diagnostic, ...]]:
    """Returns a template filled in for one combination, or all that fails in it.

    Neither of them when what its expressions give is too much, which the tally tells then.

    Args:
        template: The document's expressions, whose names are all variables or axes.
        variables: What names mean, the axes left out.
        combination: A value for each axis.
        tally: What its expressions give is added to it.
    """
    if combination:
        variables = variables.with_axes(combination)
    filled: dict[Pointer, Json] = {}
    findings: list[Diagnostic] = []
    for pointer, leaf in template.leaves.items():
        try:
            filled[pointer] = value = fill_leaf(leaf, variables)
        except UnsetVariableError:
            pass  # said once, at the declaration
        except ExpressionError as error:
            findings.append(_finding(template.document, pointer, template.texts[pointer], error))
        else:
            tally.add(value)
            if tally.excess:
                return None, ()
    rendered = _rendered(template, filled, combination)
    if len(filled) == len(template.leaves):
        return rendered, ()
    return None, tuple(replace(finding, combination=rendered.combination_text) for finding in findings)


def _rendered(template: Template, filled: Mapping[Pointer, Json], combination: Mapping[str, Json]) -> Rendered:
    document = template.document
    data = document.data
    name = data.get(_NAME) if isinstance(data, dict) else None
    return Rendered(
        document=Document(document.source, _filled(data, filled), document.places),
        combination=combination,
        series=series_of(combination, template.named),
        name_template=name if isinstance(name, str) else None,
        name_dates=template.name_dates,
        body_dates=template.body_dates,
        previous=_previous(template, combination),
    )


def _previous(template: Template, combination: Mapping[str, Json]) -> PreviousName | None:
    data, place = template.document.data, (_PREVIOUS_NAME,)
    name = data.get(_PREVIOUS_NAME) if isinstance(data, dict) else None
    if not isinstance(name, str):
        return None
    named = members_named(template.leaves.get(place, NO_LEAF))
    return PreviousName(name, series_of(combination, named), is_dated=place in template.body_dates)


def _without_matrix(document: Document) -> Document:
    if not isinstance(document.data, dict) or _MATRIX not in document.data:
        return document
    return replace(document, data={key: value for key, value in document.data.items() if key != _MATRIX})


def _filled(data: Json, filled: Mapping[Pointer, Json]) -> Json:
    """Returns the data with some leaves replaced: what is on the way to them is copied, what is beside it is shared."""
    if () in filled:
        return filled[()]
    # A part of a list is got and set as that of a mapping is.
    copies: dict[Pointer, dict[str | int, Json]] = {(): cast("dict[str | int, Json]", copy(data))}
    for pointer, value in filled.items():
        _copied(copies, pointer[:-1])[pointer[-1]] = value
    return cast("Json", copies[()])


def _copied(copies: dict[Pointer, dict[str | int, Json]], pointer: Pointer) -> dict[str | int, Json]:
    if pointer not in copies:
        around, step = _copied(copies, pointer[:-1]), pointer[-1]
        copies[pointer] = cast("dict[str | int, Json]", copy(around[step]))
        around[step] = cast("Json", copies[pointer])
    return copies[pointer]


def _gather(value: Json, pointer: Pointer, texts: dict[Pointer, str], keys: list[Pointer]) -> None:
    """Gathers the texts in which an expression may stand, and the keys that hold one, by the pointers of their values.

    Into the arguments, and not as generators within generators: every value of every file comes by here.
    """
    if isinstance(value, str):
        if "{" in value:
            texts[pointer] = value
    elif isinstance(value, dict):
        for key, item in value.items():
            if "{{" in key:
                keys.append((*pointer, key))
            if not isinstance(item, str) or "{" in item:  # most need no pointer
                _gather(item, (*pointer, key), texts, keys)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _gather(item, (*pointer, index), texts, keys)


def _read(text: str, names: frozenset[str]) -> tuple[Leaf, Sequence[ExpressionError]]:
    try:
        leaf = read_leaf(text)
    except ExpressionError as error:
        return NO_LEAF, (error,)
    return leaf, undefined_names(leaf, names)


def _finding(document: Document, pointer: Pointer, text: str, error: ExpressionError) -> Diagnostic:
    place = place_in_leaf(document, pointer, text, error.extent)
    return Diagnostic(error.rule, error.message, place, hint=error.hint)


def _key_finding(document: Document, pointer: Pointer) -> Diagnostic:
    hint = "expressions belong in values; write the key as it is"
    return Diagnostic(
        "template.forbidden", "a key cannot hold an expression", document.places.at_key(pointer), hint=hint
    )
