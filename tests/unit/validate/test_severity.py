from __future__ import annotations

import pytest

from gembatch.model.diagnostics import Diagnostic, Location, Severity
from gembatch.model.workspace import RuleSetting
from gembatch.validate.severity import weighed

ERROR, WARNING, IGNORED = Severity.ERROR, Severity.WARNING, None


def finding(rule: str = "labels.key", path: str | None = "specs/a.yaml", severity: Severity = ERROR) -> Diagnostic:
    return Diagnostic(rule, "message", Location(path, 1, 1) if path else None, severity)


def severities(found: Diagnostic, *settings: RuleSetting, is_strict: bool = False) -> list[Severity]:
    return [each.severity for each in weighed([found], settings, is_strict=is_strict)]


def test_without_settings_findings_stay_as_they_are():
    found = (finding(), finding("job.output-inside", severity=WARNING))

    assert found == weighed(found, ())


@pytest.mark.parametrize(("severity", "expected"), [(WARNING, [WARNING]), (IGNORED, []), (ERROR, [ERROR])])
def test_a_setting_says_how_much_a_finding_matters(severity: Severity | None, expected: list[Severity]):
    assert expected == severities(finding(), RuleSetting("labels.key", severity))


@pytest.mark.parametrize(("rule", "expected"), [("labels.*", [WARNING]), ("*", [WARNING]), ("label*.value", [ERROR])])
def test_a_setting_may_be_for_several_rules(rule: str, expected: list[Severity]):
    assert expected == severities(finding(), RuleSetting(rule, WARNING))


def test_the_last_setting_that_fits_counts():
    every, this = RuleSetting("labels.*", IGNORED), RuleSetting("labels.key", WARNING)

    assert [WARNING] == severities(finding(), every, this)
    assert [] == severities(finding(), this, every)
    assert [WARNING] == severities(finding(), this, RuleSetting("model.name", IGNORED))


@pytest.mark.parametrize(
    ("pattern", "is_meant"),
    [
        ("specs/old/a.yaml", True),
        ("./specs/old/a.yaml", True),
        ("specs/old", True),
        ("specs/old/", True),
        ("specs", True),
        ("specs/*", True),
        ("specs/**", True),
        ("**/a.yaml", True),
        ("specs/**/*.yaml", True),
        ("specs/*.yaml", False),
        ("specs/ol", False),
        ("old", False),
        ("gembatch.yaml", False),
        ("specs/old/a.yaml/b", False),
        (".", False),
    ],
)
def test_paths_are_files_folders_or_globs(pattern: str, is_meant: bool):  # noqa: FBT001 - a column of the table
    found = finding(path="specs/old/a.yaml")

    assert ([] if is_meant else [ERROR]) == severities(found, RuleSetting("*", IGNORED, (pattern,)))


def test_one_of_several_paths_is_enough():
    setting = RuleSetting("labels.key", IGNORED, ("elsewhere", "specs/a.yaml"))

    assert [] == severities(finding(), setting)


def test_what_has_no_place_is_in_no_path():
    assert [ERROR] == severities(finding(path=None), RuleSetting("*", IGNORED, ("**",)))
    assert [] == severities(finding(path=None), RuleSetting("*", IGNORED))


def test_many_folders_of_any_number_are_answered_at_once():
    """Followed way by way, this pattern has more ways through the path than there are seconds in a century."""
    deep = "/".join(["a"] * 60)

    assert [ERROR] == severities(
        finding(path=f"{deep}/b"), RuleSetting("*", IGNORED, ("/".join(["**", "a"] * 30 + ["c"]),))
    )


@pytest.mark.parametrize("rule", ["schema.type", "yaml.syntax", "template.value", "job.same-name", "labels.reserved"])
def test_what_a_job_needs_stays_an_error(rule: str):
    assert [ERROR] == severities(finding(rule), RuleSetting("*", IGNORED), RuleSetting(rule, WARNING))


def test_strict_makes_every_warning_an_error():
    assert [ERROR] == severities(finding("job.output-inside", severity=WARNING), is_strict=True)
    assert [ERROR] == severities(finding(), RuleSetting("labels.key", WARNING), is_strict=True)


def test_strict_leaves_out_what_is_ignored():
    assert [] == severities(finding(), RuleSetting("labels.key", IGNORED), is_strict=True)
