"""Documents as the rooms before this one make them: read from YAML, merged, rendered."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from gembatch.load.workspace import workspace_from
from gembatch.load.yaml_reader import read_text
from gembatch.model.diagnostics import Diagnostic
from gembatch.model.document import Document, Rendered, Source
from gembatch.model.jobs import JobSpec
from gembatch.model.workspace import Workspace
from gembatch.render.expand import expand
from gembatch.render.variables import resolve_variables
from gembatch.validate.build import build_job
from gembatch.validate.rules import check_jobs
from gembatch.validate.schema import Schema, prepare, rendered_check

SCHEMAS = Path(__file__).parents[3] / "schemas"

WORKSPACE = """\
version: 1
name: reviews
specs: ["specs/*.yaml"]
environments:
  local: {endpoint: embedded, project: demo, region: us-central1, staging: gs://demo-bucket/staging}
"""


def schema(name: str) -> Schema:
    return prepare(json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8")))


@pytest.fixture(scope="session")
def job_schema() -> Schema:
    return schema("job")


@pytest.fixture(scope="session")
def workspace_schema() -> Schema:
    return schema("workspace")


def documents_of(text: str, path: str = "specs/jobs.yaml") -> tuple[Document, ...]:
    read = read_text(Source(path, text))
    assert () == read.diagnostics
    return read.documents


@pytest.fixture(scope="session")
def read() -> Callable[[str], Document]:
    def read_one(text: str) -> Document:
        (document,) = documents_of(text)
        return document

    return read_one


@pytest.fixture(scope="session")
def workspace() -> Workspace:
    (document,) = documents_of(WORKSPACE, "gembatch.yaml")
    return workspace_from(document)


@pytest.fixture(scope="session")
def render(workspace: Workspace, job_schema: Schema) -> Callable[[str], tuple[Rendered, ...]]:
    """Every combination of every document of a text, on 22 November 2026; all fit the schema."""
    instant = dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC)
    variables, _ = resolve_variables(workspace, workspace.environments["local"], (), instant)

    def render_all(text: str) -> tuple[Rendered, ...]:
        found = [expand(document, variables) for document in documents_of(text)]
        rendered = tuple(instance for instances, _ in found for instance in instances)
        assert [] == [finding for _, findings in found for finding in findings]
        assert [] == [finding for instance in rendered for finding in rendered_check(instance, job_schema)]
        return rendered

    return render_all


@pytest.fixture(scope="session")
def build(workspace: Workspace, render: Callable[[str], tuple[Rendered, ...]]) -> Callable[[str], JobSpec]:
    """The one job of a text that stages nothing."""

    def build_one(text: str) -> JobSpec:
        (rendered,) = render(text)
        return build_job(rendered, workspace=workspace, environment=workspace.environments["local"], staged={})

    return build_one


@pytest.fixture(scope="session")
def check(workspace: Workspace, render: Callable[[str], tuple[Rendered, ...]]) -> Callable[..., tuple[Diagnostic, ...]]:
    """What the rules say about all jobs of a text."""

    def check_all(
        text: str,
        *,
        staging: str | None = "gs://demo-bucket/staging",
        region: str = "us-central1",
        endpoint: str | None = "embedded",
        today: dt.date = dt.date(2026, 11, 22),
    ) -> tuple[Diagnostic, ...]:
        local = workspace.environments["local"]
        environment = replace(local, staging=staging, region=region, endpoint=endpoint)
        return check_jobs(render(text), environment=environment, today=today)

    return check_all


def underlined(finding: Diagnostic) -> str:
    """The part of the source line under which the caret stands."""
    assert finding.location is not None
    start = finding.location.column - 1
    return finding.location.text[start : start + finding.location.length]


def told(findings: Sequence[Diagnostic]) -> list[tuple[str, str, str, str | None]]:
    """Findings as rule, underlined text, message and hint."""
    return [(each.rule, underlined(each), each.message, each.hint) for each in findings]


@pytest.fixture(scope="session")
def tell() -> Callable[[Sequence[Diagnostic]], list[tuple[str, str, str, str | None]]]:
    return told
