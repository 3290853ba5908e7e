"""How Cloud Storage lists names: in order, by prefix, folded at a delimiter, page by page. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, islice, takewhile
from typing import Generic, Protocol, TypeVar


class Named(Protocol):
    """Whatever has a name."""

    @property
    def name(self) -> str:
        """The name."""


Item = TypeVar("Item", bound=Named)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which names to list. Texts compare by code point, which is also the order of their UTF-8.

    Attributes:
        prefix: They begin with it.
        delimiter: Names that hold it after the prefix are folded into one prefix; empty folds nothing.
        start: The first name that may be listed.
        end: The first name that may not; empty means no end.
        after: The last entry, a name or a folded prefix, of the page before; empty for the first page.
    """

    prefix: str = ""
    delimiter: str = ""
    start: str = ""
    end: str = ""
    after: str = ""

    @property
    def first(self) -> str:
        """No name before this one is listed."""
        return max(self.prefix, self.start, self.after)

    def reaches(self, name: str) -> bool:
        """Returns whether this name, not before `first`, and all names before it belong to the selection."""
        return name.startswith(self.prefix) and (not self.end or name < self.end)

    def entry(self, name: str) -> tuple[str, bool]:
        """Returns what stands for the name in the listing, and whether that is a prefix it is folded into."""
        end = name.find(self.delimiter, len(self.prefix)) if self.delimiter else -1
        return (name, False) if end < 0 else (name[: end + len(self.delimiter)], True)


EVERYTHING = Selection()


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """A part of a listing.

    Attributes:
        items: In the order of their names.
        prefixes: The folded ones, in order.
        last: The page's last entry when there are more after it; None when this page ends the listing.
    """

    items: tuple[Item, ...]
    prefixes: tuple[str, ...] = ()
    last: str | None = None


def make_page(ordered: Iterable[Item], selection: Selection, limit: int | None = None) -> Page[Item]:
    """Returns the next page of a listing.

    Args:
        ordered: Items in the order of their names, from `selection.first` on; read no further than needed.
        selection: Which of them to list.
        limit: Entries on a page, items and prefixes together; None means all.
    """
    entries = _entries(ordered, selection)
    page = list(islice(entries, limit))
    items = tuple(item for _, item in page if item is not None)
    prefixes = tuple(entry for entry, item in page if item is None)
    is_last = next(entries, None) is None
    return Page(items, prefixes, None if is_last or not page else page[-1][0])


def _entries(ordered: Iterable[Item], selection: Selection) -> Iterator[tuple[str, Item | None]]:
    """Yields each entry with its item, or with None when it is a prefix."""
    selected = takewhile(lambda item: selection.reaches(item.name), ordered)
    for (entry, is_prefix), members in groupby(selected, lambda item: selection.entry(item.name)):
        if not selection.after or entry > selection.after:
            yield entry, None if is_prefix else next(members)
