"""Text put into GitHub's markdown so that it stays text: in code, where nothing is a link, a mention or a tag.

GitHub looks for mentions, issues and commits in what it has rendered, and leaves out what stands in code. So nothing
that comes from a spec, a row or a server is ever written outside of code, escaped or not.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence

from gembatch.report.palette import printable
from gembatch.report.words import count_of

_BACKTICKS = re.compile("`+")


def code_span(text: str) -> str:
    """Returns text as code within a line of markdown."""
    shown = inert(text) or " "
    ticks = "`" * (_longest_run(shown) + 1)
    room = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{ticks}{room}{shown}{room}{ticks}"


def code_tag(text: str) -> str:
    """Returns text as code within a block of HTML, such as a `<summary>`; it never ends the block."""
    return f"<code>{html.escape(inert(text), quote=False)}</code>"


def own_words(text: str) -> str:
    """Returns words of ours within a block of HTML: what stands between backticks as code."""
    odd = False
    parts = []
    for part in text.split("`"):
        parts.append(code_tag(part) if odd else html.escape(inert(part), quote=False))
        odd = not odd
    return "".join(parts)


def code_block(lines: Iterable[str], language: str = "", most: int | None = None) -> str:
    """Returns lines as a block of code, in a fence that none of them can close.

    Args:
        lines: As they are in values.
        language: By which GitHub colours them: `diff`.
        most: Characters of all lines, after which the others are only counted; None for all lines.
    """
    shown = [inert(line).rstrip() for line in lines]
    if most is not None:
        shown = [*_limited(shown, most)]
    fence = "`" * max(3, max(map(_longest_run, shown), default=0) + 1)
    return "\n".join([f"{fence}{language}", *shown, fence])


def folded(summary: str, content: Sequence[str], *, is_open: bool = False) -> str:
    """Returns blocks of markdown that are shown when their summary is clicked.

    Args:
        summary: HTML on one line.
        content: At least one block.
        is_open: Whether they are shown before that too.
    """
    begin = "<details open>" if is_open else "<details>"
    return "\n\n".join([f"{begin}<summary>{summary}</summary>", *content, "</details>"])


def inert(text: str) -> str:
    """Returns text on one line without what is not to be seen, nor the beginning of an HTML comment.

    A comment would do nothing in code. But what looks for the marker of a comment of ours may look everywhere.
    """
    return printable(text).replace("<!--", "<\\u0021--")


def _limited(lines: Sequence[str], most: int) -> Iterator[str]:
    room = most
    for number, line in enumerate(lines):
        room -= len(line) + 1
        if room < 0:
            yield f"… {count_of(len(lines) - number, 'more line')}"
            return
        yield line


def _longest_run(text: str) -> int:
    return max(map(len, _BACKTICKS.findall(text)), default=0)
