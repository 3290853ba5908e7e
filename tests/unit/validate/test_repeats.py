from __future__ import annotations

from dataclasses import replace

from gembatch.model.diagnostics import Diagnostic, Location
from gembatch.validate.repeats import without_repeats

FOUND = Diagnostic("a.b", "message", Location("a.yaml", 1, 1), hint="hint")


def within(combination: str, **other: str) -> Diagnostic:
    return replace(FOUND, combination=combination, **other)


def test_a_finding_in_one_combination_names_it():
    assert (within("lang=de"),) == without_repeats([within("lang=de")])


def test_a_finding_in_several_combinations_is_one():
    told = without_repeats([within("lang=de"), within("lang=fr"), within("lang=ja"), within("lang=de")])

    assert (within("lang=de and 2 more"),) == told


def test_of_hints_that_tell_what_each_combination_gave_the_first_is_enough():
    told = without_repeats([within("lang=de", hint="it gave de"), within("lang=fr", hint="it gave fr")])

    assert (within("lang=de and 1 more", hint="it gave de"),) == told


def test_other_findings_stay_apart():
    findings = (within("lang=de"), within("lang=de", message="other"), FOUND, replace(FOUND, hint="other"))

    assert findings == without_repeats(findings)
