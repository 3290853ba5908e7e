"""Filters say what is meant, whatever the names hold."""

from __future__ import annotations

from urllib.parse import quote

from gembatch.model.jobs import Attempt
from gembatch.vertex.filters import in_calls, with_attempt, with_display_names, with_labels


def test_our_jobs_are_found_by_both_labels():
    assert with_labels("reviews", "prod") == 'labels.gembatch-workspace="reviews" AND labels.gembatch-env="prod"'


def test_an_attempt_is_found_by_its_label():
    assert with_attempt(Attempt("a1")) == 'labels.gembatch-attempt="a1"'


def test_names_are_quoted_so_that_none_can_say_more_than_itself():
    names = ["plain", 'a" OR display_name="b', "back\\slash", "tail\\"]

    assert with_display_names(names) == (
        'display_name="plain" OR display_name="a\\" OR display_name=\\"b"'
        ' OR display_name="back\\\\slash" OR display_name="tail\\\\"'
    )


def test_a_call_takes_fifty_names():
    names = [f"job-{number}" for number in range(101)]

    groups = list(in_calls(names))

    assert [len(group) for group in groups] == [50, 50, 1]
    assert [name for group in groups for name in group] == names


def test_long_names_go_in_smaller_groups_and_the_longest_goes_alone():
    names = ["日" * 128, *(f"{number}" * 128 for number in range(1, 5)), "語" * 2000]

    groups = list(in_calls(names))

    assert [name for group in groups for name in group] == names
    assert all(len(group) == 1 or len(quote(with_display_names(group))) <= 6000 for group in groups)
    assert groups[-1] == ("語" * 2000,)


def test_no_names_make_no_call():
    assert list(in_calls([])) == []
