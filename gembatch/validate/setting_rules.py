"""Rules over the `rules` of a workspace. What they need is imported only where there are any."""

from __future__ import annotations

from collections.abc import Iterator

from gembatch.model.diagnostics import Severity
from gembatch.model.nearest import nearest
from gembatch.validate.subject import Finding
from gembatch.validate.workspace_subject import WorkspaceSubject


def unknown(subject: WorkspaceSubject) -> Iterator[Finding]:
    """Yields settings of rules that there are not."""
    for number, setting in enumerate(subject.workspace.rules):
        from gembatch.validate.catalogue import CATALOGUE, matching  # noqa: PLC0415  it imports this module's user

        if not matching(setting.rule):
            groups = {f"{rule.partition('.')[0]}.*" for rule in CATALOGUE}
            near = nearest(setting.rule, [*sorted(groups), *CATALOGUE])
            yield Finding(
                f"there is no rule `{setting.rule}`",
                subject.at("rules", number, "rule"),
                hint=f"did you mean `{near}`?" if near else "`gembatch explain` lists the rules",
            )


def fixed(subject: WorkspaceSubject) -> Iterator[Finding]:
    """Yields settings that would lower nothing but rules whose findings must stay errors."""
    for number, setting in enumerate(subject.workspace.rules):
        from gembatch.validate.catalogue import matching  # noqa: PLC0415  as above

        meant = matching(setting.rule)
        if meant and setting.severity is not Severity.ERROR and not any(entry.is_adjustable for entry in meant):
            yield Finding(
                f"`{setting.rule}` cannot be lowered: without it jobs are built wrongly or not at all",
                subject.at("rules", number, "severity"),
                hint="take the entry out, and correct what the rule finds",
            )
