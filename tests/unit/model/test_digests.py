"""Canonical JSON has one spelling; a digest names its method and is compared by it."""

from __future__ import annotations

import pytest

from gembatch.model import digests
from gembatch.model.digests import (
    Digest,
    canonical_json,
    digest_from_label,
    digest_of,
    is_digest_of,
    label_of,
    method_of,
)
from gembatch.model.document import Json


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": [True, None]}, '{"a":[true,null],"b":1}'),
        ({"x": {"b": 1, "a": 2}}, '{"x":{"a":2,"b":1}}'),
        (1.0, "1"),
        ([1.5, -0.0, 1e300], "[1.5,0," + str(int(1e300)) + "]"),
        ("Zürich “x” \n", '"Zürich “x” \\n"'),
        ({"a": {"b": [2.0]}}, '{"a":{"b":[2]}}'),
        ({"a": "1.0", "b": 2.5e16}, '{"a":"1.0","b":25000000000000000}'),
        (["e+1.0", 1.5e-7], '["e+1.0",1.5e-07]'),
    ],
)
def test_a_value_has_one_spelling(value: Json, text: str) -> None:
    assert text == canonical_json(value)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_json_cannot_say_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical_json({"a": value})


def test_the_first_method_is_sha256_of_canonical_json_for_ever() -> None:
    """Lockfiles hold these: a digest that moves would buy every job again."""
    assert "1:015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862" == digest_of({"a": 1})
    assert "1" == method_of(digest_of({"a": 1}))


def test_an_unknown_method_cannot_be_computed() -> None:
    with pytest.raises(KeyError):
        digest_of({"a": 1}, "9")


def test_a_digest_is_that_of_equal_content_and_of_no_other() -> None:
    assert is_digest_of(digest_of({"a": 1, "b": 2}), {"b": 2.0, "a": 1})
    assert not is_digest_of(digest_of({"a": 1}), {"a": "1"})


def test_a_digest_on_a_label_is_recognised_by_its_32_digits() -> None:
    label = label_of(digest_of({"a": 1}))

    assert "015abd7f5cc57a2dd94b7590f04ad808" == label
    assert is_digest_of(digest_from_label(label), {"a": 1})
    assert not is_digest_of(digest_from_label(label), {"a": 2})
    assert not is_digest_of(digest_from_label(""), {"a": 1})


def test_a_digest_is_compared_by_the_method_that_it_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(digests.METHODS, "0", lambda _: "0" * 64)

    assert is_digest_of(Digest("0:" + "0" * 64), {"a": 1})
    assert is_digest_of(digest_from_label("0" * 32), {"a": 1})
    assert not is_digest_of(Digest("1:" + "0" * 64), {"a": 1})


@pytest.mark.parametrize("digest", ["9:" + "0" * 64, "", "garbage"])
def test_a_digest_by_an_unknown_method_is_nobodys(digest: str) -> None:
    assert not is_digest_of(Digest(digest), {"a": 1})
