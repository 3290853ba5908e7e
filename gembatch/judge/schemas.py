"""Whether a plan fits a JSON schema, and whether a schema is one that can tell. Pure.

A schema refers to its own parts alone, and is judged with an empty registry: nothing is read or fetched for it. How
long that takes is not bounded here, because a short pattern can keep Python busy for years: see `schema_program`.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from itertools import islice
from typing import TYPE_CHECKING, TypeAlias, cast

from gembatch.judge.findings import MAX_FINDINGS
from gembatch.model.diagnostics import Diagnostic
from gembatch.model.document import Document, Json, Pointer
from gembatch.validate.violations import as_python_means
from gembatch.validate.wording import FEW, alternatives, kind_text, path_text, quoted, shown

if TYPE_CHECKING:
    from jsonschema import ValidationError
    from jsonschema.protocols import Validator

RULE = "policy.schema"

_DRAFTS = {
    "http://json-schema.org/draft-07/schema": "Draft7Validator",
    "https://json-schema.org/draft/2020-12/schema": "Draft202012Validator",
}
_NEWEST = "https://json-schema.org/draft/2020-12/schema"

MAX_PARTS = 2_000
"""Mappings and lists that a schema may have: to look through them takes a second at most."""

_REFERENCES = frozenset({"$ref", "$dynamicRef"})
_DATA = frozenset({"const", "default", "enum", "examples"})  # keywords whose value is no schema

_Fault: TypeAlias = tuple[Pointer, str, str | None]
"""Where, what is wrong, and what to do."""


def schema_findings(document: Document) -> tuple[Diagnostic, ...]:
    """Returns why a schema cannot judge plans; nothing if it can."""
    return tuple(
        Diagnostic(RULE, message, document.places.at(pointer), hint=hint)
        for pointer, message, hint in islice(_faults(document.data), MAX_FINDINGS)
    )


def _faults(schema: Json) -> Iterator[_Fault]:
    if not isinstance(schema, dict):
        yield (), f"a policy's schema must be a mapping, got {shown(schema)}", None
        return
    if _parts_of(schema) > MAX_PARTS:
        yield (), f"a policy's schema has at most {MAX_PARTS:,} mappings and lists", "make several policies of it"
        return
    draft = schema.get("$schema", _NEWEST)
    if not isinstance(draft, str) or draft.removesuffix("#") not in _DRAFTS:
        yield ("$schema",), f"`$schema` must be that of draft-07 or 2020-12, got {shown(draft)}", f"write {_NEWEST}"
        return
    references = list(_texts_at(_REFERENCES, schema))
    # In this order: what is no schema, or leads elsewhere, cannot be asked for its parts.
    yield from list(_outward(references)) or list(_against_its_draft(schema)) or _dangling(schema, references)


def _parts_of(schema: Json) -> int:
    inner = schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else None
    return 0 if inner is None else 1 + sum(map(_parts_of, inner))


def _texts_at(keywords: AbstractSet[str], schema: Json, around: Pointer = ()) -> Iterator[tuple[Pointer, str]]:
    """Yields the text of each of these keywords in a schema, at any depth."""
    if isinstance(schema, list):
        for number, part in enumerate(schema):
            yield from _texts_at(keywords, part, (*around, number))
    elif isinstance(schema, dict):
        for key, part in schema.items():
            # Below `properties` any key is a name, and has a schema; what has text is the keyword.
            if key in keywords and isinstance(part, str):
                yield (*around, key), part
            elif key not in _DATA:
                yield from _texts_at(keywords, part, (*around, key))


def _outward(references: Iterable[tuple[Pointer, str]]) -> Iterator[_Fault]:
    hint = "copy what it names into this file, under `$defs`, and refer to it by `#/$defs/NAME`"
    for pointer, text in references:
        if not text.startswith("#"):
            yield pointer, f"`{pointer[-1]}` must stay in the file, got {shown(text)}", hint


def _dangling(schema: Mapping[str, Json], references: Iterable[tuple[Pointer, str]]) -> Iterator[_Fault]:
    from referencing import Registry  # noqa: PLC0415  70 ms that only workspaces with such a policy pay
    from referencing.exceptions import Unresolvable  # noqa: PLC0415
    from referencing.jsonschema import specification_with  # noqa: PLC0415

    if any(len(pointer) > 1 for pointer, _ in _texts_at({"$id"}, dict(schema))):
        return  # Below a name of its own, a part's references are about that part: judging will tell.
    resource = specification_with(_draft_of(schema)).create_resource(schema)
    resolver = Registry().resolver_with_root(resource)
    for pointer, text in references:
        try:
            resolver.lookup(text)
        except Unresolvable:
            yield pointer, f"`{pointer[-1]}` names {shown(text)}, which the file does not have", None


def _against_its_draft(schema: Mapping[str, Json]) -> Iterator[_Fault]:
    from jsonschema import SchemaError  # noqa: PLC0415  as below

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about patterns that a later Python may read in another way
            _class_for(schema).check_schema(dict(schema))
    except SchemaError as error:
        pointer = cast("Pointer", tuple(error.path))
        what = f"`{path_text(pointer)}`" if pointer else "it"
        yield pointer, f"this is no JSON schema: {what} cannot be {shown(cast('Json', error.instance))}", None
    except (RecursionError, OverflowError):
        yield (), "this is no JSON schema: it has a pattern that cannot be read", None


def judged(schema: Mapping[str, Json], plan: Json) -> list[Json]:
    """Returns the findings of a schema about a plan's JSON, in the form in which a program would print them.

    Args:
        schema: Without findings of its own.
        plan: The document.

    Raises:
        ValueError: The schema refers to a part that it does not have, or to itself without end.
    """
    from referencing import Registry  # noqa: PLC0415  as above
    from referencing.exceptions import Unresolvable  # noqa: PLC0415

    validator = _class_for(schema)(schema, registry=Registry())
    found: dict[tuple[Pointer, str], Json] = {}
    try:
        for error in validator.iter_errors(plan):
            pointer = cast("Pointer", tuple(error.absolute_path))
            finding = _finding(pointer, error, plan)
            found.setdefault((pointer, str(finding)), finding)
            if len(found) > MAX_FINDINGS:
                break
    except Unresolvable as error:
        raise ValueError(f"the schema refers to {error.ref}, which it does not have") from error
    except RecursionError:
        raise ValueError("the schema refers to itself without end, or the plan nests too deeply for it") from None
    return list(found.values())


def _finding(pointer: Pointer, error: ValidationError, plan: Json) -> Json:
    about: dict[str, Json] = {}
    match pointer, plan:
        case ("changes", int(number), *rest), {"changes": [*changes]}:
            about = {"displayName": _display_name(changes[number])}
            pointer = tuple(rest)
        case _:
            pass
    subject = path_text(pointer) if pointer else "the change" if about else "the plan"
    hint = error.schema.get("description") if isinstance(error.schema, dict) else None
    return {
        "message": f"{subject} {_demand(error)}",
        "severity": "error",
        **about,
        **({"hint": hint} if isinstance(hint, str) else {}),
    }


def _display_name(change: Json) -> str:
    return str(change.get("displayName", "")) if isinstance(change, dict) else ""


def _demand(error: ValidationError) -> str:
    """Returns what a keyword asks for, as the rest of a sentence. Nothing of jsonschema's own text reaches a user."""
    keyword, wanted, instance = str(error.validator), cast("Json", error.validator_value), cast("Json", error.instance)
    if isinstance(instance, dict) and isinstance(wanted, list) and keyword == "required":
        return f"must have {' and '.join(f'`{key}`' for key in wanted if key not in instance)}"
    if isinstance(instance, list) and keyword in {"minItems", "maxItems"}:
        size = f"{wanted} item{'' if wanted == 1 else 's'}"
        return f"must have at {'least' if keyword == 'minItems' else 'most'} {size}, got {len(instance)}"
    demand = _DEMANDS[keyword](wanted) if keyword in _DEMANDS else f"must meet `{keyword}`"
    return f"{demand}, got {shown(instance)}"


_DEMANDS: Mapping[str, Callable[[Json], str]] = {
    "type": lambda kinds: f"must be {_kinds(kinds)}",
    "enum": lambda values: f"must be {_one_of(cast('list[Json]', values))}",
    "const": lambda value: f"must be {quoted(value)}",
    "pattern": lambda pattern: f"must match `{pattern}`",
    "minimum": lambda number: f"must be at least {number}",
    "maximum": lambda number: f"must be at most {number}",
    "exclusiveMinimum": lambda number: f"must be more than {number}",
    "exclusiveMaximum": lambda number: f"must be less than {number}",
    "minLength": lambda number: f"must have at least {number} characters",
    "maxLength": lambda number: f"must have at most {number} characters",
    "not": lambda _: "must not be what the policy forbids",
    "None": lambda _: "must not be there",
}
"""How what a keyword asks for is put into words; a schema that is `false` has no keyword."""


def _kinds(kinds: Json) -> str:
    return kind_text(map(str, kinds)) if isinstance(kinds, list) else kind_text([str(kinds)])


def _one_of(values: list[Json]) -> str:
    return alternatives(values) if len(values) <= FEW else f"one of {len(values)} values"


def _class_for(schema: Mapping[str, Json]) -> type[Validator]:
    import jsonschema  # noqa: PLC0415  as above

    named = getattr(jsonschema, _DRAFTS[_draft_of(schema)])
    extended = jsonschema.validators.extend(named, {"pattern": _pattern})  # type: ignore[no-untyped-call]  # untyped there
    return cast("type[Validator]", extended)


def _draft_of(schema: Mapping[str, Json]) -> str:
    return str(schema.get("$schema", _NEWEST)).removesuffix("#")


def _pattern(_: Validator, pattern: str, value: object, __: object) -> Iterator[ValidationError]:
    from jsonschema import ValidationError  # noqa: PLC0415  as above

    if isinstance(value, str) and not re.search(as_python_means(pattern), value):
        yield ValidationError(pattern)
