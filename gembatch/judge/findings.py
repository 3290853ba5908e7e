"""What a policy answers: a JSON list of findings, exactly as it should be. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gembatch.lock.fields import Fields, read_json
from gembatch.model.diagnostics import Diagnostic, Location, Severity

MAX_FINDINGS = 100
"""Findings of one policy that are told: nobody reads on."""

_LONGEST = 1000  # characters of a text that are shown


@dataclass(frozen=True, slots=True)
class PlanFinding:
    """What a policy says of a plan.

    Attributes:
        message: What is wrong.
        severity: An error refuses the plan.
        display_name: The job that it is about; empty when it is about the whole.
        rule: Which of the policy's rules; empty when it has no name.
        hint: What to do; None when the policy does not say.
    """

    message: str
    severity: Severity
    display_name: str = ""
    rule: str = ""
    hint: str | None = None


def read_findings(text: str) -> tuple[PlanFinding, ...]:
    """Returns the findings that a policy printed.

    Raises:
        ValueError: It is not a list of findings, by the letter; says where.
    """
    items = read_json(text)
    if not isinstance(items, list):
        raise ValueError("it is not a list")  # noqa: TRY004, one kind of error for all that is wrong
    return tuple(_finding(Fields(f"finding {number}", item)) for number, item in enumerate(items, start=1))


def _finding(fields: Fields) -> PlanFinding:
    message = fields.text("message").strip()
    if not message:
        raise fields.wrong("message", "")
    finding = PlanFinding(
        message=message,
        severity=fields.choice("severity", Severity),
        display_name=_if_any(fields, "displayName") or "",
        rule=_if_any(fields, "rule") or "",
        hint=_if_any(fields, "hint"),
    )
    fields.done()
    return finding


def _if_any(fields: Fields, name: str) -> str | None:
    return fields.optional_text(name) if name in fields.names else None


def as_diagnostics(
    findings: tuple[PlanFinding, ...], policy: str, places: Mapping[str, Location]
) -> tuple[Diagnostic, ...]:
    """Returns the findings of a policy as those of gembatch itself, errors first.

    Args:
        findings: The findings.
        policy: What it is called: its path.
        places: Where the jobs of the plan are asked for, by display name.
    """
    ordered = sorted(findings, key=lambda finding: finding.severity is not Severity.ERROR)
    told = tuple(_diagnostic(finding, policy, places) for finding in ordered[:MAX_FINDINGS])
    rest = ordered[MAX_FINDINGS:]
    if not rest:
        return told
    return (*told, Diagnostic(policy, f"{len(rest)} findings more are not shown", severity=rest[0].severity))


def _diagnostic(finding: PlanFinding, policy: str, places: Mapping[str, Location]) -> Diagnostic:
    about = f"{finding.display_name}: " if finding.display_name else ""
    return Diagnostic(
        rule=_cut(f"{policy}: {finding.rule}" if finding.rule else policy),
        message=_cut(f"{about}{finding.message}"),
        location=places.get(finding.display_name),
        severity=finding.severity,
        hint=finding.hint and _cut(finding.hint),
    )


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
