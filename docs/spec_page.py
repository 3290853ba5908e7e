"""Writes `spec.md` beside itself: the format of the two files that people write, from the schemas. `make docs` runs it.

Whoever wants another word on the page changes the description in `schemas/`, where editors show it as well.
"""  # noqa: INP001, a program

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import yaml

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


@dataclass(frozen=True, slots=True)
class File:
    """One kind of file.

    Attributes:
        title: The heading of its section.
        schema: Its schema.
    """

    title: str
    schema: Schema


@dataclass(frozen=True, slots=True)
class Object:
    """One object: a table on the page.

    Attributes:
        name: Its definition's name; the file's title for the file itself.
        schema: Its schema.
        level: Of its heading.
    """

    name: str
    schema: Schema
    level: int

    @property
    def link(self) -> str:
        """A link to its table."""
        return f"[{self.name}](#{anchor_of(self.name)})"


def anchor_of(heading: str) -> str:
    """Returns the anchor that GitHub gives a heading."""
    kept = "".join(char for char in heading.lower() if char.isalnum() or char in " -_")
    return kept.replace(" ", "-")


def page() -> str:
    """Returns the whole page."""
    sections = (section for file in files() for section in sections_of(file))
    return "\n".join([INTRODUCTION, *sections])


def files() -> tuple[File, ...]:
    """Returns both kinds of files."""
    return tuple(
        File(title, json.loads((REPOSITORY / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")))
        for title, name in (("gembatch.yaml", "workspace"), ("A spec", "job"))
    )


def sections_of(file: File) -> Iterator[str]:
    """Yields a section per object of a file, the file itself first, each object after the one that has it."""
    seen: set[str] = set()

    def walk(an_object: Object) -> Iterator[str]:
        yield section(an_object, file.schema)
        for name in references(an_object.schema.get("properties", {})):
            definition = file.schema["definitions"][name]
            if name not in seen and "properties" in definition:
                seen.add(name)
                yield from walk(Object(name, definition, level=3))

    yield from walk(Object(file.title, file.schema, level=2))


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


def section(an_object: Object, root: Schema) -> str:
    """Returns heading, description, table and what else holds of an object."""
    own = {key: field for key, field in an_object.schema["properties"].items() if not is_borrowed(field)}
    borrowed = [key for key in an_object.schema["properties"] if key not in own]
    required = an_object.schema.get("required", ())
    parts = [
        f"{'#' * an_object.level} {an_object.name}",
        an_object.schema.get("description", ""),
        table(own, required, root) if own else "",
        f"{'And these' if own else 'These'} keys of [a spec](#a-spec): {listed(borrowed)}." if borrowed else "",
        *conditions(an_object.schema),
    ]
    return "".join(f"{part}\n\n" for part in parts if part).rstrip("\n") + "\n"


def is_borrowed(field: Schema) -> bool:
    """Returns whether a key is one of a job, described there."""
    match field:
        case {"$ref": str(target)} | {"anyOf": [{"$ref": str(target)}, *_]}:
            return "#/properties/" in target
        case _:
            return False


def table(fields: Mapping[str, Schema], required: Sequence[str], root: Schema) -> str:
    """Returns a row per key."""
    rows = (
        f"| `{key}`{', required' if key in required else ''} | {kind(field, root)} | {meaning(key, field)} |"
        for key, field in fields.items()
    )
    return "\n".join(["| key | value | meaning |", "|---|---|---|", *rows])


def meaning(key: str, field: Schema) -> str:
    """Returns title, description, default and examples of a key."""
    words = [f"**{field['title']}.**", field["description"]]
    if "default" in field and "default" not in field["description"]:
        words.append(f"By default `{as_yaml(field['default'])}`.")
    examples = " or ".join(f"`{key}: {as_yaml(example)}`" for example in field["examples"])
    return " ".join([*words, f"<br>{examples}"]).replace("|", "\\|")


def as_yaml(value: Any) -> str:  # noqa: ANN401, any value
    """Returns a value on one line, as one would write it."""
    text = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10_000)
    return text.removesuffix("\n").removesuffix("\n...")


def kind(field: Schema, root: Schema) -> str:
    """Returns what kind of value is due."""
    match field:
        case {"$ref": str(target)}:
            name = target.rpartition("/")[2]
            definition = root["definitions"][name]
            return Object(name, definition, level=3).link if "properties" in definition else kind(definition, root)
        case {"anyOf": [due, {"$ref": "#/definitions/template"}]}:
            return kind(due, root)
        case {"anyOf": choices} | {"oneOf": choices}:
            return any_of([kind(choice, root) for choice in choices])
        case {"enum": values}:
            return any_of([f"`{as_yaml(value)}`" for value in values])
        case {"type": [*types]}:
            return any_of([kind({**field, "type": name}, root) for name in types])
        case _:
            return simple_kind(field, root)


def simple_kind(field: Schema, root: Schema) -> str:
    """Returns what kind of value a schema of one type, or of none, is for."""
    match field.get("type"):
        case "string":
            return f"text, at most {field['maxLength']:,} characters" if "maxLength" in field else "text"
        case "integer":
            return f"whole number{range_of(field)}"
        case "number":
            return f"number{range_of(field)}"
        case "boolean":
            return "`true` or `false`"
        case "null":
            return "`null`"
        case "array":
            return f"list of {kind(field['items'], root)}" if "items" in field else "list"
        case "object" if isinstance(field.get("additionalProperties"), dict):
            return f"by name: {kind(field['additionalProperties'], root)}"
        case "object":
            return "by name: any value"
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


def any_of(kinds: Sequence[str]) -> str:
    """Returns alternatives in words, each once."""
    *first, last = dict.fromkeys(kinds)
    return f"{', '.join(first)} or {last}" if first else last


def listed(keys: Sequence[str], word: str = "") -> str:
    """Returns keys in words."""
    *first, last = (f"`{key}`" for key in keys)
    return f"{', '.join(first)}{f' {word} ' if word else ', '}{last}" if first else last


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
