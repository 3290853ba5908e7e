"""What has the form of a secret, and how a text is shown without it."""

from __future__ import annotations

import re
from collections.abc import Iterator

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

# What a line may show of a secret whose form stands on another: the rows of a key, the cut beginning of a token.
# Rows of a key have letters of both cases and digits; paths and words, however long, hardly ever do.
_REST = re.compile(
    r"(?<![A-Za-z0-9+/=])(?=[A-Za-z+/]*[0-9])(?=[A-Z0-9+/]*[a-z])(?=[a-z0-9+/]*[A-Z])[A-Za-z0-9+/]{60,}={0,2}"
    r"|(?<![\w-])eyJ[\w-]{8,}(?:\.[\w-]*){0,2}",
    re.ASCII,
)


def secrets_of(text: str) -> Iterator[re.Match[str]]:
    """Returns the parts of a text that have the form of a secret, in order."""
    return _SECRET.finditer(text) if any(map(text.__contains__, _SIGNS)) else iter(())


def kind_of_secret(found: re.Match[str]) -> str:
    """Returns what a part of a text looks like: `a GitHub token`."""
    return str(found.lastgroup).replace("_", " ")


def hidden(text: str) -> str:
    """Returns a text with each character of a secret as `*`: as long as it was, for what is underlined in it.

    To be asked before a text is cut: half of a secret has no form by which it could be told.
    """
    for form in (_SECRET, _REST):
        text = form.sub(lambda found: "*" * len(found.group()), text)
    return text
