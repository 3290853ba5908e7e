"""Field masks: which fields of a document an answer shall have. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from gembatch.emulator.http import Json
from gembatch.emulator.jobs.wire import MapOf, Message, Scalar, Shape

Mask = Mapping[str, "Mask | None"]
"""What to keep by camelCase name; None keeps all below."""


class InvalidMaskError(ValueError):
    """The mask names a field that there is not."""


def parse_mask(text: str, message: Message) -> Mask | None:
    """Returns the mask for `name,inputConfig.gcsSource`, in either spelling; None, for everything, when it is empty.

    Raises:
        InvalidMaskError: There is no such field.
    """
    mask: dict[str, Mask | None] = {}
    for path in filter(None, map(str.strip, text.split(","))):
        if path == "*":
            return None
        _add(mask, path.split("."), message, path)
    return mask or None


def apply_mask(document: Mapping[str, Json], mask: Mask | None) -> dict[str, Json]:
    """Returns the parts of a document that a mask names."""
    if mask is None:
        return dict(document)
    return {name: _below(value, mask[name]) for name, value in document.items() if name in mask}


def _below(value: Json, mask: Mask | None) -> Json:
    return apply_mask(value, mask) if isinstance(value, dict) else value


def _add(mask: dict[str, Mask | None], names: list[str], shape: Shape, path: str) -> None:
    """Adds one path; a whole field beside one of its parts stays whole."""
    first, *others = names
    name, below = _step(shape, first, path)
    if not others or mask.get(name, {}) is None:
        mask[name] = None
        return
    inner: dict[str, Mask | None] = dict(mask.get(name) or {})
    _add(inner, others, below, path)
    mask[name] = inner


def _step(shape: Shape, name: str, path: str) -> tuple[str, Shape]:
    """Returns the field's own name and type."""
    match shape:
        case Message() if name in shape.spellings:
            name = shape.spellings[name]
            return name, shape.fields[name]
        case MapOf(value):
            return name, value
        case Scalar.STRUCT | Scalar.VALUE:
            return name, Scalar.VALUE
        case _:
            raise InvalidMaskError(f"Invalid field mask: there is no field `{path}`.")
