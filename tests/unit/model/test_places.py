"""Places in files, and findings in reading order."""

from __future__ import annotations

import pytest

from gembatch.model.diagnostics import Diagnostic, Location, Severity, in_reading_order
from gembatch.model.document import Document, Mark, Rendered, Source, SourceMap, value_text

SOURCE = Source("specs/a.yaml", "one: 1\r\ntwo:\n  - three\u2028four\n")


@pytest.mark.parametrize(
    ("number", "line"),
    [(1, "one: 1"), (2, "two:"), (3, "  - three\u2028four"), (4, ""), (5, ""), (0, "")],
)
def test_a_line_is_what_editors_count(number: int, line: str) -> None:
    """U+2028 breaks no line, and a carriage return belongs to the break."""
    assert line == SOURCE.line(number)


def test_a_mark_becomes_a_location_with_its_line() -> None:
    assert Location("specs/a.yaml", 1, 6, 1, "one: 1") == Mark(SOURCE, 1, 6, 1, 7).location()


def test_a_mark_over_several_lines_is_cut_at_the_end_of_the_first() -> None:
    assert Location("specs/a.yaml", 1, 1, 6, "one: 1") == Mark(SOURCE, 1, 1, 3, 4).location()


def test_an_empty_mark_is_one_character_long() -> None:
    assert 1 == Mark(SOURCE, 2, 5, 2, 5).location().length


PLACES = SourceMap(
    values={(): Mark(SOURCE, 1, 1, 3, 1), ("two",): Mark(SOURCE, 3, 3, 3, 9)},
    keys={("two",): Mark(SOURCE, 2, 1, 2, 4)},
)


def test_a_value_without_a_place_has_that_of_the_value_around_it() -> None:
    assert (3, 3) == (PLACES.at(("two", 0, "x")).line, PLACES.at(("two", 0, "x")).column)
    assert (1, 1) == (PLACES.at(("none",)).line, PLACES.at(("none",)).column)


def test_a_key_has_its_own_place_and_an_item_that_of_its_value() -> None:
    assert (2, 1) == (PLACES.at_key(("two",)).line, PLACES.at_key(("two",)).column)
    assert (3, 3) == (PLACES.at_key(("two", 0)).line, PLACES.at_key(("two", 0)).column)


def test_places_are_worked_out_once_and_not_before_somebody_asks() -> None:
    asked: list[str] = []

    def make() -> SourceMap:
        asked.append("asked")
        return PLACES

    later = SourceMap.later(make)

    assert [] == asked
    assert PLACES == later
    assert PLACES.at(("two",)) == later.at(("two",))
    assert ["asked"] == asked


def test_a_combination_is_told_as_people_write_it() -> None:
    rendered = Rendered(
        document=Document(SOURCE, {}, PLACES),
        combination={"lang": "de", "tone": 2, "voice": {"code": "w1", "warm": True}},
        series={},
        name_template=None,
        name_dates=frozenset(),
        body_dates={},
    )

    assert "lang=de, tone=2, voice=w1/true" == rendered.combination_text


def test_a_map_of_many_members_is_told_in_short() -> None:
    assert "a" * 30 + "/" + "b" * 8 + "…" == value_text({"one": "a" * 30, "two": "b" * 30})


def test_a_location_is_told_as_path_line_and_column() -> None:
    assert "specs/a.yaml:3:7" == str(Location("specs/a.yaml", 3, 7))
    assert "specs/a.yaml" == str(Location("specs/a.yaml"))


def finding(path: str, line: int, rule: str = "schema.type") -> Diagnostic:
    return Diagnostic(rule, "wrong", Location(path, line, 1))


def test_findings_are_read_by_file_and_line_each_once_and_those_without_a_place_first() -> None:
    nowhere = Diagnostic("workspace.empty", "no specs")
    shuffled = [finding("b", 1), finding("a", 10), finding("a", 9), nowhere, finding("a", 9), finding("a", 9, "a.rule")]

    assert (nowhere, finding("a", 9, "a.rule"), finding("a", 9), finding("a", 10), finding("b", 1)) == in_reading_order(
        shuffled
    )


def test_a_warning_stops_nothing() -> None:
    assert finding("a", 1).is_error
    assert not Diagnostic("x", "y", severity=Severity.WARNING).is_error
