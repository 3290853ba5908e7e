"""Writes `spec.md` beside itself: the format of the two files that people write, from the schemas. `make docs` runs it.

Whoever wants another word on the page changes the description in `schemas/`, where editors show it as well.
"""  # noqa: INP001, a program

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from gembatch.validate.strict import whole_form, without_null

Schema: TypeAlias = Mapping[str, Any]

REPOSITORY = Path(__file__).resolve().parents[1]
PAGE = REPOSITORY / "docs" / "spec.md"

INTRODUCTION = """\
<!-- Generated from schemas/ by `make docs`. Do not edit. -->

# The format

What may stand in the two kinds of files that people write: `gembatch.yaml`, of which a workspace has one, and specs.
Editors know it from [`schemas/`](../schemas); `gembatch schema` prints those. The [README](../README.md) tells how the
parts play together.

In a spec an [expression](../README.md#the-workspace), `{{ … }}`, may stand wherever a value is due, whatever its type.
Keys are spelled as in the Vertex AI REST API wherever the API has the field.
"""


LONGEST_KIND = 60

CUSTOM = "Not used by Gemini."
"""What the description of a key says that is there for the sake of other models."""

CUSTOM_MODELS = """\
## Custom models

What the API has for models in containers of one's own. Gemini uses none of it.
"""


@dataclass(frozen=True, slots=True)
class Object:
    """One object: a table on the page.

    Attributes:
        name: Its definition's name, or what its file is called.
        schema: Its schema.
        root: The schema of its file, for references.
    """

    name: str
    schema: Schema
    root: Schema

    @property
    def link(self) -> str:
        """A link to its table."""
        return f"[{self.name}](#{anchor_of(self.name)})"

    def objects(self, *, is_custom: bool) -> Iterator[Object]:
        """Yields the objects in its fields, at any depth, each after the first that has it.

        Args:
            is_custom: Whether those in fields for custom models are wanted, or those in the others.
        """
        fields = (field for field in self.schema["properties"].values() if (CUSTOM in str(field)) is is_custom)
        return self._below(fields, set())

    def _below(self, fields: Iterable[Schema], seen: set[str]) -> Iterator[Object]:
        for name in [name for field in fields for name in references(field)]:
            definition = self.root["definitions"][name]
            if name not in seen and "properties" in definition:
                seen.add(name)
                yield Object(name, definition, self.root)
                yield from self._below(definition["properties"].values(), seen)


def anchor_of(heading: str) -> str:
    """Returns the anchor that GitHub gives a heading."""
    kept = "".join(char for char in heading.lower() if char.isalnum() or char in " -_")
    return kept.replace(" ", "-")


def page() -> str:
    """Returns the whole page."""
    workspace, spec = file_object("gembatch.yaml", "workspace"), file_object("A spec", "job")
    usual = {an_object.name for an_object in spec.objects(is_custom=False)}
    custom = [an_object for an_object in spec.objects(is_custom=True) if an_object.name not in usual]
    parts = [INTRODUCTION, *chapter(workspace), *chapter(spec), CUSTOM_MODELS, *(section(each, 3) for each in custom)]
    return "\n".join(parts)


def file_object(title: str, name: str) -> Object:
    """Returns what one kind of file holds."""
    text = (REPOSITORY / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")
    schema = whole_form(without_null(json.loads(text)))
    return Object(title, schema, schema)


def chapter(file: Object) -> Iterator[str]:
    """Yields the sections of one kind of file, but for what is there for custom models."""
    yield section(file, 2)
    for an_object in file.objects(is_custom=False):
        yield section(an_object, 3)


def references(schema: Any) -> Iterator[str]:  # noqa: ANN401, any part of a schema
    """Yields the names of the definitions that a part of a schema refers to, in order."""
    match schema:
        case {"$ref": str(target)} if target.startswith("#/definitions/"):
            yield target.removeprefix("#/definitions/")
        case dict():
            for value in schema.values():
                yield from references(value)
        case list():
            for value in schema:
                yield from references(value)


def section(an_object: Object, level: int) -> str:
    """Returns heading, description, table and what else holds of an object."""
    fields: Mapping[str, Schema] = an_object.schema["properties"]
    own = [key for key, field in fields.items() if not is_borrowed(field)]
    borrowed = [key for key in fields if key not in own]
    parts = [
        f"{'#' * level} {an_object.name}",
        an_object.schema.get("description", ""),
        table(an_object, sorted(own, key=lambda key: CUSTOM in str(fields[key]))) if own else "",
        f"{'Also' if own else 'It has'} these keys of [a spec](#a-spec): {listed(borrowed)}." if borrowed else "",
        *conditions(an_object.schema),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def is_borrowed(field: Schema) -> bool:
    """Returns whether a key is one of a job, described there."""
    match field:
        case {"$ref": str(target)}:
            return "#/properties/" in target
        case _:
            return False


def table(an_object: Object, keys: Iterable[str]) -> str:
    """Returns a row per key."""
    fields, required = an_object.schema["properties"], an_object.schema.get("required", ())
    rows = (
        f"| `{key}`{', required' if key in required else ''} | {kind(fields[key], an_object.root)} "
        f"| {meaning(key, described(fields[key], an_object.root))} |"
        for key in keys
    )
    return "\n".join(["| key | value | meaning |", "|---|---|---|", *rows])


def described(field: Schema, root: Schema) -> Schema:
    """Returns a field with what the definition that it refers to says of it."""
    match field:
        case {"$ref": str(target)}:
            return {**root["definitions"][target.rpartition("/")[2]], **field}
        case _:
            return field


def meaning(key: str, field: Schema) -> str:
    """Returns title, description, default and examples of a key."""
    words = [f"**{field['title']}.**", field["description"]]
    if "default" in field and "default" not in field["description"]:
        words.append(f"By default `{as_yaml(field['default'])}`.")
    examples = " or ".join(f"`{key}: {as_yaml(example)}`" for example in field["examples"])
    return f"{' '.join(words)}<br>{examples}".replace("|", "\\|")


def as_yaml(value: Any) -> str:  # noqa: ANN401, any value
    """Returns a value on one line, as one would write it."""
    text = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10_000)
    return text.removesuffix("\n").removesuffix("\n...")


def kind(field: Schema, root: Schema) -> str:  # noqa: PLR0911, a table
    """Returns what kind of value is due."""
    match field:
        case {"$ref": str(target)}:
            name = target.rpartition("/")[2]
            definition = root["definitions"][name]
            return Object(name, definition, root).link if "properties" in definition else kind(definition, root)
        case {"properties": dict(fields)} if all(map(is_borrowed, fields.values())):
            return "keys of [a spec](#a-spec)"
        case {"anyOf": [due, {"$ref": "#/definitions/template"}]}:
            return kind(due, root)
        case {"anyOf": choices} | {"oneOf": choices}:
            return any_of(kind(choice, root) for choice in choices)
        case {"enum": values}:
            return any_of(f"`{as_yaml(value)}`" for value in values)
        case {"type": [*types]}:
            return any_of(kind({**field, "type": name}, root) for name in types)
        case _:
            return simple_kind(field, root)


def simple_kind(field: Schema, root: Schema) -> str:  # noqa: PLR0911, a table
    """Returns what kind of value a schema of one type, or of none, is for."""
    match field.get("type"):
        case "string":
            return f"text, at most {field['maxLength']:,} characters" if "maxLength" in field else "text"
        case "integer":
            return f"whole number{range_of(field)}"
        case "number":
            return f"number{range_of(field)}"
        case "boolean":
            return "boolean"
        case "array":
            return f"list of {kind(field['items'], root)}" if "items" in field else "list"
        case "object" if isinstance(field.get("additionalProperties"), dict):
            each = kind(field["additionalProperties"], root)
            # What does not fit into a column is told by its meaning and its examples.
            return f"mapping of names to {each}" if len(each) <= LONGEST_KIND else "mapping"
        case "object" if "properties" in field:
            return f"mapping with {listed(list(field['properties']), 'and')}"
        case "object":
            return "mapping of names to any value"
        case _:
            return "any value"


def range_of(field: Schema) -> str:
    """Returns the range of a number, to be put behind its kind."""
    match field:
        case {"minimum": low, "maximum": high}:
            return f", {low:,} to {high:,}"
        case {"minimum": low}:
            return f", from {low:,}"
        case {"exclusiveMinimum": low}:
            return f", above {low:,}"
        case _:
            return ""


def conditions(schema: Schema) -> Iterator[str]:
    """Yields what holds of several keys at once."""
    for part in (schema, *schema.get("allOf", ())):
        match part:
            case {"oneOf": choices}:
                yield f"Exactly one of {listed([choice['required'][0] for choice in choices], 'and')}."
            case {"not": {"required": keys}}:
                yield f"Not both {listed(keys, 'and')}."


def any_of(kinds: Iterable[str]) -> str:
    """Returns alternatives in words, each once."""
    *first, last = dict.fromkeys(kinds)
    comma = "," if any(" or " in each or ", " in each for each in first) else ""
    return f"{', '.join(first)}{comma} or {last}" if first else last


def listed(keys: Sequence[str], word: str = "") -> str:
    """Returns keys in words."""
    *first, last = (f"`{key}`" for key in keys)
    return f"{', '.join(first)}{f' {word} ' if word else ', '}{last}" if first else last


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
