"""The emulator's model."""

from __future__ import annotations

import json

import pytest

from gembatch.emulator.jobs.json_answers import answer_schema
from gembatch.emulator.jobs.model import generate


def _request(*texts, config=None, system=None):
    request = {"contents": [{"role": "user", "parts": [{"text": text} for text in texts]}]}
    if config:
        request["generationConfig"] = config
    if system:
        request["systemInstruction"] = {"parts": [{"text": system}]}
    return request


def _text(response):
    return response["candidates"][0]["content"]["parts"][0]["text"]


def test_an_answer_has_the_form_of_the_api():
    response = generate(_request("What is a whale?", system="Be brief."), "gemini-3.8-flash")

    (candidate,) = response["candidates"]
    assert {"role": "model", "parts": [{"text": "What is a whale?"}]} == candidate["content"]
    assert "STOP" == candidate["finishReason"]
    assert candidate["avgLogprobs"] <= 0
    assert "gemini-3.8-flash@gembatch-emulator" == response["modelVersion"]
    # 16 and 9 characters, four to a token; as many for the answer as for the question.
    assert {"promptTokenCount": 7, "candidatesTokenCount": 4, "totalTokenCount": 11} == response["usageMetadata"]


def test_the_same_request_gets_the_same_answer():
    request = _request("a", config={"responseMimeType": "application/json", "responseSchema": {"type": "NUMBER"}})

    assert generate(request, "m") == generate(json.loads(json.dumps(request)), "m")


@pytest.mark.parametrize(
    ("contents", "answer"),
    [
        ([("user", "Sum this up.\n\nOne. Two.")], "One. Two."),
        ([("user", "first"), ("model", "said before"), ("user", "last")], "last"),
        ([("user", "asked"), ("model", "said before")], "asked"),
        ([("user", "asked"), ("user", "  \n ")], "asked"),
        ([("user", " ".join(["word"] * 50))], " ".join(["word"] * 40) + "…"),
        ([("user", " ")], "There is no text in this prompt."),
    ],
)
def test_an_answer_quotes_what_the_user_said_last(contents, answer):
    request = {"contents": [{"role": role, "parts": [{"text": text}]} for role, text in contents]}

    assert answer == _text(generate(request, "m"))


def test_a_file_is_named_and_counted_as_an_image():
    part = {"fileData": {"fileUri": "gs://demo/a.png", "mimeType": "image/png"}}
    response = generate({"contents": [{"parts": [part]}]}, "m")

    assert "gs://demo/a.png" == _text(response)
    assert 258 == response["usageMetadata"]["promptTokenCount"]


def test_an_answer_is_cut_at_the_tokens_that_were_asked_for():
    response = generate(_request("abcdefghijkl", config={"maxOutputTokens": 2}), "m")

    assert "abcdefgh" == _text(response)
    assert "MAX_TOKENS" == response["candidates"][0]["finishReason"]
    assert 2 == response["usageMetadata"]["candidatesTokenCount"]


def test_an_answer_that_just_fits_is_whole():
    response = generate(_request("abcdefgh", config={"maxOutputTokens": 2}), "m")

    assert ("abcdefgh", "STOP") == (_text(response), response["candidates"][0]["finishReason"])


def test_an_answer_ends_before_a_stop_sequence():
    assert "One " == _text(generate(_request("One STOP two", config={"stopSequences": ["", "STOP"]}), "m"))


def test_json_is_given_when_it_is_asked_for():
    config = {"responseMimeType": "application/json"}

    assert {"answer": "Wie grün ist es?"} == json.loads(
        _text(generate(_request("Wie grün ist es?", config=config), "m"))
    )


@pytest.mark.parametrize("keyword", ["responseSchema", "responseJsonSchema"])
def test_an_enum_is_answered_by_one_of_its_values(keyword):
    config = {"responseMimeType": "text/x.enum", keyword: {"type": "STRING", "enum": ["good", "bad"]}}
    answers = {_text(generate(_request(f"Text {number}", config=config), "m")) for number in range(20)}

    assert {"good", "bad"} == answers


_QUOTES = ["One.", "Two."]


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "STRING"},
        {"type": "string", "maxLength": 2},
        {"type": "STRING", "format": "date-time"},
        {"type": "STRING", "enum": ["a", "b"]},
        {"const": 3},
        {"type": "INTEGER", "minimum": 1, "maximum": 5},
        {"type": "INTEGER", "minimum": -3},
        {"type": "NUMBER", "minimum": 0.5, "maximum": 0.75},
        {"type": "BOOLEAN"},
        {"type": "NULL"},
        {"type": ["string", "null"]},
        {"type": "ARRAY", "items": {"type": "INTEGER"}, "minItems": 2, "maxItems": 4},
        {"type": "ARRAY", "items": {"type": "STRING"}},
        {"anyOf": [{"type": "INTEGER"}, {"type": "BOOLEAN"}]},
        {"properties": {"a": {"type": "STRING"}, "b": {"items": {"enum": ["x"]}}}, "required": ["a", "b"]},
        {"type": "OBJECT", "properties": {"a": {"type": "OBJECT", "properties": {"b": {"type": "NUMBER"}}}}},
    ],
)
@pytest.mark.parametrize("seed", ["a", "b", "c", "d"])
def test_an_answer_fits_its_schema(schema, seed):
    jsonschema = pytest.importorskip("jsonschema")
    plain = json.loads(json.dumps(schema).replace('"type": "', '"type": "\0').lower().replace("\0", ""))
    for word in ("minItems", "maxItems", "maxLength", "anyOf"):
        plain = json.loads(json.dumps(plain).replace(f'"{word.lower()}"', f'"{word}"'))

    jsonschema.validate(answer_schema(schema, _QUOTES, seed), plain)


def test_properties_come_in_the_order_that_was_asked_for():
    schema = {
        "type": "OBJECT",
        "properties": {"b": {"type": "STRING"}, "a": {"type": "STRING"}, "c": {"type": "STRING"}},
        "propertyOrdering": ["c", "missing", "b"],
    }

    assert ["c", "b", "a"] == list(answer_schema(schema, _QUOTES, ""))


def test_a_property_that_only_other_rows_have_is_left_out():
    """A schema that went through an earlier job's table is padded with nulls."""
    schema = {"type": "OBJECT", "enum": None, "anyOf": None, "properties": {"a": {"type": "NULL"}, "b": None}}

    assert {"a": None} == answer_schema(schema, _QUOTES, "")


def test_limits_may_be_text_as_64_bit_integers_are():
    assert 2 == len(answer_schema({"type": "ARRAY", "minItems": "2", "maxItems": "2"}, _QUOTES, ""))


@pytest.mark.parametrize(
    "schema",
    [
        None,
        5,
        {},
        {"type": 5},
        {"properties": 5},
        {"type": "OBJECT"},
        {"enum": []},
        {"type": "ARRAY"},
        {"type": "ARRAY", "minItems": "x", "maxItems": -1},
        {"type": "ARRAY", "minItems": 1e9},
        {"type": "INTEGER", "minimum": 9, "maximum": 1},
    ],
)
def test_a_schema_that_makes_no_sense_still_gets_an_answer(schema):
    json.dumps(answer_schema(schema, _QUOTES, ""), allow_nan=False)
