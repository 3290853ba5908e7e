"""The filter of the listing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from gembatch.emulator.jobs.filter_tokens import InvalidFilterError
from gembatch.emulator.jobs.filters import parse_filter
from gembatch.emulator.jobs.job import JobState


@dataclass(frozen=True)
class _Subject:
    display_name: str = "reviews-de-20261122"
    state: JobState = JobState.RUNNING
    created: datetime = datetime(2026, 11, 22, 10, 0, 0, 500000, tzinfo=UTC)
    labels: dict[str, str] = field(default_factory=lambda: {"team": "search", "gembatch-env": "prod", "empty": ""})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        'display_name="reviews-de-20261122"',
        'displayName = "reviews-de-20261122"',
        "display_name='reviews-de-20261122'",
        "display_name=reviews-de-20261122",
        'display_name!="other"',
        'display_name:"reviews-*"',
        "display_name:reviews-*-20261122",
        "display_name:*",
        'display_name:"reviews-de-20261122"',
        'NOT display_name="other"',
        'NOT NOT display_name:"reviews*"',
        'state="JOB_STATE_RUNNING"',
        "state=JOB_STATE_RUNNING",
        "state!=JOB_STATE_FAILED",
        'create_time>="2026-11-22T10:00:00.5Z"',
        'createTime<"2026-11-22T12:00:00+01:00"',
        'create_time="2026-11-22T10:00:00.500Z"',
        'create_time!="2026-11-22T10:00:00Z"',
        'create_time>"2026-11-21T00:00:00Z" AND create_time<="2026-11-23T00:00:00Z"',
        "labels.team=search",
        'labels.team="search"',
        "labels.gembatch-env=prod",
        "labels.team:*",
        "labels.empty:*",
        'labels.empty=""',
        "NOT labels.other:*",
        'model_display_name!="x"',
        'display_name="other" OR display_name="reviews-de-20261122"',
        'state=JOB_STATE_RUNNING AND (display_name="a" OR labels.team=search)',
        "labels.team=search OR state=JOB_STATE_FAILED AND state=JOB_STATE_RUNNING",
        "((state=JOB_STATE_RUNNING))",
    ],
)
def test_a_job_that_is_asked_for_matches(text):
    assert parse_filter(text)(_Subject())


@pytest.mark.parametrize(
    "text",
    [
        'display_name="reviews"',
        'display_name="reviews-*"',
        'display_name:"*-fr-*"',
        'display_name:"REVIEWS-*"',
        'NOT display_name:"reviews-*"',
        "state=JOB_STATE_SUCCEEDED",
        'create_time>"2026-11-22T10:00:00.5Z"',
        "labels.team=other",
        "labels.missing:*",
        "labels.missing=a",
        'labels.missing=""',
        'model_display_name="x"',
        "labels.team=search AND state=JOB_STATE_FAILED",
        "state=JOB_STATE_FAILED AND labels.team=search OR labels.team=search",
    ],
)
def test_any_other_job_does_not(text):
    assert not parse_filter(text)(_Subject())


def test_quoted_text_may_hold_quotes_backslashes_and_keywords():
    subject = _Subject(display_name='a "b" \\ AND (c)')

    assert parse_filter('display_name="a \\"b\\" \\\\ AND (c)"')(subject)
    assert parse_filter("display_name='a \"b\" \\\\ AND (c)'")(subject)


@pytest.mark.parametrize(
    ("text", "position", "problem"),
    [
        ("display_name", 13, "unexpected the end, expected an operator,"),
        ("display_name=", 14, "unexpected the end, expected a value,"),
        ('display_name="a', 14, "a quotation without an end"),
        ('display_name="a" display_name="b"', 18, "unexpected `display_name`, expected `AND`, `OR` or the end,"),
        ('display_name="a" and display_name="b"', 18, "unexpected `and`, expected `AND`, `OR` or the end,"),
        ('display_name="a" AND', 21, "unexpected the end, expected a field,"),
        ('AND display_name="a"', 1, "unexpected `AND`, expected a field,"),
        ('(display_name="a"', 18, "unexpected the end, expected `)`,"),
        ('display_name="a")', 17, "unexpected `)`, expected `AND`, `OR` or the end,"),
        ('"display_name"="a"', 1, "unexpected `display_name`, expected a field,"),
        ('display_name=("a")', 14, "unexpected `(`, expected a value,"),
        ('display_name~"a"', 13, "unexpected `~`"),
        ("  \t;", 4, "unexpected `;`"),
        ('-display_name="a"', 1, "cannot filter by `-display_name`"),
        ('end_time>"2026-11-22T10:00:00Z"', 1, "cannot filter by `end_time`"),
        ("labels=a", 1, "cannot filter by `labels`"),
        ("display_name<b", 13, "display_name does not take `<`"),
        ("state:RUNNING", 6, "state does not take `:`"),
        ("state=RUNNING", 7, "`RUNNING` is not a state"),
        ("labels.a!=b", 9, "labels does not take `!=`"),
        ("labels.a:b", 9, "labels does not take `:`"),
        ('create_time:"2026"', 12, "create_time does not take `:`"),
        ('create_time>"yesterday"', 13, "`yesterday` is not a time such as `2026-11-22T10:00:00Z`"),
        ('create_time>"2026-13-22T10:00:00Z"', 13, "`2026-13-22T10:00:00Z` is not a time such as"),
        ('create_time>"2026-11-22T10:00:00"', 13, "`2026-11-22T10:00:00` is not a time such as"),
        ("(" * 60 + "state=JOB_STATE_FAILED" + ")" * 60, 52, "nested too deeply"),
        ("NOT " * 100_000 + "state=JOB_STATE_FAILED", 205, "nested too deeply"),
    ],
)
def test_anything_else_is_refused_with_the_place_of_the_character(text, position, problem):
    with pytest.raises(InvalidFilterError) as caught:
        parse_filter(text)

    assert position == caught.value.position
    assert str(caught.value).startswith(f"Invalid filter: {problem}")
    assert str(caught.value).endswith(f" at character {position}.")
