"""What it takes to show a plan of ten thousand jobs, of which a hundred change, in every form that `plan` has.

Run it with `python bench/plan.py [ROUNDS]` on a machine that does little else. The yardstick is Python's own
`json.dumps` of the plan, indented: whoever writes a plan down at all takes that long. It asserts nothing.
"""

from __future__ import annotations

import json
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping

from gembatch.load.page import page_files
from gembatch.lock.lockfile import Lineage, LockEntry, Lockfile, Submission
from gembatch.model.digests import digest_of
from gembatch.model.document import Document, Json, Mark, Source, SourceMap
from gembatch.model.jobs import JobKey, JobName, JobSpec, JobState, Lifecycle, Observed, Series
from gembatch.plan.approval import Request
from gembatch.plan.changes import Plan
from gembatch.plan.decide import Situation, make_plan
from gembatch.plan.planfile import dump_plan, plan_document
from gembatch.report.palette import printable_json
from gembatch.report.plan_as_github import plan_as_github
from gembatch.report.plan_as_html import plan_as_html
from gembatch.report.plan_as_markdown import plan_as_markdown
from gembatch.report.plan_as_text import plan_as_text

ROUNDS = 5
JOBS, CHANGED = 10_000, 100
PROMPT = "\n".join(f"Rule {number}: answer in one word, and never explain yourself." for number in range(20))
TIME = "2026-11-22T09:00:00+00:00"


def spec_of(number: int, edit: str = "") -> JobSpec:
    """Returns one job of a spec of its own; an edit changes its prompt, and so what it is asked to do."""
    name, path = f"job-{number:05}", f"specs/job-{number:05}.yaml"
    content: dict[str, Json] = {
        "model": "publishers/google/models/gemini-3.8-flash",
        "inputConfig": {"instancesFormat": "jsonl", "gcsSource": {"uris": [f"gs://demo-bucket/rows/{name}.jsonl"]}},
        "outputConfig": {
            "predictionsFormat": "jsonl",
            "gcsDestination": {"outputUriPrefix": f"gs://demo-bucket/predictions/{name}/"},
        },
        "modelParameters": {"systemInstruction": PROMPT.replace("Rule 7", f"Rule 7{edit}"), "temperature": 0.2},
    }
    source = Source(path, f"displayName: {name}\n")
    places = SourceMap({(): Mark(source, 1, 1, 2, 1)}, {})
    return JobSpec(
        key=JobKey("demo-project", "us-central1", "bench", name),
        body={"displayName": name, **content},
        digest=digest_of(content),
        content=content,
        rerun=None,
        lifecycle=Lifecycle(),
        series=Series(name, "{}", dated=False),
        document=Document(source, {"displayName": name}, places),
    )


def entry_of(spec: JobSpec, number: int) -> LockEntry:
    """Returns what a lockfile remembers of a job that succeeded."""
    name = JobName(f"projects/1/locations/us-central1/batchPredictionJobs/{number}")
    made = Submission(name, None, spec.digest, None, JobState.SUCCEEDED, TIME, body=spec.body)
    return LockEntry(spec.key, spec.spec_path, spec.series, made)


def bench_plan() -> Plan:
    """Returns a plan in which each change is another one: nothing can be folded."""
    before = [spec_of(number) for number in range(JOBS)]
    after = [spec_of(number, f" ({number})") if number < CHANGED else spec for number, spec in enumerate(before)]
    entries = tuple(entry_of(spec, number) for number, spec in enumerate(before))
    return make_plan(
        Situation(
            workspace="bench",
            environment="bench",
            instant=TIME,
            desired=after,
            lockfile=Lockfile("bench", "bench", Lineage("0" * 32), 1, jobs=entries),
            observed=Observed(),
            project="demo-project",
            region="us-central1",
        )
    )


def renderers(plan: Plan) -> Mapping[str, Callable[[], object]]:
    """Returns what makes each form, by its name."""
    files = page_files()
    return {
        "text": lambda: plan_as_text(plan),
        "markdown": lambda: plan_as_markdown(plan),
        "github": lambda: plan_as_github(plan),
        "html": lambda: plan_as_html(plan, files),
        "json": lambda: printable_json(dump_plan(plan, Request(), "bench")),
    }


def seconds(make: Callable[[], object]) -> float:
    """Returns how long it takes, of the processor's time."""
    begun = time.process_time()
    make()
    return time.process_time() - begun


def lines(rounds: int) -> Iterator[str]:
    """Yields the results, a line each."""
    plan = bench_plan()
    document = plan_document(plan, Request(), "bench")
    runs: dict[str, list[float]] = {name: [] for name in ("yardstick", *renderers(plan))}
    # By turns: what else the machine does then falls on all of them.
    for _ in range(rounds):
        runs["yardstick"].append(seconds(lambda: json.dumps(document, indent=2)))
        for name, make in renderers(plan).items():
            runs[name].append(seconds(make))
    yardstick = runs.pop("yardstick")
    for name, taken in runs.items():
        yield f"{_ratio(taken, yardstick):6.2f} {statistics.median(taken):6.2f} s   {name}"
    together = [sum(each) for each in zip(*runs.values(), strict=True)]
    yield f"{_ratio(together, yardstick):6.2f} {statistics.median(together):6.2f} s   all of them"
    yield f"{1:6.2f} {statistics.median(yardstick):6.2f} s   json.dumps of the plan"
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield f"{most:6.0f} MB        at most, the plan and all its forms included"


def _ratio(taken: list[float], yardstick: list[float]) -> float:
    return statistics.median(one / other for one, other in zip(taken, yardstick, strict=True))


def main() -> None:
    """Prints the results."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    print(f"{JOBS:,} jobs, {CHANGED} of them changed; ratios to json.dumps, medians of {rounds}")
    for line in lines(rounds):
        print(line, flush=True)


if __name__ == "__main__":
    main()
