"""What limits and policies have against a plan, for its head in a pull request: nobody approves what is refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from gembatch.model.diagnostics import Diagnostic, Severity
from gembatch.report.markdown import code_span
from gembatch.report.words import count_of

_MOST = 10
_LONGEST = 300
_ROOM_OF_ONE = 1_000
"""Characters of a plan for each finding that is shown: it is the plan that they stand at the head of."""


def findings_as_markdown(findings: Iterable[Diagnostic], most: int) -> Iterator[str]:
    """Yields an alert for the errors, and one for the warnings; nothing where there are none.

    Args:
        findings: Those on the plan as a whole.
        most: Characters that the whole plan may have; of the findings as many are shown as that leaves room for.
    """
    found = tuple(findings)
    shown = max(1, min(_MOST, most // _ROOM_OF_ONE // 2))
    for severity, kind, head in (
        (Severity.ERROR, "CAUTION", "**This plan is refused**, and nothing of it will be carried out"),
        (Severity.WARNING, "WARNING", "This plan can be carried out, with a doubt"),
    ):
        if of_kind := [finding for finding in found if finding.severity is severity]:
            lines = (f"[!{kind}]", f"{head}:", "", *_listed(of_kind, shown))
            yield "\n".join(f"> {line}".rstrip() for line in lines)


def _listed(findings: Sequence[Diagnostic], shown: int) -> Iterator[str]:
    for finding in findings[:shown]:
        hint = f" ({_short(finding.hint)})" if finding.hint else ""
        yield f"- {_short(finding.message)} [{_short(finding.rule)}]{hint}"
    if (rest := len(findings) - shown) > 0:
        yield f"- … and {count_of(rest, 'finding')} more"


def _short(text: str) -> str:
    return code_span(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")
