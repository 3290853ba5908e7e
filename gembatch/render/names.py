"""Which names a template may use, which are taken, and what somebody probably meant."""

from __future__ import annotations

import re
from collections.abc import Iterable

from gembatch.model.nearest import nearest
from gembatch.render.dates import GRAINS

PLACE_NAMES = ("project", "region", "env", "workspace")
"""The built-in variables that say where a run takes place."""

BUILT_INS = (*PLACE_NAMES, *GRAINS)
"""Every built-in variable, in the order in which messages list them."""

FUNCTIONS = ("days", "weeks", "months", "years")
"""What may be called in an expression; each makes a span."""

FEW = 12
"""As many names as a hint lists; of more it lists none."""

_KEYWORDS = frozenset({"and", "or", "not", "in", "is", "if", "else", "true", "false", "none", "True", "False", "None"})
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def why_not_a_name(name: str) -> str | None:
    """Returns why nobody may declare a variable or an axis of that name, as the end of a sentence; None if they may."""
    if name in BUILT_INS:
        return "is built in"
    if name in FUNCTIONS:
        return "is a function of templates"
    if name in _KEYWORDS:
        return "is a word of the template language"
    if not _NAME.fullmatch(name):
        return "cannot be written in a template: a name is letters, digits and `_`, and starts with no digit"
    return None


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """Returns a hint with the nearest known name; None when none is near."""
    near = nearest(name, known)
    return f"did you mean `{near}`?" if near else None
