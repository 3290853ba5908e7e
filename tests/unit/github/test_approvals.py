"""Which merged pull requests have a plan to be applied: the one that people saw, from the run of the last commit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from time import time

import pytest
from builders import job_spec, plan_of
from fake_github import FORK_ID, REPOSITORY, FakeGitHub
from plan_artifacts import archive_of

from gembatch.errors import ArtifactError
from gembatch.github.api import GitHub
from gembatch.github.approvals import WINDOW, artifact_name, sha256_of
from gembatch.github.approved import SavedPlan, approved_plan, latest_plan, merged_with_comments
from gembatch.github.comments import Marker, Shown, State, body_of
from gembatch.plan.approval import Request
from gembatch.plan.planfile import dump_plan

HEAD, OTHER = "a" * 40, "0" * 40
PLAN = dump_plan(plan_of(job_spec()), Request(), "0.1.0")
NAME = artifact_name("reviews", "prod")
PREFIX = f"/repos/{REPOSITORY}"


def archive(plan: str = PLAN, page: str = "# Plan") -> bytes:
    return archive_of(plan_json=plan, plan_md=page)


@dataclass
class Story:
    """A pull request, its run, the plan that the run left, and our comment that shows it."""

    fake: FakeGitHub
    github: GitHub

    def planned(self, head: str = HEAD, plan: str = PLAN, **shown: object) -> int:
        number = self.fake.open_pull(head)
        run = self.fake.add_run(head)
        self.fake.upload(run, NAME, archive(plan))
        told = Shown(**{"head": head, "run": run, "sha256": sha256_of(plan), **shown})
        self.fake.comment(number, body_of(Marker("reviews", "prod", State.PLANNED, told), "Text"))
        return number

    def merged(self, **shown: object) -> int:
        number = self.planned(**shown)
        self.fake.merge(number)
        return number

    def waiting(self, branch: str = "main", now: datetime | None = None) -> list[int]:
        now = now or datetime.fromtimestamp(time(), UTC)
        found = merged_with_comments(self.github, workspace="reviews", environments=["prod"], branch=branch, now=now)
        return [item.pull_request.number for item in found]

    def verdict(self) -> SavedPlan | str:
        now = datetime.fromtimestamp(time(), UTC)
        (waiting,) = merged_with_comments(
            self.github, workspace="reviews", environments=["prod"], branch="main", now=now
        )
        return approved_plan(self.github, waiting)


@pytest.fixture
def story(fake: FakeGitHub, github: GitHub) -> Story:
    return Story(fake, github)


def test_a_merged_plan_is_approved(story: Story):
    story.merged()

    plan = story.verdict()
    assert isinstance(plan, SavedPlan)
    assert (PLAN, "# Plan") == (plan.text, plan.page)
    assert plan.approval is not None
    assert ["daily"] == [key.display_name for key in plan.approval.changes]


def test_plans_come_in_the_order_in_which_they_were_merged(story: Story):
    first, second, third = story.planned(), story.planned(), story.planned()
    for number in (second, third, first):
        story.fake.merge(number)

    assert [second, third, first] == story.waiting()


def test_only_what_was_merged_into_the_branch_lately_waits(story: Story):
    story.planned()
    closed = story.planned()
    story.fake.pulls[closed]["state"] = "closed"
    elsewhere = story.merged()
    story.fake.pulls[elsewhere]["base"] = {"ref": "release", "repo": {"id": 4711}}
    uncommented = story.fake.open_pull(HEAD)
    story.fake.merge(uncommented)
    here = story.merged()

    assert [here] == story.waiting()
    assert [elsewhere] == story.waiting(branch="release")
    assert [] == story.waiting(now=datetime.fromtimestamp(time(), UTC) + WINDOW)


def test_what_is_older_is_not_even_listed(story: Story):
    """Listings cost requests, of which a repository has a thousand an hour."""
    story.fake.page_size = 1
    for _ in range(3):
        story.merged()
    later = datetime.fromtimestamp(time(), UTC) + WINDOW + timedelta(days=1)

    assert [] == story.waiting(now=later)
    assert ["/actions/artifacts"] * 3 + ["/pulls"] == [asked.path.removeprefix(PREFIX) for asked in story.fake.asked]


def test_comments_are_asked_for_only_where_a_plan_is_kept(story: Story):
    """A repository of many merges has few that are about its jobs."""
    for place in range(30):
        number = story.fake.open_pull(HEAD, branch=f"other-{place}")
        story.fake.merge(number)
    here = story.merged()

    assert [here] == story.waiting()
    assert 3 == len(story.fake.asked)


def elsewhere(story: Story, number: int) -> None:
    story.fake.pulls[number]["head"] = {"sha": HEAD, "ref": "change", "repo": {"id": FORK_ID}}


def pushed_again(story: Story, number: int) -> None:
    story.fake.push(number, OTHER)


def shows_nothing(story: Story, _number: int) -> None:
    story.fake.comments[0]["body"] = body_of(Marker("reviews", "prod", State.PLANNED), "Text")


def run_changed(**fields: object) -> Callable[[Story, int], None]:
    def change(story: Story, _number: int) -> None:
        story.fake.runs[9000] |= fields

    return change


def artifact_changed(**fields: object) -> Callable[[Story, int], None]:
    def change(story: Story, _number: int) -> None:
        story.fake.artifacts[100] |= fields

    return change


def another_has_the_name(story: Story, _number: int) -> None:
    """The artifact is one of another run for the same branch."""
    story.fake.artifacts[100]["workflow_run"] = {"id": story.fake.add_run(OTHER), "head_branch": "change"}


def archive_changed(data: bytes) -> Callable[[Story, int], None]:
    def change(story: Story, _number: int) -> None:
        story.fake.archives[100] = data

    return change


EDITED = dump_plan(plan_of(job_spec(prompt="v2")), Request(max_submissions=1000), "0.1.0")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (elsewhere, "it comes from a fork, whose plans are not kept"),
        (pushed_again, "the plan that was shown is not one of its last commit"),
        (shows_nothing, "the plan that was shown is not one of its last commit"),
        (run_changed(event="push"), "the run 9000 that its comment names is not one of its last commit"),
        (run_changed(head_sha=OTHER), "the run 9000 that its comment names is not one of its last commit"),
        (run_changed(repository={"id": 1}), "the run 9000 that its comment names is not one of its last commit"),
        (run_changed(head_repository={"id": 1}), "the run 9000 that its comment names is not one of its last commit"),
        (run_changed(head_repository=None), "the run 9000 that its comment names is not one of its last commit"),
        (artifact_changed(expired=True), "its plan is not kept any more"),
        (another_has_the_name, "its plan is not kept any more"),
        (
            artifact_changed(created_at="2099-01-01T00:00:00Z"),
            "it was merged before its plan was there, so nobody can have read it",
        ),
        (archive_changed(archive(EDITED)), "the plan that its run left is not the one that was shown"),
        (archive_changed(archive(PLAN + " ")), "the plan that its run left is not the one that was shown"),
    ],
)
def test_a_plan_that_nobody_can_have_approved_says_why(story: Story, change: Callable[[Story, int], None], why: str):
    change(story, story.merged())

    assert why == story.verdict()


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        ("{}", ": cannot read the plan plan.json: the plan lacks `format`"),
        (
            dump_plan(replace(plan_of(job_spec()), environment="dev"), Request(), "0.1.0"),
            " has a plan for `dev` of `reviews`",
        ),
        (
            dump_plan(replace(plan_of(job_spec()), workspace="other"), Request(), "0.1.0"),
            " has a plan for `prod` of `other`",
        ),
    ],
)
def test_what_is_no_plan_for_this_environment_is_left(story: Story, plan: str, message: str):
    story.merged(plan=plan)

    assert f"gembatch-plan-reviews-prod{message}" == story.verdict()
    with pytest.raises(ArtifactError):
        latest_plan(story.github, 9000, workspace="reviews", environment="prod")


def test_of_a_run_that_was_repeated_the_last_plan_counts(story: Story):
    story.planned()
    story.fake.upload(9000, NAME, archive(EDITED))

    plan = latest_plan(story.github, 9000, workspace="reviews", environment="prod")
    assert plan is not None
    assert EDITED == plan.text


def test_a_run_without_a_plan_has_none(story: Story):
    run = story.fake.add_run(HEAD)

    assert None is latest_plan(story.github, run, workspace="reviews", environment="prod")


def test_a_plan_that_was_refused_has_its_page_alone(story: Story):
    run = story.fake.add_run(HEAD)
    story.fake.upload(run, NAME, archive(plan="", page="too much"))

    assert SavedPlan("", "too much") == latest_plan(story.github, run, workspace="reviews", environment="prod")
