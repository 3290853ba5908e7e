"""The inputs of what would be submitted, as they are now: each object is looked at once, several at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from gembatch.errors import StorageError
from gembatch.model.jobs import Input
from gembatch.plan.changes import Change
from gembatch.stage.objects import ObjectStore


def pinned(changes: Sequence[Change], objects: ObjectStore, *, concurrency: int) -> tuple[Change, ...]:
    """Returns the changes, those that submit with their inputs as they are now.

    What is read is Cloud Storage, whose reads the quota of Vertex AI does not count.

    Args:
        changes: Of a plan.
        objects: Where the inputs are.
        concurrency: How many are looked at at once, from 1.

    Raises:
        CredentialsError: There are no valid credentials.
    """
    wanted = tuple(dict.fromkeys(uri for change in changes for uri in _inputs_of(change)))
    found = dict(zip(wanted, _as_they_are(wanted, objects, concurrency), strict=True))
    return tuple(_pinned(change, found) for change in changes)


def _inputs_of(change: Change) -> tuple[str, ...]:
    """Returns what a change that submits reads; a staged file is not among it: its address is its content."""
    if not change.may_submit or change.desired is None:
        return ()
    staged = {file.uri for file in change.desired.staged}
    return tuple(uri for uri in change.desired.input_uris if uri not in staged)


def _as_they_are(uris: Iterable[str], objects: ObjectStore, concurrency: int) -> list[Input]:
    pool = ThreadPoolExecutor(concurrency)
    try:
        return list(pool.map(lambda uri: _as_it_is(uri, objects), uris))
    finally:
        # Whoever is interrupted, or has no credentials, waits neither for those under way nor for the thousands behind.
        pool.shutdown(wait=False, cancel_futures=True)


def _as_it_is(uri: str, objects: ObjectStore) -> Input:
    """Returns an input as it is now; without a generation where it cannot be read: who plans need not be allowed to."""
    try:
        return objects.stat(uri) or Input(uri)
    except StorageError:
        return Input(uri)


def _pinned(change: Change, found: Mapping[str, Input]) -> Change:
    inputs = tuple(found[uri] for uri in _inputs_of(change))
    unpinned = next((item.uri for item in inputs if item.generation is None), None)
    if unpinned is None:
        return replace(change, inputs=inputs) if inputs else change
    return replace(change, inputs=inputs, note="; ".join(filter(None, (change.note, _not_pinned(unpinned)))))


def _not_pinned(uri: str) -> str:
    if uri.startswith("gs://") and "*" not in uri:
        return f"{uri} cannot be read now; the job fails if it is not there when it runs"
    return f"nothing pins what {uri} holds; the job reads what is there when it runs"
