"""load → render → stage → validate: what the specs ask for, with every finding of the run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from gembatch.errors import InvalidSpecsError
from gembatch.load.discover import find_files
from gembatch.load.schemas import read_schema
from gembatch.model.diagnostics import Diagnostic, cut_short, in_reading_order
from gembatch.model.document import Pointer, Rendered
from gembatch.model.jobs import JobSpec, Series, StagedFile
from gembatch.model.tally import TOO_MUCH
from gembatch.pipeline.compose import Loaded, composed_documents
from gembatch.pipeline.occasions import occasions_of, without_equals
from gembatch.pipeline.run import Run
from gembatch.pipeline.wanted import Jobs, Origin, Wanted
from gembatch.render.expand import expand, unreadable
from gembatch.render.schedule import without_dates
from gembatch.render.variables import Variables, resolve_variables
from gembatch.stage.fingerprint import Fingerprints, StageProblem
from gembatch.validate.repeats import without_repeats
from gembatch.validate.rules import check_jobs
from gembatch.validate.schema import Schema, prepare, rendered_check
from gembatch.validate.secrets import masked, secrets_in, secrets_in_value
from gembatch.validate.source_rules import cached_rows
from gembatch.validate.uris import local_inputs
from gembatch.validate.variable_rules import unused_variables


@dataclass(frozen=True, slots=True)
class Desired:
    """What the specs ask for.

    Attributes:
        jobs: In the order of files, documents and combinations; without those that have errors.
        diagnostics: All findings, in reading order.
        files: The spec files that were read.
        origins: What each job was made of, in the order of the jobs.
        variables: What names meant; None where it never came to that.
        undue: Of each series that the specs ask for, though not on a date of this run, the instance nearest to it.
    """

    jobs: Sequence[JobSpec]
    diagnostics: tuple[Diagnostic, ...]
    files: tuple[str, ...]
    origins: tuple[Origin, ...] = ()
    variables: Variables | None = None
    undue: Sequence[JobSpec] = ()

    @property
    def resting(self) -> frozenset[Series]:
        """The series that the specs ask for, though not on a date of this run."""
        return frozenset(spec.series for spec in self.undue)

    def with_findings(self, findings: Iterable[Diagnostic]) -> Desired:
        """Returns the same with more findings, all in reading order."""
        return replace(self, diagnostics=in_reading_order((*self.diagnostics, *findings)))

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
    loaded = composed_documents(run, files, schema)
    found += loaded.diagnostics
    for source in {run.workspace.document.source, *loaded.sources}:
        found += secrets_in(source)
    for given in run.variables:
        found += secrets_in_value(f"{given.origin}variable `{given.name}`", given.text, given.location)
    variables, unresolved = resolve_variables(run.workspace, run.environment, run.variables, run.instant)
    found += unresolved
    for document in loaded.faulty:
        found += unreadable(document, variables)
    rendered = _rendered(run, loaded, variables, schema, found)
    wanted = without_equals(_wanted(run, rendered, found))
    documents = [each.origin.rendered for each in wanted]
    found += check_jobs(documents, environment=run.environment, today=run.instant.date())
    # Of a part of the files nothing can be told, nor of files that could not be read to their end.
    if not paths and not any(finding.is_error for finding in found):
        found += unused_variables(run.workspace, loaded.sources)
    return Desired(
        jobs=Jobs(each for each in wanted if each.origin.is_due),
        diagnostics=_weighed(run, found, is_strict=is_strict),
        files=files,
        origins=tuple(each.origin for each in wanted if each.origin.is_due),
        variables=variables,
        undue=Jobs(each for each in wanted if not each.origin.is_due),
    )


def _spec_files(run: Run, paths: Sequence[str]) -> tuple[tuple[str, ...], tuple[Diagnostic, ...]]:
    if paths:
        return find_files(run.root, paths)
    places = run.workspace.document.places
    specs = run.workspace.specs
    return find_files(run.root, specs, [places.at(("specs", number)) for number in range(len(specs))])


def _rendered(run: Run, loaded: Loaded, variables: Variables, schema: Schema, found: list[Diagnostic]) -> list[Origin]:
    """Returns every combination of every document, on each of its dates, that renders without an error.

    None of them where they are too much together: whatever else is wrong with them, there would be no end to it.
    """
    instances: list[Origin] = []
    today, days = run.instant.date(), run.days
    for composed in loaded.documents:
        occasions, wrong = occasions_of(composed.document, today, days)
        expanded, findings = expand(without_dates(composed.document), variables, occasions.dates, loaded.tally)
        found += (*wrong, *findings)
        if any(finding.rule == TOO_MUCH for finding in findings):
            return []
        origins = (Origin(composed, instance, occasions.are_due) for instance in expanded)
        found += cut_short(_unfit(origins, schema, instances))
    return instances


def _unfit(origins: Iterable[Origin], schema: Schema, fit: list[Origin]) -> Iterator[Diagnostic]:
    """Yields what is wrong with instances after rendering; those with which nothing is are added to `fit`."""
    for origin in origins:
        findings = rendered_check(origin.rendered, schema)
        yield from findings
        if not findings:
            fit.append(origin)


def _wanted(run: Run, origins: Iterable[Origin], found: list[Diagnostic]) -> list[Wanted]:
    """Returns each job; the files that are inputs are hashed on the way."""
    wanted: list[Wanted] = []
    staging = run.environment.staging
    files = Fingerprints(run.root, staging) if staging else None
    for origin in origins:
        staged, findings = _staged(files, origin.rendered) if files else ({}, [])
        found += findings
        if not any(finding.is_error for finding in findings):
            wanted.append(Wanted(run, origin, staged))
    return wanted


def _staged(files: Fingerprints, instance: Rendered) -> tuple[dict[Pointer, StagedFile], list[Diagnostic]]:
    """Returns the files of the repository that are inputs of one job."""
    staged: dict[Pointer, StagedFile] = {}
    findings: list[Diagnostic] = []
    for pointer, path in local_inputs(instance).items():
        file = files.of(path)
        if isinstance(file, StageProblem):
            place = instance.document.places.at(pointer)
            findings.append(Diagnostic(file.rule, file.message, place, hint=file.hint))
            continue
        staged[pointer] = file
        if row := files.cached_row(file):
            findings.append(cached_rows(file.path, row, instance.document.places.at(pointer)))
    return staged, findings


def _weighed(run: Run, found: Iterable[Diagnostic], *, is_strict: bool) -> tuple[Diagnostic, ...]:
    """Returns the findings in reading order, each once, as much as it matters in this workspace."""
    ordered = in_reading_order(masked(finding) for finding in without_repeats(found))
    if not ordered:
        return ()
    from gembatch.validate.severity import weighed  # noqa: PLC0415  only findings need the catalogue of rules

    return weighed(ordered, run.workspace.rules, is_strict=is_strict)
