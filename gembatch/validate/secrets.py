"""Values that have the form of a secret. What is found is never printed, in no finding and no source line."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice

from gembatch.model.diagnostics import Diagnostic, Location
from gembatch.model.document import Mark, Source
from gembatch.model.secrets import hidden, kind_of_secret, secrets_of

_MOST = 20
"""As many findings as one file has."""


def secrets_in(source: Source) -> tuple[Diagnostic, ...]:
    """Returns a finding for each of the first parts of a file that have the form of a secret, comments included."""
    found = islice(secrets_of(source.text), _MOST)
    return tuple(_finding(f"this looks like {kind_of_secret(each)}", _location(source, each)) for each in found)


def secrets_in_value(what: str, text: str, place: Location | None) -> tuple[Diagnostic, ...]:
    """Returns a finding if a value that was given has the form of a secret, as nought or one.

    Args:
        what: Whose value it is, as the beginning of a sentence.
        text: The value.
        place: Where it stands; None when that is no file.
    """
    return tuple(_finding(f"{what} looks like {kind_of_secret(found)}", place) for found in islice(secrets_of(text), 1))


def masked(diagnostic: Diagnostic) -> Diagnostic:
    """Returns a finding in which nothing can be read that has the form of a secret."""
    return replace(
        diagnostic,
        message=hidden(diagnostic.message),
        hint=diagnostic.hint and hidden(diagnostic.hint),
        combination=hidden(diagnostic.combination),
        location=_masked_place(diagnostic.location),
        related=tuple((place, why) for each, why in diagnostic.related if (place := _masked_place(each))),
    )


def _masked_place(place: Location | None) -> Location | None:
    return place and replace(place, text=hidden(place.text))


def _location(source: Source, found: re.Match[str]) -> Location:
    before = source.text[: found.start()]
    line, column = before.count("\n") + 1, found.start() - before.rfind("\n")
    inside = found.group()
    last = line + inside.count("\n")
    end = column + len(inside) if last == line else 1
    return Mark(source, line, column, last, end).location()


def _finding(message: str, place: Location | None) -> Diagnostic:
    hint = "take it out, and have it revoked if it ever left this machine; gembatch needs no secrets but your own login"
    return Diagnostic("secret.value", message, place, hint=hint)
