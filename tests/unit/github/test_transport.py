"""What GitHub may answer besides an answer: it is waited for, or it is one sentence that holds no secret."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest
from fake_github import REPOSITORY, FakeGitHub, Reply

from gembatch.errors import GitHubError
from gembatch.github.api import MOST_PAGES, GitHub
from gembatch.github.runs import Artifact
from gembatch.github.transport import LONGEST_WAIT, Transport

HTML = Reply(502, text="<html><h1>Unicorn!</h1></html>")
HEAD = "a" * 40


@pytest.fixture
def number(fake: FakeGitHub) -> int:
    return fake.open_pull(HEAD)


def requests(fake: FakeGitHub) -> list[str]:
    return [f"{asked.method} {asked.path.removeprefix(f'/repos/{REPOSITORY}')}" for asked in fake.asked]


def test_a_fault_of_the_server_is_asked_again(fake: FakeGitHub, github: GitHub, slept: list[float], number: int):
    fake.fail("GET", HTML, Reply(503, {"message": "busy"}))

    assert HEAD == github.pull_request(number).head
    assert [1.0, 4.0] == slept


def test_a_fault_that_stays_is_an_error(fake: FakeGitHub, github: GitHub, number: int):
    fake.fail("GET", HTML, HTML, HTML, HTML)

    with pytest.raises(GitHubError) as told:
        github.pull_request(number)
    assert f"GET /repos/acme/reviews/pulls/{number}: GitHub answered 502" == str(told.value)
    assert "nothing is lost: run the job again" == told.value.hint


def test_what_makes_something_is_sent_once(fake: FakeGitHub, github: GitHub, number: int):
    fake.fail("POST", HTML)

    with pytest.raises(GitHubError, match="GitHub answered 502"):
        github.create_comment(number, "text")
    assert [f"POST /issues/{number}/comments"] == requests(fake)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "reply",
    [
        Reply(429, {"message": "slow down"}, {"retry-after": "7"}),
        Reply(403, {"message": "You have exceeded a secondary rate limit"}, {"retry-after": "7"}),
        Reply(
            403,
            {"message": "API rate limit exceeded"},
            {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1795651207", "date": "Thu, 26 Nov 2026 00:00:00 GMT"},
        ),
    ],
)
def test_what_is_throttled_is_sent_again_when_github_says(
    fake: FakeGitHub, github: GitHub, slept: list[float], method: str, reply: Reply
):
    fake.fail(method, reply)

    _ = list(github.comments(17)) if method == "GET" else github.create_comment(17, "text")
    assert [7.0] == slept


def test_a_throttle_that_names_no_time_is_waited_for_a_minute(
    fake: FakeGitHub, github: GitHub, slept: list[float], number: int
):
    fake.fail("GET", Reply(429, {"message": "slow down"}, {"retry-after": "Thu, 26 Nov 2026 00:00:07 GMT"}))

    github.pull_request(number)
    assert [60.0] == slept


def test_nobody_waits_longer_than_is_sensible(fake: FakeGitHub, github: GitHub, slept: list[float], number: int):
    fake.fail("GET", *[Reply(429, {"message": "slow down"}, {"retry-after": "200"})] * 2)

    with pytest.raises(GitHubError, match="GitHub asks to wait 200 seconds") as told:
        github.pull_request(number)
    assert "nothing is lost: run the job again later" == told.value.hint
    assert sum(slept) <= LONGEST_WAIT


def test_a_permission_that_is_missing_is_no_throttle(
    fake: FakeGitHub, as_job: Callable[..., GitHub], slept: list[float], number: int
):
    with pytest.raises(GitHubError, match="403: Resource not accessible by integration") as told:
        as_job(actions="read").create_comment(number, "text")
    assert "the job's `permissions` lack what this request needs: pull_requests=write" == told.value.hint
    assert 403 == told.value.status
    assert [] == slept


@pytest.mark.parametrize(
    ("reply", "message", "hint"),
    [
        (Reply(200, text="<html>Log in</html>"), "GitHub answered text/html; charset=utf-8 in place of JSON", "again"),
        (Reply(200, b"", {"content-type": "application/json"}), "GitHub's answer is not JSON", "again"),
        (Reply(200, ["x"]), "GitHub tells of a pull request that cannot be: the pull request is not an object", ""),
        (Reply(200, {}), "GitHub tells of a pull request that cannot be: the pull request lacks `head`", ""),
        (Reply(401, {"message": "Bad credentials"}), "GitHub answered 401: Bad credentials", "GITHUB_TOKEN"),
        (Reply(404, {"message": "Not Found"}), "GitHub answered 404: Not Found", "the token may not see it"),
        (Reply(403, text="<html>no</html>"), "GitHub answered 403", ""),
        (Reply(418, {"message": ["odd"]}), "GitHub answered 418", ""),
        (Reply(301, None, {"location": "https://elsewhere.example"}), "GitHub answered 301", "renamed"),
    ],
)
def test_an_answer_of_no_use_is_one_sentence(fake: FakeGitHub, github: GitHub, reply: Reply, message: str, hint: str):
    fake.fail("GET", reply)

    with pytest.raises(GitHubError) as told:
        github.pull_request(17)
    assert str(told.value).endswith(message)
    assert hint in (told.value.hint or "")


def test_a_server_that_is_not_there_is_one_sentence(slept: list[float]):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        github = GitHub(Transport(url, "ghs_secret", sleep=slept.append), url, REPOSITORY)

        with pytest.raises(GitHubError) as told:
            github.pull_request(17)
    assert "GET /repos/acme/reviews/pulls/17: no answer from GitHub: it cannot be reached" == str(told.value)
    assert told.value.__cause__ is None
    assert [1.0, 4.0, 10.0] == slept


@pytest.mark.parametrize("url", ["http://api.github.example", "ftp://127.0.0.1", "http://127.0.0.1.evil.example", ""])
def test_the_token_goes_to_no_address_that_others_can_read(url: str):
    with pytest.raises(GitHubError, match="a token is sent to https addresses alone"):
        Transport(url, "ghs_secret", sleep=lambda _: None)


def test_an_answer_without_end_is_cut_off(fake: FakeGitHub, github: GitHub, number: int):
    run = fake.add_run(HEAD)
    fake.upload(run, "plan", b"x" * 5000)
    (artifact,) = github.artifacts_of(run, "plan")

    with pytest.raises(GitHubError, match="the answer is larger than 4999 bytes"):
        github.archive(artifact, 4999)
    assert 5000 == len(github.archive(artifact, 5000))


def test_a_listing_is_read_to_its_last_page(fake: FakeGitHub, github: GitHub, number: int):
    fake.page_size = 2
    for text in "abcde":
        fake.comment(number, text)

    assert list("abcde") == [comment.body for comment in github.comments(number)]


def test_a_listing_without_end_is_an_error(fake: FakeGitHub, github: GitHub, number: int):
    endless = Reply(200, [], {"link": '<https://api.github.com/x>; rel="next"'})
    fake.fail("GET", *[endless] * MOST_PAGES)

    with pytest.raises(GitHubError, match=f"there are more than {MOST_PAGES} pages of it"):
        list(github.comments(number))


ARTIFACT = Artifact(id=100, name="plan", size=1, is_expired=False, created="2026-11-26T00:00:00Z")


@pytest.mark.parametrize(
    ("location", "message"),
    [
        ("file:///etc/passwd", "GitHub leads to an address that cannot be"),
        ("/relative", "GitHub leads to an address that cannot be"),
        ("", "GitHub leads to an address that cannot be"),
        ("https://store.example/100?sig=SIGNED", "GitHub leads to an address that cannot be"),
    ],
)
def test_an_archive_is_fetched_from_no_odd_place(fake: FakeGitHub, github: GitHub, location: str, message: str):
    fake.fail("GET", Reply(302, None, {"location": location}))

    with pytest.raises(GitHubError, match=message):
        github.archive(ARTIFACT, 100)


def test_the_signed_address_of_an_archive_is_not_told(fake: FakeGitHub, github: GitHub):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        location = f"http://127.0.0.1:{nobody.getsockname()[1]}/100?sig=SIGNED"
        fake.fail("GET", Reply(302, None, {"location": location}))

        with pytest.raises(GitHubError) as told:
            github.archive(ARTIFACT, 100)
    assert "GET plan from 127.0.0.1: no answer from GitHub: it cannot be reached" == str(told.value)


def test_an_archive_that_expired_is_told_as_such(fake: FakeGitHub, github: GitHub):
    with pytest.raises(GitHubError, match="410: Artifact has expired") as told:
        github.archive(ARTIFACT, 100)
    assert "what is older than its retention is deleted by GitHub" == told.value.hint
