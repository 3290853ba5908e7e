"""Axes of a matrix that stand in a file of their own: `lang: {file: ./langs.csv}`. Places point into that file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import cast

from gembatch.load.csv_reader import RULE, read_csv
from gembatch.load.files import blamed, read_bytes
from gembatch.load.text import decoded
from gembatch.load.yaml_reader import Read, read_text
from gembatch.model.diagnostics import Diagnostic, Location
from gembatch.model.document import Document, Json, Mark, Pointer, Source, SourceMap

_MATRIX = "matrix"
# What JSON can write, YAML reads; what it reads otherwise, such as a number with an exponent, it refuses by name.
_READERS = {".yaml": read_text, ".yml": read_text, ".json": read_text, ".csv": read_csv}


class AxisFiles:
    """The files of one run's axes, each read once."""

    __slots__ = ("_lists", "_root")

    def __init__(self, root: Path) -> None:
        """Reads nothing yet.

        Args:
            root: The workspace's folder, to which paths are relative and which none may leave.
        """
        self._root = root
        self._lists: dict[str, Document | tuple[Diagnostic, ...]] = {}

    @property
    def sources(self) -> tuple[Source, ...]:
        """Every file that was read."""
        return tuple(read.source for read in self._lists.values() if isinstance(read, Document))

    def filled_in(self, document: Document) -> tuple[Document, tuple[Diagnostic, ...]]:
        """Returns a job document with the lists that its axes name in place, and what is wrong with their files."""
        named = dict(_files(document))
        if not named:
            return document, ()
        lists = {axis: self._list_for(document, axis, path) for axis, path in named.items()}
        findings = [finding for read in lists.values() if isinstance(read, tuple) for finding in read]
        read = {axis: found for axis, found in lists.items() if isinstance(found, Document)}
        return (_with_lists(document, read) if read else document), tuple(findings)

    def _list_for(self, document: Document, axis: str, path: str) -> Document | tuple[Diagnostic, ...]:
        place = document.places.at((_MATRIX, axis, "file"))
        if "{{" in path:
            hint = "name the file itself; an environment may have another"
            return (
                Diagnostic("matrix.expression", "an axis's file cannot be named by an expression", place, hint=hint),
            )
        if not path.isprintable():
            return (Diagnostic("load.name", f"{path!a} cannot be a file's name", place),)
        if PurePosixPath(path).suffix not in _READERS:
            message = f"an axis's file must end in {', '.join(_READERS)}, got `{path}`"
            return (Diagnostic(RULE, message, place, hint="write a list as YAML or JSON, or a table as CSV"),)
        return self._list_in(str(PurePosixPath(path)), place)

    def _list_in(self, path: str, place: Location) -> Document | tuple[Diagnostic, ...]:
        if path not in self._lists:
            content = read_bytes(self._root, path)
            if isinstance(content, Diagnostic):
                return (blamed(content, path, place),)
            self._lists[path] = _list_of(path, content)
        return self._lists[path]


def _files(document: Document) -> Iterator[tuple[str, str]]:
    """Yields the axes that name a file, each with its path."""
    match document.data:
        case {"matrix": dict() as matrix}:
            for axis, value in matrix.items():
                match value:
                    case {"file": str() as path, **others} if not others:
                        yield axis, path
                    case _:
                        pass
        case _:
            pass


def _list_of(path: str, content: bytes) -> Document | tuple[Diagnostic, ...]:
    source = decoded(path, content)
    read = Read((), (source,)) if isinstance(source, Diagnostic) else _READERS[PurePosixPath(path).suffix](source)
    if read.diagnostics:
        return read.diagnostics
    document, *others = read.documents
    if others or not isinstance(document.data, list):
        place = (others[0] if others else document).places.at(())
        message = "an axis's file must hold one list, and nothing else"
        return (
            Diagnostic(RULE, message, place, hint='write a list of values: `- de` lines in YAML, `["de"]` in JSON'),
        )
    return document


def _with_lists(document: Document, lists: Mapping[str, Document]) -> Document:
    data = cast("dict[str, Json]", document.data)
    matrix = cast("dict[str, Json]", data[_MATRIX])
    filled: Json = {axis: lists[axis].data if axis in lists else value for axis, value in matrix.items()}
    places = SourceMap.later(partial(_places_with_lists, document.places, lists))
    return replace(document, data={**data, _MATRIX: filled}, places=places)


def _places_with_lists(places: SourceMap, lists: Mapping[str, Document]) -> SourceMap:
    values, keys = dict(places.values), dict(places.keys)
    for axis, read in lists.items():
        del values[_MATRIX, axis, "file"], keys[_MATRIX, axis, "file"]
        values.update(_moved(read.places.values, axis))
        keys.update(_moved(read.places.keys, axis))
    return SourceMap(values, keys)


def _moved(marks: Mapping[Pointer, Mark], axis: str) -> dict[Pointer, Mark]:
    return {(_MATRIX, axis, *pointer): mark for pointer, mark in marks.items()}
