"""How the rows of a staged JSONL differ from those of the job before, for people to read. Pure.

A staged file's address is its content's hash, so that two bodies differ in one address, which tells a reviewer nothing.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gembatch.model.document import Json
from gembatch.model.secrets import hidden
from gembatch.plan.fields import FieldChange, fields_json, value_differences

SAMPLES = 3
"""How many rows are shown of one file."""

KEYS = ("key", "id", "custom_id")
"""What a row's own name is called, where it has one."""

_MOST_FIELDS = 20
_LONGEST = 4_000
_AROUND = 200
_LONGEST_NAME = 100
_HALF_PAIR = re.compile("[\ud800-\udfff]")


class RowKind(StrEnum):
    """What became of a row."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row that differs.

    Attributes:
        kind: What became of it.
        name: Its own key such as `id=r-17`, else its line such as `line 17`, of the new file unless it is removed.
        fields: What differs in it; of a row that was added or removed all it has beside its key. Long texts are cut
            around what differs.
        left_out: How many differing fields more there are.
    """

    kind: RowKind
    name: str
    fields: tuple[FieldChange, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class RowsDiff:
    """One staged file beside the one of the job before.

    Attributes:
        path: Of the file, relative to the workspace.
        before: The object that the job before was given: `STAGING/SHA256/NAME`.
        after: The object that this file will be.
        added: How many rows are new.
        removed: How many are not there any more.
        changed: How many have the same key, or the same place, and another content.
        unchanged: How many are the same, wherever they stand.
        samples: The first of those that differ, in the order of the file; removed ones last.
        problem: Why the rows could not be compared, as a sentence; empty when they were.
    """

    path: str
    before: str
    after: str
    added: int = 0
    removed: int = 0
    changed: int = 0
    unchanged: int = 0
    samples: tuple[RowChange, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class _Pair:
    """A row of the old file and one of the new, or one of them alone; as line numbers from 0."""

    before: int | None
    after: int | None


def rows_diff(path: str, before_uri: str, after_uri: str, before: str, after: str) -> RowsDiff:
    """Returns how the rows of two JSONL texts differ.

    Rows are matched by their own key where every row of both has one and no two share it; else equal rows by their
    content, and what is left over between the same equal rows by its place.

    Args:
        path: Of the file, relative to the workspace.
        before_uri: Where the old text is.
        after_uri: Where the new one will be.
        before: The old text.
        after: The new text.
    """
    old, new = _rows(before), _rows(after)
    keys = _keys(old, new)
    pairs = list(_by_key(old, new, *keys[1:]) if keys else _by_content(old, new))
    kinds = Counter(_kind(pair) for pair in pairs)
    told = sorted(pairs, key=lambda pair: (pair.after is None, pair.before if pair.after is None else pair.after))
    return RowsDiff(
        path=path,
        before=before_uri,
        after=after_uri,
        added=kinds[RowKind.ADDED],
        removed=kinds[RowKind.REMOVED],
        changed=kinds[RowKind.CHANGED],
        unchanged=len(new) - kinds[RowKind.ADDED] - kinds[RowKind.CHANGED],
        samples=tuple(_sample(pair, old, new, keys[0] if keys else None) for pair in told[:SAMPLES]),
    )


def _rows(text: str) -> list[str]:
    # Not `splitlines`: U+2028 and the like stand inside of JSON texts.
    lines = (line.removesuffix("\r") for line in text.split("\n"))
    return [line for line in lines if line.strip()]


def _keys(old: Sequence[str], new: Sequence[str]) -> tuple[str, list[str], list[str]] | None:
    """Returns the name of the rows' key, and both files' keys; None where they have none in common."""
    for name in KEYS if old and new else ():
        keys = [_keys_of(rows, name) for rows in (old, new)]
        if keys[0] is not None and keys[1] is not None:
            return name, keys[0], keys[1]
    return None


def _keys_of(rows: Sequence[str], name: str) -> list[str] | None:
    found: dict[str, None] = {}
    for row in rows:
        value = _parsed(row)
        key = value.get(name) if isinstance(value, dict) else None
        if not isinstance(key, str | int) or isinstance(key, bool) or str(key) in found:
            return None
        found[str(key)] = None
    return list(found)


def _by_key(old: Sequence[str], new: Sequence[str], old_keys: list[str], new_keys: list[str]) -> Iterator[_Pair]:
    before = {key: number for number, key in enumerate(old_keys)}
    for number, key in enumerate(new_keys):
        twin = before.pop(key, None)
        if twin is None or not _means_the_same(old[twin], new[number]):
            yield _Pair(twin, number)
    yield from (_Pair(number, None) for number in before.values())


def _by_content(old: Sequence[str], new: Sequence[str]) -> Iterator[_Pair]:
    kept = Counter(old) & Counter(new)
    before, after = _gaps(old, kept), _gaps(new, kept)
    for gap in sorted({*before, *after}):
        left, right = before[gap], after[gap]
        paired = min(len(left), len(right))
        yield from (_Pair(*pair) for pair in zip(left, right, strict=False))
        yield from (_Pair(None, number) for number in right[paired:])
        yield from (_Pair(number, None) for number in left[paired:])


def _gaps(rows: Sequence[str], kept: Counter[str]) -> defaultdict[int, list[int]]:
    """Returns the rows that the other file lacks, by how many rows that it has stand before them."""
    left, passed, gaps = Counter(kept), 0, defaultdict[int, list[int]](list)
    for number, row in enumerate(rows):
        if left[row] > 0:
            left[row] -= 1
            passed += 1
        else:
            gaps[passed].append(number)
    return gaps


def _means_the_same(before: str, after: str) -> bool:
    return before == after or _parsed(before) == _parsed(after)


def _kind(pair: _Pair) -> RowKind:
    if pair.before is None:
        return RowKind.ADDED
    return RowKind.REMOVED if pair.after is None else RowKind.CHANGED


def _sample(pair: _Pair, old: Sequence[str], new: Sequence[str], key: str | None) -> RowChange:
    before = None if pair.before is None else _parsed(old[pair.before])
    after = None if pair.after is None else _parsed(new[pair.after])
    try:
        fields = value_differences(before, after)
    except RecursionError:  # nested more deeply than anybody reads
        fields = (FieldChange("", None if before is None else "…", None if after is None else "…"),)
    fields = tuple(field for field in fields if field.path != key)
    return RowChange(
        kind=_kind(pair),
        name=_name(pair, before if after is None else after, key),
        fields=tuple(_bounded(field) for field in fields[:_MOST_FIELDS]),
        left_out=max(0, len(fields) - _MOST_FIELDS),
    )


def _name(pair: _Pair, row: Json, key: str | None) -> str:
    if key is not None and isinstance(row, dict):
        return hidden(f"{key}={row[key]}")[:_LONGEST_NAME]
    number = pair.before if pair.after is None else pair.after
    return f"line {(number or 0) + 1}"


def _parsed(row: str) -> Json:
    """Returns a row's value; the text of one that is not JSON."""
    try:
        value: Json = json.loads(row)
        # JSON can spell half of a surrogate pair, which is no character: a plan that holds it could not be written.
        return json.loads(_HALF_PAIR.sub("\ufffd", json.dumps(value, ensure_ascii=False))) if "\\u" in row else value
    except (ValueError, RecursionError):
        return row


def _bounded(field: FieldChange) -> FieldChange:
    """Returns a field that can be shown: no longer than a person reads, and without anything that looks like a secret.

    Nobody looked for secrets in the rows before, and a plan is shown to everybody who sees the pull request.
    """
    shown = [_text(value) for value in (field.before, field.after)]
    texts = [hidden(text) for text in shown]
    if max(map(len, texts)) <= _LONGEST and texts == shown:
        return field
    start = max(0, _equal_beginning(*texts) - _AROUND)
    before, after = (_cut(text, start) for text in texts)
    return FieldChange(field.path, before or None, after or None)


def _text(value: Json) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)


def _equal_beginning(before: str, after: str) -> int:
    pairs = zip(before, after, strict=False)
    return next((number for number, (one, other) in enumerate(pairs) if one != other), min(len(before), len(after)))


def _cut(text: str, start: int) -> str:
    end = start + _LONGEST
    return f"{'…' if start and text else ''}{text[start:end]}{'…' if text[end:] else ''}"


def rows_json(diff: RowsDiff) -> dict[str, Json]:
    """Returns a file's difference as a saved plan keeps it."""
    return {
        "path": diff.path,
        "before": diff.before,
        "after": diff.after,
        "added": diff.added,
        "removed": diff.removed,
        "changed": diff.changed,
        "unchanged": diff.unchanged,
        "samples": [
            {
                "kind": row.kind.value,
                "name": row.name,
                "fields": fields_json(row.fields),
                "leftOut": row.left_out,
            }
            for row in diff.samples
        ],
        "problem": diff.problem,
    }
