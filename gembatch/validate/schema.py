"""Documents against the schemas, before and after rendering.

The schema file is the authoring one: an expression may stand wherever a value is due. A document that fits its whole
form and has no expression left in it fits the strict form as well, because the alternative for expressions matches
nothing then. So one compiled verdict answers both questions, and jsonschema is only asked when there is something to
explain.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from gembatch.model.diagnostics import Diagnostic, in_reading_order
from gembatch.model.document import Document, Json, Rendered
from gembatch.validate.messages import described
from gembatch.validate.strict import layer_form, strict_form, whole_form
from gembatch.validate.verdict import Verdict, verdict_of
from gembatch.validate.violations import Violation, violations

Findings: TypeAlias = tuple[Diagnostic, ...]

MAX_FINDINGS = 100
"""Findings in one document that are told: nobody reads on, and each quotes its line."""


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema, ready for use.

    Attributes:
        fits: Whether a value fits it; an expression fits anywhere.
        strict: Its form without expressions.
    """

    fits: Verdict = field(repr=False)
    strict: Mapping[str, Json] = field(repr=False)


def prepare(schema: Mapping[str, Json]) -> Schema:
    """Returns a schema as read from its file, ready to check whole documents. Nothing is compiled until first asked."""
    return ready(whole_form(layer_form(schema)))


def ready(form: Mapping[str, Json]) -> Schema:
    """Returns a form of a schema, ready for use."""
    return Schema(fits=verdict_of(form), strict=strict_form(form))


def authored_check(document: Document, schema: Schema) -> Findings:
    """Returns what is wrong with a document as it was written; what an expression will give is not judged."""
    if schema.fits(document.data):
        return ()
    return _explained(document, schema, lambda found: not is_expression(found.value))


def rendered_check(rendered: Rendered, schema: Schema) -> Findings:
    """Returns what is wrong with a document after rendering, in the words of its combination."""
    document = rendered.document
    if schema.fits(document.data) and not has_expression(document.data):
        return ()
    findings = _explained(document, schema)
    return tuple(replace(finding, combination=rendered.combination_text) for finding in findings)


def workspace_check(document: Document, schema: Schema) -> Findings:
    """Returns what is wrong with a `gembatch.yaml`, in which only `defaults` may hold expressions."""
    return () if schema.fits(document.data) else _explained(document, schema)


def _explained(document: Document, schema: Schema, counts: Callable[[Violation], bool] = lambda _: True) -> Findings:
    found = tuple(filter(counts, violations(schema.strict, document.data)))
    findings = in_reading_order(described(found[:MAX_FINDINGS], document.places))
    return findings if len(found) <= MAX_FINDINGS else (*findings, _more(findings[-1]))


def _more(last: Diagnostic) -> Diagnostic:
    message = f"{MAX_FINDINGS} findings in this document: there are more"
    return Diagnostic("yaml.limit", message, last.location, hint="mend these first")


def is_expression(value: Json) -> bool:
    """Returns whether a value is text with an expression in it."""
    return isinstance(value, str) and "{{" in value


def has_expression(value: Json) -> bool:
    """Returns whether any text in a value holds an expression."""
    if isinstance(value, str):
        return "{{" in value
    if not isinstance(value, dict | list):
        return False
    for item in value.values() if isinstance(value, dict) else value:
        # Every value of every job comes by here, and most are text: no call for those.
        if "{{" in item if isinstance(item, str) else has_expression(item):
            return True
    return False
