"""JSON that a schema asks for, the same each time. Pure.

Takes both dialects: `responseSchema` (`"type": "STRING"`) and `responseJsonSchema` (`"type": "string"`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from gembatch.emulator.http import Json

_MAX_TEXT = 120
_FORMATS = {"date": "2026-01-15", "date-time": "2026-01-15T12:00:00Z", "time": "12:00:00Z"}


def answer_schema(schema: Json, quotes: Sequence[str], seed: str) -> Json:
    """Returns a value that fits the schema.

    Args:
        schema: What is asked for; keywords that are not understood are passed over.
        quotes: Pieces of the prompt, at least one, that stand for every text.
        seed: Decides wherever there is a choice.
    """
    if not isinstance(schema, dict):
        return quotes[0]
    for keyword in ("anyOf", "oneOf"):
        if choices := _list(schema, keyword):
            return answer_schema(_choose(choices, seed), quotes, seed + keyword)
    if choices := [schema["const"]] if "const" in schema else _list(schema, "enum"):
        return _choose(choices, seed)
    return _answer_type(schema, quotes, seed)


def _answer_type(schema: Mapping[str, Json], quotes: Sequence[str], seed: str) -> Json:
    kind = _type_of(schema)
    if kind == "object":
        return _object(schema, quotes, seed)
    if kind == "array":
        return _array(schema, quotes, seed)
    return _answer_leaf(kind, schema, quotes, seed)


def _answer_leaf(kind: str, schema: Mapping[str, Json], quotes: Sequence[str], seed: str) -> Json:
    match kind:
        case "integer":
            return _integer(schema, seed)
        case "number":
            return _number(schema, seed)
        case "boolean":
            return _hash(seed) % 2 == 0
        case "null":
            return None
        case _:
            return _text(schema, quotes, seed)


def _type_of(schema: Mapping[str, Json]) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((name for name in kind if name != "null"), "null")
    if isinstance(kind, str):
        return kind.lower()
    return "object" if schema.get("properties") else "array" if schema.get("items") else "string"


def _object(schema: Mapping[str, Json], quotes: Sequence[str], seed: str) -> Json:
    properties = schema.get("properties")
    if not isinstance(properties, dict):
        return {}
    # A schema that went through the table of an earlier job has the properties of all rows, null where absent.
    wanted = [name for name, property_ in properties.items() if property_ is not None]
    ordering = [name for name in _list(schema, "propertyOrdering") if name in wanted]
    ordered = dict.fromkeys([*ordering, *wanted])
    return {str(name): answer_schema(properties[name], quotes, f"{seed}.{name}") for name in ordered}


def _array(schema: Mapping[str, Json], quotes: Sequence[str], seed: str) -> Json:
    fewest = int(_limit(schema, "minItems", 1))
    most = int(_limit(schema, "maxItems", max(fewest, 3)))
    length = fewest + _hash(seed) % (max(most, fewest) - fewest + 1)
    return [answer_schema(schema.get("items"), quotes, f"{seed}[{index}]") for index in range(min(length, 100))]


def _integer(schema: Mapping[str, Json], seed: str) -> Json:
    lowest = int(_limit(schema, "minimum", 0))
    highest = max(lowest, int(_limit(schema, "maximum", lowest + 100)))
    return lowest + _hash(seed) % (highest - lowest + 1)


def _number(schema: Mapping[str, Json], seed: str) -> Json:
    lowest = _limit(schema, "minimum", 0.0)
    highest = max(lowest, _limit(schema, "maximum", lowest + 1.0))
    return round(lowest + (highest - lowest) * (_hash(seed) % 101) / 100, 6)


def _text(schema: Mapping[str, Json], quotes: Sequence[str], seed: str) -> Json:
    form = schema.get("format")
    if isinstance(form, str) and form in _FORMATS:
        return _FORMATS[form]
    return str(_choose(quotes, seed))[: int(_limit(schema, "maxLength", _MAX_TEXT))]


def _limit(schema: Mapping[str, Json], keyword: str, default: float) -> float:
    value = schema.get(keyword)
    # The first dialect has 64-bit integers as text.
    if isinstance(value, str) and value.isdecimal():
        return int(value)
    return value if isinstance(value, int | float) else default


def _list(schema: Mapping[str, Json], keyword: str) -> Sequence[Json]:
    value = schema.get(keyword)
    return value if isinstance(value, list) else ()


def _choose(choices: Sequence[Json], seed: str) -> Json:
    return choices[_hash(seed) % len(choices)]


def _hash(seed: str) -> int:
    return int.from_bytes(hashlib.sha256(seed.encode("utf-8", "replace")).digest()[:8], "big")
