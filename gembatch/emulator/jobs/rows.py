"""A job's rows: found by their URIs, read one by one, imported as a table. Holds one row at a time."""

from __future__ import annotations

import json
import math
import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NoReturn, TypeVar, cast

from gembatch.emulator.http import Json
from gembatch.emulator.jobs.job import Problem
from gembatch.emulator.jobs.tables import Column, UnfitRowError
from gembatch.emulator.storage.objects import Objects
from gembatch.emulator.storage.stored import NoSuchBucketError, StoredObject

Row = dict[str, Json]

_SHUFFLE_WINDOW = 1024

_Item = TypeVar("_Item")


class InputProblemError(Exception):
    """The job fails as a whole.

    Attributes:
        problem: What the job shows.
    """

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Table:
    """Rows after their import.

    Attributes:
        row: The column that is the row itself.
        count: Of rows.
    """

    row: Column
    count: int


def split_uri(uri: str) -> tuple[str, str]:
    """Returns bucket and name of a `gs://` URI; the name may be empty."""
    bucket, _, name = uri.removeprefix("gs://").partition("/")
    return bucket, name


def missing_bucket(bucket: str) -> InputProblemError:
    """Returns what a job shows whose bucket is not there."""
    return InputProblemError(
        Problem(
            9,
            f"Failed to get GCS bucket location for {bucket}. "
            "Please check that the bucket exists and permissions are set correctly.",
        )
    )


def find_inputs(objects: Objects, uris: Iterable[str]) -> tuple[StoredObject, ...]:
    """Returns the objects that hold the rows. In a name, `*` stands for anything up to a slash, `**` for anything.

    Raises:
        InputProblemError: A bucket is missing, or no object fits.
    """
    return tuple(found for uri in uris for found in _find(objects, uri))


def read_rows(objects: Objects, inputs: Iterable[StoredObject]) -> Iterator[Row]:
    """Yields the rows of all inputs, in order. Empty lines are none.

    Raises:
        InputProblemError: A line is not a JSON object.
    """
    for stored in inputs:
        for number, line in enumerate(objects.lines(stored), start=1):
            if line.strip():
                yield _read_row(stored, number, line)


def import_rows(objects: Objects, inputs: Sequence[StoredObject], goes_on: Callable[[], object]) -> Table:
    """Returns the table of all rows.

    Args:
        objects: Where the inputs are.
        inputs: What to import.
        goes_on: Called before each row; raises to stop.

    Raises:
        InputProblemError: The rows do not make a table.
    """
    column, count = Column(), 0
    try:
        for row in read_rows(objects, inputs):
            goes_on()
            column.see(row)
            count += 1
        column.check()
    except UnfitRowError as error:
        raise _import_problem(str(error)) from error
    if not count:
        raise _import_problem("The input has no rows.")
    return Table(column, count)


def shuffle(items: Iterable[_Item]) -> Iterator[_Item]:
    """Yields the items in another order, the same each time, near to where they were: the service keeps none."""
    order = random.Random(0)  # noqa: S311  # nothing to guess here
    window: list[_Item] = []
    for item in items:
        window.append(item)
        if len(window) == _SHUFFLE_WINDOW:
            yield _draw(window, order)
    while window:
        yield _draw(window, order)


def _draw(window: list[_Item], order: random.Random) -> _Item:
    index = order.randrange(len(window))
    window[index], window[-1] = window[-1], window[index]
    return window.pop()


def _find(objects: Objects, uri: str) -> tuple[StoredObject, ...]:
    bucket, name = split_uri(uri)
    try:
        found = tuple(_find_in(objects, bucket, name))
    except NoSuchBucketError as error:
        raise missing_bucket(bucket) from error
    if not found:
        raise _import_problem(f"Not found: URI {uri}")
    return found


def _find_in(objects: Objects, bucket: str, name: str) -> Iterator[StoredObject]:
    prefix, star, _ = name.partition("*")
    pattern = re.compile("".join(_WILDCARDS.get(piece) or re.escape(piece) for piece in re.split(r"(\*\*?)", name)))
    for stored in objects.list(bucket, prefix).items:
        if stored.name == name if not star else pattern.fullmatch(stored.name):
            yield stored


_WILDCARDS = {"*": "[^/]*", "**": ".*"}


def _read_row(stored: StoredObject, number: int, line: bytes) -> Row:
    try:
        row = json.loads(line.decode(), parse_constant=_refuse_constant, parse_float=_read_float)
    except RecursionError as error:
        raise _unreadable(stored, number, "nested too deeply") from error
    except ValueError as error:
        raise _unreadable(stored, number, str(error)) from error
    if not isinstance(row, dict):
        raise _unreadable(stored, number, "a JSON object was expected")
    return cast("Row", row)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _read_float(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text} is out of range")
    return number


def _unreadable(stored: StoredObject, number: int, why: str) -> InputProblemError:
    place = f"gs://{stored.bucket}/{stored.name}, line {number}"
    return _import_problem(f"Error while reading data, error message: JSON parsing error in {place}: {why}")


def _import_problem(detail: str) -> InputProblemError:
    return InputProblemError(
        Problem(
            3,
            "Failed to import data. Please check 'Prepare input' section of the batch predictions documentation. "
            + detail,
        )
    )
