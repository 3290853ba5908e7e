"""Where the values of bodies come from, for people: a line a value, a line below it for each name that it uses."""

from __future__ import annotations

import json
from collections.abc import Iterable

from gembatch.model.diagnostics import Location
from gembatch.model.document import Json
from gembatch.model.explanation import ExplainedLeaf, Explanation
from gembatch.report.palette import PLAIN, Palette, printable
from gembatch.report.words import width_of

_WIDEST = 72
"""Cells after which a place stands right behind its value, however long that is."""

_LONGEST_NAME = 60


def explanations_as_text(explanations: Iterable[Explanation], palette: Palette = PLAIN) -> str:
    """Returns the explanations, one block each, separated by empty lines; empty for none."""
    return "\n\n".join(_block(explanation, palette) for explanation in explanations)


def _block(explanation: Explanation, palette: Palette) -> str:
    within = f", {explanation.combination}" if explanation.combination else ""
    head = f"{palette.bold(printable(explanation.display_name))}  {printable(explanation.spec_path + within)}"
    rows = [row for leaf in explanation.leaves for row in _rows(leaf)]
    column = max((width_of(left) for left, _ in rows if width_of(left) <= _WIDEST), default=0) + 2
    lines = (f"{left}{' ' * max(2, column - width_of(left))}{palette.cyan(right)}" for left, right in rows)
    return "\n".join([head, *lines])


def _rows(leaf: ExplainedLeaf) -> Iterable[tuple[str, str]]:
    yield f"  {leaf.path}: {printable(_text(leaf.value))}", _place(leaf.location, leaf.source)
    for name in leaf.names:
        text = _text(name.value)
        short = text if len(text) <= _LONGEST_NAME else f"{text[:_LONGEST_NAME]}…"
        yield f"    {name.name} = {printable(short)}", _place(name.location, name.source)


def _text(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _place(location: Location | None, source: str) -> str:
    if location is None:
        return f"({source})"
    return printable(str(location)) + (f" ({source})" if source else "")
