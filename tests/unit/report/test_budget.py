"""What of a document is kept where it must not be longer than some size."""

from __future__ import annotations

import pytest

from gembatch.report.budget import Part, Section, keep, size_of


def part(short: int, long: int, jobs: int = 1) -> Part:
    """Of so many characters, line breaks included."""
    return Part("s" * (short - 2), "l" * (long - 2), jobs)


def sections(*parts_and_shares: tuple[list[Part], float]) -> list[Section]:
    return [Section("t", tuple(parts), share) for parts, share in parts_and_shares]


def forms(made: list[Section], most: int) -> list[str]:
    return ["".join(text[0] for text in each.texts) for each in keep(made, most)]


def test_where_there_is_room_everything_is_kept_in_full():
    assert ["ll", "l"] == forms(sections(([part(10, 40), part(10, 40)], 0.7), ([part(10, 20)], 1.0)), 200)


def test_the_short_form_of_everything_comes_before_the_long_form_of_anything():
    assert ["s", "s"] == forms(sections(([part(10, 100)], 0.5), ([part(10, 100)], 1.0)), 50)


def test_in_a_section_the_first_comes_first():
    assert ["ss"] == forms(sections(([part(10, 100)] * 5, 1.0)), 25)


def test_a_section_cannot_push_out_the_next_one():
    assert ["sssss", "sssss"] == forms(sections(([part(10, 99)] * 50, 0.5), ([part(10, 99)] * 50, 1.0)), 100)


def test_what_a_section_does_not_need_the_next_one_has():
    assert ["s", "sssssssss"] == forms(sections(([part(10, 99)], 0.5), ([part(10, 99)] * 50, 1.0)), 100)


def test_a_long_form_that_does_not_fit_leaves_room_for_those_behind_it():
    assert ["sl"] == forms(sections(([part(10, 900), part(10, 20)], 1.0)), 100)


def test_what_is_left_out_is_counted():
    (kept,) = keep(sections(([part(10, 900, jobs=3), part(10, 10, jobs=2), part(90, 90, jobs=7)], 1.0)), 100)

    assert (7, 1) == (kept.jobs_left_out, kept.details_left_out)


@pytest.mark.parametrize("most", [0, 1, 19, 20, 77, 1000])
def test_no_more_than_may_be_is_kept(most: int):
    made = sections(([part(10, 30)] * 9, 0.3), ([part(7, 200), part(8, 9)] * 9, 0.9), ([part(11, 40)] * 3, 1.0))

    kept = keep(made, most)

    assert sum(size_of(text) for each in kept for text in each.texts) <= most


def test_room_is_counted_as_github_counts_it():
    assert [3, 4] == [size_of("é"), size_of("😀")]
