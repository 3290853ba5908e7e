"""For which environments there is something to plan."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from conftest import Command

WORKSPACE = """\
version: 1
name: reviews
specs: ["specs/*.yaml"]
defaultEnvironment: local
environments:
  local: {endpoint: embedded, project: demo, region: us-central1}
  dev: {project: acme-dev, region: us-central1, lockfile: dev.lock.json}
  prod: {project: acme-prod, region: us-central1, lockfile: prod.lock.json}
"""

SPEC = """\
displayName: daily
model: gemini-3.8-flash
input: gs://demo/rows.jsonl
output: gs://demo/daily/
environments:
  prod: {model: gemini-3.8-pro}
"""


@pytest.fixture
def head(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The checkout of a change, beside the one of its base."""
    base = tmp_path / "base"
    (base / "specs").mkdir(parents=True)
    (base / "gembatch.yaml").write_text(WORKSPACE, encoding="utf-8")
    (base / "specs" / "daily.yaml").write_text(SPEC, encoding="utf-8")
    shutil.copytree(base, tmp_path / "head")
    monkeypatch.chdir(tmp_path / "head")
    return tmp_path / "head"


def edit(root: Path, path: str, old: str, new: str) -> None:
    text = (root / path).read_text(encoding="utf-8")
    assert old in text
    (root / path).write_text(text.replace(old, new), encoding="utf-8")


def test_without_a_base_it_is_all_that_last(head: Path, gembatch: Command):
    assert '{"workspace": "reviews", "environments": ["dev", "prod"]}\n' == gembatch("github", "environments").out


def test_with_a_base_it_is_what_the_change_touches(head: Path, gembatch: Command):
    edit(head, "specs/daily.yaml", "gemini-3.8-pro", "gemini-4-argon")

    result = gembatch("github", "environments", "--base", "../base")
    assert ('{"workspace": "reviews", "environments": ["prod"]}\n', "prod: jobs\n") == (result.out, result.err)


def test_a_change_of_nothing_touches_nothing(head: Path, gembatch: Command):
    result = gembatch("github", "environments", "--base", "../base")

    assert ('{"workspace": "reviews", "environments": []}\n', "") == (result.out, result.err)


def test_an_environment_that_is_taken_out_cannot_be_planned(head: Path, gembatch: Command):
    edit(head, "gembatch.yaml", "  dev: {project: acme-dev, region: us-central1, lockfile: dev.lock.json}\n", "")

    result = gembatch("github", "environments", "--base", "../base")
    assert '{"workspace": "reviews", "environments": []}\n' == result.out
    assert "what runs in dev is left as it is: its lockfile still knows it\n" in result.err


def test_the_emulator_of_a_command_is_nothing_to_plan_for(head: Path, gembatch: Command):
    edit(head, "gembatch.yaml", "project: demo,", "project: demo-2,")

    result = gembatch("github", "environments", "--base", "../base")
    assert '{"workspace": "reviews", "environments": []}\n' == result.out
