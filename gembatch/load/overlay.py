"""One document over another: deep merge by key, null takes a key out, and every place follows the value that won."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from functools import cache, partial
from typing import cast

from gembatch.model.document import Document, Json, Mark, Marks, Pointer, SourceMap


def merged(base: Document, over: Document) -> Document:
    """Returns `over` laid upon `base`.

    Mappings are merged by key, at any depth; lists and scalars, null among them, are replaced whole. Keys come
    in the order of `over`, then what only `base` has in its own. The result's source is that of `over`; each mark
    knows its own.
    """
    return Document(over.source, _merged(base.data, over.data), SourceMap.later(partial(_merged_places, base, over)))


def laid(base: Document, over: Document) -> Document:
    """Returns `over` laid upon `base` as `merged` does it, but for null: it takes a key out, inherited or not."""
    return without(merged(base, over), nulls_of(over))


def inherited(base: Document, over: Document) -> Document:
    """Returns `over` laid upon `base`; null takes out what `base` has.

    A null that takes nothing out stays: it is a key that lacks its value, for others to find.
    """
    return without(merged(base, over), [pointer for pointer in nulls_of(over) if _has(base.data, pointer)])


def nulls_of(document: Document) -> tuple[Pointer, ...]:
    """Returns where a mapping of the document has null for a value. Lists are not searched: they are taken whole."""
    return tuple(_nulls((), document.data))


def without(document: Document, pointers: Collection[Pointer]) -> Document:
    """Returns the document without the keys at `pointers`."""
    if not pointers:
        return document
    gone = frozenset(pointers)
    places = SourceMap.later(partial(_places_outside, document.places, gone))
    return Document(document.source, _thinned((), document.data, gone), places)


def subdocument(document: Document, pointer: Pointer) -> Document:
    """Returns the part of a document at `pointer` as a document of its own.

    Where nothing stands there, it is an empty mapping whose place is the nearest value around.
    """
    data = _found(document.data, pointer) if _has(document.data, pointer) else {}
    return Document(document.source, data, SourceMap.later(partial(_places_below, document.places, pointer)))


def subdocuments(document: Document, pointer: Pointer) -> dict[str, Document]:
    """Returns each value of the mapping at `pointer` as a document of its own, by key; none where no mapping stands.

    In one pass: a hostile file may hold more of them than anybody wants to search the whole of it for.
    """
    whole = subdocument(document, pointer)
    if not isinstance(whole.data, dict):
        return {}
    places = cache(partial(_places_by_key, whole))

    def part(key: str, value: Json) -> Document:
        return Document(document.source, value, SourceMap.later(lambda: places()[key]))

    return {key: part(key, value) for key, value in whole.data.items()}


def _found(data: Json, pointer: Pointer) -> Json:
    for step in pointer:
        data = cast("dict[str | int, Json]", data)[step]  # or a list: it is there
    return data


def _merged(base: Json, over: Json) -> Json:
    if not isinstance(base, dict) or not isinstance(over, dict):
        return over
    both = {key: _merged(base[key], value) if key in base else value for key, value in over.items()}
    return both | {key: value for key, value in base.items() if key not in over}


def _merged_places(base: Document, over: Document) -> SourceMap:
    hidden = set(_replaced((), base.data, over.data))
    return SourceMap(
        values=_laid(base.places.values, over.places.values, hidden),
        keys=_laid(base.places.keys, over.places.keys, hidden),
    )


def _replaced(pointer: Pointer, base: Json, over: Json) -> Iterator[Pointer]:
    """Yields where a list or mapping of `base` gives way as a whole, so that nothing of it may keep its place."""
    if isinstance(base, dict) and isinstance(over, dict):
        for key in base.keys() & over.keys():
            yield from _replaced((*pointer, key), base[key], over[key])
    elif isinstance(base, dict | list):
        yield pointer


def _laid(base: Marks, over: Marks, hidden: set[Pointer]) -> Marks:
    shown = {pointer: mark for pointer, mark in base.items() if not _is_below(pointer, hidden)} if hidden else base
    return {**shown, **over}


def _is_below(pointer: Pointer, hidden: set[Pointer]) -> bool:
    return any(pointer[:length] in hidden for length in range(len(pointer)))


def _places_below(places: SourceMap, pointer: Pointer) -> SourceMap:
    """Returns the places of the part at `pointer`; where nothing stands there, that of the nearest value around."""
    around = pointer
    while around not in places.values:
        around = around[:-1]
    if around != pointer:
        return SourceMap({(): places.values[around]}, {})
    depth = len(pointer)
    values = {at[depth:]: mark for at, mark in places.values.items() if at[:depth] == pointer}
    keys = {at[depth:]: mark for at, mark in places.keys.items() if at[:depth] == pointer and at != pointer}
    return SourceMap(values, keys)


def _places_by_key(document: Document) -> dict[str, SourceMap]:
    parts: dict[str, tuple[dict[Pointer, Mark], dict[Pointer, Mark]]] = defaultdict(lambda: ({}, {}))
    for at, mark in document.places.values.items():
        if at:
            parts[str(at[0])][0][at[1:]] = mark
    for at, mark in document.places.keys.items():
        if len(at) > 1:
            parts[str(at[0])][1][at[1:]] = mark
    return {key: SourceMap(*marks) for key, marks in parts.items()}


def _nulls(pointer: Pointer, data: Json) -> Iterator[Pointer]:
    if isinstance(data, dict):
        for key, value in data.items():
            if value is None:
                yield (*pointer, key)
            elif isinstance(value, dict):
                yield from _nulls((*pointer, key), value)


def _has(data: Json, pointer: Pointer) -> bool:
    for step in pointer:
        match data:
            case dict() if step in data:
                data = data[str(step)]
            case list() if isinstance(step, int) and step < len(data):
                data = data[step]
            case _:
                return False
    return True


def _thinned(pointer: Pointer, data: Json, gone: frozenset[Pointer]) -> Json:
    if not isinstance(data, dict):
        return data
    return {key: _thinned((*pointer, key), value, gone) for key, value in data.items() if (*pointer, key) not in gone}


def _places_outside(places: SourceMap, gone: frozenset[Pointer]) -> SourceMap:
    return SourceMap(_outside(places.values, gone), _outside(places.keys, gone))


def _outside(marks: Marks, gone: frozenset[Pointer]) -> Marks:
    return {
        pointer: mark
        for pointer, mark in marks.items()
        if not any(pointer[:length] in gone for length in range(1, len(pointer) + 1))
    }
