"""What of a combination names a series: the axes, but of a map only what the display name takes from it.

So a new column in a file of languages, or another value in a column that only the body uses, changes jobs and leaves
their series what they were.
"""

from __future__ import annotations

from collections.abc import Mapping

from gembatch.model.document import Json
from gembatch.render.leaves import Leaf


def members_named(leaf: Leaf) -> dict[str, frozenset[str | None]]:
    """Returns what a leaf takes from each variable: the names of members, and None where it takes the whole."""
    taken: dict[str, frozenset[str | None]] = {}
    for expression in leaf.expressions:
        for name, member in expression.members:
            taken[name] = taken.get(name, frozenset()) | {member}
    return taken


def series_of(combination: Mapping[str, Json], taken: Mapping[str, frozenset[str | None]]) -> dict[str, Json]:
    """Returns what of a combination names its series.

    Args:
        combination: A value for each axis.
        taken: What the display name takes from each.
    """
    return {axis: _named_part(value, taken.get(axis, frozenset())) for axis, value in combination.items()}


def _named_part(value: Json, taken: frozenset[str | None]) -> Json:
    if not isinstance(value, dict) or not taken or None in taken:
        return value
    return {member: item for member, item in value.items() if member in taken}
