"""What a reviewer wants to know of jobs that will be bought, beside what differs: where from, which model, what for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from gembatch.model.document import value_text
from gembatch.model.jobs import JobSpec
from gembatch.report.folds import Fold, model_name
from gembatch.report.placeholders import general
from gembatch.report.words import bytes_of

Fact: TypeAlias = "tuple[str, str]"
"""A title such as `model`, and one value."""

_MOST = 3
"""Values under one title before the rest of them is only counted."""


def facts_of(fold: Fold) -> tuple[Fact, ...]:
    """Returns the facts of jobs that are submitted, a value each: those in which several agree stand once.

    Where they differ in their own axes and dates alone, values stand as in the spec.
    """
    specs = [change.desired for change in fold.changes if change.desired]
    if not specs:
        return ()
    size = fold.input_bytes
    return (
        *_told("spec", [[spec.spec_path] for spec in specs]),
        *_told("model", [[model_name(str(spec.body.get("model", "")))] for spec in specs]),
        *_told("input", _as_in_the_spec(specs, [_inputs(spec) for spec in specs])),
        *_told("output", _as_in_the_spec(specs, [[spec.output_uri] for spec in specs])),
        ("reads", "not known" if size is None else f"{bytes_of(size)}{' in all' if len(specs) > 1 else ''}"),
    )


def _inputs(spec: JobSpec) -> list[str]:
    files = {file.uri: file.path for file in spec.staged}
    return [files.get(uri, uri) for uri in spec.input_uris]


def _as_in_the_spec(specs: list[JobSpec], values: list[list[str]]) -> Iterable[Iterable[str]]:
    if all(each == values[0] for each in values):
        return values
    pairs = zip(specs, values, strict=True)
    return ([value_text(general(value, spec)) for value in each] for spec, each in pairs)


def _told(title: str, values: Iterable[Iterable[str]]) -> Iterator[Fact]:
    found = [*dict.fromkeys(value for each in values for value in each)]
    rest = len(found) - _MOST
    shown = found if rest <= 1 else found[:_MOST]
    yield from ((title, value) for value in shown)
    if rest > 1:
        yield title, f"… {rest} more"
