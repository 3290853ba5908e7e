"""Documents that are laid upon one another, each by itself: a key may be missing, but what is there must be right."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import islice
from typing import cast

from gembatch.model.diagnostics import Diagnostic
from gembatch.model.document import Document, Json
from gembatch.model.layers import ENVIRONMENTS
from gembatch.model.nearest import nearest
from gembatch.validate.schema import Schema, prepare
from gembatch.validate.wording import FEW, quoted

_MOST = 20
"""As many findings as one document has."""

_MANY = 1000
"""Names past which none is searched for the nearest: that takes long, and no workspace has so many."""

_DEMANDS = frozenset({"required", "oneOf", "allOf"})


def prepare_partial(schema: Mapping[str, Json]) -> Schema:
    """Returns the job schema for what is not yet a whole job, ready for use.

    Overlays are only asked to be mappings: each is a document of its own.
    """
    definitions = cast("Mapping[str, Mapping[str, Json]]", schema["definitions"])
    properties = cast("Mapping[str, Json]", schema["properties"])
    overlays: Json = {"type": "object", "additionalProperties": {"type": "object"}}
    return prepare(
        {
            **_undemanding(schema),
            "properties": {**properties, ENVIRONMENTS: overlays},
            "definitions": {name: _undemanding(definition) for name, definition in definitions.items()},
        }
    )


def _undemanding(schema: Mapping[str, Json]) -> dict[str, Json]:
    return {key: value for key, value in schema.items() if key not in _DEMANDS}


def unknown_environments(document: Document, names: Collection[str]) -> Iterator[Diagnostic]:
    """Yields the first overlays of a document for environments that the workspace does not have.

    Args:
        document: A layer of a job.
        names: The workspace's environments.
    """
    overlays = document.data.get(ENVIRONMENTS) if isinstance(document.data, dict) else None
    unknown = (name for name in overlays if name not in names) if isinstance(overlays, dict) else ()
    for name in islice(unknown, _MOST):
        yield Diagnostic(
            "overlay.environment",
            f"the workspace has no environment {quoted(name)}",
            document.places.at_key((ENVIRONMENTS, name)),
            hint=_instead_of(name, names),
        )


def _instead_of(name: str, names: Collection[str]) -> str | None:
    known = tuple(islice(names, FEW))
    if near := nearest(name, names if len(names) <= _MANY else known):
        return f"did you mean `{near}`?"
    return f"it has {', '.join(f'`{each}`' for each in known)}" if len(names) <= FEW else None
