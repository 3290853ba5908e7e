"""Bytes → text, and the characters that a text may not contain."""

from __future__ import annotations

import codecs
import re
from itertools import islice

from gembatch.load.findings import MAX_FINDINGS
from gembatch.model.diagnostics import Diagnostic, Location
from gembatch.model.document import Mark, Source

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

# What YAML 1.1, and so libyaml, takes for a line break and editors do not: every place after it would be wrong.
_LINE_BREAKS = "\u2028\u2029"
# Bidirectional overrides and isolates make a text look other to its reviewer than it is to a program.
_DIRECTIONS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_ESCAPABLE = _LINE_BREAKS + _DIRECTIONS
# The first are those that YAML itself forbids.
_FORBIDDEN = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff{_ESCAPABLE}]|\r(?!\n)")


def decoded(path: str, content: bytes) -> Source | Diagnostic:
    """Returns the text of a file in UTF-8, without its byte order mark; or why it is not text."""
    if content.startswith(_UTF_16):
        return Diagnostic("yaml.encoding", "the file is in UTF-16", Location(path), hint="save it as UTF-8")
    content = content.removeprefix(codecs.BOM_UTF8)
    try:
        return Source(path, content.decode())
    except UnicodeDecodeError as error:
        return _not_utf_8(path, content, error.start)


def _not_utf_8(path: str, content: bytes, offset: int) -> Diagnostic:
    before = content[:offset].decode().rpartition("\n")
    # What cannot be decoded shows as U+FFFD, one for each byte or more; the column counts whole characters before it.
    source = Source(path, content.decode(errors="replace"))
    line, column = before[0].count("\n") + len(before[1]) + 1, len(before[2]) + 1
    where = Mark(source, line, column, line, column + 1).location()
    message = f"byte 0x{content[offset]:02x} is not UTF-8"
    return Diagnostic("yaml.encoding", message, where, hint="save the file as UTF-8")


def character_findings(source: Source) -> tuple[Diagnostic, ...]:
    """Returns a finding for each forbidden character."""
    # None of them can be printed. To ask that of a whole text takes a fifth of searching it.
    if source.text.replace("\n", "").isprintable():
        return ()
    return tuple(_forbidden(source, found) for found in islice(_FORBIDDEN.finditer(source.text), MAX_FINDINGS))


def _forbidden(source: Source, found: re.Match[str]) -> Diagnostic:
    before = source.text[: found.start()]
    line, column = before.count("\n") + 1, found.start() - before.rfind("\n")
    where = Mark(source, line, column, line, column + 1).location()
    code = f"U+{ord(found.group()):04X}"
    return Diagnostic(
        "yaml.character", f"character {code} is not allowed as it stands", where, hint=_hint(found.group())
    )


def _hint(character: str) -> str:
    if character == "\r":
        return "end lines with a line feed"
    # What is at home in some language may be written as an escape, where a reviewer sees it.
    return f'delete it, or write "\\u{ord(character):04x}" in double quotes' if character in _ESCAPABLE else "delete it"
