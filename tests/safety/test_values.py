"""Values that are to be taken for an address, a label of ours, a command or a picture of the screen; and lockfiles."""

from __future__ import annotations

import json

import pytest
from safety.conftest import SPEC, WORKSPACE, Hostile

pytestmark = pytest.mark.slow

KEY = "-----BEGIN PRIVATE KEY-----\\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\\n-----END PRIVATE KEY-----"

VALUES = {
    "a reference to this machine": ('"$ref": "http://127.0.0.1:PORT/schema.json"', "schema.unknown-key"),
    "a schema on this machine": ('"$schema": "http://127.0.0.1:PORT/schema.json"', "schema.unknown-key"),
    "a forged attempt": ("labels: {gembatch-attempt: aaaa}", "labels.reserved"),
    "a forged digest": ("labels: {gembatch-digest: aaaa}", "labels.reserved"),
    "a private key": (f'modelParameters: {{prompt: "{KEY}"}}', "secret.value"),
    "a key that rewrites the screen": ('"\\e[1A\\e[2Kno change": x', "schema.unknown-key"),
    "a key that sets the clipboard": ('"\\e]52;c;aWQ=\\a": x', "schema.unknown-key"),
    "a key with a bidi override": ('"\\u202eledom": x', "schema.unknown-key"),
    "a key with a C1 byte": ('"\\x9b2J": x', "schema.unknown-key"),
    "a key that is a command": ('"::error file=x::": x', "schema.unknown-key"),
    "a key that is a command after a line": ('"\\n::add-mask::x": x', "schema.unknown-key"),
    "a key that is a command of old": ('"##[command]x": x', "schema.unknown-key"),
}


@pytest.mark.parametrize("name", VALUES)
def test_a_value_is_refused_and_shown_inert(hostile: Hostile, name: str) -> None:
    line, rule = VALUES[name]
    hostile.write({"specs/daily.yaml": f"{SPEC}{line.replace('PORT', str(hostile.port))}\n"})

    assert {rule} == hostile.rules_of()


@pytest.mark.parametrize("form", ["yaml", "json", "curl"])
def test_what_a_prompt_holds_is_rendered_inert(hostile: Hostile, form: str) -> None:
    prompt = "\x1b[2J\u202e\r\n::set-output name=x::y\n##[error]z\u2028`$(id)`'\""
    hostile.write({"specs/daily.yaml": f"{SPEC}modelParameters: {{prompt: {json.dumps(prompt)}}}\n"})

    assert 0 == hostile.run("render", "--format", form).code


@pytest.mark.parametrize("endpoint", ["http://169.254.169.254/", "http://evil.com", "http://127.0.0.1@evil.com"])
def test_an_endpoint_elsewhere_is_refused(hostile: Hostile, endpoint: str) -> None:
    hostile.write({"gembatch.yaml": WORKSPACE.replace("endpoint: embedded", f'endpoint: "{endpoint}"')})

    assert {"environment.endpoint"} == hostile.rules_of()
    assert 1 == hostile.run("plan").code


@pytest.mark.parametrize(
    "content",
    ["", "{}", "[" * 200_000, '{"version": 99}', '{"version": 1, "serial": ' + "9" * 5_000 + "}", "\x00", "\x1b[2J"],
    ids=["empty", "nothing", "brackets", "future", "huge serial", "NUL", "control"],
)  # fmt: skip
def test_a_lockfile_that_cannot_be_is_refused_and_kept(hostile: Hostile, content: str) -> None:
    hostile.write({"locks/local.lock.json": content})

    assert 1 == hostile.run("plan").code
    assert content == (hostile.root / "locks" / "local.lock.json").read_text(encoding="utf-8")
