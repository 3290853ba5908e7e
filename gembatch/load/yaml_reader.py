"""A YAML file → documents with a place for every key and value, or findings that say what to write instead."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gembatch.load.builder import Builder
from gembatch.load.files import read_bytes
from gembatch.load.text import character_findings, decoded
from gembatch.model.diagnostics import Diagnostic
from gembatch.model.document import Document, Source


@dataclass(frozen=True, slots=True)
class Read:
    """What came of one file.

    Attributes:
        documents: The documents without findings, in the order of the file.
        doubtful: Documents that are whole but for scalars which readers of YAML do not agree on, such as `no`; those
            stand in them as text. Good for finding what else is wrong, and for nothing more.
        diagnostics: What is wrong with the file, in the order of the file.
        values: How many scalars, lists and mappings the file holds, counting what aliases repeat.
    """

    documents: tuple[Document, ...]
    diagnostics: tuple[Diagnostic, ...]
    doubtful: tuple[Document, ...] = ()
    values: int = 0


def read_file(root: Path, path: str) -> Read:
    """Reads the YAML file at `path`, relative to the workspace `root`, with forward slashes.

    Never raises for what is in the file or in its place: one bad file does not hide the others.
    """
    content = read_bytes(root, path)
    if isinstance(content, Diagnostic):
        return Read((), (content,))
    source = decoded(path, content)
    if isinstance(source, Diagnostic):
        return Read((), (source,))
    return read_text(source)


def read_text(source: Source) -> Read:
    """Reads the YAML documents in `source`. A byte order mark is not part of the text; see `text.decoded`."""
    findings = character_findings(source)
    if findings:
        return Read((), findings)
    builder = Builder(source)
    builder.build()
    diagnostics = tuple(builder.findings.diagnostics)
    return Read(tuple(builder.documents), diagnostics, tuple(builder.doubtful), builder.values)
