"""Rules over a job's display name and model."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from gembatch.model.diagnostics import Severity
from gembatch.validate.body import model_name
from gembatch.validate.likeness import character_text, is_invisible
from gembatch.validate.subject import Finding, Subject
from gembatch.validate.wording import quoted

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_MODEL = re.compile(
    r"publishers/[\w.-]+/models/[\w.@-]+"
    r"|projects/[\w.:-]+/locations/[\w-]+/publishers/[\w.-]+/models/[\w.@-]+"
    r"|projects/[\w.:-]+/locations/[\w-]+/models/[\w.@-]+",
    re.ASCII,
)


def display_name(subject: Subject) -> Iterator[Finding]:
    """Yields a display name that would break a line, drive a terminal, or read in another order than it is stored."""
    control = _CONTROL.search(subject.name)
    if control:
        yield Finding(
            f"displayName must have no control characters, got U+{ord(control[0]):04X}",
            subject.at("displayName"),
            hint="a name written with `|` or `>` ends in a line break" if control[0] == "\n" else None,
        )


def hidden(subject: Subject) -> Iterator[Finding]:
    """Yields a display name that is not quite what it looks like."""
    name = subject.name
    # Nearly all are plain. What the rule on control characters has told of is not told of again.
    if name.isascii() and name == name.strip():
        return
    found = None if _CONTROL.search(name) else _hidden(name)
    if found:
        message, hint = found
        yield Finding(f"displayName {message}", subject.at("displayName"), hint=hint, severity=Severity.WARNING)


def _hidden(name: str) -> tuple[str, str] | None:
    """Returns the first thing about a name that nobody sees, and what to do about it."""
    if name != name.strip():
        return "begins or ends with a space", "take the space out, or the quotes that keep it"
    for number, char in enumerate(name):
        if is_invisible(char) and not _is_joiner(name, number):
            return f"holds a character that cannot be seen, {character_text(char)}", "type the name anew"
        if char != " " and char.isspace():
            return f"holds a space of another kind, {character_text(char)}", "write a plain space, or `-`"
    if not unicodedata.is_normalized("NFC", name):
        return "stores accents apart from their letters", "store it in the form NFC, as keyboards make it"
    return None


def _is_joiner(name: str, number: int) -> bool:
    """Returns whether a character joins or parts its neighbours, as Persian, Indic scripts and emoji need it."""
    around = (name[number - 1 : number], name[number + 1 : number + 2])
    return name[number] in "\u200c\u200d" and all(char and not char.isascii() for char in around)


def model(subject: Subject) -> Iterator[Finding]:
    """Yields a model's name that the API would not read."""
    name = subject.data.get("model")
    if isinstance(name, str) and not _MODEL.fullmatch(model_name(name)):
        yield Finding(
            f"model must be a model's name, got {quoted(name)}",
            subject.at("model"),
            hint="write `gemini-3.8-flash`, `publishers/PUBLISHER/models/MODEL` or "
            "`projects/PROJECT/locations/LOCATION/models/ID`",
        )
