"""What a job document is made of: the files and environments that are laid one upon the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from gembatch.model.document import Document, Pointer

DEFAULTS_FILE = "_defaults.yaml"
"""The file whose content is merged under every job in its folder and below."""

ENVIRONMENTS = "environments"
"""The key of a job document that holds its overlays, by environment."""

EXTENDS = "extends"
"""The key of a job document that names its parent."""


class LayerKind(StrEnum):
    """Where a layer comes from. The order of the members is that of precedence, the last wins."""

    WORKSPACE = "workspace defaults"
    FOLDER = "folder defaults"
    PARENT = "extended"
    SPEC = "spec"
    ENVIRONMENT = "environment"


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer.

    Attributes:
        kind: Where it comes from.
        document: Its content.
    """

    kind: LayerKind
    document: Document


@dataclass(frozen=True, slots=True)
class Composed:
    """A job document as all its layers make it, for one environment.

    Attributes:
        document: The result. Each mark in it is that of the layer that won; its source is the spec's.
        layers: The lowest first; each says by its marks what it contributed.
    """

    document: Document
    layers: tuple[Layer, ...]

    def kind_at(self, pointer: Pointer) -> LayerKind:
        """Returns which layer wrote the value at a pointer, or the nearest value around it that has a place."""
        values = self.document.places.values
        while pointer and pointer not in values:
            pointer = pointer[:-1]
        wrote = (layer.kind for layer in reversed(self.layers) if _wrote(layer, pointer, self.document.places.values))
        return next(wrote, LayerKind.SPEC)


def _wrote(layer: Layer, pointer: Pointer, marks: Mapping[Pointer, object]) -> bool:
    return layer.document.places.values.get(pointer) == marks[pointer]


def is_part(path: str) -> bool:
    """Returns whether a file is what specs build on and no spec itself: its name begins with `_`."""
    return path.rpartition("/")[2].startswith("_")
