"""Spec files → job documents, with what each builds on laid under it, and its environment's overlay upon it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from gembatch.load.axis_files import AxisFiles
from gembatch.load.inheritance import Inheritance
from gembatch.load.layers import base_of, body_of, composed, overlays_of
from gembatch.load.overlay import nulls_of, without
from gembatch.load.schemas import read_schema
from gembatch.load.yaml_reader import read_file
from gembatch.model.diagnostics import Diagnostic
from gembatch.model.document import Document, Source
from gembatch.model.layers import ENVIRONMENTS, EXTENDS, Composed, Layer, is_part
from gembatch.model.tally import TOO_MUCH, Tally
from gembatch.pipeline.run import Run
from gembatch.validate.key_messages import UNKNOWN_KEY
from gembatch.validate.partial import prepare_partial, unknown_environments
from gembatch.validate.schema import MAX_FINDINGS, Schema, authored_check


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of the spec files.

    Attributes:
        documents: Those without an error.
        faulty: Those with one, but for such as may be something else than they say. Good for what else is wrong.
        sources: Every file that was read, each once.
        diagnostics: What is wrong, in no order.
        tally: What the documents hold together.
    """

    documents: tuple[Composed, ...]
    faulty: tuple[Document, ...]
    sources: tuple[Source, ...]
    diagnostics: tuple[Diagnostic, ...] = field(repr=False)
    tally: Tally = field(repr=False)


def composed_documents(run: Run, files: Iterable[str], schema: Schema) -> Loaded:
    """Returns the job documents of the spec files, as the run's environment has them.

    Args:
        run: What the run is about.
        files: The spec files. Those that are parts are checked as such, and are no jobs.
        schema: The job schema.
    """
    inheritance, axis_files = Inheritance(run.root, run.workspace), AxisFiles(run.root)
    composing = _Composing(run, schema, prepare_partial(read_schema("job")), inheritance, axis_files)
    for path in files:
        composing.add(path)
        if composing.is_too_much:
            break
    return composing.loaded()


@dataclass(frozen=True, slots=True)
class _Composing:
    """The documents as they are read, one file after the other."""

    run: Run
    schema: Schema
    partial: Schema
    inheritance: Inheritance
    axis_files: AxisFiles
    documents: list[Composed] = field(default_factory=list)
    faulty: list[Document] = field(default_factory=list)
    sources: dict[Source, None] = field(default_factory=dict)
    found: list[Diagnostic] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    parts: dict[str, Tally] = field(default_factory=dict)
    bases: dict[tuple[str, ...], Document] = field(default_factory=dict)

    @property
    def is_too_much(self) -> bool:
        """Whether what was read is more than the jobs of a run may hold together."""
        return self.tally.excess is not None

    def add(self, path: str) -> None:
        if is_part(path):
            if part := self.inheritance.read(path):
                self._is_too_much_with(self._held_by(part), part)
            return
        read = read_file(self.run.root, path)
        for document in read.documents[:1]:
            if self._is_too_much_with(Tally(0, read.values, len(document.source.text)), document):
                return
        before = len(self.found)
        self.found.extend(read.diagnostics)
        told = {diagnostic.location for diagnostic in read.diagnostics}
        for number, document in enumerate((*read.doubtful, *read.documents)):
            if len(self.found) - before > MAX_FINDINGS:
                self.found.append(_unchecked(document))
                return
            whole, findings = self._checked_whole(document)
            if self.is_too_much:
                return
            # What is told of already is not told of again for its type.
            self.found.extend(finding for finding in findings if finding.location not in told)
            if whole and not findings and number >= len(read.doubtful):
                self.documents.append(whole)
            # A key that is unknown may be a matrix misspelt, and then every axis would be an unknown name as well.
            elif whole and not any(finding.rule == UNKNOWN_KEY for finding in findings):
                self.faulty.append(whole.document)

    def _is_too_much_with(self, more: Tally, where: Document) -> bool:
        """Counts something, and tells of it if that is too much."""
        self.tally.add_times(more, 1)
        if excess := self.tally.excess:
            self.documents.clear()
            message = f"this job, with what it builds on, brings the run to {excess}"
            hint = "what many jobs inherit counts for each of them; what is long belongs into the rows of an input"
            self.found.append(Diagnostic(TOO_MUCH, message, where.places.at(()), hint=hint))
        return excess is not None

    def _held_by(self, part: Document) -> Tally:
        """Returns what a file holds that specs build on; it is counted once, and taken for each of them."""
        path = part.source.path
        if path not in self.parts:
            self.parts[path] = Tally()
            self.parts[path].add(part.data)
        return self.parts[path]

    def loaded(self) -> Loaded:
        for part in self.inheritance.parts:
            self.sources[part.source] = None
            self.found.extend((*self._layer_findings(part), *_checked(body_of(part), self.partial)))
        self.sources.update(dict.fromkeys(self.axis_files.sources))
        findings = (*self.found, *self.inheritance.findings)
        return Loaded(tuple(self.documents), tuple(self.faulty), tuple(self.sources), findings, self.tally)

    def _checked_whole(self, spec: Document) -> tuple[Composed | None, list[Diagnostic]]:
        self.sources[spec.source] = None
        findings = [*self._layer_findings(spec)]
        layers = self.inheritance.layers_of(spec)
        for layer in layers[:-1] if layers else ():
            if self._is_too_much_with(self._held_by(layer.document), spec):
                return None, findings
        if layers is None:
            return None, findings
        whole = composed(layers, self.run.environment.name, self._base_of(layers[:-1]))
        document, unread = self.axis_files.filled_in(whole.document)
        if document is not whole.document:
            axes = Tally()
            axes.add(document.data)
            if self._is_too_much_with(axes, spec):
                return None, findings
            whole = replace(whole, document=document)
        return whole, [*findings, *unread, *authored_check(document, self.schema)]

    def _base_of(self, shared: Sequence[Layer]) -> Document | None:
        """Returns what the layers below a spec make together: the same for all specs that have the same ones."""
        paths = tuple(layer.document.source.path for layer in shared)
        if shared and paths not in self.bases:
            self.bases[paths] = base_of(shared)
        return self.bases.get(paths)

    def _layer_findings(self, layer: Document) -> Iterator[Diagnostic]:
        """Yields what is wrong with a layer's overlays, those of all environments, and with how it names its parent."""
        data = layer.data
        controls = {key: data[key] for key in (EXTENDS, ENVIRONMENTS) if key in data} if isinstance(data, dict) else {}
        if not controls:
            return
        yield from unknown_environments(layer, self.run.workspace.environments)
        for document in (replace(layer, data=controls), *overlays_of(layer).values()):
            yield from _checked(document, self.partial)


def _unchecked(document: Document) -> Diagnostic:
    message = f"{MAX_FINDINGS} findings in this file: the rest of it was not checked"
    return Diagnostic("yaml.limit", message, document.places.at(()), hint="mend these first")


def _checked(document: Document, partial: Schema) -> tuple[Diagnostic, ...]:
    return authored_check(without(document, nulls_of(document)), partial)
