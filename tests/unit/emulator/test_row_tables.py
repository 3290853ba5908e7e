"""The table into which rows are imported."""

from __future__ import annotations

import pytest

from gembatch.emulator.jobs.tables import Column, UnfitRowError, come_back


def _table(*rows):
    column = Column()
    for row in rows:
        column.see(row)
    column.check()
    return column


def _nested(depth):
    """A value of that many structs, one in the other."""
    value = 1
    for _ in range(depth):
        value = {"a": value}
    return value


@pytest.mark.parametrize(
    "rows",
    [
        [{"a": 1}],
        [{"a": None}],
        [{"a": {}}, {"a": {"b": 1}}],
        [{"a": {"b": None}}],
        [{"a": []}, {"a": [1]}],
        [{"a": None}, {"a": [1]}],
        [{"a": [{"b": 1}, {"c": 2}]}],
        [{"a": 1}, {"a": "x"}, {"a": True}],
        [{"response": {}, "request": {"a": 1}}],
        [_nested(16)],
        [{"a" * 300: 1, "_a9": 2}],
    ],
)
def test_rows_that_make_a_table_are_imported(rows):
    assert _table(*rows).fields


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            [{"request": {"tools": [{"google_search": {}}]}}],
            "Cannot store struct 'request.tools.google_search' with no",
        ),
        ([{"request": {"generationConfig": {}}}, {}], "Cannot store struct 'request.generationConfig' with no fields."),
        ([_nested(17)], "Schema nested too deeply, at least 16 compared to the maximum allowed level of 15."),
        ([{"a": {"$defs": 1}}], 'Invalid field name "$defs". Fields must contain only letters'),
        ([{"with space": 1}], 'Invalid field name "with space".'),
        ([{"9a": 1}], 'Invalid field name "9a".'),
        ([{"": 1}], 'Invalid field name "".'),
        ([{"a" * 301: 1}], f'Invalid field name "{"a" * 301}".'),
        (
            [{"a": {"type": "X"}}, {"a": {"type": ["X"]}}],
            "Repeated field must be imported as a JSON array. Field: a.type.",
        ),
        ([{"a": [1]}, {"a": 1}], "Repeated field must be imported as a JSON array. Field: a."),
        ([{"a": {"enum": ["x", None]}}], "Only optional fields can be set to NULL. Field: a.enum; Value: NULL"),
        ([{"a": [[1]]}], "Array specified for non-repeated field: a."),
        ([{"a": 1}, {"a": {"b": 1}}], "JSON object specified for non-record field: a"),
        ([{"a": {"b": 1}}, {"a": 1}], "This field: a is not a record."),
        ([{"a": [{"b": 1}, 2]}], "This field: a is not a record."),
    ],
)
def test_rows_that_make_no_table_are_refused(rows, message):
    with pytest.raises(UnfitRowError) as caught:
        _table(*rows)

    assert message == str(caught.value)[: len(message)]


def test_what_is_absent_in_a_row_comes_back_as_null():
    rows = [
        {"request": {"contents": [{"parts": [{"text": "a"}], "role": "user"}]}},
        {"request": {"contents": [{"parts": [{"fileData": {"fileUri": "gs://a/b"}}]}]}, "id": "r1"},
    ]
    table = _table(*rows)

    assert {
        "id": None,
        "request": {"contents": [{"parts": [{"fileData": None, "text": "a"}], "role": "user"}]},
    } == come_back(rows[0], table)
    assert {
        "id": "r1",
        "request": {"contents": [{"parts": [{"fileData": {"fileUri": "gs://a/b"}, "text": None}], "role": None}]},
    } == come_back(rows[1], table)


@pytest.mark.parametrize(
    ("texts", "back"),
    [
        (["000000", "17"], [0, 17]),
        (["-1"], [-1]),
        (["1.50", "2"], [1.5, 2.0]),
        (["1", "r2"], ["1", "r2"]),
        ([""], [""]),
        (["9" * 19], ["9" * 19]),
        (["1e5"], ["1e5"]),
        (["٣"], ["٣"]),
        ([["1", "2"]], [[1, 2]]),
        ([{"b": "1"}], [{"b": 1}]),
    ],
)
def test_texts_beside_the_request_that_all_look_like_numbers_come_back_as_numbers(texts, back):
    rows = [{"id": text} for text in texts]
    table = _table(*rows)

    assert [{"id": value} for value in back] == [come_back(row, table) for row in rows]


def test_texts_of_the_request_stay_texts():
    row = {"request": {"text": "42"}, "request_id": "42"}

    assert {"request": {"text": "42"}, "request_id": 42} == come_back(row, _table(row))
