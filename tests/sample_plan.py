"""A plan with one of everything that a renderer can meet, as a reviewer could see it; and a backfill over two weeks."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace

from builders import (
    DOCUMENT,
    ENVIRONMENT,
    FAILED,
    LINEAGE,
    PROJECT,
    REGION,
    RUNNING,
    SUCCEEDED,
    WORKSPACE,
    entry,
    plan_of,
    remote,
    stranger,
)

from gembatch.lock.lockfile import LockEntry, Lockfile
from gembatch.model.digests import digest_of, label_of
from gembatch.model.document import Json, Source
from gembatch.model.jobs import (
    LABEL_DIGEST,
    LABEL_ENVIRONMENT,
    LABEL_WORKSPACE,
    Input,
    JobKey,
    JobName,
    JobSpec,
    JobState,
    Lifecycle,
    RemoteJob,
    Series,
    StagedFile,
)
from gembatch.model.period import Period
from gembatch.plan.changes import Change, Plan
from gembatch.plan.drift import Drift
from gembatch.plan.rows import rows_diff

DAY = dt.date(2026, 11, 22)
LANGUAGES = ("de", "es", "fr", "it", "nl", "pl")
BUCKET = "gs://acme-prod-batch"

TONE = """\
You rate how a customer's review sounds.

Answer with one word: warm, neutral or cold.
If the review is sarcastic, rate what is meant, not what is said.
Do not explain your answer.
"""


def job(
    name: str,
    *,
    spec: str,
    model: str = "gemini-3.8-flash",
    source: str = "",
    output: str = "",
    more: Mapping[str, Json] | None = None,
    series: Series | None = None,
    date: dt.date | None = None,
    staged: tuple[StagedFile, ...] = (),
    labels: Mapping[str, str] | None = None,
) -> JobSpec:
    """A desired job, as `build` makes it of a spec."""
    content: dict[str, Json] = {
        "model": f"publishers/google/models/{model}",
        "inputConfig": {"instancesFormat": "jsonl", "gcsSource": {"uris": [staged[0].uri if staged else source]}},
        "outputConfig": {"predictionsFormat": "jsonl", "gcsDestination": {"outputUriPrefix": output}},
        **(more or {}),
    }
    digest = digest_of(content)
    ours = {LABEL_WORKSPACE: WORKSPACE, LABEL_ENVIRONMENT: ENVIRONMENT, LABEL_DIGEST: label_of(digest)}
    return JobSpec(
        key=JobKey(PROJECT, REGION, ENVIRONMENT, name),
        body={"displayName": name, **content, "labels": {"team": "search", **(labels or {}), **ours}},
        digest=digest,
        content=content,
        rerun=None,
        lifecycle=Lifecycle(),
        series=series or Series(name, "{}", dated=False),
        document=replace(DOCUMENT, source=Source(spec, "")),
        staged=staged,
        date=date,
    )


def reviews(language: str, *, model: str = "gemini-3.8-flash", day: dt.date = DAY, **fields: object) -> JobSpec:
    """One job of a matrix, dated."""
    made = job(
        f"reviews-{language}-{day:%Y%m%d}",
        spec="specs/reviews.yaml",
        model=model,
        source=f"{BUCKET}/reviews/{language}/{day}.jsonl",
        output=f"{BUCKET}/predictions/reviews/{language}/{day}/",
        series=Series("reviews-{{ lang }}-{{ ds_nodash }}", json.dumps({"lang": language}), dated=True),
        date=day,
    )
    return replace(made, **fields)


def tone(prompt: str, *, temperature: float) -> JobSpec:
    """A job with a long text and nested parameters in its body."""
    return job(
        "tone-of-voice",
        spec="specs/tone.yaml",
        source=f"{BUCKET}/tone/all.jsonl",
        output=f"{BUCKET}/predictions/tone/",
        more={
            "instanceConfig": {"instanceType": "object", "includedFields": ["review", "stars"]},
            "modelParameters": {
                "systemInstruction": prompt,
                "generationConfig": {"temperature": temperature, "maxOutputTokens": 8},
            },
        },
    )


def tickets(number: int) -> JobSpec:
    """A job whose input is a file of the repository."""
    sha256 = f"{number:064x}"
    file = StagedFile("data/tickets.jsonl", f"{BUCKET}/staging/{sha256}/tickets.jsonl", sha256, 48_213 + number)
    return job("ticket-routing", spec="specs/tickets.yaml", output=f"{BUCKET}/predictions/tickets/", staged=(file,))


def simple(name: str, **fields: object) -> JobSpec:
    folder = name.rpartition("-")[0] or name
    return job(
        name, spec=f"specs/{folder}.yaml", source=f"{BUCKET}/{folder}/{name}.jsonl",
        output=f"{BUCKET}/predictions/{name}/", **fields,
    )  # fmt: skip


def row(number: int, text: str) -> str:
    contents: Json = [{"role": "user", "parts": [{"text": text}]}]
    return json.dumps({"id": f"t-{number}", "request": {"contents": contents}}) + "\n"


_QUESTION = "Which of these desks should answer: billing, delivery, returns? Ticket: {}"
_TICKETS = {
    1: "I was charged twice for order 5512.",
    2: "The parcel says delivered, but nothing is here.",
    3: "Can I return shoes that I wore once?",
    4: "Where do I find my invoice?",
}


def ticket_rows(*, question: str = _QUESTION, without: int = 0, more: Mapping[int, str] | None = None) -> str:
    tickets = {number: text for number, text in {**_TICKETS, **(more or {})}.items() if number != without}
    return "".join(row(number, question.format(text)) for number, text in tickets.items())


def everything() -> Plan:
    """A plan with one of everything."""
    before = [reviews(language) for language in LANGUAGES]
    after = [reviews(language, model="gemini-4-argon") for language in LANGUAGES]
    old_tone = tone(TONE, temperature=0.2)
    new_tone = tone(
        TONE.replace("one word: warm, neutral or cold", "one word: warm, neutral, cold or hostile"), temperature=0
    )
    unchanged = [simple(f"summaries-{number:02}") for number in range(1, 15)]
    busy, newer = simple("embeddings-refresh"), simple("embeddings-refresh", model="gemini-4-argon")
    nightly, held, found, old, gone = (
        simple(name) for name in ("nightly-digest", "captions-batch", "glossary-terms", "faq-2025", "faq-2024")
    )
    relabelled = simple("keywords-all", labels={"team": "growth"})
    plain = simple("keywords-all")
    recorded = [
        *(entry(spec, number, SUCCEEDED) for number, spec in enumerate(before, start=1)),
        *(entry(spec, number, SUCCEEDED) for number, spec in enumerate(unchanged, start=7)),
        entry(old_tone, 22, SUCCEEDED), entry(tickets(1), 23, SUCCEEDED), entry(busy, 24, RUNNING),
        entry(held, 25, FAILED), entry(old, 26, SUCCEEDED), entry(gone, 27, SUCCEEDED), entry(plain, 28, SUCCEEDED),
    ]  # fmt: skip
    # The sample's times only have to be dates.
    recorded = [_in_order(item, number) for number, item in enumerate(recorded)]
    plan = plan_of(
        *after, *unchanged, new_tone, tickets(2), newer, nightly, held, found, relabelled, simple("onboarding-mails"),
        recorded=Lockfile(WORKSPACE, ENVIRONMENT, LINEAGE, serial=41, jobs=tuple(recorded)),
        ours=[remote(busy, 24, create_time=f"{DAY}T07:58:00Z"), remote(found, 40, create_time=f"{DAY}T08:00:00Z")],
        strangers=[stranger(simple("nightly-digest", model="gemini-3.8-pro"), 50, {"owner": "data-platform"})],
    )  # fmt: skip
    drift = (
        Drift(held.key, _job_name(25), RUNNING, FAILED, "The input file has 3 rows that are no valid requests."),
        Drift(unchanged[3].key, _job_name(10), RUNNING, None),
        Drift(unchanged[4].key, _job_name(11), RUNNING, SUCCEEDED),
    )
    return replace(plan, changes=tuple(map(_seen, plan.changes)), drift=drift, duplicates=(remote(plain, 61),))


def _job_name(number: int) -> JobName:
    return JobName(f"projects/4711/locations/{REGION}/batchPredictionJobs/{number}")


def _in_order(item: LockEntry, number: int) -> LockEntry:
    current = replace(item.current, submitted=f"2026-11-{number % 20 + 1:02}T09:00:00Z")
    return replace(item, current=current)


def _seen(change: Change) -> Change:
    """The change with its inputs pinned, and the rows of its staged file compared."""
    if change.desired is None or not change.may_submit:
        return change
    if change.desired.staged:
        file = change.desired.staged[0]
        better = _QUESTION.replace("billing, delivery, returns", "billing, delivery, returns or legal")
        rows = rows_diff(
            file.path, tickets(1).staged[0].uri, file.uri, ticket_rows(),
            ticket_rows(question=better, without=3, more={5: "Please delete all my data.", 6: "Is my parcel insured?"}),
        )  # fmt: skip
        return replace(change, rows=(rows,))
    pins = (
        Input(uri, str(1763_800_000_000_000 + len(uri) * 7919), 1_843_200 + 91_000 * len(uri))
        for uri in change.desired.input_uris
    )
    if change.key.display_name == "onboarding-mails":
        (uri,) = change.desired.input_uris
        return replace(
            change,
            inputs=(Input(uri),),
            note=f"{uri} cannot be read now; the job fails if it is not there when it runs",
        )
    return replace(change, inputs=tuple(pins))


def backfill(
    first: dt.date = dt.date(2026, 11, 9), days: int = 14, languages: Iterable[str] = LANGUAGES
) -> tuple[Plan, Period]:
    """A plan over two weeks of which some is done, some failed, some runs and the rest is missing."""
    period = Period(first, first + dt.timedelta(days=days - 1))
    specs = [reviews(language, day=day) for language in languages for day in period.dates]
    recorded: list[LockEntry] = []
    ours: list[RemoteJob] = []
    for number, spec in enumerate(specs, start=1):
        state = _state_of(spec, period)
        if state:
            recorded.append(_in_order(entry(spec, number % 28 + 1, state), number))
            ours.append(remote(spec, number % 28 + 1, state))
    recorded = [
        replace(item, current=replace(item.current, name=_job_name(number))) for number, item in enumerate(recorded)
    ]
    plan = plan_of(*specs, recorded=Lockfile(WORKSPACE, ENVIRONMENT, LINEAGE, serial=12, jobs=tuple(recorded)))
    return replace(plan, changes=tuple(map(_seen, plan.changes))), period


def _state_of(spec: JobSpec, period: Period) -> JobState | None:
    assert spec.date is not None
    number = (spec.date - period.first).days
    if number >= 9:
        return None
    if number == 8:
        return RUNNING
    return FAILED if (number, spec.key.display_name[8:10]) in {(3, "fr"), (5, "de"), (5, "pl")} else SUCCEEDED
