"""No input ends in anything but findings, and every finding can be shown.

A few thousand inputs are part of every run. For a long one, on other inputs than any before it:

    GEMBATCH_FUZZ_INPUTS=200000 GEMBATCH_FUZZ_SEED=7 python -m pytest tests/safety/test_fuzz.py -m ""

The assertion names the seed of the one input that failed.
"""

from __future__ import annotations

import json
import os
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pytest
from safety.noise import Noise

from gembatch.errors import InvalidSpecsError, UsageError
from gembatch.load.workspace import workspace_from
from gembatch.load.yaml_reader import read_text
from gembatch.model.diagnostics import Diagnostic
from gembatch.model.document import Source
from gembatch.pipeline.desire import desired_jobs
from gembatch.pipeline.run import Run
from gembatch.render.expand import expand
from gembatch.render.variables import Variables, resolve_variables
from gembatch.report.as_json import findings_as_json
from gembatch.report.findings_as_github import findings_as_github
from gembatch.report.findings_as_text import findings_as_text

INSTANT = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)

WORKSPACE = """\
version: 1
name: reviews
specs: ["specs/*.yaml"]
variables:
  topic: {type: string, default: mood}
  share: {type: number, default: 0.2}
  on: {type: boolean, default: true}
  nothing: {type: string, default: null}
  langs: {type: list, default: [de, fr]}
  limits: {type: map, default: {low: 1, deep: {top: x}}}
environments:
  prod: {project: acme, region: global, staging: gs://demo-bucket/staging}
"""

INPUTS = int(os.environ.get("GEMBATCH_FUZZ_INPUTS", "0"))
SEED = int(os.environ.get("GEMBATCH_FUZZ_SEED", "0"))

FEW = range(SEED, SEED + 300)
MANY = range(SEED + 300, SEED + (INPUTS // 2 or 3_000))


@pytest.fixture
def run(tmp_path: Path) -> Run:
    workspace = workspace_from(read_text(Source("gembatch.yaml", WORKSPACE)).documents[0])
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "_base.yaml").write_text("labels: {team: search}\n", encoding="utf-8")
    (tmp_path / "t.csv").write_text("formal\nplain\n", encoding="utf-8")
    return Run(tmp_path, workspace, workspace.environments["prod"], INSTANT)


@pytest.fixture
def variables(run: Run) -> Variables:
    return resolve_variables(run.workspace, run.environment, (), INSTANT)[0]


def test_a_broken_spec_ends_in_findings(run: Run) -> None:
    _break_specs(run, FEW)


@pytest.mark.slow
def test_very_many_broken_specs_end_in_findings(run: Run) -> None:
    _break_specs(run, MANY)


def test_a_broken_expression_ends_in_findings(variables: Variables) -> None:
    _break_expressions(variables, FEW)


@pytest.mark.slow
def test_very_many_broken_expressions_end_in_findings(variables: Variables) -> None:
    _break_expressions(variables, MANY)


def _break_specs(run: Run, seeds: range) -> None:
    for seed in seeds:
        text = Noise(seed).spec()
        (run.root / "specs" / "job.yaml").write_bytes(text.encode())
        try:
            findings = desired_jobs(run).diagnostics
        except (InvalidSpecsError, UsageError):
            continue
        except Exception as error:
            raise AssertionError(f"seed {seed}: {text!r}") from error
        _can_be_shown(findings, f"seed {seed}: {text!r}")


def _break_expressions(variables: Variables, seeds: range) -> None:
    for seed in seeds:
        leaf = Noise(seed).leaf()
        quoted = json.dumps(leaf)
        for document in read_text(Source("a.yaml", f"leaf: {quoted}\n")).documents:
            try:
                _, findings = expand(document, variables)
            except Exception as error:
                raise AssertionError(f"seed {seed}: {leaf!r}") from error
            _can_be_shown(findings, f"seed {seed}: {leaf!r}")


def _can_be_shown(findings: tuple[Diagnostic, ...], where: str) -> None:
    shown = findings_as_text(findings) + findings_as_github(findings, "")
    json.loads(findings_as_json(findings))

    unseen = {each for each in shown if each != "\n" and unicodedata.category(each) in {"Cc", "Cs", "Zl", "Zp"}}
    assert set() == unseen, where
    for finding in findings:
        place = finding.location
        assert finding.message, where
        assert place is None or 0 <= place.column <= len(place.text) + 1, where
