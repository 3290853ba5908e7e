"""What has the form of a secret is found, and hidden wherever it would be shown.

The samples are put together here, so that nobody's scanner takes this file for a leak.
"""

from __future__ import annotations

import pytest

from gembatch.model.diagnostics import Diagnostic, Location
from gembatch.model.document import Source
from gembatch.validate.secrets import masked, secrets_in, secrets_in_value

LETTERS = "abcDEF0123456789" * 8
DASHES = "-----"

SECRETS = {
    "a private key": [
        f"{DASHES}BEGIN PRIVATE KEY{DASHES}\\nMIIE{LETTERS}\\n{DASHES}END PRIVATE KEY{DASHES}",
        f"{DASHES}BEGIN RSA PRIVATE KEY{DASHES}",
        f"{DASHES}BEGIN ENCRYPTED PRIVATE KEY{DASHES} MIIE",
        f'{{"type": "service_account", "private_key": "{DASHES}BEGIN PRIVATE KEY{DASHES}"}}',
    ],
    "a Google API key": ["AI" + "za" + LETTERS[:35]],
    "a Google access token": ["ya" + "29." + LETTERS[:40]],
    "a GitHub token": [f"gh{kind}_{LETTERS[:36]}" for kind in "pousr"] + ["github" + "_pat_" + LETTERS[:60]],
    "an API key": ["sk" + "-" + LETTERS[:48], "sk" + "-proj-" + LETTERS[:40], "sk" + "-ant-api03-" + LETTERS[:40]],
    "an AWS access key": ["AK" + "IA" + "A1B2C3D4E5F6G7H8", "AS" + "IA" + "A1B2C3D4E5F6G7H8"],
    "an AWS secret key": ["aws_secret_access_key = " + LETTERS[:40], 'AWS_SECRET_ACCESS_KEY: "' + LETTERS[:40] + '"'],
    "a JSON web token": ["ey" + "JhbGciOiJI" + ".ey" + "JzdWIiOiIx" + ".SflKxwRJSMeKKF2Q"],
    "the signature of a signed URL": [
        "https://storage.googleapis.com/b/o?X-Goog-Algorithm=x&X-Goog-Signature=" + LETTERS[:64],
        "https://b.s3.amazonaws.com/o?X-Amz-Signature=" + LETTERS[:64],
        "https://storage.googleapis.com/b/o?Expires=1&Signature=abc%2Bdef%2Fghi%3D%3D0123",
        "https://x.blob.core.windows.net/c?sv=2024&sig=abc%2Bdef%2Fghi%3D%3D0123",
    ],
}
SAMPLES = [(kind, text) for kind, texts in SECRETS.items() for text in texts]


@pytest.mark.parametrize(("kind", "text"), SAMPLES)
def test_a_secret_is_found_and_told_by_its_kind_alone(kind: str, text: str) -> None:
    (finding,) = secrets_in(Source("specs/a.yaml", f"a: 1\nb: {text}\n"))

    assert f"this looks like {kind}" == finding.message
    assert 2 == finding.location.line


@pytest.mark.parametrize(("kind", "text"), SAMPLES)
def test_a_secret_is_hidden_in_every_part_of_a_finding(kind: str, text: str) -> None:
    place = Location("specs/a.yaml", 1, 4, 3, f"b: {text} # more")
    shown = masked(
        Diagnostic("x.y", f"got {text}", place, hint=f"write {text}", related=((place, "here"),), combination=text)
    )

    hidden = shown.location.text
    assert hidden == shown.related[0][0].text
    for part in (shown.message, shown.hint, shown.combination, hidden):
        assert () == secrets_in_value("it", part, None)
        assert "****" in part
    assert len(place.text) == len(hidden)
    assert hidden.endswith("# more") or kind == "a private key"


@pytest.mark.parametrize(
    "text",
    [
        "displayName: sk-reviews-daily-20261122",
        "displayName: task-0123456789abcdef0123456789",
        "model: gemini-3.8-flash",
        "input: gs://bucket/reviews/de/2026-11-22.jsonl",
        "rerun: the signature= of a prompt",
        "input: gs://bucket/o?Signature={{ x }}",
        "labels: {commit: 0123456789abcdef0123456789abcdef01234567}",
        "ghp_short",
        "AIza",
        f"{DASHES}BEGIN PUBLIC KEY{DASHES}",
        f"{DASHES}BEGIN CERTIFICATE{DASHES}",
        "eyJ.eyJ.x",
    ],
)
def test_what_only_resembles_a_secret_is_left_alone(text: str) -> None:
    assert () == secrets_in(Source("specs/a.yaml", text))


def test_the_place_of_a_key_over_several_lines_is_its_first() -> None:
    text = f"a: |\n  {DASHES}BEGIN PRIVATE KEY{DASHES}\n  MIIE\n  {DASHES}END PRIVATE KEY{DASHES}\nb: 1\n"
    (finding,) = secrets_in(Source("specs/a.yaml", text))

    assert (2, 3, 27) == (finding.location.line, finding.location.column, finding.location.length)


def test_a_row_of_a_key_is_hidden_even_where_its_beginning_is_not_in_sight() -> None:
    row = LETTERS[:64]

    assert row not in masked(Diagnostic("yaml.syntax", "x", Location("a.yaml", 3, 1, 1, f"  {row}"))).location.text


def test_a_given_value_is_told_by_where_it_was_given() -> None:
    (finding,) = secrets_in_value("--var: variable `key`", "AI" + "za" + LETTERS[:35], None)

    assert ("--var: variable `key` looks like a Google API key", None) == (finding.message, finding.location)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (f"{DASHES}BEGIN PRIVATE KEY{DASHES}" * 20_000, 1),
        (f"{DASHES}BEGIN " + "A " * 200_000, 0),
        ("sk-" * 200_000, 0),
        ("eyJaaaaaaaa." * 50_000, 20),
        ("ya29." * 100_000, 1),
        ("aws_secret_access_key" * 20_000, 0),
        ("?sig=" * 100_000, 0),
    ],
)
def test_a_long_text_of_beginnings_ends(text: str, count: int) -> None:
    """Tried over and over, each of these would take hours."""
    assert count == len(secrets_in(Source("a.yaml", text)))
    assert len(text) == len(masked(Diagnostic("x.y", text)).message)
