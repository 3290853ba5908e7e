"""What GitHub would make of markdown, by structure: for texts that try to break out of their place."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from markdown_it import MarkdownIt

# What a terminal obeys or does not draw, and what changes direction: everything but the line feed.
UNSEEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)

OUR_TAGS = {"details", "summary", "code", "b", "p", "sub", "h4", "pre", "strong", "blockquote", "ul", "li"}
"""What a plan for a pull request is made of."""

LINKED = re.compile(r"[@#]|https?:|www\.|\b[0-9a-f]{7,40}\b|\bGH-\d|[a-z]+/[a-z]+#", re.IGNORECASE)


class Structure(HTMLParser):
    """Which tags there are, whether they match, and what text stands outside of code.

    Attributes:
        open: Tags that were not closed.
        tags: All of them, in their order.
        attributes: As `TAG NAME`.
        comments: How many there are.
        outside: The texts outside of code.
    """

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.comments = 0
        self.outside: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.open.append(tag)
        self.attributes |= {f"{tag} {name}" for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:  # noqa: ARG002
        self.comments += 1

    def handle_data(self, data: str) -> None:
        if not {"code", "pre"} & set(self.open):
            self.outside.append(data)


def structure_as_shown(markdown: str) -> Structure:
    """Returns what is shown of markdown, with everything on that GitHub has on."""
    return Structure(MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(markdown))
