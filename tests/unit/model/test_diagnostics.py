"""Findings as values."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gembatch.model.diagnostics import MANY, Diagnostic, Location, cut_short


@pytest.mark.parametrize("count", [0, 1, MANY])
def test_a_whole_matrix_of_findings_is_gathered(count: int):
    findings = [Diagnostic("a.b", str(number)) for number in range(count)]

    assert tuple(findings) == cut_short(findings)


def test_of_very_many_findings_the_rest_is_not_asked_for():
    asked: list[int] = []

    def endless() -> Iterator[Diagnostic]:
        while True:
            asked.append(len(asked))
            yield Diagnostic("a.b", "wrong", Location("specs/a.yaml", line=len(asked)))

    *first, last = cut_short(endless())

    assert (MANY, MANY + 1) == (len(first), len(asked))
    assert ("yaml.limit", MANY) == (last.rule, last.location and last.location.line)
