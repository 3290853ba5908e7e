"""What of a document is kept where it must not be longer than some size: the first of it, and all that it says shortly.

Padding must not push out what matters. So each section has its share, in each the first comes first, and the short form
of everything is kept before the long form of anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a section.

    Attributes:
        short: What is kept of it first.
        long: What takes its place where there is room.
        jobs: How many jobs it is about.
    """

    short: str
    long: str
    jobs: int = 1


@dataclass(frozen=True, slots=True)
class Section:
    """Parts that share room.

    Attributes:
        title: Its heading.
        parts: What matters most first.
        share: Of the room that there is, 0 to 1: what this section and those before it may take.
    """

    title: str
    parts: tuple[Part, ...]
    share: float


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a section.

    Attributes:
        section: The section.
        texts: The forms of its first parts, in their order.
        jobs_left_out: How many jobs the parts are about that are left out.
        details_left_out: How many parts are kept in their short form.
    """

    section: Section
    texts: tuple[str, ...]
    jobs_left_out: int
    details_left_out: int


def keep(sections: Sequence[Section], most: int) -> tuple[Kept, ...]:
    """Returns what is kept of each section.

    Args:
        sections: What matters most first.
        most: Characters of all texts together, as `size_of` counts them.
    """
    counts, used = [], 0
    for section in sections:
        fitting, used = _fitting([size_of(part.short) for part in section.parts], used, most * section.share)
        counts.append(fitting)
    left, used = most - used, 0
    made = []
    for section, count in zip(sections, counts, strict=True):
        texts = [part.short for part in section.parts[:count]]
        for number, part in enumerate(section.parts[:count]):
            more = size_of(part.long) - size_of(part.short)
            if used + more <= left * section.share:
                texts[number], used = part.long, used + more
        made.append(_kept(section, texts))
    return tuple(made)


def _fitting(sizes: Sequence[int], used: int, most: float) -> tuple[int, int]:
    """Returns how many of the first fit, and how much is used then."""
    for number, size in enumerate(sizes):
        if used + size > most:
            return number, used
        used += size
    return len(sizes), used


def _kept(section: Section, texts: Sequence[str]) -> Kept:
    parts = section.parts
    shown = zip(parts, texts, strict=False)
    return Kept(
        section,
        tuple(texts),
        jobs_left_out=sum(part.jobs for part in parts[len(texts) :]),
        details_left_out=sum(text != part.long for part, text in shown),
    )


def size_of(text: str) -> int:
    """Returns how much room a paragraph takes, as browsers and GitHub count: what is beyond 16 bits counts twice."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2 + 2
