"""The rule that keeps a job from being bought again each day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from gembatch.model.document import Pointer
from gembatch.validate.body import as_mapping
from gembatch.validate.subject import Finding, Subject
from gembatch.validate.wording import path_text

# What a name's date fixes: in one month there are several weeks, and a week may lie in two months and two years.
# Told here again and not asked of `render`, which this room does not see.
_FIXED_BY: Mapping[str, frozenset[str]] = {
    "day": frozenset({"day", "week", "month", "quarter", "year"}),
    "week": frozenset({"week"}),
    "month": frozenset({"month", "quarter", "year"}),
    "quarter": frozenset({"quarter", "year"}),
    "year": frozenset({"year"}),
}
_FINEST_FIRST = ("day", "week", "month", "quarter", "year")

# Not in the digest, so a date in them buys nothing. A date in `rerun` is the spoken wish for just that.
_NOT_BOUGHT = frozenset({"displayName", "previousDisplayName", "labels", "lifecycle", "rerun", "dates"})

_EXAMPLES: Mapping[str, str] = {
    "day": "{{ ds_nodash }}",
    "week": '{{ date | strftime("%G-w%V") }}',
    "month": '{{ date | strftime("%Y-%m") }}',
    "quarter": "{{ date.year }}-q{{ date.quarter }}",
    "year": '{{ date | strftime("%Y") }}',
}


def redated(subject: Subject) -> Iterator[Finding]:
    """Yields the first value that changes with a date which the display name does not fix."""
    if as_mapping(subject.data.get("lifecycle")).get("allowRedated"):
        return
    fixed = _fixed_by(subject.rendered.name_dates)
    for pointer, grains in subject.rendered.body_dates.items():
        if not grains <= fixed and pointer[0] not in _NOT_BOUGHT:
            yield _finding(subject, pointer, min(grains - fixed, key=_FINEST_FIRST.index))
            return


@cache
def _fixed_by(name_dates: frozenset[str]) -> frozenset[str]:
    return frozenset[str]().union(*(_FIXED_BY[grain] for grain in name_dates))


def _finding(subject: Subject, pointer: Pointer, grain: str) -> Finding:
    return Finding(
        f"{path_text(pointer)} changes every {grain} and displayName does not: the job would be bought anew each time",
        subject.at(*pointer),
        hint=f"put a date into `displayName`, such as `{_EXAMPLES[grain]}`, "
        "or insist with `lifecycle: {allowRedated: true}`",
        related=((subject.at("displayName"), "the name is set here"),),
    )
