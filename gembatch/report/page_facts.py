"""The facts of a card: what all its jobs have in common, and what each has for itself, with its pinned inputs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from gembatch.model.jobs import Input
from gembatch.plan.changes import Change
from gembatch.report.facts import facts_of
from gembatch.report.folds import Fold
from gembatch.report.words import bytes_of


@dataclass(frozen=True, slots=True)
class Value:
    """What is so.

    Attributes:
        text: As it stands in the body, the spec or at Vertex AI.
        aside: What is to be known besides; empty for nothing.
    """

    text: str
    aside: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing about a job: its title, one word, and its values."""

    title: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Job:
    """One job of several that a card is about: its display name, and its facts in the order of the card's columns."""

    name: str
    facts: tuple[Fact, ...]


def card_facts(fold: Fold) -> tuple[Fact, ...]:
    """Returns the facts that speak for all jobs of a card."""
    if fold.first.may_submit:
        asides = _asides(fold.first) if len(fold.changes) == 1 else {}
        told = [(title, _value(title, text, asides)) for title, text in facts_of(fold)]
    else:
        told = [("spec", Value(path)) for path in dict.fromkeys(change.spec_path for change in fold.changes) if path]
        told += [("job", job) for job in _jobs(fold.first) if len(fold.changes) == 1]
    return tuple(
        Fact(title, tuple(value for _, value in values)) for title, values in groupby(told, lambda fact: fact[0])
    )


def _value(title: str, text: str, asides: Mapping[str, str]) -> Value:
    # How much is read stands nowhere: it is no text that somebody would copy.
    return Value("", text) if title == "reads" else Value(text, asides.get(text, ""))


def card_jobs(fold: Fold) -> tuple[Job, ...]:
    """Returns the jobs of a card that is about several, each with what is its own; none for a card about one."""
    if len(fold.changes) == 1:
        return ()
    facts = [tuple(_own_facts(change)) for change in fold.changes]
    titles = [title for title in dict.fromkeys(fact.title for each in facts for fact in each) if _differ(title, facts)]
    return tuple(_job(name, own, titles) for name, own in zip(fold.names, facts, strict=True))


def _job(name: str, own: Iterable[Fact], titles: Sequence[str]) -> Job:
    by_title = {fact.title: fact for fact in own}
    return Job(name, tuple(by_title.get(title, Fact(title, ())) for title in titles))


def _differ(title: str, facts: Iterable[tuple[Fact, ...]]) -> bool:
    return len({tuple(fact for fact in own if fact.title == title) for own in facts}) > 1


def _own_facts(change: Change) -> Iterator[Fact]:
    yield Fact("spec", (Value(change.spec_path),))
    if change.may_submit and change.desired:
        files, asides = {file.uri: file.path for file in change.desired.staged}, _asides(change)
        inputs = [files.get(uri, uri) for uri in change.desired.input_uris]
        yield Fact("input", tuple(Value(text, asides.get(text, "")) for text in inputs))
        yield Fact("output", (Value(change.desired.output_uri),))
    else:
        yield Fact("job", tuple(_jobs(change)))
    if change.note:
        yield Fact("note", (Value("", change.note),))


def _asides(change: Change) -> Mapping[str, str]:
    """Returns what is known of each input: its size, and the generation to which it is pinned."""
    staged = change.desired.staged if change.desired else ()
    return {file.path: bytes_of(file.size) for file in staged} | {item.uri: _pin(item) for item in change.inputs}


def _pin(item: Input) -> str:
    size = "" if item.size is None else bytes_of(item.size)
    generation = f"generation {item.generation}" if item.generation else ""
    return ", ".join(filter(None, (size, generation)))


def _jobs(change: Change) -> Iterator[Value]:
    """Yields the job that a change which submits nothing is about."""
    if change.observed:
        yield Value(change.observed.name, change.observed.state.word)
    elif change.premise.recorded:
        yield Value(change.premise.recorded, change.premise.standing.value if change.premise.standing else "")
