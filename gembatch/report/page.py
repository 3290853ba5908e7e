"""A plan laid out as a page: its parts in the order in which they are read. Values only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count

from gembatch.model.period import Period
from gembatch.plan.changes import Action, Plan
from gembatch.report.asides import asides_of
from gembatch.report.cells import cells_of_plan
from gembatch.report.evidence import caution_of
from gembatch.report.grid import Grid, Square, counts_of, grids
from gembatch.report.page_cards import Card, card_of, model_of
from gembatch.report.sections import Sections, sections_of
from gembatch.report.totals import Totals, totals_of

_MOST_COLUMNS = 62
"""Dates that a grid shows one by one: two months; it has a scroll bar of its own where there is less room."""


@dataclass(frozen=True, slots=True)
class Total:
    """A number that is seen first.

    Attributes:
        number: How many jobs.
        label: What is done about them.
        anchor: Where they stand; empty for nowhere.
    """

    number: int
    label: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """A choice of a filter: its value in the page's markup, what a person reads, and how many jobs it leaves."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Section:
    """Cards under a title."""

    anchor: str
    title: str
    about: str
    cards: tuple[Card, ...]

    @property
    def count(self) -> int:
        """How many jobs it is about."""
        return sum(card.count for card in self.cards)


@dataclass(frozen=True, slots=True)
class Page:
    """What stands on the page.

    Attributes:
        plan: The plan.
        period: The dates that it is about; None for that of its instant alone.
        places: The projects and regions of its jobs.
        totals: Seen first.
        reads: What the jobs to be submitted read; empty where none is.
        sections: The changes, the most urgent first; those without any are left out.
        model_names: The models that are asked for.
        parts: The plan as all renderers take it apart.
        grid: The dates; None where there is nothing to show.
        legend: Of the grid, the most urgent state first.
        asides: What is only counted, in sentences.
        unchanged: How many unchanged jobs each spec asks for.
    """

    plan: Plan
    period: Period | None
    places: tuple[str, ...]
    totals: tuple[Total, ...]
    reads: str
    sections: tuple[Section, ...]
    parts: Sections
    model_names: tuple[str, ...]
    grid: Grid | None
    legend: tuple[tuple[Square, str], ...]
    asides: tuple[str, ...]
    unchanged: tuple[tuple[str, int], ...]

    @property
    def cards(self) -> tuple[Card, ...]:
        """All cards, in order."""
        return tuple(card for section in self.sections for card in section.cards)

    @property
    def caution(self) -> str:
        """What a reader must know before anything else; empty for nothing."""
        return caution_of(self.plan.evidence)

    @property
    def contents(self) -> tuple[tuple[str, str], ...]:
        """What comes after the cards: anchors and titles."""
        present = {
            ("drift", "Drift"): self.parts.drift,
            ("duplicates", "Duplicates"): self.plan.duplicates,
            ("besides", "Besides"): self.asides,
            ("unchanged", "Unchanged"): self.unchanged,
        }
        return tuple(entry for entry, content in present.items() if content)

    @property
    def actions(self) -> tuple[Option, ...]:
        """The actions of the cards."""
        return _options((card.action, card.action, card.count) for card in self.cards)

    @property
    def reasons(self) -> tuple[Option, ...]:
        """The reasons of the cards."""
        return _options((card.reason, card.reason, card.count) for card in self.cards)

    @property
    def models(self) -> tuple[Option, ...]:
        """The models of the cards, by number: a model's name may hold anything."""
        return _options(
            (str(number), self.model_names[number], card.count) for card in self.cards for number in card.models
        )


def page_of(plan: Plan, period: Period | None = None) -> Page:
    """Returns a plan as a page.

    Args:
        plan: The plan.
        period: The dates that it is about; None for that of its instant alone.
    """
    parts, totals = sections_of(plan), totals_of(plan)
    shown = (*parts.blocked, *parts.submissions, *parts.others, *parts.notable)
    models = sorted({model_of(change) for fold in shown for change in fold.changes} - {""})
    cells = cells_of_plan(plan) if period else {}
    unchanged = Counter(change.spec_path for change in plan.changes if change.action is Action.KEEP)
    return Page(
        plan=plan,
        period=period,
        places=tuple(dict.fromkeys(f"{change.key.project}, {change.key.region}" for change in plan.changes)),
        totals=tuple(_totals(totals)),
        reads=totals.reads,
        sections=tuple(_sections(parts, {model: number for number, model in enumerate(models)})),
        parts=parts,
        model_names=tuple(models),
        grid=_fitting(grids(cells, period)) if period and cells else None,
        legend=tuple((Square(cell, 1), f"{cell.word}: {number}") for cell, number in counts_of(cells).items()),
        asides=asides_of(plan, parts),
        unchanged=tuple(sorted(unchanged.items())),
    )


def _options(found: Iterable[tuple[str, str, int]]) -> tuple[Option, ...]:
    labels: dict[str, str] = {}
    counts = Counter[str]()
    for value, label, number in found:
        labels[value] = label
        counts[value] += number
    return tuple(Option(value, labels[value], counts[value]) for value in sorted(labels, key=labels.__getitem__))


def _totals(totals: Totals) -> Iterator[Total]:
    yield Total(totals.submit, "to submit", "submit" if totals.submit else "")
    others = ((totals.adopt, "to adopt"), (totals.cancel, "to cancel"), (totals.retire, "to retire"))
    yield from (Total(number, label, "others") for number, label in others if number)
    yield Total(totals.unchanged, "unchanged", "unchanged" if totals.unchanged else "")
    if totals.blocked:
        yield Total(totals.blocked, "blocked", "blocked")
    if totals.left_alone:
        yield Total(totals.left_alone, "not selected")


_TITLES = (
    ("blocked", "Blocked", "They wait for a person. The others can be applied meanwhile."),
    ("submit", "To submit", "Each is a new job, which costs money."),
    ("others", "Without a new job", "These cost nothing."),
    ("notable", "Kept", "Unchanged, with something to know about."),
)


def _sections(parts: Sections, models: Mapping[str, int]) -> Iterator[Section]:
    numbers = count(1)
    groups = (parts.blocked, parts.submissions, parts.others, parts.notable)
    for (anchor, title, about), folds in zip(_TITLES, groups, strict=True):
        if folds:
            yield Section(anchor, title, about, tuple(card_of(fold, next(numbers), models) for fold in folds))


def _fitting(grids: Iterator[Grid]) -> Grid:
    grid = next(grids)
    for coarser in grids:
        if len(grid.headings) <= _MOST_COLUMNS:
            break
        grid = coarser
    return grid
