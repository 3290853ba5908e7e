"""Whether an input is there, can be read where the jobs run, and is not too large."""

from __future__ import annotations

from collections.abc import Sequence

from gembatch.errors import GembatchError
from gembatch.model.jobs import Input, JobSpec, StagedFile
from gembatch.model.survey import Table
from gembatch.verify.checks import Check, Topic, Verdict
from gembatch.verify.limits import LARGEST_LIMIT, MOST_BYTES, most_rows
from gembatch.verify.locations import misplaced_dataset
from gembatch.verify.needs import model_of

_REQUEST = "request"
_KILO = 1000
_SPLIT = "split the job's rows, with a `matrix` or over dates"


def judge_objects(uri: str, found: Sequence[Input], rows: int | None) -> Check:
    """Returns whether an input in a bucket is there, and not too large to be read.

    Args:
        uri: As the job names it, perhaps with wildcards.
        found: The objects that it means.
        rows: In all of them; None where they were not counted.
    """
    if not found:
        message = "no object fits" if "*" in uri else "there is no such object"
        hint = "write it before the apply, or correct the spec's `input`"
        return Check(Topic.INPUT, uri, Verdict.FAIL, message, hint)
    large = next((item for item in found if (item.size or 0) > MOST_BYTES), None)
    if large:
        message = f"{large.uri} has {_bytes(large.size or 0)}, and a file may have 1 GB"
        return Check(Topic.INPUT, uri, Verdict.FAIL, message, _SPLIT)
    return _counted(uri, sum(item.size or 0 for item in found), rows, files=len(found))


def unreadable(uri: str, error: GembatchError) -> Check:
    """Returns the check of an input that the caller may not read. An apply can do without; a plan then pins nothing."""
    hint = "Vertex AI's service agent reads it, and must be allowed to; without you a plan cannot tell that it changed"
    return Check(Topic.INPUT, uri, Verdict.WARN, str(error), hint)


def judge_staged(file: StagedFile, rows: int) -> Check:
    """Returns whether a file of the repository can be an input."""
    if file.size > MOST_BYTES:
        message = f"has {_bytes(file.size)}, and a file may have 1 GB"
        return Check(Topic.INPUT, file.path, Verdict.FAIL, message, _SPLIT)
    return _counted(file.path, file.size, rows, files=1)


def _counted(subject: str, size: int, rows: int | None, *, files: int) -> Check:
    if rows == 0:
        return Check(Topic.INPUT, subject, Verdict.FAIL, "has no rows")
    in_files = f" in {files} files" if files > 1 else ""
    if rows is None:
        message = f"{_bytes(size)}{in_files}; rows were not counted, there is too much of it"
        return Check(Topic.INPUT, subject, Verdict.SKIP, message)
    return Check(Topic.INPUT, subject, Verdict.PASS, f"{_rows(rows)}, {_bytes(size)}{in_files}")


def judge_rows(job: JobSpec, rows: int) -> Check | None:
    """Returns that a job reads more rows than it may; None where it does not.

    Args:
        job: The job.
        rows: In all its inputs.
    """
    most = most_rows(model_of(job))
    if most is None or rows <= most:
        return None
    message = f"reads {_rows(rows)}, and {most:,} are the most"
    return Check(Topic.INPUT, job.key.display_name, Verdict.FAIL, message, _SPLIT)


def judge_table(uri: str, table: Table | None, region: str) -> Check:
    """Returns whether an input in BigQuery is there, and can be read where the jobs run."""
    if table is None:
        return Check(Topic.INPUT, uri, Verdict.FAIL, "there is no such table", "correct the spec's `input`")
    if _REQUEST not in table.columns:
        hint = "each row's request stands in a column of that name, as JSON"
        return Check(Topic.INPUT, uri, Verdict.FAIL, f"has no column `{_REQUEST}`", hint)
    misplaced = misplaced_dataset(Topic.INPUT, uri, table.location, region)
    if misplaced:
        return misplaced
    if table.rows is None:
        return Check(Topic.INPUT, uri, Verdict.WARN, "is a view: nobody knows how many rows it has")
    if not table.rows:
        return Check(Topic.INPUT, uri, Verdict.FAIL, "has no rows")
    return Check(Topic.INPUT, uri, Verdict.PASS, f"{_rows(table.rows)}, in {table.location}")


def _rows(number: int) -> str:
    if number > LARGEST_LIMIT:  # above it the counting ends
        return f"more than {LARGEST_LIMIT:,} rows"
    return f"{number:,} row{'s' * (number != 1)}"


def _bytes(number: float) -> str:
    """Returns a size in the unit in which it has one to three digits before the point."""
    for unit in ("B", "kB", "MB"):
        if number < _KILO:
            return f"{number:.3g} {unit}"
        number /= _KILO
    return f"{number:.3g} GB"
