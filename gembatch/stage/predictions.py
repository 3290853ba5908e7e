"""The first rows of what a job wrote."""

from __future__ import annotations

from gembatch.model.jobs import Input
from gembatch.stage.objects import ObjectStore

# The documented name, shards of it (`predictions.jsonl-00000-of-00003`), and what was seen while a job still runs.
_NAMES = ("predictions.jsonl", "incremental_predictions")


def first_predictions(store: ObjectStore, directory: str, count: int) -> tuple[str, ...]:
    """Returns up to `count` lines of the predictions in a job's output directory; none if it has written none.

    Args:
        store: Of the job's project.
        directory: `outputInfo.gcsOutputDirectory`; never derived from a time.
        count: How many lines, from 1.
    """
    lines: tuple[str, ...] = ()
    for file in prediction_files(store.objects_under(f"{directory.rstrip('/')}/")):
        if len(lines) >= count:
            break
        lines += store.first_lines(file.uri, count - len(lines))
    return lines


def prediction_files(objects: tuple[Input, ...]) -> tuple[Input, ...]:
    """Returns those objects of an output directory that hold predictions, by name."""
    for name in _NAMES:
        found = [item for item in objects if item.uri.rpartition("/")[2].startswith(name)]
        if found:
            return tuple(sorted(found, key=lambda item: item.uri))
    return ()
