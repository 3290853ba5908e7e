"""Whole plans for the renderers: each is a situation that a reviewer meets, in few jobs."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import replace

from builders import (
    FAILED,
    RUNNING,
    SUCCEEDED,
    entry,
    intent,
    job_name,
    job_spec,
    lockfile,
    plan_of,
    remote,
    stranger,
)

from gembatch.model.digests import digest_of
from gembatch.model.document import Document, Json, Mark, Source, SourceMap
from gembatch.model.jobs import LABEL_WORKSPACE, Input, JobSpec, Series, StagedFile
from gembatch.plan.changes import Change, Evidence, Plan
from gembatch.plan.drift import Drift
from gembatch.plan.rows import RowsDiff, rows_diff

LANGUAGES = ("ar", "cs", "da", "de", "en", "es", "fi", "fr", "it", "ja", "nl", "pl")

TODAY = dt.date(2026, 11, 22)

OLD_URI, NEW_URI = (f"gs://acme-staging/{digit * 64}/prompts.jsonl" for digit in "01")

SYSTEM = """\
You sort reviews of kitchen appliances.

Answer with one of: praise, complaint, question.
If a review says several things, choose the strongest.
Never explain yourself.
Never repeat the review."""


def spec_of(name: str, *, path: str = "specs/reviews.yaml", line: int = 2, **content: Json) -> JobSpec:
    """A job with more in its body than the builders give."""
    spec = job_spec(name)
    made = {**spec.content, **content}
    return replace(
        spec,
        body={**spec.body, **content},
        content=made,
        digest=digest_of(made),
        document=document_of(path, line, name),
    )


def document_of(path: str, line: int, name: str) -> Document:
    """The document of a spec whose display name stands on a line."""
    source = Source(path, "\n" * (line - 1) + f"displayName: {name}\n")
    named = Mark(source, line, 14, line, 14 + len(name))
    return Document(
        source, {"displayName": name}, SourceMap({(): Mark(source, 1, 1, line, 1), ("displayName",): named}, {})
    )


def review(lang: str, date: dt.date = TODAY, **content: Json) -> JobSpec:
    """One job of a matrix over languages, of a day."""
    source: Json = {"instancesFormat": "jsonl", "gcsSource": {"uris": [f"gs://acme-prod/reviews/{lang}/{date}.jsonl"]}}
    output: Json = {
        "predictionsFormat": "jsonl",
        "gcsDestination": {"outputUriPrefix": f"gs://acme-prod/predictions/{lang}/{date}/"},
    }
    spec = spec_of(f"reviews-{lang}-{date:%Y%m%d}", **{"inputConfig": source, "outputConfig": output, **content})
    series = Series("reviews-{{ lang }}-{{ ds_nodash }}", json.dumps({"lang": lang}), dated=True)
    return replace(spec, series=series, date=date)


def prompted(uri: str, size: int = 48_123) -> JobSpec:
    """A job whose input is a file of the repository."""
    source: Json = {"instancesFormat": "jsonl", "gcsSource": {"uris": [uri]}}
    spec = spec_of("prompts", path="specs/prompts.yaml", line=1, inputConfig=source)
    return replace(spec, staged=(StagedFile("data/prompts.jsonl", uri, uri.split("/")[3], size),))


def row(key: str, prompt: str) -> str:
    return json.dumps({"id": key, "request": {"contents": [{"role": "user", "parts": [{"text": prompt}]}]}})


ROWS = rows_diff(
    "data/prompts.jsonl",
    OLD_URI,
    NEW_URI,
    "\n".join([row("r-1", SYSTEM), row("r-2", "What is praised?"), row("r-3", "What is wrong?")]),
    "\n".join([row("r-1", SYSTEM.replace("strongest", "first")), row("r-3", "What is wrong?"), row("r-4", "And why?")]),
)


def with_sizes(plan: Plan, sizes: Mapping[str, int]) -> Plan:
    """The plan with the inputs of the named jobs pinned, of so many bytes."""

    def sized(change: Change) -> Change:
        size = sizes.get(change.key.display_name)
        if size is None or change.desired is None:
            return change
        return replace(change, inputs=tuple(Input(uri, "1", size, "AAAAAA==") for uri in change.desired.input_uris))

    return replace(plan, changes=tuple(map(sized, plan.changes)))


def with_rows(plan: Plan, rows: RowsDiff) -> Plan:
    changes = (
        replace(change, rows=(rows,)) if change.desired and change.desired.staged else change for change in plan.changes
    )
    return replace(plan, changes=tuple(changes))


def _everything() -> Plan:
    """One of each: what is blocked for each reason, submitted for each, adopted, retired, kept, and has drifted."""
    tuned: dict[str, Json] = {"modelParameters": {"temperature": 0.4, "systemInstruction": SYSTEM}}
    before: dict[str, Json] = {
        "modelParameters": {"temperature": 0.2, "systemInstruction": SYSTEM.replace("strongest", "last")}
    }
    plan = plan_of(
        spec_of("live", **tuned),
        job_spec("gone"),
        job_spec("taken"),
        job_spec("equal"),
        job_spec("theirs"),
        job_spec("stale", prompt="v3"),
        job_spec("unfinished"),
        spec_of("tuned", **tuned),
        job_spec("again", rerun="2026-11"),
        job_spec("new"),
        prompted(NEW_URI),
        *(review(lang) for lang in LANGUAGES),
        job_spec("found"),
        job_spec("held"),
        job_spec("labelled", labels={"team": "b"}),
        job_spec("same"),
        recorded=lockfile(
            entry(spec_of("live", **before), 1, RUNNING),
            entry(job_spec("gone"), 2, RUNNING),
            entry(job_spec("stale"), 3, RUNNING),
            entry(spec_of("tuned", **before), 4, SUCCEEDED),
            entry(job_spec("again"), 5, SUCCEEDED),
            entry(prompted(OLD_URI), 6, SUCCEEDED),
            entry(job_spec("held"), 7, FAILED),
            entry(job_spec("labelled", labels={"team": "a"}), 8, SUCCEEDED),
            entry(job_spec("same"), 9, SUCCEEDED),
            entry(job_spec("removed"), 10, SUCCEEDED),
            intents=(intent(job_spec("unfinished")),),
        ),
        ours=[
            remote(job_spec("stale", prompt="v2"), 13),
            remote(job_spec("found"), 14, SUCCEEDED),
            remote(job_spec("same"), 15),
            remote(job_spec("unknown"), 16),
        ],
        strangers=[
            stranger(job_spec("taken", prompt="v0"), 17),
            stranger(job_spec("equal"), 18),
            stranger(job_spec("theirs"), 19, labels={LABEL_WORKSPACE: "search"}),
        ],
        gone=[job_name(2)],
        open_intents=(intent(job_spec("unfinished")),),
    )
    plan = with_rows(with_sizes(plan, {"new": 1_234_567, "again": 40}), ROWS)
    return replace(
        plan,
        drift=(
            Drift(job_spec("gone").key, job_name(2), RUNNING, None),
            Drift(job_spec("held").key, job_name(7), RUNNING, FAILED, "Quota exceeded for model requests"),
            Drift(job_spec("same").key, job_name(9), RUNNING, SUCCEEDED),
        ),
    )


def _matrix() -> Plan:
    """A new model for a whole matrix, over two days."""
    days = (TODAY, TODAY - dt.timedelta(days=1))
    old = [review(lang, day) for day in days for lang in LANGUAGES]
    new = [
        review(lang, day, model="publishers/google/models/gemini-4-argon") for day in days for lang in LANGUAGES[:-1]
    ]
    recorded = lockfile(*(entry(spec, number % 20 + 1, SUCCEEDED) for number, spec in enumerate(old)))
    return with_sizes(plan_of(*new, recorded=recorded, resting=()), {spec.key.display_name: 3_000_000 for spec in new})


def _crowded() -> Plan:
    """More of everything than is shown: fields, rows, notes, names, drift."""
    wide = {f"field{number:02}": "x" * number for number in range(30)}
    old: dict[str, Json] = {"modelParameters": {name: f"{value}." for name, value in wide.items()}}
    names = [f"team-{number:02}-daily" for number in range(40)]
    plan = plan_of(
        spec_of("wide", modelParameters={**wide, "list": ["a", "b"], "text": "\n".join(map(str, range(200)))}),
        prompted(NEW_URI),
        *(job_spec(name) for name in names),
        recorded=lockfile(
            entry(spec_of("wide", **old), 1, SUCCEEDED),
            entry(prompted(OLD_URI), 2, SUCCEEDED),
            intents=tuple(intent(job_spec(name), f"{number:032x}") for number, name in enumerate(names)),
        ),
        open_intents=tuple(intent(job_spec(name), f"{number:032x}") for number, name in enumerate(names)),
    )
    rows = rows_diff("data/prompts.jsonl", OLD_URI, NEW_URI, "", json.dumps({"id": "r-1", **wide}))
    drift = tuple(Drift(job_spec(name).key, job_name(number), RUNNING, None) for number, name in enumerate(names))
    return replace(with_rows(plan, rows), drift=drift, left_alone=3)


PLANS: Mapping[str, Plan] = {
    "everything": _everything(),
    "matrix": _matrix(),
    "crowded": _crowded(),
    "nothing": plan_of(job_spec(), recorded=lockfile(entry(job_spec(), 1, SUCCEEDED))),
    "first": with_sizes(plan_of(job_spec()), {"daily": 512}),
    "offline": replace(plan_of(job_spec()), evidence=Evidence.LOCKFILE),
    "unreadable": with_rows(
        plan_of(prompted(NEW_URI), recorded=lockfile(entry(prompted(OLD_URI), 1, SUCCEEDED))),
        RowsDiff(
            "data/prompts.jsonl",
            OLD_URI,
            NEW_URI,
            problem=f"cannot read `{OLD_URI}`: there is no such bucket or object",
        ),
    ),
}
"""The plans by name."""
