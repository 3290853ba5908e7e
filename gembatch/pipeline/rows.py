"""The rows of staged files beside those of the jobs before: read on both sides, within bounds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path

from gembatch.errors import StorageError
from gembatch.model.jobs import StagedFile, input_uris
from gembatch.plan.changes import Action, Change
from gembatch.plan.rows import RowsDiff, rows_diff
from gembatch.stage.contents import staged_name, workspace_content

MOST_OF_A_FILE = 8 << 20
"""Bytes of a file, on either side, beyond which its rows are not compared."""

MOST_OF_A_PLAN = 64 << 20
"""Bytes of all files of a plan together, beyond which no more are compared."""

_ABREAST = 4
"""Files that are in memory at once, on both sides."""


@dataclass(frozen=True, slots=True)
class _Pair:
    """A file and the object that the job before was given in its place."""

    before: str
    file: StagedFile


def with_rows(changes: Sequence[Change], content_of: Callable[[str], bytes], *, root: Path) -> tuple[Change, ...]:
    """Returns the changes, those whose staged files differ from the job before with what differs in their rows.

    What cannot be read or is too large is said of each file, and stops nothing.

    Args:
        changes: Of a plan.
        content_of: Returns what was staged at a URI, at most `MOST_OF_A_FILE` bytes; its `StorageError` says why not.
        root: The workspace's folder.

    Raises:
        CredentialsError: There are no valid credentials.
    """
    pairs_of = [tuple(_pairs(change)) for change in changes]
    wanted = tuple(dict.fromkeys(pair for pairs in pairs_of for pair in pairs))
    sizes = accumulate(pair.file.size for pair in wanted)
    within = tuple(pair for pair, size in zip(wanted, sizes, strict=True) if size <= MOST_OF_A_PLAN)

    def compared(pair: _Pair) -> RowsDiff:
        try:
            before = content_of(pair.before)
            after = workspace_content(root, pair.file, MOST_OF_A_FILE)
        except StorageError as error:
            return RowsDiff(pair.file.path, pair.before, pair.file.uri, problem=str(error))
        texts = (content.decode(errors="replace") for content in (before, after))
        return rows_diff(pair.file.path, pair.before, pair.file.uri, *texts)

    pool = ThreadPoolExecutor(_ABREAST)
    try:
        found = dict(zip(within, pool.map(compared, within), strict=True))
    finally:
        pool.shutdown(cancel_futures=True)
    return tuple(
        replace(change, rows=tuple(found.get(pair) or _beyond(pair) for pair in pairs)) if pairs else change
        for change, pairs in zip(changes, pairs_of, strict=True)
    )


def _beyond(pair: _Pair) -> RowsDiff:
    problem = f"the files of this plan have more than {MOST_OF_A_PLAN >> 20} MiB together"
    return RowsDiff(pair.file.path, pair.before, pair.file.uri, problem=problem)


def _pairs(change: Change) -> Iterator[_Pair]:
    """Yields the files that take the place of others: of those with the same name, else of the only one there is."""
    if change.action is Action.KEEP or change.desired is None or change.recorded is None:
        return
    before, after = input_uris(change.recorded.current.body), change.desired.input_uris
    old = [uri for uri in before if uri not in after and staged_name(uri)]
    new = [file for file in change.desired.staged if file.uri not in before]
    for file in new:
        named = [uri for uri in old if staged_name(uri) == staged_name(file.uri)]
        candidates = named or (old if len(old) == len(new) == 1 else [])
        if len(candidates) == 1:
            yield _Pair(candidates[0], file)
