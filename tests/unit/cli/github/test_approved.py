"""The plans that wait: as names for a matrix, and as files in the order in which they were merged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from builders import job_spec, plan_of
from conftest import Command
from fake_github import FakeGitHub
from plan_artifacts import archive_of

from gembatch.github.approvals import artifact_name, sha256_of
from gembatch.github.comments import Marker, Shown, State, body_of
from gembatch.github.plan_files import plan_files
from gembatch.plan.approval import Request
from gembatch.plan.planfile import dump_plan

WORKSPACE = """\
version: 1
name: reviews
specs: ["specs/*.yaml"]
environments:
  dev: {project: acme-dev, region: us-central1, lockfile: dev.lock.json}
  prod: {project: acme-prod, region: us-central1, lockfile: prod.lock.json}
"""
HEAD = "a" * 40


def merged(fake: FakeGitHub, name: str = "daily", *, environment: str = "prod", state: State = State.PLANNED) -> int:
    plan = dump_plan(replace(plan_of(job_spec(name)), environment=environment), Request(), "0.1.0")
    number, run = fake.open_pull(HEAD), fake.add_run(HEAD)
    fake.upload(run, artifact_name("reviews", environment), archive_of(plan_json=plan, plan_md=f"Page of {name}"))
    marker = Marker("reviews", environment, state, Shown(HEAD, run, sha256_of(plan)))
    fake.comment(number, body_of(marker, "Text"))
    fake.merge(number)
    return number


@pytest.fixture
def workspace(tmp_path: Path, step: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tip of the branch, in a job that may read and no more."""
    (tmp_path / "tip").mkdir()
    (tmp_path / "tip" / "gembatch.yaml").write_text(WORKSPACE, encoding="utf-8")
    monkeypatch.chdir(tmp_path / "tip")
    step(pull_requests="read", actions="read")
    return tmp_path / "tip"


def test_environments_with_a_plan_are_named_in_the_order_of_the_workspace(
    fake: FakeGitHub, workspace: Path, gembatch: Command
):
    first, second = merged(fake), merged(fake, environment="dev")

    result = gembatch("github", "approved")
    assert '{"workspace": "reviews", "environments": ["dev", "prod"]}\n' == result.out
    assert f"prod: #{first} waits to be applied\ndev: #{second} waits to be applied\n" == result.err


def test_where_nothing_waits_nothing_is_named(fake: FakeGitHub, workspace: Path, gembatch: Command):
    merged(fake, state=State.APPLIED)
    merged(fake, state=State.ENDED)
    merged(fake, state=State.NOTHING)

    result = gembatch("github", "approved")
    assert ('{"workspace": "reviews", "environments": []}\n', "") == (result.out, result.err)


def test_plans_are_written_in_the_order_in_which_they_were_merged(fake: FakeGitHub, workspace: Path, gembatch: Command):
    numbers = [merged(fake, "daily"), merged(fake, "weekly"), merged(fake, environment="dev")]

    gembatch("github", "approved", "-e", "prod", "--out", "plans")
    files = plan_files(Path("plans"))
    assert numbers[:2] == [file.pull_request for file in files]
    assert ["Page of daily", "Page of weekly"] == [file.page for file in files]
    assert [f"0001-{numbers[0]}.json", f"0002-{numbers[1]}.json"] == [file.path.name for file in files]


def test_a_plan_that_is_not_what_was_shown_is_left_and_the_others_are_not(
    fake: FakeGitHub, workspace: Path, gembatch: Command
):
    edited, good = merged(fake), merged(fake)
    fake.archives[100] = archive_of(plan_json=dump_plan(plan_of(job_spec("evil")), Request(), "0.1.0"), plan_md="")

    result = gembatch("github", "approved", "-e", "prod", "--out", "plans")
    assert f"prod: #{edited} is left: the plan that its run left is not the one that was shown\n" in result.err
    assert [good] == [file.pull_request for file in plan_files(Path("plans"))]


def test_files_are_for_one_environment(workspace: Path, gembatch: Command):
    result = gembatch("github", "approved", "--out", "plans")

    assert (2, "error: --out is for one environment\nhint: name it with -e ENV\n") == (result.code, result.err)


def test_a_job_that_may_not_ask_says_what_it_lacks(
    fake: FakeGitHub, workspace: Path, step: Callable[..., None], gembatch: Command
):
    merged(fake)
    step(pull_requests="read")

    result = gembatch("github", "approved")
    assert 1 == result.code
    assert "hint: the job's `permissions` lack what this request needs: actions=read\n" in result.err


@pytest.mark.parametrize("name", ["GITHUB_TOKEN", "GITHUB_API_URL", "GITHUB_REPOSITORY", "GITHUB_REF_NAME"])
def test_outside_of_a_job_it_says_so(workspace: Path, gembatch: Command, monkeypatch: pytest.MonkeyPatch, name: str):
    monkeypatch.delenv(name)

    result = gembatch("github", "approved")
    assert 2 == result.code
    assert f"error: {name} is not set\nhint: `gembatch github` is for steps of GitHub Actions" in result.err
