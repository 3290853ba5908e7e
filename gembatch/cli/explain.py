"""`gembatch explain`: the page of a rule, or the list of all."""

from __future__ import annotations

import click

from gembatch.cli.output import show
from gembatch.errors import UsageError
from gembatch.load.rule_pages import read_page
from gembatch.model.nearest import nearest
from gembatch.report.words import table
from gembatch.validate.catalogue import CATALOGUE


def _rules(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    return [rule for rule in CATALOGUE if rule.startswith(incomplete)]


@click.command()
@click.argument("rule", required=False, metavar="[RULE]", shell_complete=_rules)
def explain(rule: str | None) -> None:
    """Explain a rule: what it finds, a bad and a good example, and why. Without RULE: list all.

    A rule's name stands in brackets after each finding.
    """
    if rule is None:
        show(_listed())
        return
    name = rule.strip("[]")
    if name not in CATALOGUE:
        raise UsageError(f"there is no rule `{rule}`", hint=_meant(name))
    show(read_page(name).rstrip("\n"))


def _meant(rule: str) -> str:
    # What speaks against a plan stands in brackets as well, and is no rule of ours.
    if rule.startswith("limits."):
        return f"`{rule}` is a key of gembatch.yaml, and `gembatch schema workspace` tells what it means"
    if "/" in rule:
        return "it is a policy of the workspace: its own file says what it wants"
    near = nearest(rule, CATALOGUE)
    return f"did you mean `{near}`?" if near else "`gembatch explain` lists the rules"


def _listed() -> str:
    rows = [(entry.id, entry.severity.value, entry.title) for entry in CATALOGUE.values()]
    return "\n".join(table(("RULE", "SEVERITY", "WANTS"), rows))
