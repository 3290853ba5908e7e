"""A plan laid out as a page: its sections in the order in which they are read. Values only; templates place them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from gembatch.model.diagnostics import Diagnostic
from gembatch.model.period import Period
from gembatch.plan.changes import Action, Plan
from gembatch.report.asides import asides_of
from gembatch.report.cells import Cells, cells_of_plan
from gembatch.report.evidence import caution_of
from gembatch.report.folds import Fold
from gembatch.report.grid import Grid, Square, counts_of, grids
from gembatch.report.page_cards import Card, card_of, model_of
from gembatch.report.reasons import DRIFT
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
        anchor: Of the section where they stand; empty for none.
    """

    number: int
    label: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page under a heading.

    Attributes:
        anchor: Its address in the page. Where there are no cards, the template of that name has its content.
        title: Its heading.
        count: How many jobs it is about; None where that would say nothing.
        about: What is to be known of all that it holds; empty for nothing.
        cards: Its changes.
    """

    anchor: str
    title: str
    count: int | None = None
    about: str = ""
    cards: tuple[Card, ...] = ()


@dataclass(frozen=True, slots=True)
class Option:
    """A choice of a filter: its value in the page's markup, what a person reads, and how many jobs it leaves."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Page:
    """What stands on the page.

    Attributes:
        plan: The plan.
        period: The dates that it is about; None for that of its instant alone.
        places: The projects and regions of its jobs.
        caution: What is to be known before anything else; empty for nothing.
        findings: What limits and policies have against the plan.
        totals: Seen first.
        lead: What the totals come to, in a sentence; empty for nothing more.
        sections: In the order in which they are read; those that would be empty are left out.
        models: The models of the cards; a card has their numbers.
        parts: The plan as all renderers take it apart.
        grid: Series over dates; None without dates.
        legend: Of the grid, the most urgent state first.
        asides: What is only counted, in sentences.
        unchanged: How many unchanged jobs each spec asks for, by its path.
    """

    plan: Plan
    period: Period | None
    places: tuple[str, ...]
    caution: str
    findings: tuple[Diagnostic, ...]
    totals: tuple[Total, ...]
    lead: str
    sections: tuple[Section, ...]
    models: tuple[str, ...]
    parts: Sections
    grid: Grid | None
    legend: tuple[tuple[Square, str], ...]
    asides: tuple[str, ...]
    unchanged: tuple[tuple[str, int], ...]

    @property
    def filters(self) -> tuple[tuple[str, str, tuple[Option, ...]], ...]:
        """The choices of each filter, with its name and what a person reads."""
        cards = [card for section in self.sections for card in section.cards]
        return (
            ("action", "Action", _options((card.action, card.action, card.count) for card in cards)),
            ("reason", "Reason", _options((card.reason, card.reason, card.count) for card in cards)),
            # By number: a model's name may hold anything.
            ("model", "Model",
             _options((str(each), self.models[each], card.count) for card in cards for each in card.models)),
        )  # fmt: skip


def page_of(plan: Plan, period: Period | None = None, findings: Sequence[Diagnostic] = ()) -> Page:
    """Returns a plan as a page.

    Args:
        plan: The plan.
        period: The dates that it is about; None for that of its instant alone.
        findings: What limits and policies have against it.
    """
    parts, totals = sections_of(plan), totals_of(plan)
    models, asides = _models_of(parts), asides_of(plan, parts)
    cells: Cells = cells_of_plan(plan) if period else {}
    unchanged = Counter(change.spec_path for change in plan.changes if change.action is Action.KEEP)
    return Page(
        plan=plan,
        period=period,
        places=tuple(dict.fromkeys(f"{change.key.project}, {change.key.region}" for change in plan.changes)),
        caution=caution_of(plan.evidence),
        findings=tuple(findings),
        totals=tuple(_totals(totals)),
        lead=_lead(totals),
        sections=tuple(_sections(plan, parts, models, has_dates=bool(cells), has_asides=bool(asides))),
        models=models,
        parts=parts,
        grid=_fitting(grids(cells, period)) if period and cells else None,
        legend=tuple((Square(cell, 1), f"{cell.word}: {number}") for cell, number in counts_of(cells).items()),
        asides=asides,
        unchanged=tuple(sorted(unchanged.items())),
    )


def _sections(
    plan: Plan, parts: Sections, models: tuple[str, ...], *, has_dates: bool, has_asides: bool
) -> Iterator[Section]:
    cards = _cards((parts.blocked, parts.submissions, parts.others, parts.notable), models)
    blocked, submissions, others, notable = cards
    duplicates = len(plan.duplicates)
    found = (
        (has_dates, Section("dates", "Dates")),
        (blocked, _of("blocked", "Blocked", "They wait for a person. The others can be applied meanwhile.", blocked)),
        (duplicates, Section("duplicates", "Running twice", duplicates, "Live, and doing what another job does.")),
        (submissions, _of("submissions", "To submit", "Each is a new job, which costs money.", submissions)),
        (others, _of("others", "Other changes", "They submit nothing.", others)),
        (parts.drift, Section("drift", "Drift", len(parts.drift), DRIFT[0].upper() + DRIFT[1:])),
        (notable, _of("notable", "Kept, and worth knowing", "Nothing is done about them.", notable)),
        (has_asides, Section("besides", "Besides")),
        (parts.unchanged, Section("unchanged", "Unchanged", parts.unchanged)),
    )
    return (section for content, section in found if content)


def _of(anchor: str, title: str, about: str, cards: tuple[Card, ...]) -> Section:
    return Section(anchor, title, sum(card.count for card in cards), about, cards)


def _cards(groups: Iterable[tuple[Fold, ...]], models: tuple[str, ...]) -> tuple[tuple[Card, ...], ...]:
    numbers, number_of = count(1), {model: number for number, model in enumerate(models)}
    return tuple(tuple(card_of(fold, next(numbers), number_of) for fold in folds) for folds in groups)


def _models_of(parts: Sections) -> tuple[str, ...]:
    folds = (*parts.blocked, *parts.submissions, *parts.others, *parts.notable)
    return tuple(sorted({model_of(change) for fold in folds for change in fold.changes} - {""}))


def _options(found: Iterable[tuple[str, str, int]]) -> tuple[Option, ...]:
    labels: dict[str, str] = {}
    counts = Counter[str]()
    for value, label, number in found:
        labels[value] = label
        counts[value] += number
    return tuple(Option(value, labels[value], counts[value]) for value in sorted(labels, key=labels.__getitem__))


def _totals(totals: Totals) -> Iterator[Total]:
    yield Total(totals.submit, "to submit", "submissions" if totals.submit else "")
    others = ((totals.adopt, "to adopt"), (totals.cancel, "to cancel"), (totals.retire, "to retire"))
    yield from (Total(number, label, "others") for number, label in others if number)
    yield Total(totals.unchanged, "unchanged", "unchanged" if totals.unchanged else "")
    if totals.blocked:
        yield Total(totals.blocked, "blocked", "blocked")
    if totals.left_alone:
        yield Total(totals.left_alone, "not selected")


def _lead(totals: Totals) -> str:
    if totals.is_nothing:
        return "Nothing to do."
    return f"To submit: {totals.submissions}." if totals.submissions else ""


def _fitting(grids: Iterator[Grid]) -> Grid:
    grid = next(grids)
    for coarser in grids:
        if len(grid.headings) <= _MOST_COLUMNS:
            break
        grid = coarser
    return grid
