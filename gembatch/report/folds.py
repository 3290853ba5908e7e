"""Changes that say the same of several jobs, folded into one: what a reviewer reads once instead of 24 times."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gembatch.model.document import Json
from gembatch.plan.changes import Change
from gembatch.plan.drift import Drift
from gembatch.plan.fields import FieldChange
from gembatch.plan.rows import RowsDiff
from gembatch.report.placeholders import general
from gembatch.report.reasons import drift_why, why
from gembatch.report.value_diff import equal_beginning

_PLAIN = re.compile(r"[^{},\s]+")
_WORD_BEGUN = re.compile(r"[^\W_]+\Z")
_WORD_ENDED = re.compile(r"\A[^\W_]+")


@dataclass(frozen=True, slots=True)
class Fold:
    """Changes that are alike: the same action for the same reason, with the same differences.

    Attributes:
        changes: In the order of the plan; at least one.
        differences: What differs in each of them, but for what `rows` tells better. Where the jobs of a matrix differ
            in their own axes and dates alone, values stand as in the spec: `gs://out/{{ lang }}/`.
        rows: How the rows of their staged files differ; the same files for all.
    """

    changes: tuple[Change, ...]
    differences: tuple[FieldChange, ...]
    rows: tuple[RowsDiff, ...]

    @property
    def first(self) -> Change:
        """The one that speaks for all where they say the same."""
        return self.changes[0]

    @property
    def names(self) -> tuple[str, ...]:
        """The display names, in the order of the plan."""
        return tuple(change.key.display_name for change in self.changes)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know besides: one sentence for all where it fits them, else one a job, with its name."""
        noted = [change for change in self.changes if change.note]
        if len({change.note for change in noted}) == 1:
            return (noted[0].note,)
        alike = {str(general(change.note, change.desired)) for change in noted if change.desired}
        if len(alike) == 1 and len(noted) == len(self.changes):
            return tuple(alike)
        return tuple(f"{change.key.display_name}: {change.note}" for change in noted)

    @property
    def input_bytes(self) -> int | None:
        """How much the jobs read, each for itself; None where that is not known of any of them."""
        sizes = [input_bytes(change) for change in self.changes]
        known = [size for size in sizes if size is not None]
        return sum(known) if len(known) == len(sizes) else None


def folds_of(changes: Iterable[Change]) -> tuple[Fold, ...]:
    """Returns the changes, those that are alike in one, in the order of the first of each."""
    alike: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        alike[_form(change)].append(change)
    return tuple(_fold(tuple(group)) for group in alike.values())


def expensive_first(folds: Iterable[Fold]) -> tuple[Fold, ...]:
    """Returns the folds so that what may cost most comes first: what nobody knows the size of, then the largest."""
    return tuple(sorted(folds, key=_cost, reverse=True))


def _cost(fold: Fold) -> tuple[bool, int, int]:
    size = fold.input_bytes
    return size is None, size or 0, len(fold.changes)


def input_bytes(change: Change) -> int | None:
    """Returns how many bytes a job reads; None where that is not known, as of a table or of a pattern of names."""
    if change.desired is None:
        return None
    staged = {file.uri: file.size for file in change.desired.staged}
    pinned = {item.uri: item.size for item in change.inputs}
    sizes = [staged.get(uri, pinned.get(uri)) for uri in change.desired.input_uris]
    return None if not sizes or None in sizes else sum(size for size in sizes if size is not None)


def told_differences(change: Change) -> tuple[FieldChange, ...]:
    """Returns the fields that differ, without the addresses of staged files: their rows tell more."""
    addresses = {rows.after for rows in change.rows}
    return tuple(_told(each) for each in change.differences if each.after not in addresses)


def _told(field: FieldChange) -> FieldChange:
    match field:
        case FieldChange("model", str(before), str(after)):
            return FieldChange("model", model_name(before), model_name(after))
        case _:
            return field


def model_name(model: str) -> str:
    """Returns a model for people: Google's own without their publisher."""
    return model.removeprefix("publishers/google/models/")


def _form(change: Change) -> str:
    """Returns what changes have in common that are alike, as text."""
    differences = told_differences(change)
    told: list[Json] = [change.action.value, change.reason.value, why(change)]
    told += [[each.path, each.before, each.after] for each in _general(change, differences)]
    told += [[rows.path, rows.before, rows.after, rows.problem] for rows in change.rows]
    # The same edit may be made to many specs, by their defaults. Of new jobs it is the spec that they have in common.
    if change.may_submit and change.desired and not differences and not change.rows:
        told += [change.spec_path, change.desired.series.template]
    return json.dumps(told, ensure_ascii=False)


def _general(change: Change, differences: Sequence[FieldChange]) -> tuple[FieldChange, ...]:
    spec = change.desired
    if spec is None:
        return tuple(differences)
    return tuple(FieldChange(d.path, general(d.before, spec), general(d.after, spec)) for d in differences)


def _fold(changes: tuple[Change, ...]) -> Fold:
    first = changes[0]
    differences = told_differences(first)
    if any(told_differences(change) != differences for change in changes):
        differences = _general(first, differences)
    return Fold(changes, differences, first.rows)


def drift_in_short(drift: Iterable[Drift], most: int) -> tuple[tuple[str, str], ...]:
    """Returns what happened to recorded jobs, once for all to which it did: their names for people, and the words.

    Args:
        drift: As a plan has it.
        most: How many names are told of those that are alike.
    """
    alike: dict[str, list[str]] = defaultdict(list)
    for each in drift:
        alike[drift_why(each)].append(each.key.display_name)
    return tuple((", ".join(names_in_short(names, most)), what) for what, names in alike.items())


def names_in_short(names: Sequence[str], most: int) -> tuple[str, ...]:
    """Returns names for people, what they have in common once: `reviews-{de, fr}-20261122`.

    Args:
        names: At least one.
        most: How many of them are told, from 1; of more the last tells how many there are.
    """
    head, tail = _common_ends(names)
    middles = [name[len(head) : len(name) - len(tail)] for name in names]
    if len(names) == 1 or not head or not all(map(_PLAIN.fullmatch, middles)):
        return _limited(names, most)
    return (f"{head}{{{', '.join(_limited(middles, most))}}}{tail}",)


def _limited(names: Sequence[str], most: int) -> tuple[str, ...]:
    if len(names) <= most:
        return tuple(names)
    return (*names[: most - 1], f"… {len(names) - most + 1} more")


def _common_ends(names: Sequence[str]) -> tuple[str, str]:
    """Returns what all names begin and end with, in whole words."""
    backwards = [name[::-1] for name in names]
    head = _WORD_BEGUN.sub("", names[0][: _equal_beginning(names)])
    room = min(map(len, names)) - len(head)
    tail = backwards[0][: _equal_beginning(backwards)][:room][::-1]
    return head, _WORD_ENDED.sub("", tail)


def _equal_beginning(names: Sequence[str]) -> int:
    # What the first and the last in order begin with, all between them do.
    return equal_beginning(min(names), max(names))
