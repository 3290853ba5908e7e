"""What a glob means: `*`, `?` and `[…]` stay within one name, and `**` is any number of folders."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase


def fits(names: Sequence[str], glob: Sequence[str]) -> bool:
    """Returns whether the names of a path fit the parts of a glob."""
    if "**" not in glob:  # then each name has its part
        return len(names) == len(glob) and all(map(fnmatchcase, names, glob))
    return len(names) in _ends(names, glob)


def means(pattern: str, path: str) -> bool:
    """Returns whether a pattern means the file at `path`, or a folder around it.

    Args:
        pattern: A file, a folder or a glob, with forward slashes; `./` in front and a slash at the end are allowed.
        path: Of a file, relative to where the pattern is.
    """
    glob = [part for part in pattern.split("/") if part not in {"", "."}]
    return any(end > 0 for end in _ends(path.split("/"), glob))


def _ends(names: Sequence[str], glob: Sequence[str]) -> set[int]:
    """Returns how many names, from the first on, the whole glob can stand for.

    All ways are gone at once: following them one by one takes for ever where many `**` meet a deep folder.
    """
    ends = {0}
    for part in glob:
        if part == "**":
            ends = set(range(min(ends), len(names) + 1)) if ends else ends
        else:
            ends = {end + 1 for end in ends if end < len(names) and fnmatchcase(names[end], part)}
    return ends
