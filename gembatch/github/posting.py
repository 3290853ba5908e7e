"""Our comment on a pull request: made once, then kept up to date."""

from __future__ import annotations

from gembatch.github.api import GitHub
from gembatch.github.comments import Marker, Own, body_of


def post(github: GitHub, number: int, before: Own | None, marker: Marker, *parts: str) -> None:
    """Makes a comment on a pull request, or edits the one that is there; one that would stay the same is left alone.

    Args:
        github: Where.
        number: Of the pull request.
        before: The comment that is there; None for none.
        marker: What the comment says of itself.
        parts: What people read; see `body_of`.
    """
    body = body_of(marker, *parts)
    if before is None:
        github.create_comment(number, body)
    elif body != before.body:
        github.edit_comment(before.id, body)
