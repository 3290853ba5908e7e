"""Files of `--var-file` → values of variables. YAML and JSON keep their types; in `.env` all is text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from gembatch.load.files import read_bytes
from gembatch.load.text import decoded
from gembatch.load.yaml_reader import read_text
from gembatch.model.diagnostics import Diagnostic, Location
from gembatch.model.document import Document, Mark, Source
from gembatch.model.variables import Channel, GivenValue

RULE = "variable.file"

_LINE = re.compile(
    r"""\s*(?:export\s+)?(?P<name>[A-Za-z_]\w*)\s*=\s*
    (?:'(?P<literal>[^']*)'|"(?P<escaped>(?:[^"\\]|\\.)*)"|(?P<plain>[^'"\s#](?:[^#]|(?<=\S)\#)*)?)
    \s*(?:(?<!\S)\#.*)?""",
    re.VERBOSE | re.ASCII,
)
_NOTHING = re.compile(r"\s*(?:#.*)?")
_ESCAPE = re.compile(r"\\(.)")
_MEANT = {"n": "\n", "t": "\t", "r": "\r"}


def read_variables(path: Path, shown: str) -> tuple[tuple[GivenValue, ...], tuple[Diagnostic, ...]]:
    """Returns the values that a file gives, in its order, and what is wrong with it.

    It need not lie in the workspace: it was named by the person at the keyboard.

    Args:
        path: The file; `.env` or `.env.NAME`, or ending in `.env`, `.yaml`, `.yml` or `.json`.
        shown: What messages call it.
    """
    real = path.resolve()
    content = read_bytes(real.parent, real.name)
    if isinstance(content, Diagnostic):
        return (), (replace(content, location=Location(shown), hint=None),)
    source = decoded(shown, content)
    if isinstance(source, Diagnostic):
        return (), (source,)
    if path.suffix in {".yaml", ".yml", ".json"}:
        return _from_yaml(source)
    if path.suffix == ".env" or path.name.startswith(".env"):
        return _from_env(source)
    message = "what is in this file cannot be told from its name"
    return (), (Diagnostic(RULE, message, Location(shown), hint="name it `….yaml`, `….json` or `….env`"),)


def _from_yaml(source: Source) -> tuple[tuple[GivenValue, ...], tuple[Diagnostic, ...]]:
    read = read_text(source)
    findings = [*read.diagnostics, *map(_second, read.documents[1:])]
    if findings:
        return (), tuple(findings)
    document = read.documents[0]
    if not isinstance(document.data, dict):
        message = "a file of variables is a mapping from names to values"
        return (), (Diagnostic(RULE, message, document.places.at(()), hint="write `name: value` lines"),)
    return tuple(
        GivenValue(name, value, Channel.VAR_FILE, document.places.at((name,)), is_typed=True)
        for name, value in document.data.items()
    ), ()


def _second(document: Document) -> Diagnostic:
    message = "a file of variables is one document; this is a second one"
    return Diagnostic(RULE, message, document.places.at(()), hint="put all names into one")


def _from_env(source: Source) -> tuple[tuple[GivenValue, ...], tuple[Diagnostic, ...]]:
    items = tuple(_lines(source))
    return (
        tuple(item for item in items if isinstance(item, GivenValue)),
        tuple(item for item in items if isinstance(item, Diagnostic)),
    )


def _lines(source: Source) -> Iterator[GivenValue | Diagnostic]:
    for number, line in enumerate(source.text.split("\n"), 1):
        text = line.removesuffix("\r")
        if _NOTHING.fullmatch(text):
            continue
        if found := _LINE.fullmatch(text):
            yield GivenValue(found["name"], _value(found), Channel.VAR_FILE, _place(source, number, found))
        else:
            where = Mark(source, number, 1, number, len(text) + 1).location()
            hint = "write `name=value`; put the value in quotes where it holds quotes or a `#`"
            yield Diagnostic(RULE, "this line gives no name a value", where, hint=hint)


def _value(found: re.Match[str]) -> str:
    if found["escaped"] is not None:
        return _ESCAPE.sub(lambda escape: _MEANT.get(escape[1], escape[1]), found["escaped"])
    return str(found["literal"] if found["literal"] is not None else found["plain"] or "").strip()


def _place(source: Source, number: int, found: re.Match[str]) -> Location:
    part = next((name for name in ("literal", "escaped", "plain") if found[name]), "name")
    start, end = found.span(part)
    return Mark(source, number, start + 1, number, end + 1).location()
