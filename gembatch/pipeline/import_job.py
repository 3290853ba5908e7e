"""A job that exists → the spec that asks for it, and what a plan would do about that spec."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gembatch.errors import UsageError
from gembatch.load.inheritance import Inheritance
from gembatch.load.layers import composed
from gembatch.load.schemas import read_schema
from gembatch.load.yaml_reader import read_text
from gembatch.model.diagnostics import Diagnostic
from gembatch.model.document import Document, Json, Rendered, Source
from gembatch.model.jobs import JobName, JobSpec, RemoteJob
from gembatch.pipeline.desire import Desired
from gembatch.pipeline.plan import plan_jobs
from gembatch.pipeline.run import Run, Shores
from gembatch.plan.case import Insistence
from gembatch.plan.changes import Change
from gembatch.render.expand import expand
from gembatch.render.literal import as_literal
from gembatch.render.variables import resolve_variables
from gembatch.validate.build import build_job
from gembatch.validate.rules import check_jobs
from gembatch.validate.schema import authored_check, prepare, rendered_check
from gembatch.validate.short_form import spec_of
from gembatch.vertex.filters import with_display_names
from gembatch.vertex.gateway import JobGateway


@dataclass(frozen=True, slots=True)
class Prospect:
    """What would become of a spec in this workspace.

    Attributes:
        findings: What is wrong with it here.
        change: What a plan with `--adopt` would do about it; None where the findings forbid a plan.
    """

    findings: tuple[Diagnostic, ...]
    change: Change | None


def find_job(run: Run, shores: Shores, name: str) -> RemoteJob:
    """Returns the job of a resource name, or of a display name: the latest that is live, else the latest.

    Raises:
        UsageError: There is no such job.
        GatewayError: Vertex cannot be asked, or the resource name is of another region.
    """
    found = _by_name(shores.gateway, name)
    if found is None:
        where = f"project {run.environment.project}, region {run.environment.region}"
        hint = "name it by its display name or by projects/…/batchPredictionJobs/ID; -e says where to look"
        raise UsageError(f"there is no job `{name}` in {where}", hint=hint)
    return found


def _by_name(gateway: JobGateway, name: str) -> RemoteJob | None:
    if name.startswith("projects/"):
        return gateway.get(JobName(name))
    jobs = gateway.jobs(with_display_names([name]), fields=None)
    # A display name may contain what the server takes for a wildcard. The choice is the one that a plan makes.
    namesakes = (job for job in jobs if job.display_name == name)
    return max(namesakes, key=lambda job: (job.state.is_live, job.create_time), default=None)


def imported_spec(job: RemoteJob) -> Mapping[str, Json]:
    """Returns the document that asks for a job."""
    return {key: as_literal(value) for key, value in spec_of(job.body).items()}


def prospect_of(run: Run, shores: Shores, source: Source) -> Prospect:
    """Returns what would become of a spec, were it one of the workspace's.

    Args:
        run: What the run is about.
        shores: The world; it is only read.
        source: The spec's text, one document without a matrix, under the path that it is to have.

    Raises:
        LockfileError: The lockfile cannot be read.
        GatewayError: Vertex cannot be listed as a whole.
    """
    built, findings = _built(run, source)
    if built is None or any(finding.is_error for finding in findings):
        return Prospect(findings, None)
    planned = plan_jobs(run, Desired((built,), findings, (source.path,)), shores, Insistence(adopt=True))
    return Prospect(findings, next(change for change in planned.plan.changes if change.key == built.key))


def _built(run: Run, source: Source) -> tuple[JobSpec | None, tuple[Diagnostic, ...]]:
    """Returns the job that a text asks for, and what is wrong with it."""
    read = read_text(source)
    if read.diagnostics:
        return None, read.diagnostics
    (document,) = read.documents
    rendered, findings = _rendered(run, _with_layers(run, document))
    if rendered is None:
        return None, findings
    spec = build_job(rendered, workspace=run.workspace, environment=run.environment, staged={})
    return spec, check_jobs([rendered], environment=run.environment, today=run.instant.date())


def _with_layers(run: Run, document: Document) -> Document:
    """Returns the document upon the defaults of the workspace and of its folder."""
    layers = Inheritance(run.root, run.workspace).layers_of(document)
    return composed(layers, run.environment.name).document if layers else document


def _rendered(run: Run, document: Document) -> tuple[Rendered | None, tuple[Diagnostic, ...]]:
    schema = prepare(read_schema("job"))
    findings = authored_check(document, schema)
    if findings:
        return None, findings
    variables, _ = resolve_variables(run.workspace, run.environment, run.variables, run.instant)
    expanded, findings = expand(document, variables)
    if not expanded:
        return None, findings
    findings = rendered_check(expanded[0], schema)
    return (None, findings) if findings else (expanded[0], ())
