"""Rules over the URIs of inputs and outputs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gembatch.validate.likeness import is_invisible
from gembatch.validate.subject import Finding, Subject
from gembatch.validate.uris import BIGQUERY, FILE, GCS, UriPlace, scheme_of
from gembatch.validate.wording import path_text, shown

_BUCKET = re.compile(r"[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]")
_TABLE_PART = re.compile(r"[\w$-]+")
_GENERATION = re.compile(r"#[0-9]+")
_AT_AN_END = re.compile(r"^\s|\s$")
_LONGEST_OBJECT = 1024  # bytes, https://cloud.google.com/storage/docs/objects#naming
_LONGEST_TABLE = 2000
_PARTS_OF_A_TABLE = 3

_MEANT = {"gs": GCS, "gcs": GCS, "bq": BIGQUERY, "bigquery": BIGQUERY}
_ELSEWHERE = frozenset({"s3", "s3a", "abfs", "abfss", "wasbs", "hdfs"})
_BELONGS = {
    GCS: "Cloud Storage has its place in `gcsSource` and `gcsDestination`",
    BIGQUERY: "BigQuery has its place in `bigquerySource` and `bigqueryDestination`",
}
_WEB = re.compile(r"https?://storage\.(?:googleapis|cloud\.google)\.com/(.+)")


def scheme(subject: Subject) -> Iterator[Finding]:
    """Yields inputs and outputs of a kind that cannot stand where they do."""
    for place in subject.uris:
        if place.kind not in place.allowed:
            kinds = " or ".join(f"{kind}://" for kind in place.allowed if kind != FILE)
            or_file = ", or be a file such as ./rows.jsonl" if FILE in place.allowed else ""
            yield Finding(
                f"{path_text(place.pointer)} must begin with {kinds}{or_file}, got {shown(place.text)}",
                subject.at(*place.pointer),
                hint=_advice(place),
            )


def _advice(place: UriPlace) -> str | None:
    """Returns what was probably meant by something that cannot stand there."""
    written = (scheme_of(place.text) or "").lower()
    if web := _WEB.match(place.text):
        return f"write `gs://{web[1]}`"
    if written in _ELSEWHERE:
        return "batch jobs read and write Cloud Storage and BigQuery only; copy the rows there"
    if place.kind == FILE and place.is_input:
        return f"a file of the repository stands in the short form: `input: {place.text}`"
    if place.kind == FILE:
        return "predictions go to a bucket or a table; `gembatch status KEY` shows the first of them"
    if written == "file":
        return "write the path alone, relative to the workspace"
    return _respelt(place, _MEANT.get(written))


def _respelt(place: UriPlace, kind: str | None) -> str | None:
    if kind in place.allowed:
        return f"write `{kind}://{place.text.partition(':')[2].lstrip('/')}`"
    if kind == BIGQUERY and place.pointer[0] == "input":
        return "a table of BigQuery stands alone, not in a list"
    return _BELONGS.get(kind or "")


def shape(subject: Subject) -> Iterator[Finding]:
    """Yields URIs of the right kind that name nothing."""
    for place in subject.uris:
        fault = _fault(place) if place.kind in place.allowed else None
        if fault:
            yield Finding(f"{path_text(place.pointer)} {fault}, got {shown(place.text)}", subject.at(*place.pointer))


def _fault(place: UriPlace) -> str | None:
    if not _is_plain(place.text) and (_AT_AN_END.search(place.text) or any(map(_is_unseen, place.text))):
        return "must have no control characters, none that cannot be seen, and no space at its ends"
    if place.kind == GCS:
        return _fault_of_object(place)
    return _fault_of_table(place) if place.kind == BIGQUERY else None


def _is_plain(text: str) -> bool:
    """Returns whether a text needs no closer look, as nearly all do."""
    return text.isascii() and text.isprintable() and " " not in text


def _is_unseen(char: str) -> bool:
    return not char.isprintable() or is_invisible(char)


def _fault_of_object(place: UriPlace) -> str | None:
    bucket, _, name = place.text.removeprefix("gs://").partition("/")
    if not _BUCKET.fullmatch(bucket):
        return "must name a bucket: 3 to 222 lower-case letters, digits, -, _ and ."
    if place.is_input and (not name or name.endswith("/")):
        return "must name an object, or several with a wildcard such as gs://bucket/folder/*.jsonl"
    if not place.is_input and not {"*", "?"}.isdisjoint(name):
        return "must have no wildcard: predictions go to one place"
    return _fault_of_name(name)


def _fault_of_name(name: str) -> str | None:
    # Cloud Storage takes these for names like any other, which is hardly what whoever wrote them means.
    if "." in name and not {".", ".."}.isdisjoint(name.split("/")):
        return "must be written without `.` and `..`: Cloud Storage has no folders to go up in"
    if "#" in name and _GENERATION.search(name):
        return "cannot name a generation with `#`: the plan pins the one that it finds"
    if len(name) > _LONGEST_OBJECT // 4 and len(name.encode()) > _LONGEST_OBJECT:
        return f"must name an object of at most {_LONGEST_OBJECT:,} bytes"
    return None


def _fault_of_table(place: UriPlace) -> str | None:
    # A project may belong to a domain, `example.com:project`, whose dots part nothing.
    parts = place.text.removeprefix("bq://").rpartition(":")[2].split(".")
    if len(place.text) > _LONGEST_TABLE:
        return f"must be at most {_LONGEST_TABLE:,} characters"
    if not all(map(_TABLE_PART.fullmatch, parts)) or len(parts) > _PARTS_OF_A_TABLE:
        return "must be bq://project.dataset.table"
    if place.is_input and len(parts) < _PARTS_OF_A_TABLE:
        return "must name a table, bq://project.dataset.table"
    return None


def staging(subject: Subject) -> Iterator[Finding]:
    """Yields files as inputs where the environment has no place for them."""
    if subject.environment.staging is None:
        for pointer in (place.pointer for place in subject.inputs if place.is_local_input):
            yield Finding(
                f"{path_text(pointer)} is a file of the repository, and environment {subject.environment.name} has no "
                "`staging` to upload it to",
                subject.at(*pointer),
                hint=f"add, for example, `staging: gs://acme-batch/staging` to `{subject.environment.name}`",
            )
