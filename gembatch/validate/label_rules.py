"""Rules over labels: what Google takes, and what is gembatch's own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from gembatch.model.jobs import (
    LABEL_ATTEMPT,
    LABEL_DIGEST,
    LABEL_ENVIRONMENT,
    LABEL_PREFIX,
    LABEL_RERUN,
    LABEL_WORKSPACE,
)
from gembatch.model.secrets import hidden
from gembatch.validate.subject import Finding, Subject
from gembatch.validate.wording import shown

LONGEST = 63
"""Characters of a key or a value. One of Google's pages says 64; the server was seen to refuse that."""

_MOST = 64
_OURS = len((LABEL_WORKSPACE, LABEL_ENVIRONMENT, LABEL_DIGEST, LABEL_RERUN, LABEL_ATTEMPT))

# Nearly all are plain; to ask of each character what it is takes ten times as long.
_PLAIN_KEY = re.compile(rf"[a-z][a-z0-9_-]{{0,{LONGEST - 1}}}")
_PLAIN_WORD = re.compile(rf"[a-z0-9_-]{{0,{LONGEST}}}")

# Letters without an upper case (most scripts) count as lower case, as in Google's own rule.
_LETTERS = frozenset({"Ll", "Lo"})
_DIGITS = frozenset({"Nd", "Nl", "No"})


def reserved(subject: Subject) -> Iterator[Finding]:
    """Yields keys that begin as gembatch's own do."""
    for key in subject.labels:
        if key.startswith(LABEL_PREFIX):
            yield Finding(
                f"the label {key} is reserved: gembatch sets those that begin with {LABEL_PREFIX}",
                subject.at_key("labels", key),
            )


def keys(subject: Subject) -> Iterator[Finding]:
    """Yields keys that Google refuses."""
    for key in subject.labels:
        if not (_PLAIN_KEY.fullmatch(key) or (key and _is_letter(key[0]) and _is_word(key))):
            yield Finding(
                f"a label's key must be 1 to {LONGEST} lower-case letters, digits, - and _ and begin with a letter, "
                f"got {shown(key)}",
                subject.at_key("labels", key),
                hint=_advice(key.lstrip("-_0123456789")),
            )


def values(subject: Subject) -> Iterator[Finding]:
    """Yields values that Google refuses."""
    for key, value in subject.labels.items():
        if not _is_word(str(value)):
            yield Finding(
                f"labels.{key} must be at most {LONGEST} lower-case letters, digits, - and _, got {shown(value)}",
                subject.at("labels", key),
                hint=_advice(str(value)),
            )


def count(subject: Subject) -> Iterator[Finding]:
    """Yields labels that leave no room for gembatch's own."""
    if len(subject.labels) > _MOST - _OURS:
        yield Finding(
            f"a job has at most {_MOST - _OURS} labels besides gembatch's {_OURS}, got {len(subject.labels)}",
            subject.at_key("labels"),
        )


def _is_letter(char: str) -> bool:
    return unicodedata.category(char) in _LETTERS


def _is_word(text: str) -> bool:
    if _PLAIN_WORD.fullmatch(text):
        return True
    return len(text) <= LONGEST and all(
        char in "-_" or _is_letter(char) or unicodedata.category(char) in _DIGITS for char in text
    )


def _advice(text: str) -> str | None:
    """Returns the nearest text that Google takes, as a hint; none for a secret, whose form would be lost in it."""
    if hidden(text) != text:
        return None
    # Composed: a letter with its accent is one that Google takes, an accent by itself is none.
    lower = unicodedata.normalize("NFC", text).lower()
    word = "".join(char if _is_word(char) else "-" for char in lower).strip("-")[:LONGEST]
    return f"write, for example, `{word}`" if word else None
