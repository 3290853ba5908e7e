"""Values for tests of the core: jobs as desired, observed and recorded, in few words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace

from gembatch.lock.lockfile import Intent, Lineage, LockEntry, Lockfile, Submission
from gembatch.model.digests import digest_of, label_of
from gembatch.model.document import Document, Json, Mark, Source, SourceMap
from gembatch.model.jobs import (
    LABEL_ATTEMPT,
    LABEL_DIGEST,
    LABEL_ENVIRONMENT,
    LABEL_RERUN,
    LABEL_WORKSPACE,
    Attempt,
    Input,
    JobKey,
    JobName,
    JobSpec,
    JobState,
    Lifecycle,
    Observed,
    RemoteJob,
    Series,
    StagedFile,
    rerun_label,
)
from gembatch.model.selection import Selection
from gembatch.plan.case import Insistence
from gembatch.plan.changes import Change, Plan
from gembatch.plan.decide import Situation, make_plan
from gembatch.plan.fields import own_fields

WORKSPACE, ENVIRONMENT, PROJECT, REGION = "reviews", "prod", "acme-prod", "us-central1"
INSTANT = "2026-11-22T09:00:00+00:00"
LINEAGE = Lineage("0123456789abcdef" * 2)

RUNNING, SUCCEEDED, FAILED = JobState.RUNNING, JobState.SUCCEEDED, JobState.FAILED


SOURCE = Source("specs/daily.yaml", "displayName: daily\n")
DOCUMENT = Document(
    SOURCE,
    {"displayName": "daily"},
    SourceMap({(): Mark(SOURCE, 1, 1, 2, 1), ("displayName",): Mark(SOURCE, 1, 14, 1, 19)}, {}),
)


def key_of(name: str = "daily", *, region: str = REGION, project: str = PROJECT) -> JobKey:
    return JobKey(project, region, ENVIRONMENT, name)


def job_spec(
    name: str = "daily",
    *,
    prompt: str = "v1",
    rerun: str | None = None,
    labels: Mapping[str, str] | None = None,
    lifecycle: Lifecycle | None = None,
    series: Series | None = None,
    staged: tuple[StagedFile, ...] = (),
    region: str = REGION,
    date: dt.date | None = None,
) -> JobSpec:
    """A desired job. `prompt` is the part of its content that changes its digest."""
    content: dict[str, Json] = {
        "model": "publishers/google/models/gemini-3.8-flash",
        "inputConfig": {"instancesFormat": "jsonl", "gcsSource": {"uris": [f"gs://in/{name}-{prompt}.jsonl"]}},
        "outputConfig": {"predictionsFormat": "jsonl", "gcsDestination": {"outputUriPrefix": f"gs://out/{name}/"}},
    }
    digest = digest_of(content)
    ours = {LABEL_WORKSPACE: WORKSPACE, LABEL_ENVIRONMENT: ENVIRONMENT, LABEL_DIGEST: label_of(digest)}
    asked = {LABEL_RERUN: rerun_label(rerun)} if rerun else {}
    return JobSpec(
        key=key_of(name, region=region),
        body={"displayName": name, **content, "labels": {**(labels or {}), **ours, **asked}},
        digest=digest,
        content=content,
        rerun=rerun,
        lifecycle=lifecycle or Lifecycle(),
        series=series or Series(name, "{}", dated=False),
        document=DOCUMENT,
        staged=staged,
        date=date,
    )


def job_name(number: int) -> JobName:
    """The name that Vertex gives: with the project's number, not its id."""
    return JobName(f"projects/4711/locations/{REGION}/batchPredictionJobs/{number}")


def time_of(number: int) -> str:
    """When the job of that number was created: later ones have higher numbers."""
    return f"2026-11-{number:02}T09:00:00Z"


def remote(spec: JobSpec, number: int = 1, state: JobState = RUNNING, **fields: object) -> RemoteJob:
    """A job of ours as Vertex shows it in a listing, which does what `spec` asks for."""
    labels = spec.body["labels"]
    assert isinstance(labels, dict)
    job = RemoteJob(
        name=job_name(number),
        display_name=spec.key.display_name,
        state=state,
        labels={**{key: str(value) for key, value in labels.items()}, LABEL_ATTEMPT: f"{number:032x}"},
        create_time=time_of(number),
        end_time=time_of(number + 1) if state.has_ended else "",
    )
    return replace(job, **fields)


def stranger(spec: JobSpec, number: int = 9, labels: Mapping[str, str] | None = None) -> RemoteJob:
    """A job under the spec's display name and with its body, that is not ours."""
    body = {**own_fields(spec.body), "labels": dict(labels or {})}
    return remote(spec, number, labels=dict(labels or {}), body=body)


def submission(spec: JobSpec, number: int = 1, state: JobState = RUNNING, **fields: object) -> Submission:
    """What a lockfile remembers of one job."""
    made = Submission(
        name=job_name(number),
        attempt=Attempt(f"{number:032x}"),
        digest=spec.digest,
        rerun=spec.rerun,
        state=state,
        submitted=time_of(number),
        output=spec.output_uri,
        ended=time_of(number + 1) if state.has_ended else "",
        body=own_fields(spec.body),
    )
    return replace(made, **fields)


def entry(
    spec: JobSpec, number: int = 1, state: JobState = RUNNING, *, history: Iterable[Submission] = (), **fields: object
) -> LockEntry:
    """What a lockfile remembers of a key: the job that stands for it, and those before."""
    current = submission(spec, number, state, **fields)
    return LockEntry(spec.key, spec.spec_path, spec.series, current, tuple(history))


def intent(spec: JobSpec, attempt: str = "a" * 32, **fields: object) -> Intent:
    made = Intent(
        attempt=Attempt(attempt),
        key=spec.key,
        spec=spec.spec_path,
        series=spec.series,
        digest=spec.digest,
        rerun=spec.rerun,
        body=own_fields(spec.body),
    )
    return replace(made, **fields)


def lockfile(*jobs: LockEntry, retired: Iterable[LockEntry] = (), **fields: object) -> Lockfile:
    made = Lockfile(WORKSPACE, ENVIRONMENT, LINEAGE, serial=3, jobs=jobs, retired=tuple(retired))
    return replace(made, **fields)


def plan_of(
    *desired: JobSpec,
    recorded: Lockfile | None = None,
    ours: Iterable[RemoteJob] = (),
    strangers: Iterable[RemoteJob] = (),
    gone: Iterable[JobName] = (),
    insistence: Insistence | None = None,
    open_intents: tuple[Intent, ...] = (),
    resting: Iterable[Series] = (),
    select: tuple[str, ...] = (),
) -> Plan:
    """The plan of one situation."""
    return make_plan(
        Situation(
            workspace=WORKSPACE,
            environment=ENVIRONMENT,
            instant=INSTANT,
            desired=desired,
            lockfile=recorded,
            observed=Observed(tuple(ours), tuple(strangers), frozenset(gone)),
            project=PROJECT,
            region=REGION,
            open_intents=open_intents,
            insistence=insistence or Insistence(),
            resting=frozenset(resting),
            selection=Selection(select),
        )
    )


def with_inputs(plan: Plan, *inputs: Input) -> Plan:
    """The plan with every change's inputs pinned."""
    return replace(plan, changes=tuple(replace(change, inputs=inputs) for change in plan.changes))


def only_change(plan: Plan) -> Change:
    """The one change of a plan that has one."""
    (change,) = plan.changes
    return change
