"""On which dates an expression depends, and how finely: read off the tree, so branches not taken count too."""

from __future__ import annotations

from gembatch.render.dates import DAY_ATTRIBUTES, GRAINS, Grain, grain_of_format
from gembatch.render.tree import Binary, Call, Constant, Filtered, Member, Name, Node, children

_MONTHS_OF_A_YEAR = 12
_MONTHS_OF_A_QUARTER = 3
_OTHER_DAYS = frozenset({"yesterday", "tomorrow"})


def date_grains(node: Node) -> frozenset[Grain]:
    """Returns the grains by which the expression's value may change from run to run; empty when no date is in it."""
    match node:
        case Name(name):
            return frozenset({GRAINS[name]} if name in GRAINS else ())
        case Filtered("strftime", subject, (Constant(str(pattern)),)):
            grain = grain_of_format(pattern)
            return _coarsened(subject, grain) if grain else frozenset()
        case Member(subject, Constant(str(attribute))) if attribute in DAY_ATTRIBUTES:
            return _coarsened(subject, DAY_ATTRIBUTES[attribute])
        case _:
            return frozenset[Grain]().union(*map(date_grains, children(node)))


def _coarsened(subject: Node, part: Grain) -> frozenset[Grain]:
    """Returns the grains of a part of a date: the part's own, where the date's grain decides that part."""
    own = date_grains(subject)
    grain = _changes_by(subject, part)
    if grain is None:
        return own
    return frozenset(grain if each.determines(grain) else each for each in own)


def _changes_by(subject: Node, part: Grain) -> Grain | None:
    """Returns how often a part of `subject` changes, counted on the date in it; None when only the day decides it."""
    match subject:
        case Name(name):
            return None if name in _OTHER_DAYS else part
        case Member(owner, Constant(str(start))) if start in DAY_ATTRIBUTES:
            begun = DAY_ATTRIBUTES[start]
            return _changes_by(owner, part if begun.determines(part) else begun)
        case Binary("+" | "-", left, Call(function, count)) if not date_grains(count):
            kept = next((grain for grain in _kept_by_shift(function, count) if grain.determines(part)), None)
            return _changes_by(left, kept) if kept else None
        case _:
            return None


def _kept_by_shift(function: str, count: Node) -> tuple[Grain, ...]:
    """Returns the grains, coarsest first, that a shifted date changes by whenever the date does, and only then.

    A day that the month lacks becomes its last, so that the month is always the one counted to.
    """
    match function, count:
        case "years", _:
            return (Grain.YEAR, Grain.QUARTER, Grain.MONTH)
        case "months", Constant(int(months)) if months % _MONTHS_OF_A_YEAR == 0:
            return (Grain.YEAR, Grain.QUARTER, Grain.MONTH)
        case "months", Constant(int(months)) if months % _MONTHS_OF_A_QUARTER == 0:
            return (Grain.QUARTER, Grain.MONTH)
        case "months", _:
            return (Grain.MONTH,)
        case "weeks", _:
            return (Grain.WEEK,)
        case _:
            return ()
