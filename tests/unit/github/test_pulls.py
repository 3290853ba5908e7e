"""What GitHub tells of pull requests, comments, runs and artifacts."""

from __future__ import annotations

import json

import pytest

from gembatch.errors import GitHubError
from gembatch.github.pulls import Comment, PullRequest, comment_of, pull_request_of, pull_request_of_event
from gembatch.github.runs import Artifact, Run, artifact_of, run_of

HEAD = "0123456789abcdef" * 2 + "01234567"

PULL = {
    "number": 17,
    "head": {"sha": HEAD, "ref": "$(reboot)", "repo": {"id": 4711, "full_name": "acme/reviews"}},
    "base": {"sha": "f" * 40, "ref": "main", "repo": {"id": 4711}},
    "merged_at": None,
    "title": "::error::`rm -rf /`",
}


def test_a_pull_request_is_what_decides_and_nothing_that_its_author_words():
    assert PullRequest(17, HEAD, 4711, 4711, "$(reboot)") == pull_request_of(PULL)
    assert not pull_request_of(PULL).is_from_fork


def test_a_merged_one_knows_when():
    assert "2026-11-26T00:00:00Z" == pull_request_of({**PULL, "merged_at": "2026-11-26T00:00:00Z"}).merged


@pytest.mark.parametrize("repository", [{"id": 4712}, None])
def test_one_from_another_repository_or_from_one_that_is_gone_is_from_a_fork(repository: object):
    assert pull_request_of({**PULL, "head": {"sha": HEAD, "ref": "x", "repo": repository}}).is_from_fork


def test_the_event_has_the_pull_request():
    assert pull_request_of(PULL) == pull_request_of_event(json.dumps({"action": "opened", "pull_request": PULL}))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"ref": "refs/heads/main"}', "the event is not about a pull request: the event lacks `pull_request`"),
        ("", "the event is not about a pull request: it is empty"),
        ("[]", "the event is not about a pull request: the event is not an object"),
        ('{"pull_request": {}}', "GitHub tells of a pull request that cannot be: the pull request lacks `head`"),
    ],
)
def test_another_event_is_refused(text: str, message: str):
    with pytest.raises(GitHubError) as told:
        pull_request_of_event(text)
    assert message == str(told.value)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"number": 0}, "`number` of the pull request cannot be 0"),
        ({"number": "17; rm"}, '`number` of the pull request cannot be "17; rm"'),
        ({"head": {"sha": "../../main", "repo": None}}, '`sha` of `head` cannot be "../../main"'),
        ({"head": {"sha": HEAD, "ref": "x", "repo": {"id": True}}}, "`id` of `repo` cannot be true"),
        ({"merged_at": "yesterday"}, '`merged_at` of the pull request cannot be "yesterday"'),
    ],
)
def test_a_pull_request_that_cannot_be_is_refused(change: dict[str, object], what: str):
    with pytest.raises(GitHubError, match="GitHub tells of a pull request that cannot be: ") as told:
        pull_request_of({**PULL, **change})
    assert str(told.value).endswith(what)


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        ({"login": "github-actions[bot]", "type": "Bot"}, Comment(5, "github-actions[bot]", is_by_bot=True, body="x")),
        ({"login": "mona", "type": "User"}, Comment(5, "mona", is_by_bot=False, body="x")),
        (None, Comment(5, "", is_by_bot=False, body="x")),
    ],
)
def test_a_comment_has_its_author(user: object, expected: Comment):
    assert expected == comment_of({"id": 5, "user": user, "body": "x"})


def test_a_comment_that_cannot_be_is_refused():
    with pytest.raises(GitHubError, match="GitHub tells of a comment that cannot be: the comment lacks `id`"):
        comment_of({"user": None})


def test_a_run_knows_for_what_it_ran():
    told = {
        "id": 9,
        "event": "push",
        "head_sha": HEAD,
        "repository": {"id": 4711},
        "head_repository": None,
        "path": ".github/workflows/x.yml",
    }

    assert Run(9, "push", HEAD, None, 4711) == run_of(told)
    with pytest.raises(GitHubError, match="GitHub tells of a run that cannot be: the run lacks `event`"):
        run_of({**told, "event": None} and {"head_repository": None, "id": 9})


def test_an_artifact_knows_whether_it_is_still_there():
    told = {"id": 7, "name": "p", "size_in_bytes": 3, "expired": True, "created_at": "2026-11-26T00:00:00Z",
            "workflow_run": {"head_branch": "change"}}  # fmt: skip

    assert Artifact(7, "p", 3, is_expired=True, created="2026-11-26T00:00:00Z", branch="change") == artifact_of(told)
    with pytest.raises(GitHubError, match="GitHub tells of an artifact that cannot be: `size_in_bytes`"):
        artifact_of({**told, "size_in_bytes": -1})
