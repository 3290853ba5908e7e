"""The jobs' states for a job summary: how many there are of each, then those that ended badly, then the rest.

Within a size like a plan's, and as safe: whatever comes from outside stands in code, here in tables of HTML, since a
pipe in a table of markdown would end its cell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from gembatch.model.period import Period
from gembatch.plan.status import JobStatus, failure_of
from gembatch.report.budget import Kept, Part, Section, keep, size_of
from gembatch.report.cells import cells_of_statuses
from gembatch.report.grid_as_text import grid_as_text
from gembatch.report.jobs_as_text import rows_as_text
from gembatch.report.markdown import code_block, code_tag
from gembatch.report.words import age_of, count_of

MOST = 300_000
"""Characters: GitHub takes 1 MiB in the summary of a step, where a character may be three bytes."""

_ROOM_AROUND = 2_000
_HEADER = "<tr><th>job</th><th>state</th><th>age</th><th>rows</th><th>spec</th><th>output</th></tr>"


def statuses_as_markdown(
    statuses: Sequence[JobStatus], now: datetime, period: Period | None = None, *, most: int = MOST
) -> str:
    """Returns the counts, and a table for each kind of state.

    Args:
        statuses: In the order in which they are to be shown.
        now: For the ages.
        period: The dates that they are about, for a grid; None for no grid.
        most: Characters that it may have.
    """
    if not statuses:
        return "No jobs: the specs ask for none, and the lockfile records none."
    groups = [(title, [status for status in statuses if is_one(status)]) for title, is_one in _GROUPS]
    told = ", ".join(f"**{len(group)} {title.lower()}**" for title, group in groups if group)
    sections = [Section(title, _rows(group, now), share) for (title, group), share in zip(groups, _SHARES, strict=True)]
    grid = [*_grid(statuses, period)]
    made = keep(sections, most - _ROOM_AROUND - sum(map(size_of, grid)))
    tables = [text for each in made if each.section.parts for text in _table(each)]
    return "\n\n".join([f"{count_of(len(statuses), 'job')}: {told}.", *tables, *grid])


def _is_live(status: JobStatus) -> bool:
    return status.is_live


def _is_new(status: JobStatus) -> bool:
    return status.submission is None


def _is_bad(status: JobStatus) -> bool:
    return bool(failure_of(status))


def _is_good(status: JobStatus) -> bool:
    return not (_is_bad(status) or _is_live(status) or _is_new(status))


_GROUPS: tuple[tuple[str, Callable[[JobStatus], bool]], ...] = (
    ("Ended badly", _is_bad),
    ("Running", _is_live),
    ("Not submitted", _is_new),
    ("Succeeded", _is_good),
)
_SHARES = (0.5, 0.7, 0.8, 1.0)


def _rows(statuses: Iterable[JobStatus], now: datetime) -> tuple[Part, ...]:
    return tuple(Part(row, row) for row in (_row(status, now) for status in statuses))


def _row(status: JobStatus, now: datetime) -> str:
    submission, why = status.submission, failure_of(status)
    cells = [code_tag(status.key.display_name), code_tag(why) if why else status.state_word]
    if submission is None:
        cells += ["", "", status.spec_word, ""]
    else:
        output = code_tag(submission.output) if submission.output else ""
        age = age_of(submission.submitted, now)
        cells += [age, rows_as_text(submission.rows), status.spec_word, output]
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _table(kept: Kept) -> Iterator[str]:
    yield f"#### {kept.section.title}"
    if kept.texts:
        yield "\n".join(["<table>", _HEADER, *kept.texts, "</table>"])
    if kept.jobs_left_out:
        left = count_of(kept.jobs_left_out, "job")
        yield f"**Left out for want of room:** {left}. `gembatch status` shows all of them."


def _grid(statuses: Iterable[JobStatus], period: Period | None) -> Iterator[str]:
    grid = grid_as_text(cells_of_statuses(statuses), period) if period else ""
    if grid:
        yield code_block(grid.split("\n"))
