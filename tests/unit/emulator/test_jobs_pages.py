"""Field masks and page tokens."""

from __future__ import annotations

import base64

import pytest

from gembatch.emulator.jobs.job_shape import JOB
from gembatch.emulator.jobs.masks import InvalidMaskError, apply_mask, parse_mask
from gembatch.emulator.jobs.page_tokens import InvalidTokenError, make_token, read_token

_DOCUMENT = {
    "name": "n",
    "state": 4,
    "labels": {"a": "1", "b": "2"},
    "inputConfig": {"instancesFormat": "jsonl", "gcsSource": {"uris": ["gs://a/b"]}},
    "modelParameters": {"deep": {"er": 1, "x": 2}},
}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", _DOCUMENT),
        ("*", _DOCUMENT),
        ("name,*", _DOCUMENT),
        ("name", {"name": "n"}),
        (" name , state ", {"name": "n", "state": 4}),
        ("displayName", {}),
        ("inputConfig.gcsSource", {"inputConfig": {"gcsSource": {"uris": ["gs://a/b"]}}}),
        ("input_config.instances_format", {"inputConfig": {"instancesFormat": "jsonl"}}),
        ("inputConfig.gcsSource,inputConfig.instancesFormat", {"inputConfig": _DOCUMENT["inputConfig"]}),
        ("inputConfig,inputConfig.gcsSource", {"inputConfig": _DOCUMENT["inputConfig"]}),
        ("inputConfig.gcsSource,inputConfig", {"inputConfig": _DOCUMENT["inputConfig"]}),
        ("labels.a", {"labels": {"a": "1"}}),
        ("modelParameters.deep.er", {"modelParameters": {"deep": {"er": 1}}}),
    ],
)
def test_a_mask_keeps_what_it_names(text, shown):
    assert shown == apply_mask(_DOCUMENT, parse_mask(text, JOB))


@pytest.mark.parametrize("text", ["nmae", "name.first", "inputConfig.nope", "name,nope", ".", "inputConfig."])
def test_a_mask_of_unknown_fields_is_refused(text):
    with pytest.raises(InvalidMaskError, match="there is no field"):
        parse_mask(text, JOB)


@pytest.mark.parametrize("place", [0, 1, 2**62])
def test_a_token_comes_back_as_the_place(place):
    assert place == read_token("here", make_token("here", place))


def test_a_token_does_not_show_the_place():
    token = make_token("here", 7)

    assert token.replace("-", "").replace("_", "").isalnum()
    assert base64.urlsafe_b64encode(b"7").decode().rstrip("=") not in token


@pytest.mark.parametrize(
    "token", ["", "7", "x", "a" * 200, "ä", "====", make_token("there", 7), make_token("here", 7) + "A"]
)
def test_a_token_of_another_listing_or_of_nobody_is_refused(token):
    with pytest.raises(InvalidTokenError):
        read_token("here", token)
