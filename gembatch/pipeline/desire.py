"""load → render → stage → validate: what the specs ask for, with every finding of the run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gembatch.errors import InvalidSpecsError
from gembatch.load.discover import find_files
from gembatch.load.overlay import merged, subdocument
from gembatch.load.schemas import read_schema
from gembatch.load.yaml_reader import read_file
from gembatch.model.diagnostics import Diagnostic, in_reading_order
from gembatch.model.document import Document, Pointer, Rendered
from gembatch.model.jobs import JobSpec, StagedFile
from gembatch.pipeline.run import Run
from gembatch.render.expand import expand
from gembatch.render.variables import Variables, resolve_variables
from gembatch.stage.fingerprint import StageProblem, fingerprint
from gembatch.validate.build import build_job
from gembatch.validate.repeats import without_repeats
from gembatch.validate.rules import check_jobs
from gembatch.validate.schema import Schema, authored_check, prepare, rendered_check
from gembatch.validate.uris import local_inputs


@dataclass(frozen=True, slots=True)
class Desired:
    """What the specs ask for.

    Attributes:
        jobs: In the order of files, documents and combinations; without those that have errors.
        diagnostics: All findings, in reading order.
        files: The spec files that were read.
    """

    jobs: tuple[JobSpec, ...]
    diagnostics: tuple[Diagnostic, ...]
    files: tuple[str, ...]

    def checked(self) -> Desired:
        """Returns itself.

        Raises:
            InvalidSpecsError: There are errors.
        """
        if any(diagnostic.is_error for diagnostic in self.diagnostics):
            raise InvalidSpecsError(self.diagnostics)
        return self


def desired_jobs(run: Run, paths: Sequence[str] = (), *, is_strict: bool = False) -> Desired:
    """Returns what the specs ask for, with every finding of the run.

    A document with an error goes no further, and hides nothing of the others.

    Args:
        run: What the run is about.
        paths: Files, folders or globs to read instead of the workspace's `specs`; relative to the workspace.
        is_strict: Whether warnings are errors.
    """
    schema = prepare(read_schema("job"))
    files, findings = _spec_files(run, paths)
    found = [*findings]
    documents = _loaded(run, files, schema, found)
    variables, unresolved = resolve_variables(run.workspace, run.environment, run.variables, run.instant)
    found += unresolved
    rendered = _rendered(documents, variables, schema, found)
    jobs = _built(run, rendered, found)
    found += check_jobs([spec for spec, _ in jobs], [instance for _, instance in jobs], environment=run.environment)
    return Desired(tuple(spec for spec, _ in jobs), _weighed(run, found, is_strict=is_strict), files)


def _spec_files(run: Run, paths: Sequence[str]) -> tuple[tuple[str, ...], tuple[Diagnostic, ...]]:
    if paths:
        return find_files(run.root, paths)
    places = run.workspace.document.places
    specs = run.workspace.specs
    return find_files(run.root, specs, [places.at(("specs", number)) for number in range(len(specs))])


def _loaded(run: Run, files: Iterable[str], schema: Schema, found: list[Diagnostic]) -> list[Document]:
    """Returns the documents of all files that have no error, with the workspace's defaults under each."""
    defaults = subdocument(run.workspace.document, ("defaults",)) if run.workspace.defaults else None
    documents: list[Document] = []
    for path in files:
        read = read_file(run.root, path)
        found += read.diagnostics
        for document in read.documents:
            whole = merged(defaults, document) if defaults else document
            findings = authored_check(whole, schema)
            found += findings
            if not findings:
                documents.append(whole)
    return documents


def _rendered(
    documents: Iterable[Document], variables: Variables, schema: Schema, found: list[Diagnostic]
) -> list[Rendered]:
    """Returns every combination of every document that renders without an error."""
    instances: list[Rendered] = []
    for document in documents:
        expanded, findings = expand(document, variables)
        found += findings
        for instance in expanded:
            findings = rendered_check(instance, schema)
            found += findings
            if not findings:
                instances.append(instance)
    return instances


def _built(run: Run, rendered: Iterable[Rendered], found: list[Diagnostic]) -> list[tuple[JobSpec, Rendered]]:
    """Returns each instance beside its job; the files that are inputs are hashed on the way."""
    jobs: list[tuple[JobSpec, Rendered]] = []
    for instance in rendered:
        staged, findings = _staged(run, instance)
        found += findings
        if not findings:
            spec = build_job(instance, workspace=run.workspace, environment=run.environment, staged=staged)
            jobs.append((spec, instance))
    return jobs


def _staged(run: Run, instance: Rendered) -> tuple[dict[Pointer, StagedFile], list[Diagnostic]]:
    """Returns the files of the repository that are inputs of one job; none where there is nowhere to upload them."""
    staged: dict[Pointer, StagedFile] = {}
    findings: list[Diagnostic] = []
    staging = run.environment.staging
    for pointer, path in local_inputs(instance).items() if staging else ():
        file = fingerprint(run.root, path, staging or "")
        if isinstance(file, StageProblem):
            place = instance.document.places.at(pointer)
            findings.append(Diagnostic(file.rule, file.message, place, hint=file.hint))
        else:
            staged[pointer] = file
    return staged, findings


def _weighed(run: Run, found: Iterable[Diagnostic], *, is_strict: bool) -> tuple[Diagnostic, ...]:
    """Returns the findings in reading order, each once, as much as it matters in this workspace."""
    ordered = in_reading_order(without_repeats(found))
    if not ordered:
        return ()
    from gembatch.validate.severity import weighed  # noqa: PLC0415  only findings need the catalogue of rules

    return weighed(ordered, run.workspace.rules, is_strict=is_strict)
