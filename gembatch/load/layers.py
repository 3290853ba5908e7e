"""The layers of a spec → one document for one environment. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial, reduce

from gembatch.load.overlay import inherited, laid, merged, nulls_of, subdocument, subdocuments, without
from gembatch.model.document import Document, Json, SourceMap
from gembatch.model.layers import ENVIRONMENTS, EXTENDS, Composed, Layer, LayerKind


def composed(layers: Sequence[Layer], environment: str, base: Document | None = None) -> Composed:
    """Returns what the layers of a spec make together.

    `environments` merges like any other key; what it holds for the run's environment is laid upon everything else.

    Args:
        layers: The lowest first, the spec itself last.
        environment: The run's.
        base: What `base_of` makes of all but the spec, where that is known already.
    """
    *shared, spec = map(_without_controls, layers)
    whole = spec.document
    if shared:
        whole = inherited(base or base_of(shared), whole)
    overlay = _overlay(layers, environment)
    if overlay is None:
        return Composed(whole, (*shared, spec))
    return Composed(_amended(whole, overlay), (*shared, spec, Layer(LayerKind.ENVIRONMENT, overlay)))


def base_of(shared: Sequence[Layer]) -> Document:
    """Returns what the layers below a spec make together; there is one at least."""
    lowest, *others = (_without_controls(layer).document for layer in shared)
    return reduce(laid, others, without(lowest, nulls_of(lowest)))


def body_of(document: Document) -> Document:
    """Returns a layer without the keys that say how layers are made."""
    data = document.data
    present = [(key,) for key in (EXTENDS, ENVIRONMENTS) if isinstance(data, dict) and key in data]
    return without(document, present)


def _without_controls(layer: Layer) -> Layer:
    body = body_of(layer.document)
    return layer if body is layer.document else replace(layer, document=body)


def overlays_of(document: Document) -> dict[str, Document]:
    """Returns the overlays of a layer by environment, whether or not it exists; those that are no mapping are left out.

    An overlay that is null takes an inherited one away, and is left out as well.
    """
    if not _overlays(document):
        return {}
    parts = subdocuments(document, (ENVIRONMENTS,))
    return {name: part for name, part in parts.items() if isinstance(part.data, dict)}


def _overlay(layers: Sequence[Layer], environment: str) -> Document | None:
    """Returns what all layers together say of one environment; None when they say nothing."""
    parts = [subdocument(layer.document, (ENVIRONMENTS,)) for layer in layers if _has_overlays(layer.document.data)]
    # Merged with null for a value: what it takes out is not the other layer's overlay, but what that is laid upon.
    # Null for all of them takes the other layer's overlays away.
    together = reduce(merged, parts) if parts else None
    if together is None or not isinstance(together.data, dict) or not isinstance(together.data.get(environment), dict):
        return None
    return subdocument(together, (environment,))


def _has_overlays(data: Json) -> bool:
    return isinstance(data, dict) and ENVIRONMENTS in data and isinstance(data[ENVIRONMENTS], dict | None)


def _overlays(document: Document) -> dict[str, Json]:
    data = document.data
    overlays = data.get(ENVIRONMENTS) if isinstance(data, dict) else None
    return overlays if isinstance(overlays, dict) else {}


def _amended(whole: Document, overlay: Document) -> Document:
    """Returns a document under an overlay; it still stands where it stood, whichever file the overlay is in."""
    both = laid(whole, overlay)
    return Document(whole.source, both.data, SourceMap.later(partial(_amended_places, whole.places, both.places)))


def _amended_places(whole: SourceMap, both: SourceMap) -> SourceMap:
    return SourceMap({**both.values, (): whole.values[()]}, both.keys)
