"""The end of the story is told on the pull request that it began with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from builders import FAILED, RUNNING, SUCCEEDED, entry, job_spec, lockfile, plan_of
from conftest import Command
from fake_github import FakeGitHub
from plan_artifacts import archive_of

from gembatch.github.approvals import artifact_name, sha256_of
from gembatch.github.comments import Marker, Shown, State, body_of
from gembatch.lock.codec import dump_lockfile
from gembatch.lock.lockfile import LockEntry
from gembatch.model.jobs import RowCounts
from gembatch.plan.approval import Request
from gembatch.plan.planfile import dump_plan

WORKSPACE = """\
version: 1
name: reviews
specs: ["specs/*.yaml"]
environments:
  prod: {project: acme-prod, region: us-central1, lockfile: prod.lock.json}
"""
HEAD = "a" * 40
DAILY, WEEKLY = job_spec("daily"), job_spec("weekly")
PLAN = dump_plan(plan_of(DAILY, WEEKLY), Request(), "0.1.0")


@dataclass
class Closing:
    """A pull request whose plan was merged, in some state."""

    fake: FakeGitHub
    gembatch: Command
    step: Callable[..., None]

    def told(self, *jobs: LockEntry, state: State = State.APPLIED) -> tuple[str, str]:
        """What the comment and the summary say after a run, with those jobs in the lockfile."""
        number, run = self.fake.open_pull(HEAD), self.fake.add_run(HEAD)
        self.fake.upload(run, artifact_name("reviews", "prod"), archive_of(plan_json=PLAN, plan_md="The page"))
        shown = Shown(HEAD, run, sha256_of(PLAN))
        self.fake.comment(number, body_of(Marker("reviews", "prod", state, shown), "Before"))
        self.fake.merge(number)
        return self.again(number, *jobs)

    def again(self, number: int, *jobs: LockEntry) -> tuple[str, str]:
        Path("prod.lock.json").write_text(dump_lockfile(lockfile(*jobs)), encoding="utf-8")
        result = self.gembatch("github", "close", "-e", "prod")
        assert 0 == result.code, result.err
        return self.fake.comments_on(number)[0], result.out


@pytest.fixture
def closing(
    fake: FakeGitHub, step: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gembatch: Command
) -> Closing:
    (tmp_path / "gembatch.yaml").write_text(WORKSPACE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    step(pull_requests="write", actions="read")
    return Closing(fake, gembatch, step)


def state_in(body: str) -> str:
    return body.split("state=")[1].split(maxsplit=1)[0]


def test_while_jobs_run_the_comment_says_how_they_stand(closing: Closing):
    rows = RowCounts(successful=198, failed=2)
    body, told = closing.told(entry(DAILY, 1, SUCCEEDED, rows=rows, output="gs://b/out/1/"), entry(WEEKLY, 2, RUNNING))

    assert "applied" == state_in(body)
    assert "### Pull requests in `prod`\n\n- #17: **Jobs run:** 1 succeeded, 1 running.\n" == told
    assert [
        "**Jobs run:** 1 succeeded, 1 running.",
        "",
        "- **running** `weekly` · predictions in `gs://out/weekly/`",
        "- **succeeded** `daily` · 198 ok, 2 failed · predictions in `gs://b/out/1/`",
    ] == body.splitlines()[3:7]
    assert "<details><summary>The plan that was approved</summary>\n\nThe page\n\n</details>" in body


def test_when_all_have_ended_the_story_ends(closing: Closing):
    body, told = closing.told(entry(DAILY, 1, SUCCEEDED), entry(WEEKLY, 2, FAILED, error="quota `exceeded` @acme"))

    assert "ended" == state_in(body)
    assert "- #17: **All jobs have ended:** 1 succeeded, 1 failed.\n" in told
    failed = "- **failed** `weekly` · ``quota `exceeded` @acme`` · predictions in `gs://out/weekly/`"
    assert body.index(failed) < body.index("- **succeeded** `daily`")


def test_a_story_that_ended_is_left_alone(closing: Closing):
    closing.told(entry(DAILY, 1, SUCCEEDED), entry(WEEKLY, 2, SUCCEEDED))
    edits = len(closing.fake.asked)

    _, told = closing.again(17, entry(DAILY, 1, SUCCEEDED), entry(WEEKLY, 2, SUCCEEDED))
    assert "### Pull requests in `prod`\n\nNo merged pull request waits for anything.\n" == told
    assert not any(asked.method == "PATCH" for asked in closing.fake.asked[edits:])


def test_what_was_never_submitted_is_waited_for_by_nobody(closing: Closing):
    body, _ = closing.told(entry(DAILY, 1, SUCCEEDED))

    assert "ended" == state_in(body)
    assert "**All jobs have ended:** 1 succeeded, 1 not submitted." in body


def test_what_is_approved_and_not_applied_is_reported(closing: Closing):
    body, told = closing.told(state=State.PLANNED)

    assert "planned" == state_in(body)
    assert "- #17: approved, and not applied yet\n" in told


def test_what_can_never_be_applied_says_so_once(closing: Closing, fake: FakeGitHub):
    number = fake.open_pull(HEAD)
    marker = Marker("reviews", "prod", State.PLANNED, Shown("b" * 40, 1, "c" * 64))
    fake.comment(number, body_of(marker, "Before"))
    fake.upload(fake.add_run("b" * 40), artifact_name("reviews", "prod"), archive_of(plan_json=PLAN))
    fake.merge(number)

    body, told = closing.again(number)
    assert "nothing" == state_in(body)
    assert "**Not applied:** the plan that was shown is not one of its last commit." in body
    assert f"- #{number}: not applied: the plan that was shown is not one of its last commit\n" in told
    assert "No merged pull request waits for anything." in closing.again(number)[1]


def test_an_applied_plan_that_is_not_kept_any_more_leaves_the_comment_as_it_is(closing: Closing, fake: FakeGitHub):
    closing.told(entry(DAILY, 1, RUNNING), entry(WEEKLY, 2, RUNNING))
    fake.artifacts[100]["expired"] = True
    before = fake.comments_on(17)

    _, told = closing.again(17, entry(DAILY, 1, SUCCEEDED), entry(WEEKLY, 2, SUCCEEDED))
    assert before == fake.comments_on(17)
    assert "- #17: applied; its plan is not kept any more\n" in told
