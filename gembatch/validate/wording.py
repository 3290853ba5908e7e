"""How values, kinds and places are called in messages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping

from gembatch.model.document import Json, Pointer
from gembatch.model.secrets import hidden

_KINDS = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "nothing",
}
_PLAIN = re.compile(r"[A-Za-z.](?:[\w./:+-]*[\w/])?", re.ASCII)
_NOT_TEXT = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_LONGEST = 60

FEW = 12
"""Up to so many names or values are listed in full."""


def path_text(pointer: Pointer) -> str:
    """Returns a pointer for people: `inputConfig.gcsSource.uris[0]`; the root is `the document`."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in pointer)
    return "".join(steps).removeprefix(".") or "the document"


def kind_text(types: Iterable[str]) -> str:
    """Returns what a schema's `type` asks for: `a whole number`, `text or a list`."""
    return " or ".join(_KINDS[name] for name in types)


def shown(value: Json) -> str:
    """Returns a value for a message: short ones as they are, lists and mappings by their kind."""
    match value:
        case None:
            return "nothing"
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case str() if len(value) > _LONGEST:
            return quoted(hidden(value)[: _LONGEST - 1] + "…")
        case _:
            return quoted(value)


def quoted(value: Json) -> str:
    """Returns a value as JSON, letters of all languages as they are."""
    return json.dumps(value, ensure_ascii=False)


def alternatives(values: Iterable[Json]) -> str:
    """Returns values as a sorted choice: `"a", "b" or "c"`."""
    words = sorted(quoted(value) for value in values)
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def as_yaml(key: str, value: Json) -> str:
    """Returns a line of YAML that sets `key`: text bare where that is safe, all else as JSON, which YAML reads."""
    is_bare = isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _NOT_TEXT
    return f"{key}: {value if is_bare else quoted(value)}"


def demand_text(schema: Mapping[str, Json]) -> str:
    """Returns what a schema's pattern asks for: `must be …`. Editors show `patternErrorMessage` as well."""
    return str(schema.get("patternErrorMessage", f"must match {schema.get('pattern')}"))
