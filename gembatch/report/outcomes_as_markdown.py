"""What became of plans, for a pull request: the counts, then what was not done and why, then what was, folded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from gembatch.apply.applied import Applied
from gembatch.apply.outcomes import Outcome, Result
from gembatch.errors import InvalidSpecsError, PlanRefusedError
from gembatch.model.diagnostics import Diagnostic
from gembatch.report.budget import Kept, Part, Section, keep, size_of
from gembatch.report.markdown import code_span, folded, inert
from gembatch.report.outcomes_as_text import counts_as_text
from gembatch.report.words import count_of

MOST = 60_000
"""Characters by default: GitHub takes 65,536 in a comment, and who posts it may want to say something too."""

LEAST = 2_000
"""Characters in which the counts of one plan, and what is left out, always have room."""

_NOT_DONE = (Result.UNCERTAIN, Result.REJECTED, Result.REFUSED, Result.BLOCKED, Result.SKIPPED)
_ALSO = (Result.LEFT, Result.ADOPTED, Result.CANCELLED, Result.CANCELLING, Result.RETIRED, Result.DONE)

_FINDINGS, _NOT_DONE_TITLE = "Findings", "Not done"
_LEFT_OUT = "**Left out for want of room:**"

_LEAST_OF_ONE = 1_200
_ROOM_TO_SAY_WHAT_IS_LEFT_OUT = 250
_ROOM_OF_A_FOLD = 80
_LONGEST = 300
_LONGEST_IN_HEAD = 120
_FEW = 4
"""So many jobs are shown at once."""


def outcomes_as_markdown(applied: Sequence[Applied], *, most: int = MOST) -> str:
    """Returns what became of plans, one after the other.

    Args:
        applied: In the order in which they were attempted.
        most: Characters that it may have, from `LEAST`; the plans share them.
    """
    if not applied:
        return "Nothing was applied."
    room = max(_LEAST_OF_ONE, most // len(applied))
    shown = applied[: most // room]
    left = [f"{_LEFT_OUT} {count_of(len(applied) - len(shown), 'plan')}."] if len(shown) < len(applied) else []
    return "\n\n".join([*(_plan(each, room) for each in shown), *left])


def _plan(applied: Applied, most: int) -> str:
    head = [*_head(applied)]
    sections = [section for section in _sections(applied) if section.parts]
    spent = sum(map(size_of, head)) + len(sections) * _ROOM_OF_A_FOLD + _ROOM_TO_SAY_WHAT_IS_LEFT_OUT
    made = keep(sections, most - spent)
    return "\n\n".join([*head, *(_shown(each) for each in made if each.texts), *_left_out(made)])


def _head(applied: Applied) -> Iterator[str]:
    subject = code_span(_cut(applied.plan, _LONGEST_IN_HEAD)) if applied.plan else ""
    if applied.environment:
        subject = f"{code_span(applied.environment)} of {code_span(applied.workspace)}"
    did_something = any(outcome.result.did_something for outcome in applied.outcomes)
    title = " for ".join(filter(None, ("Applied" if did_something else "Nothing applied", subject)))
    yield f"**{title}:** {counts_as_text(applied.outcomes)}." if applied.outcomes else f"**{title}.**"
    if applied.error:
        hint = f"\n>\n> {code_span(_cut(applied.error.hint, _LONGEST_IN_HEAD))}" if applied.error.hint else ""
        yield f"> [!CAUTION]\n> {code_span(_cut(str(applied.error), _LONGEST_IN_HEAD))}{hint}"
    if applied.lockfile:
        yield f"<sub>Lockfile: {code_span(_cut(applied.lockfile, _LONGEST_IN_HEAD))}</sub>"


def _sections(applied: Applied) -> Iterator[Section]:
    """Yields the sections, what matters most first."""
    error = applied.error
    findings = error.diagnostics if isinstance(error, InvalidSpecsError | PlanRefusedError) else ()
    yield Section(_FINDINGS, tuple(map(_finding, findings)), 0.6)
    by_result: dict[Result, list[Outcome]] = {result: [] for result in Result}
    for outcome in applied.outcomes:
        by_result[outcome.result].append(outcome)

    def those(*results: Result) -> tuple[Outcome, ...]:
        return tuple(outcome for result in results for outcome in by_result[result])

    yield Section(_NOT_DONE_TITLE, tuple(map(_not_done, those(*_NOT_DONE))), 0.6)
    yield Section("Submitted", tuple(map(_submitted, those(Result.SUBMITTED))), 0.9)
    yield Section("Besides", tuple(map(_besides, those(*_ALSO))), 1.0)


def _finding(finding: Diagnostic) -> Part:
    place = f"{finding.location}: " if finding.location else ""
    line = f"- {code_span(_cut(f'{place}{finding.message} [{finding.rule}]'))}"
    return Part(line, line)


def _not_done(outcome: Outcome) -> Part:
    short = f"- **{outcome.result.value}** {_name(outcome)}"
    return Part(short, f"{short}: {code_span(_cut(outcome.message))}" if outcome.message else short)


def _submitted(outcome: Outcome) -> Part:
    short = f"- {_name(outcome)}"
    where = f" → {code_span(_cut(outcome.output))}" if outcome.output else ""
    job = f"  \n  {code_span(outcome.name)}" if outcome.name else ""
    return Part(short, f"{short}{where}{job}")


def _besides(outcome: Outcome) -> Part:
    short = f"- {outcome.result.value} {_name(outcome)}"
    told = outcome.message or outcome.output
    return Part(short, f"{short}: {code_span(_cut(told))}" if told else short)


def _name(outcome: Outcome) -> str:
    return code_span(_cut(outcome.key.display_name))


def _cut(text: str, most: int = _LONGEST) -> str:
    # Of the text as it is shown: what is written as an escape is longer than it was.
    shown = inert(text)
    return shown if len(shown) <= most else f"{shown[:most]}…"


def _shown(kept: Kept) -> str:
    title, lines = kept.section.title, "\n".join(kept.texts)
    if title in {_FINDINGS, _NOT_DONE_TITLE}:
        return f"#### {title}\n\n{lines}"
    jobs = len(kept.section.parts)
    return folded(f"{title}: {count_of(jobs, 'job')}", [lines], is_open=jobs <= _FEW)


def _left_out(made: Iterable[Kept]) -> Iterator[str]:
    told = [f"{each.jobs_left_out} of “{each.section.title}”" for each in made if each.jobs_left_out]
    if told:
        yield f"{_LEFT_OUT} {', '.join(told)}."
