"""Seeded noise: texts that are nearly specs, and expressions that are nearly expressions."""

from __future__ import annotations

import random

_SPECS = (
    """\
displayName: daily-{{ ds }}
model: gemini-3.8-flash
input: gs://demo-in/rows.jsonl
output: gs://demo-out/daily/
""",
    """\
displayName: "a-{{ lang }}"
model: m
matrix: {lang: [de, fr], tone: {file: ./t.csv}}
input: [gs://a-b/c, gs://a-b/d]
output: bq://p.d.t
labels: {team: search}
lifecycle: {onFailure: retry, maxAttempts: 3}
""",
    """\
displayName: x
model: publishers/google/models/m
inputConfig:
  instancesFormat: jsonl
  gcsSource: {uris: [gs://b-b/x]}
outputConfig:
  predictionsFormat: jsonl
  gcsDestination: {outputUriPrefix: gs://b-b/o/}
modelParameters: {t: 0.2}
""",
    """\
dates: {every: month, start: 2026-01-31, end: 2026-12-31, lookback: 3}
environments: {prod: {model: null}}
rerun: again
""",
    """\
extends: ./_base.yaml
previousDisplayName: old
instanceConfig: {keyField: k, includedFields: [a, b]}
---
--- {a: &a [1], b: *a}
""",
)
_PIECES = (
    "&a ",
    "*a",
    "<<: ",
    "!!str ",
    "!x ",
    "? ",
    ": ",
    "- ",
    "[",
    "]",
    "{",
    "}",
    "{{",
    "}}",
    "{%",
    "'",
    '"',
    "|",
    ">",
    "#",
    "\n",
    "\t",
    "---\n",
    "...\n",
    "%YAML 1.1\n",
    "null",
    "~",
    "yes",
    "012",
    "1e3",
    ".nan",
    "-.inf",
    "2026-02-30",
    "9" * 30,
    "\\",
    "\\ud800",
    "\u202e",
    "\u200b",
    "\x00",
    "\x1b[2J",
    "\r",
    "\ufeff",
    "é",
    "字",
    "🦉",
    "ö",
    "o\u0308",
    "gs://",
    "bq://a.b.c",
    "gs://b/../#1",
    "::error::",
    "##[x]",
    "environments: ",
    "matrix: ",
    "labels: ",
    "dates: ",
    "{{ ds }}",
    "{{ lang }}",
    "{{ date + months(1) }}",
    "{{ 1/0 }}",
    "file: ",
)
_ATOMS = (
    "ds",
    "date",
    "topic",
    "langs",
    "limits",
    "share",
    "on",
    "nothing",
    "env",
    "missing",
    "1",
    "0",
    "-1",
    "0.5",
    "1e308",
    "9" * 25,
    "'a'",
    '"\\n"',
    "'\\x41'",
    "''",
    "[]",
    "[1, 'a']",
    "none",
    "true",
    "date.year",
    "limits.deep.top",
    "langs[0]",
    "langs[-9]",
    "days(1)",
    "months(-13)",
    "years(9999)",
    "weeks(0.5)",
    "字",
    "é",
    "\u202e",
    "\x1b",
    "1_0",
    "0x10",
    "...",
    "{}",
    "@",
)
_OPERATORS = (
    " + ",
    " - ",
    " * ",
    " / ",
    " // ",
    " % ",
    " ** ",
    " ~ ",
    " and ",
    " or ",
    " == ",
    " < ",
    " in ",
    " not in ",
    " is ",
    " | ",
    " if ",
    " else ",
    ", ",
    ".",
    " ",
)
_FILTERS = (
    "upper",
    "lower",
    "replace('a', 'b')",
    "strftime('%Y-%q')",
    "strftime('%')",
    "int",
    "float",
    "join(',')",
    "default('x')",
    "length",
    "first",
    "attr('__class__')",
    "slug",
    "round(400)",
    "trim",
    "tojson",
    "string",
)

_BRACKETS = (("(", ")"), ("[", "]"), ("days(", ")"), ("not ", ""), ("-", ""), ("(", ""), ("langs[", "]"))


class Noise:
    """An endless source of bad inputs; the seed decides all of them."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311  not for secrets

    def spec(self) -> str:
        """Returns a spec with some of its text moved, dropped, doubled or replaced."""
        text = self._random.choice(_SPECS)
        for _ in range(self._random.randint(1, 6)):
            start = self._random.randrange(len(text) + 1)
            end = min(len(text), start + self._random.choice((0, 0, 1, 2, 8, 40)))
            text = text[:start] + self._piece(text) + text[end:]
        return text

    def leaf(self) -> str:
        """Returns text with expressions in it."""
        around = self._random.choice(("", "", "a-", "{", "}}", "{{", "{#"))
        return around + " ".join(f"{{{{ {self.expression()} }}}}" for _ in range(self._random.randint(1, 2)))

    def expression(self, depth: int = 0) -> str:
        """Returns what may be an expression."""
        chance = self._random.random()
        if depth > 4 or chance < 0.35:
            return self._random.choice(_ATOMS)
        inner = self.expression(depth + 1)
        if chance < 0.7:
            return inner + self._random.choice(_OPERATORS) + self.expression(depth + 1)
        if chance < 0.85:
            return f"{inner} | {self._random.choice(_FILTERS)}"
        before, after = self._random.choice(_BRACKETS)
        return before + inner + after

    def _piece(self, text: str) -> str:
        if self._random.random() < 0.3:
            start = self._random.randrange(len(text) + 1)
            return text[start : start + self._random.randint(1, 30)]
        return self._random.choice(_PIECES)
