"""From text to the template that renders to it: the inverse of rendering."""

from __future__ import annotations

import re

from gembatch.model.document import Json

_OPENING = re.compile(r"\{[{%#]")


def as_literal(value: Json) -> Json:
    """Returns a value in which no text holds an expression, and which renders to `value`."""
    match value:
        case str():
            return _OPENING.sub(lambda opening: f"{{{{ '{opening[0]}' }}}}", value)
        case list():
            return [as_literal(item) for item in value]
        case dict():
            return {key: as_literal(item) for key, item in value.items()}
        case _:
            return value
