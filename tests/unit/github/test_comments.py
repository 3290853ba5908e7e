"""Our comment: found by its marker, believed only if it is ours, never longer than GitHub takes."""

from __future__ import annotations

import pytest

from gembatch.github.comments import AUTHOR, LONGEST, Marker, Own, Shown, State, body_of, own_comments
from gembatch.github.pulls import Comment

SHOWN = Shown(head="a" * 40, run=9000, sha256="b" * 64)
MARKER = Marker("reviews", "prod", State.PLANNED, SHOWN)


def comment(body: str, author: str = AUTHOR, identifier: int = 1, *, is_by_bot: bool = True) -> Comment:
    return Comment(identifier, author, is_by_bot=is_by_bot, body=body)


def own(body: str, author: str = AUTHOR, *, is_by_bot: bool = True) -> dict[str, Own]:
    return own_comments([comment(body, author, is_by_bot=is_by_bot)], "reviews")


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("shown", [SHOWN, None])
def test_what_is_written_is_found_again(state: State, shown: Shown | None):
    marker = Marker("reviews", "prod", state, shown)

    body = body_of(marker, "Text")
    assert {"prod": Own(1, marker, body)} == own(body)


def test_the_marker_is_the_first_line():
    assert f"{MARKER}\nOne\n\nTwo\n" == body_of(MARKER, "One\n", "", "Two")


def test_a_browser_may_end_lines_its_own_way():
    assert {"prod"} == own(body_of(MARKER, "Text").replace("\n", "\r\n")).keys()


@pytest.mark.parametrize(
    ("author", "is_by_bot"),
    [("mona", False), ("github-actions", False), (AUTHOR, False), ("dependabot[bot]", True), ("", False)],
)
def test_a_marker_that_somebody_else_pasted_is_nothing(author: str, is_by_bot: bool):  # noqa: FBT001
    assert {} == own(body_of(MARKER, "Text"), author, is_by_bot=is_by_bot)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "Text",
        f"Text\n{MARKER}",
        f" {MARKER}",
        f"> {MARKER}",
        f"{MARKER} {MARKER}",
        str(MARKER).replace("planned", "paid"),
        str(MARKER).replace("prod", "../prod"),
        str(MARKER).replace("prod", "prod state=applied"),
        str(MARKER).replace("a" * 40, "a" * 39),
        str(MARKER).replace("9000", "9" * 40),
        str(MARKER).replace("-->", ""),
    ],
)
def test_what_is_not_quite_a_marker_is_none(body: str):
    assert {} == own(body)


def test_comments_of_another_workspace_are_its_own():
    assert {} == own_comments([comment(body_of(MARKER))], "summaries")


def test_of_several_the_first_is_kept():
    second = Marker("reviews", "prod", State.APPLIED)
    found = own_comments([comment(body_of(MARKER), identifier=1), comment(body_of(second), identifier=2)], "reviews")

    assert 1 == found["prod"].id


def test_what_has_no_room_is_left_out_and_that_is_said():
    body = body_of(MARKER, "First", "x" * LONGEST, "Last")

    assert body.splitlines()[1:] == [
        "First",
        "",
        "_The rest has no room in a comment: the summary of the run has all of it._",
    ]


@pytest.mark.parametrize("character", ["x", "ü", "🎉"])
def test_no_comment_is_longer_than_github_takes(character: str):
    """Nobody says how GitHub counts what takes two units of UTF-16, so it is counted as two."""
    units = len(character.encode("utf-16-le")) // 2
    lengths = {
        len(body_of(MARKER, character * (count // units)).encode("utf-16-le")) // 2 for count in range(65_000, 65_600)
    }

    assert max(lengths) <= LONGEST
    assert max(lengths) > LONGEST - 200
