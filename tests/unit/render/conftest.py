"""Documents as the YAML reader makes them, and the variables of one workspace on one day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from gembatch.load.workspace import workspace_from
from gembatch.load.yaml_reader import read_text
from gembatch.model.diagnostics import Diagnostic
from gembatch.model.document import Document, Json, Source
from gembatch.render.expand import expand
from gembatch.render.variables import Variables, resolve_variables

INSTANT = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)

WORKSPACE = """\
version: 1
name: reviews
specs: ["specs/**/*.yaml"]
variables:
  bucket: {type: string}
  count: {type: number, default: 3}
  share: {type: number, default: 0.2}
  on: {type: boolean, default: true}
  nothing: {type: string, default: null}
  langs: {type: list, default: [de, fr]}
  limits: {type: map, default: {low: 1, deep: {top: x}}}
  since: {type: date, default: "2026-01-31"}
environments:
  prod: {project: acme, region: global, variables: {bucket: acme-batch}}
"""


def _read(text: str, path: str) -> Document:
    read = read_text(Source(path, text))
    assert () == read.diagnostics
    return read.documents[0]


@pytest.fixture
def document() -> Callable[[str], Document]:
    """Reads one job document."""
    return lambda text: _read(text, "specs/job.yaml")


@pytest.fixture
def workspace_document() -> Callable[[str], Document]:
    """Reads one `gembatch.yaml`."""
    return lambda text: _read(text, "gembatch.yaml")


@pytest.fixture(scope="session")
def variables() -> Variables:
    """The variables of `WORKSPACE`, on a Sunday."""
    workspace = workspace_from(_read(WORKSPACE, "gembatch.yaml"))
    resolved, diagnostics = resolve_variables(workspace, workspace.environments["prod"], (), INSTANT)
    assert () == diagnostics
    return resolved


@pytest.fixture
def evaluate(variables: Variables) -> Callable[[str], Json]:
    """Gives the value of a leaf's text."""

    def evaluated(leaf: str) -> Json:
        rendered, diagnostics = expand(_leaf(leaf), variables)
        assert () == diagnostics
        data = rendered[0].document.data
        assert isinstance(data, dict)
        return data["leaf"]

    return evaluated


@pytest.fixture
def fail(variables: Variables) -> Callable[[str], Diagnostic]:
    """Gives the one finding in a leaf's text."""

    def failed(leaf: str) -> Diagnostic:
        rendered, diagnostics = expand(_leaf(leaf), variables)
        assert () == rendered
        (diagnostic,) = diagnostics
        return diagnostic

    return failed


def _leaf(text: str) -> Document:
    quoted = "'" + text.replace("'", "''") + "'"
    return _read(f"leaf: {quoted}\n", "specs/job.yaml")
