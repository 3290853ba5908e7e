"""Names, values and places as messages call them."""

from __future__ import annotations

import pytest

from gembatch.model.nearest import nearest
from gembatch.validate.wording import alternatives, as_yaml, demand_text, path_text


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("reviews-de", "k: reviews-de"),
        ("gs://bucket/x", "k: gs://bucket/x"),
        ("gs://bucket/x/", "k: gs://bucket/x/"),
        ("ends:", 'k: "ends:"'),
        ("a: b", 'k: "a: b"'),
        ("{{ x }}", 'k: "{{ x }}"'),
        ("No", 'k: "No"'),
        ("12:30", 'k: "12:30"'),
        (">=0.1", 'k: ">=0.1"'),
        (3, "k: 3"),
        (["a"], 'k: ["a"]'),
        ("größe", 'k: "größe"'),
    ],
)
def test_a_line_of_yaml_is_bare_only_where_that_is_safe(value, line):
    assert line == as_yaml("k", value)


@pytest.mark.parametrize(
    ("pointer", "text"),
    [((), "the document"), (("a",), "a"), (("a", "b", 0, "c"), "a.b[0].c"), ((0,), "[0]")],
)
def test_a_pointer_reads_like_a_path(pointer, text):
    assert text == path_text(pointer)


@pytest.mark.parametrize(
    ("values", "text"), [(["a"], '"a"'), (["b", "a"], '"a" or "b"'), ([3, "b", "a"], '"a", "b" or 3')]
)
def test_alternatives_are_sorted(values, text):
    assert text == alternatives(values)


def test_a_pattern_without_words_is_shown():
    assert "must match ^a$" == demand_text({"pattern": "^a$"})


@pytest.mark.parametrize(
    ("word", "found"),
    [("displyName", "displayName"), ("display_name", "displayName"), ("LABELS", "labels"), ("x", None)],
)
def test_the_nearest_name_is_found(word, found):
    assert found == nearest(word, ["displayName", "labels", "model"])
