"""Documents that are laid upon one another, each by itself: a key may be missing, but what is there must be right."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import islice
from typing import cast

from gembatch.model.diagnostics import Diagnostic
from gembatch.model.document import Document, Json
from gembatch.model.layers import ENVIRONMENTS
from gembatch.model.nearest import nearest
from gembatch.validate.schema import Schema, ready
from gembatch.validate.strict import layer_form
from gembatch.validate.wording import FEW, quoted

_MOST = 20
"""As many findings as one document has."""

_MANY = 1000
"""Names past which none is searched for the nearest: that takes long, and no workspace has so many."""


def prepare_partial(schema: Mapping[str, Json]) -> Schema:
    """Returns the job schema for what is not yet a whole job, ready for use.

    Overlays are only asked to be mappings: each is a document of its own. What excludes what is asked of the whole job.
    """
    form = layer_form(schema)
    properties = cast("Mapping[str, Json]", form["properties"])
    overlays: Json = {"type": "object", "additionalProperties": {"type": "object"}}
    return ready({**form, "properties": {**properties, ENVIRONMENTS: overlays}, "allOf": []})


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
