"""Jobs for people: the status table, one job in full, and what became of an unfinished apply."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from gembatch.apply.intents import Resolution
from gembatch.lock.lockfile import Submission
from gembatch.model.jobs import JobState, RowCounts
from gembatch.plan.status import JobStatus, failure_of
from gembatch.report.palette import PLAIN, Palette, printable
from gembatch.report.predictions import answered_by, prediction_as_text
from gembatch.report.words import age_of, table

_HEADER = ("JOB", "STATE", "AGE", "ROWS", "SPEC", "OUTPUT")


def statuses_as_text(
    statuses: Sequence[JobStatus], now: datetime, palette: Palette = PLAIN, *, width: int | None = None
) -> str:
    """Returns the table of jobs, and below it why any of them did not succeed.

    Args:
        statuses: In the order in which they are to be shown.
        now: For the ages.
        palette: For the states.
        width: Of the terminal, in cells; None to keep each job on one line.
    """
    if not statuses:
        return "No jobs: the specs ask for none, and the lockfile records none."
    head, *body = table(_HEADER, [_row(status, now, palette) for status in statuses], width)
    return "\n".join([palette.dim(head), *body, *_failures(statuses, palette)])


def _row(status: JobStatus, now: datetime, palette: Palette) -> tuple[str, ...]:
    submission = status.submission
    state = _state_paint(status, palette)
    name = printable(status.key.display_name)
    if submission is None:
        return (name, state, "", "", status.spec_word, "")
    rows = rows_as_text(submission.rows)
    return (name, state, age_of(submission.submitted, now), rows, status.spec_word, printable(submission.output))


def rows_as_text(rows: RowCounts | None) -> str:
    """Returns `198 ok, 2 failed`; empty until there are counts."""
    if rows is None:
        return ""
    counts = ((rows.successful, "ok"), (rows.failed, "failed"), (rows.incomplete, "incomplete"))
    return ", ".join(f"{number} {word}" for number, word in counts if number > 0 or (word == "ok" and number == 0))


def _state_paint(status: JobStatus, palette: Palette) -> str:
    if failure_of(status):
        return palette.red(status.state_word)
    done = status.submission is not None and status.submission.state is JobState.SUCCEEDED
    return palette.green(status.state_word) if done else palette.yellow(status.state_word)


def _failures(statuses: Iterable[JobStatus], palette: Palette) -> list[str]:
    failed = [(status, why) for status in statuses if (why := failure_of(status))]
    lines = [f"  {palette.red('!')} {printable(status.key.display_name)}: {printable(why)}" for status, why in failed]
    return ["", *lines] if lines else []


def status_as_text(
    status: JobStatus,
    body: str,
    predictions: Sequence[str],
    now: datetime,
    palette: Palette = PLAIN,
    *,
    width: int | None = None,
) -> str:
    """Returns one job in full.

    Args:
        status: Its three sides.
        body: What the spec asks for, as text; empty when nothing does.
        predictions: The first lines of its output, as they stand there.
        now: For the ages.
        palette: For headings and states.
        width: Of the terminal, in cells; None to leave predictions unbroken.
    """
    sections = [f"{palette.bold(printable(status.key.display_name))}  {_state_paint(status, palette)}"]
    if status.submission:
        sections.append("\n".join(_facts(status, status.submission, now)))
    if status.entry and status.entry.history:
        earlier = [f"  {past.name}  {past.state.word}  {past.digest[:14]}" for past in status.entry.history]
        sections.append("\n".join([palette.bold("Earlier jobs, oldest first"), *earlier]))
    if body:
        sections.append(f"{palette.bold('Body')}\n{_indented(body)}")
    if predictions:
        heading = f"{palette.bold('First predictions')}{palette.dim(answered_by(predictions))}"
        sections.append("\n".join([heading, *(prediction_as_text(line, width) for line in predictions)]))
    return "\n\n".join(sections)


def _facts(status: JobStatus, submission: Submission, now: datetime) -> list[str]:
    facts = [
        ("job", submission.name),
        ("spec", f"{status.entry.spec if status.entry else ''} ({status.spec_word})"),
        ("submitted", f"{submission.submitted} ({age_of(submission.submitted, now)} ago)"),
        ("ended", submission.ended),
        ("rows", rows_as_text(submission.rows)),
        ("output", submission.output),
        ("error", submission.error),
        ("attempt", submission.attempt or "not made by gembatch"),
        ("digest", submission.digest),
        ("rerun", submission.rerun or ""),
        *(("input", f"{item.uri}#{item.generation}" if item.generation else item.uri) for item in submission.inputs),
    ]
    return [f"  {title:<9}  {printable(value)}" for title, value in facts if value]


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())


def resolution_as_lines(resolution: Resolution) -> list[str]:
    """Returns what an unfinished apply turned out to have done, a line for each intent that is no longer open."""
    made = "an earlier apply made its job, and the lockfile will remember it"
    lost = "an apply that did not finish made no job, and its intent is dropped"
    told = [*((intent, made) for intent in resolution.recorded), *((intent, lost) for intent in resolution.dropped)]
    return [f"{printable(str(intent.key))}: {what}" for intent, what in told]
