"""YAML that is to eat the machine, to run code, to hide something from a reviewer, or to mean two things."""

from __future__ import annotations

import pytest
from safety.conftest import SPEC, Hostile

pytestmark = pytest.mark.slow

BOMB = "a0: &a0 boom\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12))

MERGES = "m0: &m0 {k: v}\n" + "".join(f"m{n}: &m{n} {{<<: [{', '.join([f'*m{n - 1}'] * 10)}]}}\n" for n in range(1, 12))

ATTACKS: dict[str, tuple[str | bytes, str]] = {
    "billion laughs": (SPEC + BOMB, "yaml.limit"),
    "a bomb of merge keys": (SPEC + MERGES, "yaml.merge yaml.limit"),
    "200,000 open brackets": ("[" * 200_000, "yaml.limit"),
    "200,000 open braces": ("{a: " * 200_000, "yaml.limit"),
    "200,000 levels of indentation": ("- " * 200_000, "yaml.limit"),
    "200,000 question marks": ("? " * 200_000, "yaml.limit"),
    "an alias within what it stands for": (f"{SPEC}labels: &self {{team: *self}}\n", "yaml.alias"),
    "a scalar of 50 MB": (f"{SPEC}x: {'x' * 50_000_000}\n", "yaml.limit"),
    "a scalar of 9 MB": (f"{SPEC}x: {'x' * 9_000_000}\n", "schema.unknown-key"),
    "a quoted scalar of 9 MB of escapes": (
        f'{SPEC}x: "{chr(92) + "n"}{(chr(92) + "x41") * 2_250_000}"\n',
        "schema.unknown-key",
    ),
    "a list of 200,000": (SPEC + "x:\n" + "- 1\n" * 200_000, "yaml.limit"),
    "90,000 keys": (SPEC + "".join(f"k{n}: 1\n" for n in range(90_000)), "schema.unknown-key yaml.limit"),
    "200,000 documents": ("--- 1\n" * 200_000, "schema.type yaml.limit"),
    "3,000,000 line breaks and an error": ("\n" * 3_000_000 + "a: {", "yaml.syntax"),
    "an anchor for each of 50,000 values": ("".join(f"- &a{n} 1\n" for n in range(50_000)), "schema.type"),
    "100,000 tags": ("- !x 1\n" * 100_000, "yaml.tag yaml.limit"),
    "100,000 forbidden characters": ("\x07" * 100_000, "yaml.character"),
    "a second model": (f"{SPEC}model: gemini-4-argon\n", "yaml.repeated-key"),
    "a second model, by an escape": (f'{SPEC}"m\\x6fdel": gemini-4-argon\n', "yaml.repeated-key"),
    "a second bucket, far below": (f"{SPEC}{'# all is well' * 9000}\noutput: gs://attacker/\n", "yaml.repeated-key"),
    "a Python object": ("displayName: !!python/object/apply:os.system [id]\n", "yaml.tag"),
    "a Python name": ("displayName: !!python/name:os.system\n", "yaml.tag"),
    "an unknown tag": ("displayName: !vault x\n", "yaml.tag"),
    "a tag with a handle": ("%TAG !e! tag:evil.example,2000:\n---\ndisplayName: !e!x y\n", "yaml.tag"),
    "binary": ("displayName: !!binary aWQ=\n", "yaml.tag"),
    "a set": ("labels: !!set {team}\n", "yaml.tag"),
    "a timestamp": (f"{SPEC}rerun: 2026-11-22\n", "yaml.date"),
    "a boolean of old": (f"{SPEC}labels: {{country: no}}\n", "yaml.boolean"),
    "a boolean of old, the other one": (f"{SPEC}labels: {{switch: on}}\n", "yaml.boolean"),
    "a number in base 8": (f"{SPEC}rerun: 012\n", "yaml.number"),
    "a number in base 60": (f"{SPEC}rerun: 1:30:00\n", "yaml.number"),
    "not a number": (f"{SPEC}modelParameters: {{temperature: .nan}}\n", "yaml.number"),
    "infinity": (f"{SPEC}modelParameters: {{temperature: -.inf}}\n", "yaml.number"),
    "infinity, by a large exponent": (f"{SPEC}modelParameters: {{temperature: 1.0e+999}}\n", "yaml.number"),
    "a number of 5,000 digits": (f"{SPEC}modelParameters: {{topK: {'9' * 5000}}}\n", "yaml.number"),
    "a directive of another version": (f"%YAML 9.9\n---\n{SPEC}", "yaml.syntax"),
    "UTF-16": (SPEC.encode("utf-16"), "yaml.encoding"),
    "UTF-32": (SPEC.encode("utf-32"), "yaml.encoding"),
    "a byte that is no UTF-8": (SPEC.encode() + b"x: \xff\n", "yaml.encoding"),
    "an overlong encoding of a slash": (SPEC.encode() + b"x: \xc0\xaf\n", "yaml.encoding"),
    "half of a surrogate pair": (SPEC.encode() + b"x: \xed\xa0\x80\n", "yaml.encoding"),
    "a surrogate, by an escape": (f'{SPEC}rerun: "\\ud800"\n', "yaml.syntax"),
    "a byte order mark": (b"\xef\xbb\xbf" + SPEC.encode() + b"modle: x\n", "schema.unknown-key"),
    "documents that hide one": (f"{SPEC}---\n{SPEC.replace('daily', 'other')}modle: x\n", "schema.unknown-key"),
    "NUL": (f"{SPEC}x: a\0b\n", "yaml.character"),
    "a byte order mark within": (f"{SPEC}x: a\ufeffb\n", "yaml.character"),
    "a carriage return that hides a line": (f"{SPEC}# harmless\rmodel: gemini-4-argon\n", "yaml.character"),
    "a line separator that hides a line": (f"{SPEC}# harmless\u2028model: gemini-4-argon\n", "yaml.character"),
    "a key like a class": (f"{SPEC}__class__: x\n", "schema.unknown-key"),
    "a key like a prototype": (f"{SPEC}__proto__: {{isAdmin: true}}\n", "schema.unknown-key"),
    "a label like a class": (f"{SPEC}labels: {{__class__: x}}\n", "labels.key"),
    "a key of 100,000 characters": (f"{SPEC}? {'k' * 100_000}\n: x\n", "schema.unknown-key"),
    "a key with a cursor in it": (f'{SPEC}"\\e[2Jmodle": x\n', "schema.unknown-key"),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_a_document_is_refused_with_one_clear_finding(hostile: Hostile, name: str) -> None:
    content, rules = ATTACKS[name]
    hostile.write({"specs/daily.yaml": content})

    assert set(rules.split()) == hostile.rules_of()


BOMBS = ("billion laughs", "a bomb of merge keys", "200,000 open brackets", "a scalar of 50 MB", "NUL")


@pytest.mark.slow
@pytest.mark.parametrize("name", BOMBS)
@pytest.mark.parametrize("path", ["gembatch.yaml", "specs/_defaults.yaml", "specs/_base.yaml", "specs/axis.json"])
def test_it_is_refused_wherever_it_stands(hostile: Hostile, path: str, name: str) -> None:
    content, rules = ATTACKS[name]
    axis = "matrix: {lang: {file: ./specs/axis.json}}\n" if path.endswith("axis.json") else ""
    hostile.write(
        {"specs/daily.yaml": f"extends: ./_base.yaml\n{axis}{SPEC}", "specs/_base.yaml": "{}\n", path: content}
    )

    assert set(rules.split()) == hostile.rules_of()
