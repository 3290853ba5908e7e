"""The comment of an environment on a pull request: found again by a marker, which says how far the story is. Pure.

The first line of a comment is the marker, an HTML comment that nobody sees; what follows is for people. The marker is
believed only where GitHub says that the job's own app wrote the comment: anybody can paste one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from gembatch.github.pulls import Comment

AUTHOR = "github-actions[bot]"
"""Who writes with the token of a job."""

LONGEST = 65_536
"""Characters that GitHub takes in a comment. Those beyond the basic plane are counted twice, to be safe."""

_NAME = "[a-z0-9][a-z0-9_-]{0,62}"
_MARKER = re.compile(
    f"<!-- gembatch workspace=({_NAME}) environment=({_NAME}) state=([a-z]+)"
    "(?: head=([0-9a-f]{40}) run=([0-9]{1,18}) plan=([0-9a-f]{64}))? -->"
)


class State(StrEnum):
    """How far the story of an environment is."""

    PLANNED = "planned"
    """What is shown waits for the merge, or for an apply to end."""
    NOTHING = "nothing"
    """There is nothing to carry out: the plan failed, or the pull request does not touch the environment any more."""
    APPLIED = "applied"
    """It was carried out, and jobs run."""
    ENDED = "ended"
    """All that was carried out has ended."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The plan that a comment shows.

    Attributes:
        head: The commit that it was made for.
        run: The run of the workflow that made it.
        sha256: Of the saved plan's bytes, in hexadecimal.
    """

    head: str
    run: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Marker:
    """What the first line of a comment of ours says.

    Attributes:
        workspace: Name of the workspace.
        environment: Name of the environment.
        state: How far the story is.
        shown: The plan; None where there is none.
    """

    workspace: str
    environment: str
    state: State
    shown: Shown | None = None

    def __str__(self) -> str:
        shown = self.shown
        plan = f" head={shown.head} run={shown.run} plan={shown.sha256}" if shown else ""
        return f"<!-- gembatch workspace={self.workspace} environment={self.environment} state={self.state}{plan} -->"


@dataclass(frozen=True, slots=True)
class Own:
    """A comment of ours.

    Attributes:
        id: Its identifier.
        marker: What it says of itself.
        body: All of its text.
    """

    id: int
    marker: Marker
    body: str = field(repr=False)


def own_comments(comments: Iterable[Comment], workspace: str) -> dict[str, Own]:
    """Returns our comments for a workspace by environment; of several for one the oldest, which people have seen."""
    own: dict[str, Own] = {}
    for comment in comments:
        marker = _marker_of(comment)
        if marker and marker.workspace == workspace:
            own.setdefault(marker.environment, Own(comment.id, marker, comment.body))
    return own


def _marker_of(comment: Comment) -> Marker | None:
    if comment.author != AUTHOR or not comment.is_by_bot:
        return None
    # GitHub stores what it gets, and a browser's edit ends lines its own way.
    found = _MARKER.fullmatch(comment.body.partition("\n")[0].rstrip("\r"))
    if found is None or found[3] not in set(State):
        return None
    shown = Shown(found[4], int(found[5]), found[6]) if found[4] else None
    return Marker(found[1], found[2], State(found[3]), shown)


def body_of(marker: Marker, *parts: str) -> str:
    """Returns a comment's text: the marker, then what people read.

    Args:
        marker: What it says of itself.
        parts: Paragraphs in the order of their weight. From the first that has no room on they are left out, and that
            is said.
    """
    kept: list[str] = []
    room = LONGEST - _length(f"{marker}\n{_LEFT_OUT}\n")
    for part in filter(None, (part.strip("\n") for part in parts)):
        room -= _length(part) + 2
        if room < 0:
            kept.append(_LEFT_OUT)
            break
        kept.append(part)
    return "\n".join((str(marker), "\n\n".join(kept), ""))


_LEFT_OUT = "_The rest has no room in a comment: the summary of the run has all of it._"


def _length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
