from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click
import pytest
from example_workspace import Result

from gembatch.cli.explain import explain
from gembatch.load.rule_pages import page_folder, read_page
from gembatch.validate.catalogue import CATALOGUE

Command = Callable[..., Result]


@pytest.mark.parametrize("rule", ["yaml.template", "[yaml.template]"])
def test_a_rules_page_is_printed(rule: str, gembatch: Command) -> None:
    result = gembatch("explain", rule)

    assert (0, read_page("yaml.template"), "") == (result.code, result.out, result.err)


@pytest.mark.parametrize(
    ("rule", "hint"),
    [
        ("yaml.templates", "did you mean `yaml.template`?"),
        ("Labels.Key", "did you mean `labels.key`?"),
        ("../README", "it is a policy of the workspace: its own file says what it wants"),
        ("policies/check.py: owner", "it is a policy of the workspace: its own file says what it wants"),
        ("README.md", "`gembatch explain` lists the rules"),
        (
            "[limits.maxSubmissions]",
            "`limits.maxSubmissions` is a key of gembatch.yaml, and `gembatch schema workspace` tells what it means",
        ),
    ],
)
def test_a_rule_that_is_none_is_answered_with_the_nearest(rule: str, hint: str, gembatch: Command) -> None:
    result = gembatch("explain", rule)

    assert (2, "") == (result.code, result.out)
    assert f"error: there is no rule `{rule}`\nhint: {hint}\n" == result.err


def test_without_a_rule_all_are_listed(gembatch: Command) -> None:
    header, *rows = gembatch("explain").out.splitlines()

    assert ["RULE", "SEVERITY", "WANTS"] == header.split()
    assert [[entry.id, entry.severity.value, entry.title] for entry in CATALOGUE.values()] == [
        row.split(maxsplit=2) for row in rows
    ]


def test_rules_are_offered_at_tab() -> None:
    (rule,) = explain.params

    offered = [item.value for item in rule.shell_complete(click.Context(explain), "labels.")]

    assert ["labels.count", "labels.key", "labels.reserved", "labels.value"] == offered


def test_no_workspace_is_needed(tmp_path: Path, gembatch: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert 0 == gembatch("explain", "labels.key").code


def test_an_installed_package_carries_its_pages(tmp_path: Path) -> None:
    package = tmp_path / "gembatch"
    (package / "rules").mkdir(parents=True)
    (tmp_path / "docs/rules").mkdir(parents=True)

    assert package / "rules" == page_folder(package)


def test_a_checkout_has_its_pages_among_its_documents(tmp_path: Path) -> None:
    assert tmp_path / "docs/rules" == page_folder(tmp_path / "gembatch")
