"""What the jobs of a run need of the world around them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from gembatch.model.jobs import JobSpec, StagedFile

_IN_PROJECT = re.compile(r"projects/[^/]+/locations/[^/]+/(?=publishers/)")


@dataclass(frozen=True, slots=True)
class Needs:
    """What there must be. Each thing once, in the order of the jobs.

    Attributes:
        models: Names as the REST API writes them, publishers' without project and location.
        objects: `gs://` inputs, wildcards among them.
        tables: `bq://` inputs.
        datasets: Multimodal datasets of Vertex AI that are inputs.
        staged: Files of the repository that are inputs.
        buckets: Names of the buckets that jobs write to.
        output_tables: `bq://` outputs.
    """

    models: tuple[str, ...]
    objects: tuple[str, ...]
    tables: tuple[str, ...]
    datasets: tuple[str, ...]
    staged: tuple[StagedFile, ...]
    buckets: tuple[str, ...]
    output_tables: tuple[str, ...]


def needs_of(jobs: Iterable[JobSpec]) -> Needs:
    """Returns what some jobs need."""
    jobs = tuple(jobs)
    staged = {file.uri: file for job in jobs for file in job.staged}
    inputs = [uri for job in jobs for uri in job.input_uris if uri not in staged]
    outputs = [job.output_uri for job in jobs]
    return Needs(
        models=_once(model_of(job) for job in jobs),
        objects=_once(uri for uri in inputs if uri.startswith("gs://")),
        tables=_once(uri for uri in inputs if uri.startswith("bq://")),
        datasets=_once(uri for uri in inputs if not uri.startswith(("gs://", "bq://"))),
        staged=tuple(staged.values()),
        buckets=_once(bucket_of(uri) for uri in outputs if uri.startswith("gs://")),
        output_tables=_once(uri for uri in outputs if uri.startswith("bq://")),
    )


def model_of(job: JobSpec) -> str:
    """Returns the name of a job's model, a publisher's without project and location; empty where it has none."""
    return _IN_PROJECT.sub("", str(job.body.get("model", "")))


def bucket_of(uri: str) -> str:
    """Returns the bucket of a `gs://` URI."""
    return uri.removeprefix("gs://").partition("/")[0]


def _once(items: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item for item in items if item))
