"""The comment of a pull request follows its plans, push after push."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from builders import job_spec, plan_of
from conftest import Command
from fake_github import BOT, FakeGitHub, Reply
from plan_artifacts import archive_of

from gembatch.github.approvals import artifact_name
from gembatch.github.targets import Targets
from gembatch.plan.approval import Request
from gembatch.plan.planfile import dump_plan

FIRST, SECOND = "a" * 40, "b" * 40
PLAN = dump_plan(plan_of(job_spec("daily"), job_spec("weekly")), Request(), "0.1.0")
IDLE = dump_plan(plan_of(), Request(), "0.1.0")
PROD, NONE = Targets("reviews", ("prod",)).as_json(), Targets("reviews", ()).as_json()
NAME = artifact_name("reviews", "prod")

Comment = Callable[..., list[str]]


@pytest.fixture
def number(fake: FakeGitHub) -> int:
    return fake.open_pull(FIRST)


@pytest.fixture
def comment(fake: FakeGitHub, number: int, step: Callable[..., None], gembatch: Command) -> Comment:
    """Runs the command for the head of the pull request, after a run that left a plan; returns all comments."""

    def run(targets: str = PROD, *, head: str = FIRST, plan: str | None = PLAN, page: str = "The page", code: int = 0):
        identifier = fake.add_run(head)
        if plan is not None:
            fake.upload(identifier, NAME, archive_of(plan_json=plan, plan_md=page))
        event = {"pull_request": {**fake.pulls[number], "head": {"sha": head, "ref": "change", "repo": {"id": 4711}}}}
        step(identifier, event, pull_requests="write", actions="read")
        result = gembatch("github", "comment", targets)
        assert code == result.code, result.err
        return fake.comments_on(number)

    return run


@pytest.fixture
def in_a_step(fake: FakeGitHub, number: int, step: Callable[..., None], gembatch: Command) -> Command:
    """The command, in a step of a workflow for the pull request."""
    step(fake.add_run(FIRST), {"pull_request": fake.pulls[number]}, pull_requests="write", actions="read")
    return gembatch


def test_a_plan_is_shown(comment: Comment):
    (body,) = comment()

    marker, *told = body.splitlines()
    assert marker.startswith("<!-- gembatch workspace=reviews environment=prod state=planned head=aaaa")
    assert [
        "### gembatch: `prod` of `reviews`",
        "",
        "Merging this will **submit 2 jobs**, and do no more than is shown here.",
        "",
        "The page",
        "",
        "<sub>Planned for aaaaaaaaaaaa by [this run](https://github.com/acme/reviews/actions/runs/9000).</sub>",
    ] == told


def test_the_page_of_the_plan_is_one_click_away(fake: FakeGitHub, comment: Comment):
    comment()
    fake.upload(fake.add_run(FIRST), f"{NAME}.html", b"<!doctype html>")
    fake.runs.pop(9001)

    (body,) = comment()
    assert "All of it: [as a page](https://github.com/acme/reviews/actions/runs/9001/artifacts/101).</sub>\n" in body


def test_a_second_push_edits_the_comment(fake: FakeGitHub, number: int, comment: Comment):
    comment()
    fake.push(number, SECOND)

    (body,) = comment(head=SECOND, page="Another page")
    assert f"head={SECOND} run=9001" in body
    assert "Another page" in body
    assert "The page" not in body


def test_a_run_that_is_late_shows_nothing(fake: FakeGitHub, number: int, comment: Comment):
    fake.push(number, SECOND)

    assert [] == comment(head=FIRST)


def test_a_run_that_ends_after_the_merge_shows_nothing(fake: FakeGitHub, number: int, comment: Comment):
    fake.merge(number)

    assert [] == comment()


def test_what_is_shown_already_is_left_alone(fake: FakeGitHub, comment: Comment):
    comment()
    comment(NONE)
    comment(NONE)

    assert 1 == sum(asked.method == "PATCH" for asked in fake.asked)


@pytest.mark.parametrize(
    ("plan", "sentence", "code"),
    [
        (IDLE, "Merging this changes nothing here.", 0),
        ("", "**The plan was refused**, so merging this changes nothing here.", 1),
        (None, "Merging this as it is changes nothing here.", 1),
        ("{}", "Merging this as it is changes nothing here.", 1),
    ],
    ids=["idle", "refused", "missing", "hostile"],
)
def test_what_has_nothing_to_carry_out_approves_nothing(comment: Comment, plan: str | None, sentence: str, code: int):
    (body,) = comment(plan=plan, code=code)

    assert "<!-- gembatch workspace=reviews environment=prod state=nothing -->" == body.splitlines()[0]
    assert sentence in body


def test_an_environment_that_is_touched_no_more_says_so(fake: FakeGitHub, number: int, comment: Comment):
    comment()
    fake.push(number, SECOND)

    (body,) = comment(NONE, head=SECOND)
    assert "state=nothing -->" in body
    assert "This pull request does not touch this environment any more." in body


def test_a_pull_request_that_touches_nothing_gets_no_comment(comment: Comment):
    assert [] == comment(NONE)


def test_a_marker_that_somebody_else_pasted_is_left_alone(fake: FakeGitHub, number: int, comment: Comment):
    comment()
    ours = fake.comments.pop()
    pasted = fake.comment(number, str(ours["body"]), author="mallory")

    comment()
    assert [("mallory", pasted), (BOT, pasted + 1)] == [(made["user"]["login"], made["id"]) for made in fake.comments]


def test_ten_thousand_changes_fit_into_a_comment(comment: Comment):
    plan = dump_plan(plan_of(*(job_spec(f"job-{number}") for number in range(10_000))), Request(), "0.1.0")

    (body,) = comment(plan=plan, page="x" * 60_000)
    assert "Merging this will **submit 10000 jobs**" in body


def test_a_page_without_end_is_left_out_of_the_comment(comment: Comment):
    (body,) = comment(page="x" * 100_000)

    assert "Merging this will **submit 2 jobs**" in body
    assert "_The rest has no room in a comment: the summary of the run has all of it._" in body


def test_what_github_does_wrong_is_one_sentence(fake: FakeGitHub, comment: Comment, gembatch: Command):
    fake.fail("POST", Reply(404, {"message": "Not Found\x1b[2J\n::error::no"}))

    assert [] == comment(code=1)
    fake.fail("POST", Reply(404, {"message": "Not Found\x1b[2J\n::error::no"}))
    result = gembatch("github", "comment", PROD)
    path = "POST /repos/acme/reviews/issues/17/comments"
    assert f"error: {path}: GitHub answered 404: Not Found\\u001b[2J\\u000a::error::no\n" == result.err.split("hint")[0]


def test_a_page_in_place_of_the_answer_is_no_comment(fake: FakeGitHub, comment: Comment):
    fake.fail("POST", Reply(200, text="<html>Log in</html>"))

    comment(code=1)


@pytest.mark.parametrize(
    ("variable", "code", "message"),
    [
        ("GITHUB_RUN_ID=9000; rm", 2, "error: GITHUB_RUN_ID is '9000; rm', which is no number\n"),
        ("GITHUB_EVENT_PATH=/nowhere", 1, "error: cannot read the event at /nowhere: "),
        ("GITHUB_API_URL=http://api.evil.example", 1, "and a token is sent to https addresses alone\n"),
    ],
)
def test_an_environment_that_cannot_be_is_one_sentence(
    in_a_step: Command, monkeypatch: pytest.MonkeyPatch, variable: str, code: int, message: str
):
    name, _, value = variable.partition("=")
    monkeypatch.setenv(name, value)

    result = in_a_step("github", "comment", PROD)
    assert code == result.code
    assert message in result.err
