"""What became of approved plans is told where they were approved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from builders import job_spec, key_of, plan_of
from conftest import Command
from fake_github import FakeGitHub, Reply
from plan_artifacts import archive_of

from gembatch.apply.applied import Applied
from gembatch.apply.outcomes import Outcome, Result
from gembatch.errors import GembatchError, UnfinishedError
from gembatch.github.approvals import artifact_name, sha256_of
from gembatch.github.comments import Marker, Shown, State, body_of
from gembatch.model.jobs import JobName
from gembatch.plan.approval import Request
from gembatch.plan.changes import Action
from gembatch.plan.planfile import dump_plan
from gembatch.report.outcomes_as_json import outcomes_as_json

WORKSPACE = """\
version: 1
name: reviews
specs: ["specs/*.yaml"]
environments:
  prod: {project: acme-prod, region: us-central1, lockfile: prod.lock.json}
"""
HEAD = "a" * 40

SUBMITTED = Outcome(key_of("daily"), Action.CREATE, Result.SUBMITTED, JobName("projects/1/x/7"), output="gs://b/out/")
REFUSED = Outcome(key_of("weekly"), Action.CREATE, Result.REFUSED, message="the spec moved since the plan")
REJECTED = Outcome(key_of("weekly"), Action.CREATE, Result.REJECTED, message="403: no access")


@pytest.fixture
def approved(
    fake: FakeGitHub, step: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gembatch: Command
):
    """Merges a pull request and fetches its plan; the number, and the file that an apply is given."""
    (tmp_path / "gembatch.yaml").write_text(WORKSPACE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    step(pull_requests="write", actions="read")
    plan = dump_plan(plan_of(job_spec("daily"), job_spec("weekly")), Request(), "0.1.0")
    number, run = fake.open_pull(HEAD), fake.add_run(HEAD)
    fake.upload(run, artifact_name("reviews", "prod"), archive_of(plan_json=plan, plan_md="The page\n"))
    fake.comment(number, body_of(Marker("reviews", "prod", State.PLANNED, Shown(HEAD, run, sha256_of(plan))), "Text"))
    fake.merge(number)
    gembatch("github", "approved", "-e", "prod", "--out", "plans")
    return number, f"plans/0001-{number}.json"


def recorded(gembatch: Command, applied: Applied | None) -> int:
    if applied:
        Path("outcomes.json").write_text(outcomes_as_json([applied], "0.1.0") + "\n", encoding="utf-8")
    result = gembatch("github", "record", "-e", "prod", "--plans", "plans", "--outcomes", "outcomes.json")
    assert "Traceback" not in result.err
    return result.code


def state_in(body: str) -> str:
    return body.split("state=")[1].split(maxsplit=1)[0]


def test_a_plan_that_was_carried_out_is_applied(fake: FakeGitHub, approved: tuple[int, str], gembatch: Command):
    number, plan = approved

    assert 0 == recorded(gembatch, Applied(plan, "reviews", "prod", "prod.lock.json", (SUBMITTED,)))
    (body,) = fake.comments_on(number)
    assert "applied" == state_in(body)
    assert [
        "### gembatch: `prod` of `reviews`",
        "",
        "**Applied for `prod` of `reviews`:** 1 submitted.",
        "",
        "<sub>Lockfile: `prod.lock.json`</sub>",
        "",
        "<details open><summary>Submitted: 1 job</summary>",
        "",
        "- `daily` → `gs://b/out/`  ",
        "  `projects/1/x/7`",
        "",
        "</details>",
        "",
        "<sub>Applied by [this run](https://github.com/acme/reviews/actions/runs/9000).</sub>",
        "",
        "<details><summary>The plan that was approved</summary>",
        "",
        "The page",
        "",
        "</details>",
    ] == body.splitlines()[1:]


def test_what_moved_needs_another_plan(fake: FakeGitHub, approved: tuple[int, str], gembatch: Command):
    number, plan = approved
    recorded(gembatch, Applied(plan, "reviews", "prod", "prod.lock.json", (SUBMITTED, REFUSED)))

    (body,) = fake.comments_on(number)
    assert "applied" == state_in(body)
    assert "**Applied, but for 1 job**, for which another plan is needed." in body
    assert "**refused** `weekly`: `the spec moved since the plan`" in body


@pytest.mark.parametrize(
    ("outcomes", "error"),
    [
        ((SUBMITTED, REJECTED), None),
        ((), GembatchError("no credentials", hint="log in")),
        ((SUBMITTED,), UnfinishedError("apply did not finish: interrupted")),
    ],
    ids=["rejected", "no credentials", "interrupted"],
)
def test_what_may_go_well_another_time_stays_approved(
    fake: FakeGitHub, approved: tuple[int, str], gembatch: Command, outcomes: tuple[Outcome, ...], error: GembatchError
):
    number, plan = approved
    recorded(gembatch, Applied(plan, "reviews", "prod", "prod.lock.json", outcomes, error))

    (body,) = fake.comments_on(number)
    assert "planned" == state_in(body)
    assert "**The apply is not finished.** The next run goes on from here, and submits nothing twice." in body
    assert '"environments": ["prod"]' in gembatch("github", "approved").out


def test_an_apply_that_was_killed_leaves_no_word(fake: FakeGitHub, approved: tuple[int, str], gembatch: Command):
    number, _ = approved

    assert 0 == recorded(gembatch, None)
    (body,) = fake.comments_on(number)
    assert "planned" == state_in(body)
    assert "**The apply was ended before it could tell how far it came.**" in body


def test_a_second_apply_tells_it_anew(fake: FakeGitHub, approved: tuple[int, str], gembatch: Command):
    number, plan = approved
    recorded(gembatch, Applied(plan, "reviews", "prod", "prod.lock.json", (REJECTED,)))
    recorded(gembatch, Applied(plan, "reviews", "prod", "prod.lock.json", (SUBMITTED,)))

    (body,) = fake.comments_on(number)
    assert "applied" == state_in(body)
    assert "Not done" not in body


def test_a_comment_that_was_deleted_is_not_made_again(fake: FakeGitHub, approved: tuple[int, str], gembatch: Command):
    number, plan = approved
    fake.comments.clear()

    assert 0 == recorded(gembatch, Applied(plan, "reviews", "prod", "prod.lock.json", (SUBMITTED,)))
    assert [] == fake.comments_on(number)


def test_ten_thousand_outcomes_fit_into_a_comment(fake: FakeGitHub, approved: tuple[int, str], gembatch: Command):
    number, plan = approved
    many = tuple(
        Outcome(key_of(f"job-{place}"), Action.CREATE, Result.SUBMITTED, JobName(f"projects/1/{place}"))
        for place in range(10_000)
    )
    recorded(gembatch, Applied(plan, "reviews", "prod", "prod.lock.json", many))

    (body,) = fake.comments_on(number)
    assert "10000 submitted" in body
    assert "**Left out for want of room:**" in body
    assert "The page" in body


@pytest.mark.parametrize("text", ["", "[]", '{"format": 2}', "\xff"])
def test_what_are_no_outcomes_are_refused(approved: tuple[int, str], gembatch: Command, text: str):
    Path("outcomes.json").write_text(text, encoding="latin-1")

    assert 1 == recorded(gembatch, None)


def test_github_that_is_away_is_an_error_and_the_plan_stays_approved(
    fake: FakeGitHub, approved: tuple[int, str], gembatch: Command
):
    number, plan = approved
    fake.fail("PATCH", Reply(404, {"message": "Not Found"}))

    assert 1 == recorded(gembatch, Applied(plan, "reviews", "prod", "prod.lock.json", (SUBMITTED,)))
    assert "planned" == state_in(fake.comments_on(number)[0])
