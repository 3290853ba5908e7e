"""A document with expressions in its leaves → the document filled in. Leaves only: no key, no structure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from gembatch.model.diagnostics import Diagnostic
from gembatch.model.document import Document, Json, Pointer, PreviousName, Rendered
from gembatch.render.dates import Grain
from gembatch.render.evaluate import UnsetVariableError
from gembatch.render.leaves import Leaf, fill_leaf, grains_of, read_leaf, undefined_names
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
        texts: Every leaf that holds an expression, as it stands in the file.
        leaves: The same leaves, read.
        dates: The grains of the dates on which each of these depends; leaves without any are left out.
        named: What the display name takes from each variable; see `members_named`.
    """

    document: Document
    texts: Mapping[Pointer, str] = field(repr=False)
    leaves: Mapping[Pointer, Leaf] = field(repr=False)
    dates: Mapping[Pointer, frozenset[Grain]]
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
    return (None, findings) if template is None else fill(template, variables, axes)


def read_template(document: Document, names: frozenset[str]) -> tuple[Template | None, tuple[Diagnostic, ...]]:
    """Returns the document's expressions, or all that is wrong with them whatever the values.

    Args:
        document: The job document.
        names: Every name that an expression may use.
    """
    body = _without_matrix(document)
    texts: dict[Pointer, str] = {}
    leaves: dict[Pointer, Leaf] = {}
    with_braces: dict[Pointer, str] = {}
    keys: list[Pointer] = []
    _gather(body.data, (), with_braces, keys)
    findings = [_key_finding(document, pointer) for pointer in keys]
    for pointer, text in with_braces.items():
        leaf, errors = _read(text, names)
        findings += (_finding(document, pointer, text, error) for error in errors)
        if leaf not in ((), (text,)):  # it can be read, and is more than text
            texts[pointer], leaves[pointer] = text, leaf
    dates = {pointer: grains for pointer, leaf in leaves.items() if (grains := grains_of(leaf))}
    named = members_named(leaves.get((_NAME,), ()))
    return None if findings else Template(body, texts, leaves, dates, named), tuple(findings)


def fill(
    template: Template, variables: Variables, combination: Mapping[str, Json]
) -> tuple[Rendered | None, tuple[Diagnostic, ...]]:
    """Returns a template filled in for one combination, or all that fails in it.

    Args:
        template: The document's expressions, whose names are all variables or axes.
        variables: What names mean, the axes left out.
        combination: A value for each axis.
    """
    values = variables.with_axes(combination).values if combination else variables.values
    filled: dict[Pointer, Json] = {}
    findings: list[Diagnostic] = []
    for pointer, leaf in template.leaves.items():
        try:
            filled[pointer] = fill_leaf(leaf, values)
        except UnsetVariableError:
            pass  # said once, at the declaration
        except ExpressionError as error:
            findings.append(_finding(template.document, pointer, template.texts[pointer], error))
    rendered = _rendered(template, filled, combination)
    if len(filled) == len(template.leaves):
        return rendered, ()
    return None, tuple(replace(finding, combination=rendered.combination_text) for finding in findings)


def _rendered(template: Template, filled: Mapping[Pointer, Json], combination: Mapping[str, Json]) -> Rendered:
    document = template.document
    data = document.data
    name = data.get(_NAME) if isinstance(data, dict) else None
    return Rendered(
        document=Document(document.source, _filled(data, (), filled), document.places),
        combination=combination,
        series=series_of(combination, template.named),
        name_template=name if isinstance(name, str) else None,
        name_dates=template.dates.get((_NAME,), frozenset()),
        body_dates={pointer: grains for pointer, grains in template.dates.items() if pointer != (_NAME,)},
        previous=_previous(template, combination),
    )


def _previous(template: Template, combination: Mapping[str, Json]) -> PreviousName | None:
    data, place = template.document.data, (_PREVIOUS_NAME,)
    name = data.get(_PREVIOUS_NAME) if isinstance(data, dict) else None
    if not isinstance(name, str):
        return None
    named = members_named(template.leaves.get(place, ()))
    return PreviousName(name, series_of(combination, named), is_dated=place in template.dates)


def _without_matrix(document: Document) -> Document:
    if not isinstance(document.data, dict) or _MATRIX not in document.data:
        return document
    return replace(document, data={key: value for key, value in document.data.items() if key != _MATRIX})


def _filled(value: Json, pointer: Pointer, filled: Mapping[Pointer, Json]) -> Json:
    if isinstance(value, str):
        return filled.get(pointer, value) if "{" in value else value
    if isinstance(value, dict):
        return {key: _filled(item, (*pointer, key), filled) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, (*pointer, index), filled) for index, item in enumerate(value)]
    return value


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
            _gather(item, (*pointer, key), texts, keys)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _gather(item, (*pointer, index), texts, keys)


def _read(text: str, names: frozenset[str]) -> tuple[Leaf, tuple[ExpressionError, ...]]:
    try:
        leaf = read_leaf(text)
    except ExpressionError as error:
        return (), (error,)
    return leaf, tuple(undefined_names(leaf, names))


def _finding(document: Document, pointer: Pointer, text: str, error: ExpressionError) -> Diagnostic:
    place = place_in_leaf(document, pointer, text, error.extent)
    return Diagnostic(error.rule, error.message, place, hint=error.hint)


def _key_finding(document: Document, pointer: Pointer) -> Diagnostic:
    hint = "expressions belong in values; write the key as it is"
    return Diagnostic(
        "template.forbidden", "a key cannot hold an expression", document.places.at_key(pointer), hint=hint
    )
