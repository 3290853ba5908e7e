"""Which fields of two values differ."""

from __future__ import annotations

import pytest

from gembatch.model.document import Json
from gembatch.plan.fields import FieldChange, value_differences


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3}}, [("a.c", 2, 3)]),
        ({"a": ["x", "y"]}, {"a": ["x", "z"]}, [("a[1]", "y", "z")]),
        ({"a": [{"b": 1}]}, {"a": [{"b": 2}]}, [("a[0].b", 1, 2)]),
        ({"a": ["y"]}, {"a": ["x", "y"]}, [("a", ["y"], ["x", "y"])]),
        ({}, {"a": {"b": [1], "c": {}}}, [("a.b[0]", None, 1), ("a.c", None, {})]),
        ({"a": [1]}, {}, [("a[0]", 1, None)]),
        ({"a": {"b": 1}}, {"a": 1}, [("a", {"b": 1}, 1)]),
        ({"a": []}, {}, [("a", [], None)]),
        ({"a": {}}, {"a": []}, [("a", {}, [])]),
        ({"b": 1, "a": 1}, {"b": 2, "a": 2}, [("a", 1, 2), ("b", 1, 2)]),
        ({"a": None}, {}, []),
        ("x", "y", [("", "x", "y")]),
        ({"a": 1}, {"a": 1}, []),
    ],
)
def test_leaves_are_told_by_their_path_and_lists_of_other_length_as_a_whole(
    before: Json, after: Json, expected: list[tuple[str, Json, Json]]
):
    assert [FieldChange(*each) for each in expected] == list(value_differences(before, after))
