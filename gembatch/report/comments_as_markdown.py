"""What a comment on a pull request says above the plan: what the merge does, counted from the saved plan itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from gembatch.apply.applied import Applied
from gembatch.apply.outcomes import Result
from gembatch.model.jobs import JobState
from gembatch.plan.approval import Approval
from gembatch.plan.changes import Action
from gembatch.plan.story import Chapter
from gembatch.report.jobs_as_text import rows_as_text
from gembatch.report.markdown import code_span, folded
from gembatch.report.markdown_list import list_of_jobs
from gembatch.report.words import count_of

_VERBS = {
    Action.CREATE: "submit",
    Action.REPLACE: "replace",
    Action.ADOPT: "adopt",
    Action.CANCEL: "cancel",
    Action.RETIRE: "retire",
}


def heading(workspace: str, environment: str) -> str:
    """Returns the first line for people."""
    return f"### gembatch: `{environment}` of `{workspace}`"


def merge_as_markdown(approval: Approval) -> str:
    """Returns what the merge does.

    Whoever can change the workflow of a pull request can change the page that is shown. This sentence is counted from
    the plan that an apply would take.
    """
    actions = [change.action for change in approval.changes.values() if change.action.is_pending]
    if not actions:
        return "Merging this changes nothing here."
    told = _listed(
        f"{_VERBS[action]} {count_of(actions.count(action), 'job')}" for action in Action if action in actions
    )
    return f"Merging this will **{told}**, and do no more than is shown here."


def refused_as_markdown() -> str:
    """Returns what the merge does where the plan was refused."""
    return "**The plan was refused**, so merging this changes nothing here."


def failed_as_markdown() -> str:
    """Returns what the merge does where there is no plan."""
    return "**There is no plan**: the run tells why. Merging this as it is changes nothing here."


def untouched_as_markdown() -> str:
    """Returns what is said of an environment that was touched by an earlier push."""
    return "This pull request does not touch this environment any more."


def applied_as_markdown(applied: Applied | None, *, is_finished: bool) -> str:
    """Returns what an apply of the plan means for it, above its outcomes; empty where they say all.

    Args:
        applied: What it said; None where it was ended before it could.
        is_finished: Whether nothing of the plan waits any more.
    """
    if applied is None:
        return f"**The apply was ended before it could tell how far it came.** {_GOES_ON}"
    if not is_finished:
        return f"**The apply is not finished.** {_GOES_ON}"
    # What is blocked besides was no part of the plan.
    refused = [outcome for outcome in applied.outcomes if outcome.result is Result.REFUSED]
    if refused:
        return f"**Applied, but for {count_of(len(refused), 'job')}**, for which another plan is needed."
    return ""


_GOES_ON = "The next run goes on from here, and submits nothing twice."


def left_as_markdown(why: str) -> str:
    """Returns what is said of a merged plan that is not carried out."""
    return f"**Not applied:** {why}. What is still wanted of it takes another plan."


def story_as_markdown(story: Sequence[Chapter], *, most: int) -> str:
    """Returns how the jobs of an applied plan went on; those that did not succeed come first.

    Args:
        story: The jobs.
        most: Characters that it may have.
    """
    counts = Counter(map(_state, story))
    head = "All jobs have ended" if all(chapter.is_over for chapter in story) else "Jobs run"
    numbers = ", ".join(f"{number} {word}" for word, number in counts.items())
    in_order = sorted(story, key=lambda chapter: _state(chapter) == JobState.SUCCEEDED.word)
    told = f"**{head}:** {numbers or 'none were submitted'}."
    return "\n\n".join(filter(None, [told, list_of_jobs([*map(_chapter, in_order)], most)]))


def _state(chapter: Chapter) -> str:
    return chapter.submission.state.word if chapter.submission else "not submitted"


def _chapter(chapter: Chapter) -> str:
    told = [f"**{_state(chapter)}** {code_span(chapter.key.display_name)}"]
    if submission := chapter.submission:
        told += [rows_as_text(submission.rows)] if submission.rows else []
        told += [code_span(submission.error)] if submission.error else []
        told += [f"predictions in {code_span(submission.output)}"] if submission.output else []
    return " · ".join(told)


def approved_page(page: str) -> str:
    """Returns the page of a plan that was carried out, folded away."""
    return folded("The plan that was approved", [page.strip("\n")]) if page.strip() else ""


def planned_by(head: str, run_url: str, page_url: str) -> str:
    """Returns where a plan comes from, and where all of it can be seen; `page_url` may be empty."""
    page = f" All of it: [as a page]({page_url})." if page_url else ""
    return f"<sub>Planned for {head[:12]} by [this run]({run_url}).{page}</sub>"


def told_by(what: str, run_url: str) -> str:
    """Returns where what was told comes from: `Applied by this run`."""
    return f"<sub>{what} by [this run]({run_url}).</sub>"


def pull_requests_as_markdown(environment: str, told: Sequence[tuple[int, str]]) -> str:
    """Returns how merged pull requests stand in an environment; each has its number and what there is to say of it."""
    lines = [f"- #{number}: {what}" for number, what in told] or ["No merged pull request waits for anything."]
    return "\n".join([f"### Pull requests in {code_span(environment)}", "", *lines])


def _listed(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
