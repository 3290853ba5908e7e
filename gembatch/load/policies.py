"""The files that the policies of a workspace name: schemas to be read, programs to be run."""

from __future__ import annotations

from pathlib import Path

from gembatch.load.files import blamed, why_not_run
from gembatch.load.yaml_reader import read_file
from gembatch.model.diagnostics import Diagnostic, Location
from gembatch.model.document import Document


def read_schema_file(root: Path, path: str, place: Location) -> Document | tuple[Diagnostic, ...]:
    """Returns the one document of a schema's file, JSON or YAML; or why it cannot be had.

    Args:
        root: The workspace's folder.
        path: Of the file, relative to `root`.
        place: Where it is named.
    """
    if not path.isprintable():
        return (_unprintable(path, place),)
    read = read_file(root, path)
    if read.diagnostics:
        # What is wrong in the file is told there; that it is not there, at its name.
        return tuple(
            finding if finding.location and finding.location.line else blamed(finding, path, place)
            for finding in read.diagnostics
        )
    if len(read.documents) > 1:
        message = "a policy's schema is one document; this is a second one"
        return (Diagnostic("policy.schema", message, read.documents[1].places.at(())),)
    return read.documents[0]


def program_findings(root: Path, path: str, place: Location) -> tuple[Diagnostic, ...]:
    """Returns why a file is no program that can be run, as nought or one finding; the arguments are as above."""
    if not path.isprintable():
        return (_unprintable(path, place),)
    finding = why_not_run(root, path)
    return (blamed(finding, path, place),) if finding else ()


def _unprintable(path: str, place: Location) -> Diagnostic:
    return Diagnostic("load.name", f"{path!a} cannot be a file's name", place)
