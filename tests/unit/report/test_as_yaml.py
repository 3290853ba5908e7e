"""Bodies as YAML: what is written is read back as it was, by our own reader, which refuses what readers disagree on."""

from __future__ import annotations

import random
import string

import pytest
import yaml

from gembatch.load.yaml_reader import read_text
from gembatch.model.document import Source
from gembatch.report.as_yaml import bodies_as_yaml

DOUBTFUL = [
    *("", " ", "~", "null", "Null", "true", "False", "yes", "No", "on", "OFF", "y", "N", "=", "<<"),
    *("0", "1", "-1", "+1", "1.", ".5", "0.1", "1e3", "1E-3", "1.5e+3", ".5e1", "1_000", "1_0.5", "_1"),
    *("014", "0o14", "0x1F", "0b11", "-0x1f", "1:30", "190:20:30.15", ".inf", "-.INF", ".nan", "nan", "inf"),
    *("2026-11-22", "2026-1-2", "2026-11-22T09:00:00Z", "2026-11-22 09:00:00", "2026-11-22t9:00:00+01:00"),
    *("- a", "-", "?", "? a", ":", "a: b", "a:b", "a #b", "#a", "!a", "&a", "*a", "@a", "`a", "%a", "{a}", "[a]", ","),
    *(
        "'",
        '"',
        "it's",
        'say "x"',
        "a\nb",
        "a\n",
        "\na",
        " a",
        "a ",
        "a\tb",
        "\u00e9",
        "日本",
        "🙂",
        "\u2028",
        "a" * 300,
    ),
    *("---", "...", "--- a", "|", ">", "|-", "gs://b/o.jsonl", "projects/1/locations/x", "{{ x }}", "\u00a0", "\ufeff"),
    *("a\u2028b", "a\u202eb", "a\x85b", "a\x07b", "a\rb", "a\r\nb", "\x7f"),
]


def read_back(text: str) -> object:
    read = read_text(Source("body.yaml", text))
    assert () == read.diagnostics
    (document,) = read.documents
    return document.data


@pytest.mark.parametrize("text", DOUBTFUL)
def test_text_stays_text(text: str):
    body = {"value": text, "list": [text], "deep": {"value": text}}

    assert body == read_back(bodies_as_yaml([body]))
    assert body == yaml.safe_load(bodies_as_yaml([body]))


@pytest.mark.parametrize("text", [text for text in DOUBTFUL if text])
def test_a_key_stays_a_key(text: str):
    assert {text: 1} == read_back(bodies_as_yaml([{text: 1}]))


def test_texts_of_the_letters_that_make_numbers_and_dates_stay_text():
    chance = random.Random(7)  # noqa: S311, texts, not secrets
    letters = string.digits + "+-._:eExobTZ aFyn~"
    for _ in range(3000):
        text = "".join(chance.choices(letters, k=chance.randint(1, 12)))

        assert {"a": text} == read_back(bodies_as_yaml([{"a": text}])), text


@pytest.mark.parametrize("value", [None, True, False, 0, -1, 2**70, 0.5, -1.25, 1e-7, 1e300, [], {}, [[]], [{}]])
def test_other_values_stay_what_they_are(value: object):
    assert {"a": value} == read_back(bodies_as_yaml([{"a": value}]))


def test_what_nobody_doubts_has_no_quotes():
    body = {"model": "gemini-3.8-flash", "uri": "gs://b/2026/x.jsonl", "digest": "6eccf6ffe83ce23f0579e5c8d287280c"}

    assert [f"{key}: {value}" for key, value in body.items()] == bodies_as_yaml([body]).splitlines()


def test_what_would_deceive_the_eye_is_escaped():
    assert 'name: "ab\\u202Ecd"' == bodies_as_yaml([{"name": "ab\u202ecd"}])


def test_bodies_are_documents():
    assert "a: 1\n---\nb: 2" == bodies_as_yaml([{"a": 1}, {"b": 2}])
