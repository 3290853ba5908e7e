"""Words for a value that is not what is due."""

from __future__ import annotations

from gembatch.model.diagnostics import Diagnostic, Location
from gembatch.model.document import Json, SourceMap
from gembatch.model.nearest import nearest
from gembatch.validate.violations import Violation
from gembatch.validate.wording import FEW, alternatives, demand_text, kind_text, path_text, quoted, shown


def wrong_type(violation: Violation, places: SourceMap) -> Diagnostic:
    """Says which kind of value is due, and how to write it where that is likely what was meant."""
    types = tuple(map(str, violation.expected)) if isinstance(violation.expected, list) else (str(violation.expected),)
    is_filled_in = _is_filled_in(places.at(violation.pointer))
    hint = _made_text(violation.value, types) if is_filled_in else _rewritten(violation.value, types)
    if not violation.pointer:
        hint = f"write `key: value` lines{', without `- ` before them' * isinstance(violation.value, list)}"
    return _finding(violation, places, "schema.type", f"must be {kind_text(types)}", hint=hint)


def _is_filled_in(location: Location) -> bool:
    """Returns whether the value is one that expressions gave, so that the file does not show it."""
    start = location.column - 1
    return "{{" in location.text[start : start + location.length]


def _made_text(value: Json, types: tuple[str, ...]) -> str:
    """Returns how to write an expression that gave a number where text is due."""
    if "string" not in types or not isinstance(value, bool | int | float):
        return "an expression gave this value"
    return "an expression alone keeps the kind of its value; join it to text, such as `{{ n ~ '' }}`"


def _rewritten(value: Json, types: tuple[str, ...]) -> str | None:
    match value:
        case None:
            return "give it a value, or take the key out"
        case bool() | int() | float() if "string" in types:
            return f"put it in quotes: {quoted(quoted(value))}"
        case str() if "boolean" in types and value.lower() in {"true", "false"}:
            return f"write {value.lower()} without quotes"
        case str() if {"integer", "number"} & {*types} and value.isascii() and value.isdecimal():
            return f"write {value} without quotes"
        case bool() | int() | float() | str() if "array" in types:
            return f"put it in a list: [{quoted(value)}]"
        case _:
            return None


def wrong_choice(violation: Violation, places: SourceMap) -> Diagnostic:
    """Says which values there are, and which was probably meant."""
    values = violation.expected if isinstance(violation.expected, list) else []
    choice = alternatives(values)
    guess = nearest(violation.value, map(str, values)) if isinstance(violation.value, str) else None
    advice = f"did you mean {quoted(guess)}?" if guess else None
    if len(values) <= FEW:
        return _finding(violation, places, "schema.value", f"must be {choice}", hint=advice)
    demand = f"must be one of {len(values)} values"
    return _finding(violation, places, "schema.value", demand, hint=advice or f"the values are {choice}")


def out_of_range(violation: Violation, places: SourceMap) -> Diagnostic:
    """Says which numbers are allowed."""
    return _finding(violation, places, "schema.value", f"must be {_range(violation)}")


def _range(violation: Violation) -> str:
    match violation.schema:
        case {"minimum": low, "maximum": high}:
            return f"between {low} and {high}"
        case {"exclusiveMinimum": low}:
            return f"more than {low}"
        case _:
            return f"at least {violation.expected}"


def wrong_form(violation: Violation, places: SourceMap) -> Diagnostic:
    """Says what form the text must have, in the schema's words."""
    return _finding(violation, places, "schema.pattern", demand_text(violation.schema))


def empty(violation: Violation, places: SourceMap) -> Diagnostic:
    """Says that a text, list or mapping must hold something."""
    where = places.at(violation.pointer)
    return Diagnostic(
        rule="schema.length",
        message=f"{path_text(violation.pointer)} must not be empty",
        location=where,
        hint="its expression gave an empty text" if _is_filled_in(where) else None,
    )


def too_long(violation: Violation, places: SourceMap) -> Diagnostic:
    """Says how long a text may be, and how long it is."""
    where = places.at(violation.pointer)
    return Diagnostic(
        rule="schema.length",
        message=f"{path_text(violation.pointer)} must be at most {violation.expected} characters, "
        f"got {len(str(violation.value))}",
        location=where,
        hint=f"its expressions gave {shown(violation.value)}" if _is_filled_in(where) else None,
    )


def too_many(violation: Violation, places: SourceMap) -> Diagnostic:
    """Says how many entries a list or mapping may have, and how many it has."""
    count = len(violation.value) if isinstance(violation.value, list | dict) else 0
    return Diagnostic(
        rule="schema.length",
        message=f"{path_text(violation.pointer)} must have at most {violation.expected} entries, got {count:,}",
        location=places.at(violation.pointer),
    )


def unforeseen(violation: Violation, places: SourceMap) -> Diagnostic:
    """Says what the field is, for keywords that a later schema may use before they are given words here."""
    description = violation.schema.get("description")
    hint = description if isinstance(description, str) else None
    return _finding(violation, places, "schema.value", "must be something else", hint=hint)


def _finding(violation: Violation, places: SourceMap, rule: str, demand: str, *, hint: str | None = None) -> Diagnostic:
    return Diagnostic(
        rule=rule,
        message=f"{path_text(violation.pointer)} {demand}, got {shown(violation.value)}",
        location=places.at(violation.pointer),
        hint=hint,
    )
