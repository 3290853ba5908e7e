"""Where a job's inputs and output are written, in the short form or the REST form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from gembatch.model.document import Json, Pointer, Rendered
from gembatch.validate.body import prefix

# At least two letters before the colon: a single one is a drive, and no drive is anywhere in a workspace.
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")

GCS = "gs"
BIGQUERY = "bq"
FILE = "file"
"""What a place may hold: an object of Cloud Storage, a table of BigQuery, a file of the repository."""


class UriPlace(NamedTuple):
    """A URI or path as it is written. Rules ask for those of each job again and again.

    Attributes:
        pointer: Where.
        text: What stands there.
        kind: Which of `GCS`, `BIGQUERY` and `FILE` it is; None for anything else.
        allowed: Which of the three may stand there.
    """

    pointer: Pointer
    text: str
    kind: str | None
    allowed: tuple[str, ...]

    @property
    def is_input(self) -> bool:
        """Whether rows come from it, rather than go to it."""
        return self.pointer[0] in {"input", "inputConfig"}

    @property
    def canonical(self) -> str:
        """An output as the API stores it: a prefix ends in one slash."""
        is_table = self.text.startswith("bq:") if self.pointer == ("output",) else self.pointer[-1] == "outputUri"
        return self.text if is_table else prefix(self.text)

    @property
    def is_local_input(self) -> bool:
        """Whether it is an input that is a file of the repository, where one may be."""
        return self.kind == FILE and FILE in self.allowed


def scheme_of(text: str) -> str | None:
    """Returns what stands before the first colon, as written; None for a path."""
    match = _SCHEME.match(text)
    return match[1] if match else None


def is_local(text: str) -> bool:
    """Returns whether an input is a file of the repository: whatever has no scheme."""
    return scheme_of(text) is None


def _place(pointer: Pointer, text: str, *allowed: str) -> UriPlace:
    return UriPlace(pointer, text, _kind_of(text), allowed)


def _kind_of(text: str) -> str | None:
    if text.startswith("gs://"):
        return GCS
    if text.startswith("bq://"):
        return BIGQUERY
    return FILE if is_local(text) else None


def input_places(data: Mapping[str, Json]) -> tuple[UriPlace, ...]:
    """Returns the inputs of a job document, in its order; none for a dataset, which has no URI."""
    # `str() as text` and not `str(text)`, as in `model.jobs`: every job comes by here several times.
    match data:
        case {"input": str() as text}:
            return (_place(("input",), text, GCS, BIGQUERY, FILE),)
        case {"input": [*texts]}:
            return tuple(_place(("input", index), str(text), GCS, FILE) for index, text in enumerate(texts))
        case {"inputConfig": {"gcsSource": {"uris": str() as text}}}:
            return (_place(("inputConfig", "gcsSource", "uris"), text, GCS),)
        case {"inputConfig": {"gcsSource": {"uris": [*texts]}}}:
            around: Pointer = ("inputConfig", "gcsSource", "uris")
            return tuple(_place((*around, index), str(text), GCS) for index, text in enumerate(texts))
        case {"inputConfig": {"bigquerySource": {"inputUri": str() as text}}}:
            return (_place(("inputConfig", "bigquerySource", "inputUri"), text, BIGQUERY),)
        case _:
            return ()


def output_place(data: Mapping[str, Json]) -> UriPlace | None:
    """Returns the output of a job document; None where it has no URI."""
    match data:
        case {"output": str() as text}:
            return _place(("output",), text, GCS, BIGQUERY)
        case {"outputConfig": {"gcsDestination": {"outputUriPrefix": str() as text}}}:
            return _place(("outputConfig", "gcsDestination", "outputUriPrefix"), text, GCS)
        case {"outputConfig": {"bigqueryDestination": {"outputUri": str() as text}}}:
            return _place(("outputConfig", "bigqueryDestination", "outputUri"), text, BIGQUERY)
        case _:
            return None


def local_inputs(rendered: Rendered) -> dict[Pointer, str]:
    """Returns the inputs that are files of the repository, by where they are written; paths as written."""
    data = rendered.document.data
    places = input_places(data) if isinstance(data, dict) else ()
    return {place.pointer: place.text for place in places if place.is_local_input}
