"""Values that have the form of a secret. What is found is never printed, in no finding and no source line."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice

from gembatch.model.diagnostics import Diagnostic, Location
from gembatch.model.document import Mark, Source

# By the forms that their makers document, each under its name for people. Long enough not to be met by chance, and none
# can be tried in more ways than one, so that no text takes long.
_FORMS = {
    "a_private_key": r"-----BEGIN (?:[A-Z]+ ){0,3}PRIVATE KEY-----(?:[^-]|-(?!----END))*(?:-----END[A-Z ]*-----)?",
    "a_Google_API_key": r"(?<![\w-])AIza[\w-]{35}",
    "a_Google_access_token": r"(?<![\w-])ya29\.[\w.-]{20,}",
    "a_GitHub_token": r"(?<!\w)(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{22,})",
    "an_API_key": r"(?<![\w-])sk-(?:(?:proj|admin|ant-[a-z0-9]+)-[\w-]{20,}|(?=[A-Za-z]*[0-9])[A-Za-z0-9]{20,})",
    "an_AWS_access_key": r"(?<!\w)(?:AKIA|ASIA)[A-Z0-9]{16}(?!\w)",
    "an_AWS_secret_key": r"(?i:aws_?secret_?access_?key)[\"']?\s{0,3}[:=]\s{0,3}[\"']?[A-Za-z0-9/+]{40}",
    "a_JSON_web_token": r"(?<![\w-])eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}",
    "the_signature_of_a_signed_URL": r"(?<=[?&])(?:X-(?:Goog|Amz)-Signature|Signature|sig)=[\w%/+~.=-]{16,}",
}
_SECRET = re.compile("|".join(f"(?P<{name}>{form})" for name, form in _FORMS.items()), re.ASCII)

# One of these is in every secret: looking for them costs a tenth of what the forms do, and most files have none.
_SIGNS = (
    "-----BEGIN",
    "AIza",
    "ya29.",
    "gh",
    "github_pat_",
    "sk-",
    "AKIA",
    "ASIA",
    "ecret",
    "ECRET",
    "eyJ",
    "ignature=",
    "sig=",
)

_MOST = 20
"""As many findings as one file has."""

# What a line may show of a secret whose form stands on another: the rows of a key, the cut beginning of a token.
# Rows of a key have letters of both cases and digits; paths and words, however long, hardly ever do.
_REST = re.compile(
    r"(?<![A-Za-z0-9+/=])(?=[A-Za-z+/]*[0-9])(?=[A-Z0-9+/]*[a-z])(?=[a-z0-9+/]*[A-Z])[A-Za-z0-9+/]{60,}={0,2}"
    r"|(?<![\w-])eyJ[\w-]{8,}(?:\.[\w-]*){0,2}",
    re.ASCII,
)


def secrets_in(source: Source) -> tuple[Diagnostic, ...]:
    """Returns a finding for each of the first parts of a file that have the form of a secret, comments included."""
    if not _may_hold_any(source.text):
        return ()
    found = islice(_SECRET.finditer(source.text), _MOST)
    return tuple(_finding(f"this looks like {_kind(each)}", _location(source, each)) for each in found)


def secrets_in_value(what: str, text: str, place: Location | None) -> tuple[Diagnostic, ...]:
    """Returns a finding if a value that was given has the form of a secret, as nought or one.

    Args:
        what: Whose value it is, as the beginning of a sentence.
        text: The value.
        place: Where it stands; None when that is no file.
    """
    return tuple(_finding(f"{what} looks like {_kind(found)}", place) for found in islice(_SECRET.finditer(text), 1))


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


def hidden(text: str) -> str:
    """Returns a text with each character of a secret as `*`: as long as it was, for what is underlined in it."""
    for form in (_SECRET, _REST):
        text = form.sub(lambda found: "*" * len(found.group()), text)
    return text


def _may_hold_any(text: str) -> bool:
    return any(map(text.__contains__, _SIGNS))


def _kind(found: re.Match[str]) -> str:
    return str(found.lastgroup).replace("_", " ")


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
