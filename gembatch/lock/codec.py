"""The lockfile's text: to and from JSON. Pure.

One entry a line, sorted by display name, so that git shows a change as the lines it is and merges two runs that touched
different jobs. There is no checksum in it for the same reason.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping

from gembatch.errors import LockfileError, LockfileTooNewError, LockfileUnreadableError
from gembatch.lock.fields import Fields, read_object
from gembatch.lock.lockfile import Holder, Intent, Lineage, LockEntry, Lockfile, Submission
from gembatch.model.digests import Digest, is_known, method_of
from gembatch.model.document import Json
from gembatch.model.jobs import Attempt, Input, JobKey, JobName, JobState, RowCounts, Series

FORMAT = 1
"""The newest format that is read; what is written."""

MOST_BYTES = 256 << 20
"""The most that is read: some 100,000 jobs. A file of another kind in its place must not take all memory."""

_NAME = re.compile(r"projects/[\w.:-]+/locations/[\w-]+/batchPredictionJobs/[\w.-]+", re.ASCII)
_DIGEST = re.compile(r"[0-9a-z]+:[0-9a-f]*")

_KEPT = (
    "it is kept as it is; restore an earlier one (from git, or the bucket's versions), or move it away: "
    "the next plan finds the jobs by their labels"
)


def dump_lockfile(lockfile: Lockfile) -> str:
    """Returns the lockfile's text: the same bytes for the same content on any machine."""
    head: dict[str, Json] = {
        "format": FORMAT,
        "workspace": lockfile.workspace,
        "environment": lockfile.environment,
        "lineage": lockfile.lineage,
        "serial": lockfile.serial,
        "dataId": lockfile.data_id,
        "holder": _holder_json(lockfile.holder) if lockfile.holder else None,
    }
    parts = [f"{json.dumps(key)}: {_line(value)}" for key, value in head.items()]
    parts.append(_section("intents", [_intent_json(intent) for intent in lockfile.intents]))
    parts.append(_section("jobs", [_entry_json(entry) for entry in lockfile.jobs]))
    parts.append(_section("retired", [_entry_json(entry) for entry in lockfile.retired]))
    return "{\n" + ",\n".join(parts) + "\n}\n"


# Made once: `json.dumps` would make one for each of ten thousand jobs.
_line = json.JSONEncoder(ensure_ascii=False).encode


def _section(title: str, items: Iterable[dict[str, Json]]) -> str:
    lines = [line for _, line in sorted((str(item["displayName"]), _line(item)) for item in items)]
    return f"{json.dumps(title)}: [\n" + ",\n".join(lines) + "\n]" if lines else f"{json.dumps(title)}: []"


def _holder_json(holder: Holder) -> dict[str, Json]:
    return {"id": holder.id, "who": holder.who, "runUrl": holder.run_url, "until": holder.until}


def _key_json(key: JobKey) -> dict[str, Json]:
    return {"displayName": key.display_name, "project": key.project, "region": key.region}


def _series_json(series: Series | None) -> Json:
    if series is None:
        return None
    return {"template": series.template, "combination": series.combination, "dated": series.dated}


def inputs_json(inputs: Iterable[Input]) -> list[Json]:
    """Returns inputs as lockfile and plan have them."""
    return [{"uri": i.uri, "generation": i.generation, "size": i.size, "crc32c": i.crc32c} for i in inputs]


def rows_json(rows: RowCounts | None) -> Json:
    """Returns row counts as lockfile and `status` have them."""
    return {"successful": rows.successful, "failed": rows.failed, "incomplete": rows.incomplete} if rows else None


def _body_json(body: Mapping[str, Json]) -> Json:
    """Returns the body with its keys sorted at every depth: its order is the spec's, which may change for nothing."""
    return _ordered(dict(body))


def _ordered(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _ordered(value[key]) for key in sorted(value)}
    return [_ordered(item) for item in value] if isinstance(value, list) else value


def _intent_json(intent: Intent) -> dict[str, Json]:
    return {
        **_key_json(intent.key),
        "attempt": intent.attempt,
        "spec": intent.spec,
        "series": _series_json(intent.series),
        "digest": intent.digest,
        "rerun": intent.rerun,
        "inputs": inputs_json(intent.inputs),
        "body": _body_json(intent.body),
    }


def _entry_json(entry: LockEntry) -> dict[str, Json]:
    return {
        **_key_json(entry.key),
        "spec": entry.spec,
        "series": _series_json(entry.series),
        **_submission_json(entry.current),
        "history": [_submission_json(past) for past in entry.history],
    }


def _submission_json(submission: Submission) -> dict[str, Json]:
    return {
        "name": submission.name,
        "attempt": submission.attempt,
        "digest": submission.digest,
        "rerun": submission.rerun,
        "state": submission.state.value,
        "submitted": submission.submitted,
        "ended": submission.ended,
        "output": submission.output,
        "rows": rows_json(submission.rows),
        "error": submission.error,
        "cancelled": submission.cancelled,
        "inputs": inputs_json(submission.inputs),
        "body": _body_json(submission.body),
    }


def content_of(lockfile: Lockfile, path: str) -> bytes:
    """Returns a lockfile's text as a store keeps it.

    Args:
        lockfile: The lockfile.
        path: For the message.

    Raises:
        LockfileError: It is larger than what is read.
    """
    content = dump_lockfile(lockfile).encode()
    if len(content) > MOST_BYTES:
        hint = "move it away, or give part of the jobs an environment of their own; jobs are found by their labels"
        message = (
            f"cannot write the lockfile {path}: it would have {len(content):,} bytes, and {MOST_BYTES:,} are the most"
        )
        raise LockfileError(message, hint=hint)
    return content


def read_lockfile(content: bytes, path: str) -> Lockfile:
    """Returns the lockfile that a store's bytes are; raises what `parse_lockfile` raises."""
    try:
        return parse_lockfile(content.decode(), path)
    except UnicodeDecodeError as error:
        raise LockfileUnreadableError(
            f"cannot read the lockfile {path}: byte {error.start} is not UTF-8", hint=_KEPT
        ) from error


def refuse_oversize(size: int, path: str) -> None:
    """Makes sure that a document is not too large to be a lockfile, before it is read whole.

    Raises:
        LockfileUnreadableError: It is.
    """
    if size > MOST_BYTES:
        raise LockfileUnreadableError(
            f"cannot read the lockfile {path}: it has {size:,} bytes, and {MOST_BYTES:,} are the most", hint=_KEPT
        )


def parse_lockfile(text: str, path: str) -> Lockfile:
    """Returns the lockfile that `text` is.

    Args:
        text: As `dump_lockfile` made it, though perhaps merged by git or touched by hand.
        path: For the message.

    Raises:
        LockfileUnreadableError: It does not parse, lacks something, or holds something unknown.
        LockfileTooNewError: Its format is newer than `FORMAT`.
    """
    try:
        fields = read_object("the lockfile", text)
        _refuse_newer(fields.whole_number("format", least=1), path)
        return _lockfile_of(fields)
    except ValueError as error:
        raise LockfileUnreadableError(f"cannot read the lockfile {path}: {error}", hint=_KEPT) from error


def _refuse_newer(number: int, path: str) -> None:
    if number > FORMAT:
        raise LockfileTooNewError(
            f"the lockfile {path} has format {number}, and this gembatch knows {FORMAT} at most",
            hint="use the gembatch that wrote it, or a newer one; nothing was changed",
        )


def _lockfile_of(fields: Fields) -> Lockfile:
    environment = fields.text("environment")
    lockfile = Lockfile(
        workspace=fields.text("workspace"),
        environment=environment,
        lineage=Lineage(fields.text("lineage")),
        serial=fields.whole_number("serial", least=0),
        data_id=fields.optional_text("dataId"),
        holder=fields.optional("holder", _holder_of),
        intents=fields.each("intents", "intent", lambda item: _intent_of(item, environment)),
        jobs=fields.each("jobs", "job", lambda item: _entry_of(item, environment)),
        retired=fields.each("retired", "retired job", lambda item: _entry_of(item, environment)),
    )
    fields.done()
    _refuse_doubles(lockfile)
    return lockfile


def _refuse_doubles(lockfile: Lockfile) -> None:
    """Two entries for one key are what a careless merge leaves; choosing one of them could buy a job twice."""
    seen: set[JobKey] = set()
    for entry in (*lockfile.jobs, *lockfile.retired):
        if entry.key in seen:
            raise ValueError(f"`{entry.key}` has two entries")
        seen.add(entry.key)


def _holder_of(fields: Fields) -> Holder:
    return Holder(fields.text("id"), fields.text("who"), fields.text("runUrl"), fields.time("until"))


def _key_of(fields: Fields, environment: str) -> JobKey:
    return JobKey(fields.text("project"), fields.text("region"), environment, fields.text("displayName"))


def _series_of(fields: Fields) -> Series:
    return Series(fields.text("template"), fields.text("combination"), fields.take("dated", bool))


def input_of(fields: Fields) -> Input:
    """Returns a pinned input, as lockfiles and plans write it."""
    return Input(
        uri=fields.text("uri"),
        generation=fields.optional_text("generation"),
        size=fields.take("size", int, type(None)),
        crc32c=fields.optional_text("crc32c"),
    )


def _intent_of(fields: Fields, environment: str) -> Intent:
    return Intent(
        attempt=Attempt(fields.text("attempt")),
        key=_key_of(fields, environment),
        spec=fields.text("spec"),
        series=fields.optional("series", _series_of),
        digest=_digest_of(fields),
        rerun=fields.optional_text("rerun"),
        inputs=fields.each("inputs", "input", input_of),
        body=fields.take("body", dict),
    )


def _entry_of(fields: Fields, environment: str) -> LockEntry:
    return LockEntry(
        key=_key_of(fields, environment),
        spec=fields.text("spec"),
        series=fields.optional("series", _series_of),
        current=_submission_of(fields),
        history=fields.each("history", "past job", _submission_of),
    )


def _submission_of(fields: Fields) -> Submission:
    attempt = fields.optional_text("attempt")
    return Submission(
        name=JobName(fields.form("name", _NAME)),
        attempt=Attempt(attempt) if attempt else None,
        digest=_digest_of(fields),
        rerun=fields.optional_text("rerun"),
        # Not `JobState.parse`: what Vertex invents later reads as unspecified, but what we wrote we must know.
        state=fields.choice("state", JobState),
        submitted=fields.time_if_any("submitted"),
        ended=fields.time_if_any("ended"),
        output=fields.text("output"),
        rows=fields.optional("rows", _rows_of),
        error=fields.text("error"),
        cancelled=fields.take("cancelled", bool),
        inputs=fields.each("inputs", "input", input_of),
        body=fields.take("body", dict),
    )


def _digest_of(fields: Fields) -> Digest:
    digest = Digest(fields.form("digest", _DIGEST))
    # Compared with nothing, it would pass for that of another job, and each job would be bought again.
    if not is_known(digest):
        method = method_of(digest)
        raise ValueError(f"a digest is by method {method}, which this gembatch does not know; use a newer one")
    return digest


def _rows_of(fields: Fields) -> RowCounts:
    return RowCounts(fields.take("successful", int), fields.take("failed", int), fields.take("incomplete", int))
