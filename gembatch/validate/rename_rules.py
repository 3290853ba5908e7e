"""The rule over jobs that are being renamed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gembatch.model.diagnostics import Location
from gembatch.validate.subject import Finding, Subject
from gembatch.validate.wording import quoted

_KEY = "previousDisplayName"


def previous_name(subjects: Sequence[Subject]) -> Iterator[tuple[Subject, Finding]]:
    """Yields each job that would take over what is remembered of a job that is there, or that another takes over."""
    wanted = {subject.name: subject for subject in reversed(subjects)}
    taken: dict[str, Subject] = {}
    for subject in subjects:
        was = subject.previous_name
        if was is None:
            continue
        if was == subject.name:
            yield subject, _finding(subject, f"{_KEY} is the display name that the job has now", ())
        elif was in wanted:
            related = ((wanted[was].location, "here"),)
            yield subject, _finding(subject, f"the specs still ask for {quoted(was)}", related)
        elif (other := taken.setdefault(was, subject)) is not subject:
            related = ((other.at(_KEY), "the first one is here"),)
            yield subject, _finding(subject, f"two jobs say that they were called {quoted(was)}", related)


def _finding(subject: Subject, message: str, related: tuple[tuple[Location, str], ...]) -> Finding:
    return Finding(message, subject.at(_KEY), hint=f"take `{_KEY}` out", related=related)
