"""On which dates an expression depends, and how finely: read off the tree, so branches not taken count too."""

from __future__ import annotations

from gembatch.render.dates import DAY_ATTRIBUTES, GRAINS, Grain, grain_of_format
from gembatch.render.tree import Binary, Call, Constant, Filtered, Member, Name, Node, children

# Adding months keeps what the month decides, adding weeks what the week decides; adding days keeps neither.
_KEPT_BY_SHIFT = {"months": Grain.MONTH, "weeks": Grain.WEEK}


def date_grains(node: Node) -> frozenset[Grain]:
    """Returns the grains by which the expression's value may change from run to run; empty when no date is in it."""
    match node:
        case Name(name):
            return frozenset({GRAINS[name]} if name in GRAINS else ())
        case Filtered("strftime", subject, (Constant(str(pattern)),)):
            return _coarsened(subject, grain_of_format(pattern))
        case Member(subject, Constant(str(attribute))) if attribute in DAY_ATTRIBUTES:
            return _coarsened(subject, DAY_ATTRIBUTES[attribute])
        case _:
            return frozenset[Grain]().union(*map(date_grains, children(node)))


def _coarsened(subject: Node, grain: Grain | None) -> frozenset[Grain]:
    """Returns the grains of a part of a date: the part's own, where the date's grain decides that part."""
    if grain is None:
        return frozenset()
    own = date_grains(subject)
    if not _keeps(subject, grain):
        return own
    return frozenset(grain if each.determines(grain) else each for each in own)


def _keeps(subject: Node, grain: Grain) -> bool:
    match subject:
        case Name():
            return True
        case Binary("+" | "-", left, Call(function)):
            return function in _KEPT_BY_SHIFT and _KEPT_BY_SHIFT[function].determines(grain) and _keeps(left, grain)
        case _:
            return False
