"""From violations to findings. Nothing of jsonschema's own text reaches a user."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from gembatch.model.diagnostics import Diagnostic
from gembatch.model.document import SourceMap
from gembatch.validate import key_messages, value_messages
from gembatch.validate.violations import Violation

_Description: TypeAlias = Callable[[Violation, SourceMap], Diagnostic]

DESCRIPTIONS: Mapping[str, _Description] = {
    "additionalProperties": key_messages.unknown_key,
    "required": key_messages.missing_key,
    "oneOf": key_messages.one_key_of,
    "not": key_messages.not_together,
    "propertyNames": key_messages.misnamed_key,
    "type": value_messages.wrong_type,
    "enum": value_messages.wrong_choice,
    "minimum": value_messages.out_of_range,
    "maximum": value_messages.out_of_range,
    "exclusiveMinimum": value_messages.out_of_range,
    "pattern": value_messages.wrong_form,
    "minLength": value_messages.empty,
    "minItems": value_messages.empty,
    "minProperties": value_messages.empty,
    "maxLength": value_messages.too_long,
    "maxItems": value_messages.too_many,
    "maxProperties": value_messages.too_many,
}
"""How each keyword of our schemas is put into words."""


def described(violations: Iterable[Violation], places: SourceMap) -> tuple[Diagnostic, ...]:
    """Returns the findings for what was violated.

    A key that is missing because it was misspelt is said once, at the misspelling.
    """
    violations = tuple(violations)
    meant = frozenset(map(key_messages.meant_key, violations))
    return tuple(
        DESCRIPTIONS.get(violation.keyword, value_messages.unforeseen)(violation, places)
        for violation in violations
        if meant.isdisjoint(key_messages.lacking_keys(violation))
    )
