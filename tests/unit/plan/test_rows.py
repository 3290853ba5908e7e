"""Rows of a staged file beside those of the job before."""

from __future__ import annotations

import json
import time

import pytest

from gembatch.model.document import Json
from gembatch.plan.fields import FieldChange
from gembatch.plan.rows import RowChange, RowKind, RowsDiff, rows_diff, rows_json

ADDED, REMOVED, CHANGED = RowKind.ADDED, RowKind.REMOVED, RowKind.CHANGED


def text_of(*rows: Json) -> str:
    return "".join(f"{json.dumps(row)}\n" for row in rows)


def diff(before: str, after: str) -> RowsDiff:
    return rows_diff("in.jsonl", "gs://b/old", "gs://b/new", before, after)


def counts(made: RowsDiff) -> tuple[int, int, int, int]:
    return made.added, made.removed, made.changed, made.unchanged


def told(made: RowsDiff) -> list[tuple[RowKind, str]]:
    return [(row.kind, row.name) for row in made.samples]


def row(key: str, prompt: str, name: str = "id") -> dict[str, Json]:
    return {name: key, "request": {"contents": [{"parts": [{"text": prompt}]}]}}


@pytest.mark.parametrize("name", ["key", "id", "custom_id"])
def test_rows_are_matched_by_their_own_key_wherever_they_stand(name: str):
    before = text_of(row("a", "one", name), row("b", "two", name), row("c", "three", name))
    after = text_of(row("d", "four", name), row("c", "three", name), row("a", "one!", name))

    made = diff(before, after)

    assert (1, 1, 1, 1) == counts(made)
    assert [(ADDED, f"{name}=d"), (CHANGED, f"{name}=a"), (REMOVED, f"{name}=b")] == told(made)


def test_a_changed_row_tells_its_fields_by_path():
    made = diff(text_of(row("a", "one")), text_of(row("a", "two")))

    assert made.samples == (
        RowChange(CHANGED, "id=a", (FieldChange("request.contents[0].parts[0].text", "one", "two"),)),
    )


def test_half_of_a_surrogate_pair_is_told_as_no_character():
    made = diff(text_of(row("a", "one")), text_of(row("a", "\ud800 \U0001f98a"), row("\udfff", "two")))

    json.dumps(rows_json(made), ensure_ascii=False).encode()
    assert [(CHANGED, "id=a"), (ADDED, "id=\ufffd")] == told(made)
    assert "\ufffd \U0001f98a" == made.samples[0].fields[0].after


def test_an_added_row_tells_all_it_has_beside_its_key():
    (sample,) = diff(text_of({"id": "b"}), text_of({"id": "b"}, {"id": "a", "n": 1})).samples

    assert sample == RowChange(ADDED, "id=a", (FieldChange("n", None, 1),))


def test_without_keys_an_added_row_tells_all_it_has():
    (sample,) = diff("", text_of({"id": "a", "n": 1})).samples

    assert sample == RowChange(ADDED, "line 1", (FieldChange("id", None, "a"), FieldChange("n", None, 1)))


def test_a_key_that_two_rows_share_names_neither():
    before = text_of(row("a", "one"), row("a", "two"))
    after = text_of(row("a", "one"), row("a", "three"))

    assert [(CHANGED, "line 2")] == told(diff(before, after))


def test_a_key_that_one_row_lacks_is_no_key_and_the_next_one_counts():
    before = text_of({"id": "x", "custom_id": "1"}, {"custom_id": "2", "n": 1})
    after = text_of({"custom_id": "2", "n": 2}, {"id": "x", "custom_id": "1"})

    assert [(CHANGED, "custom_id=2")] == told(diff(before, after))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("a b c", "a x c", [(CHANGED, "line 2")]),
        ("a b c", "a c", [(REMOVED, "line 2")]),
        ("a c", "a b c", [(ADDED, "line 2")]),
        ("a b", "x y a b", [(ADDED, "line 1"), (ADDED, "line 2")]),
        ("a b c d", "a x c y z", [(CHANGED, "line 2"), (CHANGED, "line 4"), (ADDED, "line 5")]),
        ("a a b", "a b", [(REMOVED, "line 2")]),
        ("a b", "b a", []),
        ("", "", []),
    ],
)
def test_rows_without_keys_are_matched_by_content_then_by_place(
    before: str, after: str, expected: list[tuple[RowKind, str]]
):
    assert expected == told(diff(text_of(*before.split()), text_of(*after.split())))


def test_three_rows_are_shown_and_all_are_counted():
    made = diff(text_of(*(row(str(n), "old") for n in range(9))), text_of(*(row(str(n), "new") for n in range(9))))

    assert (0, 0, 9, 0) == counts(made)
    assert ["id=0", "id=1", "id=2"] == [sample.name for sample in made.samples]


def test_spaces_the_order_of_keys_and_empty_lines_are_no_difference():
    assert (0, 0, 0, 1) == counts(diff('{"id": "a", "n": 1}\n', '\r\n{"n":1,"id":"a"}\r\n\n'))


def test_lines_that_are_no_json_are_compared_as_they_stand():
    (sample,) = diff("one\n", "two\n").samples

    assert sample == RowChange(CHANGED, "line 1", (FieldChange("", "one", "two"),))


def test_a_line_separator_within_a_row_ends_no_row():
    assert (0, 0, 1, 0) == counts(diff('{"n": "a\u2028b"}', '{"n": "a\u2028c"}'))


def test_a_long_text_is_cut_around_what_differs():
    (sample,) = diff(text_of(row("a", "x" * 50_000 + "old")), text_of(row("a", "x" * 50_000 + "new"))).samples

    (field,) = sample.fields
    assert ("…" + "x" * 200 + "old", "…" + "x" * 200 + "new") == (field.before, field.after)


def test_what_looks_like_a_secret_is_not_shown():
    secret = "AIza" + "x" * 35

    (sample,) = diff("", text_of({"id": secret, "nested": {"text": f"key {secret}."}})).samples

    assert secret not in json.dumps(rows_json(diff("", text_of({"id": secret}, {"id": 2}))))
    assert [FieldChange("id", None, "*" * 39), FieldChange("nested.text", None, f"key {'*' * 39}.")] == [*sample.fields]


def test_a_row_of_many_fields_tells_how_many_more_there_are():
    (sample,) = diff("", text_of({f"k{n:02}": n for n in range(30)})).samples

    assert (20, 10) == (len(sample.fields), sample.left_out)


def test_a_saved_plan_stays_small_whatever_the_rows_are():
    rows = text_of(*({"id": n, "big": [["x" * 1000] * 50] * 50} for n in range(3)))

    assert len(json.dumps(rows_json(diff("", rows)))) < 3 * 20 * 9_000


@pytest.mark.parametrize("deep", ["[" * 100_000, "[" * 900 + "]" * 900, '{"a":' * 600 + "1" + "}" * 600])
def test_rows_that_nest_as_deeply_as_anything_are_compared(deep: str):
    assert (0, 0, 1, 0) == counts(diff(f"{deep}\n", f"{deep}x\n"))


def test_rows_that_nest_more_deeply_than_anybody_reads_are_told_without_their_fields():
    def nested(value: int) -> str:
        return '{"a":' * 700 + str(value) + "}" * 700

    (sample,) = diff(nested(1), nested(2)).samples

    assert sample == RowChange(CHANGED, "line 1", (FieldChange("", "…", "…"),))


def test_a_hundred_thousand_rows_take_seconds():
    begun = time.process_time()

    made = diff(text_of(*range(100_000)), text_of(*range(50_000, 150_000)))

    assert (50_000, 50_000) == (made.added, made.removed)
    assert time.process_time() - begun < 5
