"""Values that are to be taken for an address, a label of ours, a command or a picture of the screen; and lockfiles."""

from __future__ import annotations

import json

import pytest
from safety.conftest import ROW, SPEC, WORKSPACE, Hostile

pytestmark = pytest.mark.slow

KEY = "-----BEGIN PRIVATE KEY-----\\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\\n-----END PRIVATE KEY-----"

VALUES = {
    "a reference to this machine": ('"$ref": "http://127.0.0.1:PORT/schema.json"', "schema.unknown-key"),
    "a reference to the metadata server": ('"$ref": "http://169.254.169.254/"', "schema.unknown-key"),
    "a reference to a file": ('"$ref": "file:///etc/passwd"', "schema.unknown-key"),
    "a schema on this machine": ('"$schema": "http://127.0.0.1:PORT/schema.json"', "schema.unknown-key"),
    "a forged attempt": ("labels: {gembatch-attempt: aaaa}", "labels.reserved"),
    "a forged digest": ("labels: {gembatch-digest: aaaa}", "labels.reserved"),
    "a forged workspace": ("labels: {gembatch-workspace: others}", "labels.reserved"),
    "a forged environment, by an expression": ('labels: {gembatch-env: "{{ topic }}"}', "labels.reserved"),
    "a private key": (f'modelParameters: {{prompt: "{KEY}"}}', "secret.value"),
    "a key that rewrites the screen": ('"\\e[1A\\e[2Kno change": x', "schema.unknown-key"),
    "a key that sets the clipboard": ('"\\e]52;c;aWQ=\\a": x', "schema.unknown-key"),
    "a key that sets the title": ('"\\e]0;title\\a": x', "schema.unknown-key"),
    "a key that is a link": ('"\\e]8;;http://evil.example\\e\\\\click\\e]8;;\\e\\\\": x', "schema.unknown-key"),
    "a key with a carriage return": ('"destroy\\rno change": x', "schema.unknown-key"),
    "a key with a bidi override": ('"\\u202eledom": x', "schema.unknown-key"),
    "a key with a bidi isolate": ('"\\u2066ledom\\u2069": x', "schema.unknown-key"),
    "a key with a C1 byte": ('"\\x9b2J": x', "schema.unknown-key"),
    "a key that is a command": ('"::error file=x::": x', "schema.unknown-key"),
    "a key that is a command after a line": ('"\\n::add-mask::x": x', "schema.unknown-key"),
    "a key that is a command after a return": ('"\\r::stop-commands::x": x', "schema.unknown-key"),
    "a key that is a command after a separator": ('"\\u2028::set-output name=a::b": x', "schema.unknown-key"),
    "a key that is a command of old": ('"##[command]x": x', "schema.unknown-key"),
    "a key that ends a document of the shell": ('"x\\nEOF\\nPATH=/tmp": x', "schema.unknown-key"),
}


@pytest.mark.parametrize("name", VALUES)
def test_a_value_is_refused_and_shown_inert(hostile: Hostile, name: str) -> None:
    line, rule = VALUES[name]
    hostile.write({"specs/daily.yaml": f"{SPEC}{line.replace('PORT', str(hostile.port))}\n"})

    assert {rule} == hostile.rules_of()


PLACES = {
    "a folder above": ("input", "gs://demo-in/../others/rows.jsonl"),
    "a bucket above": ("input", "gs://../others/rows.jsonl"),
    "this folder": ("input", "gs://demo-in/./rows.jsonl"),
    "a generation": ("input", "gs://demo-in/rows.jsonl#1234"),
    "a line break": ("input", "gs://demo-in/rows\n.jsonl"),
    "a user": ("input", "gs://me:secret@demo-in/rows.jsonl"),
    "a port": ("input", "gs://demo-in:443/rows.jsonl"),
    "a space of no width": ("input", "gs://demo-in/rows\u200b.jsonl"),
    "another order": ("input", "gs://demo-in/\u202elnosj.jsonl"),
    "an endless name": ("input", f"gs://demo-in/{'x' * 2000}"),
    "no object": ("input", "gs://demo-in/"),
    "an output above": ("output", "gs://demo-out/../others/"),
    "an output anywhere": ("output", "gs://demo-out/*/"),
    "an output with a line break": ("output", "gs://demo-out/x\n/"),
    "a quoted table": ("input", "bq://p.d.`t`"),
    "a second statement": ("input", "bq://p.d.t; DROP TABLE t"),
    "a comment": ("input", "bq://p.d.t/*x*/"),
    "a comment to the end of the line": ("input", "bq://p.d.t -- x"),
    "all tables": ("input", "bq://p.d.*"),
    "a table of another project": ("output", "bq://p.d.t.other-project.d.t"),
    "a table with a line break": ("output", "bq://p.d.t\n"),
}


@pytest.mark.parametrize("name", PLACES)
def test_a_place_that_is_none_is_refused(hostile: Hostile, name: str) -> None:
    key, uri = PLACES[name]
    of_good = {"input": "gs://demo-in/rows.jsonl", "output": "gs://demo-out/daily/"}[key]
    hostile.write({"specs/daily.yaml": SPEC.replace(of_good, json.dumps(uri))})

    assert {"uri.shape"} == hostile.rules_of()


NAMES = {
    "one letter too many": ("x" * 129, "schema.length"),
    "one letter too many by an expression": ("{{ topic }}" + "x" * 125, "schema.length"),
    "a letter of another alphabet": ("d\u0430ily", "name.look-alike"),
    "a space at the end": ("daily ", "name.hidden name.look-alike"),
    "a space of no width": ("dai\u200bly", "name.hidden name.look-alike"),
    "a line break": ("daily\n", "name.characters name.look-alike"),
    "the screen": ("\x1b[2Jx", "name.characters"),
    "another order": ("\u202eyliad", "name.characters"),
    "a separator and a command": ("x\u2028::error::y", "name.characters"),
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_is_not_what_it_looks_like_is_told(hostile: Hostile, name: str) -> None:
    text, rules = NAMES[name]
    other = SPEC.replace("daily/", "other/").replace("displayName: daily", f"displayName: {json.dumps(text)}")
    hostile.write({"specs/other.yaml": other})

    assert set(rules.split()) == hostile.rules_of()


def test_the_same_letters_stored_in_two_ways_are_told(hostile: Hostile) -> None:
    for name, text in (("a", "\u00f6"), ("b", "o\u0308")):
        spec = SPEC.replace("daily/", f"{name}/").replace("displayName: daily", f"displayName: {text}")
        hostile.write({f"specs/{name}.yaml": spec})

    assert {"name.hidden", "name.look-alike"} == hostile.rules_of()


QUOTING = ('a" OR display_name="b', "a\\", 'a\\" OR state="JOB_STATE_RUNNING', "a' OR 1=1", "*", "a*", "(a)", "a AND b",
           "::error::x", "$(touch pwned)", "`touch pwned`", "--yes", "../../x", "{{ '{{' }}")  # fmt: skip
"""Names that are right, and would be something else to whoever does not quote them."""


def test_a_name_means_itself_to_the_server_and_to_the_screen(hostile: Hostile) -> None:
    """The filter of a listing is text in which names stand in quotes; what one of them finds, no other takes over."""
    for number, name in enumerate((*QUOTING, "b", "a")):
        spec = SPEC.replace("daily/", f"{number}/").replace("displayName: daily", f"displayName: {json.dumps(name)}")
        hostile.write({f"specs/{number}.yaml": spec.replace("gs://demo-in/rows.jsonl", "./rows.jsonl")})
    hostile.write({"rows.jsonl": ROW})
    (hostile.root / "specs" / "daily.yaml").unlink()

    applied = hostile.run("apply", "--yes", "--select", "[ab]")
    planned = json.loads(hostile.run("plan", "--format", "json").out)

    assert 0 == applied.code, applied.err
    kept = {change["displayName"] for change in planned["changes"] if change["action"] == "keep"}
    assert ({"a", "b"}, len(QUOTING) + 2) == (kept, len(planned["changes"]))
    assert {"create", "keep"} == {change["action"] for change in planned["changes"]}
    assert not (hostile.root / "pwned").exists()


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
