"""The lockfile goes back to the branch, on top of what others pushed meanwhile and never over it."""

from __future__ import annotations

import base64
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import Command

WORKSPACE = """\
version: 1
name: reviews
specs: ["specs/*.yaml"]
environments:
  prod: {project: acme-prod, region: us-central1, lockfile: locks/prod.lock.json}
  cloud: {project: acme-prod, region: us-central1, lockfile: "gs://acme-state/prod.lock.json"}
"""

ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
    **dict.fromkeys(("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"), "Ada"),
    **dict.fromkeys(("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"), "ada@example.com"),
    "GIT_CONFIG_GLOBAL": os.devnull,
}


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, env=ENVIRONMENT, check=True, capture_output=True, text=True)
    return done.stdout


@dataclass(frozen=True)
class Repositories:
    """The remote, the job's checkout of its branch, and the checkout of somebody else."""

    remote: Path
    job: Path
    other: Path

    def files(self) -> dict[str, str]:
        names = git(self.remote, "ls-tree", "-r", "--name-only", "main").split()
        return {name: git(self.remote, "show", f"main:{name}") for name in names if name != "gembatch.yaml"}

    def push_other(self, path: str, text: str) -> None:
        git(self.other, "pull", "--quiet", "origin", "main")
        (self.other / path).parent.mkdir(exist_ok=True)
        (self.other / path).write_text(text, encoding="utf-8")
        git(self.other, "add", "--all")
        git(self.other, "commit", "--quiet", "--message", "Work")
        git(self.other, "push", "--quiet", "origin", "HEAD:main")

    def write(self, text: str) -> None:
        (self.job / "locks").mkdir(exist_ok=True)
        (self.job / "locks" / "prod.lock.json").write_text(text, encoding="utf-8")


@pytest.fixture
def repositories(tmp_path: Path, step: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Repositories:
    made = Repositories(tmp_path / "remote.git", tmp_path / "job", tmp_path / "other")
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", str(made.remote))
    git(tmp_path, "clone", "--quiet", str(made.remote), str(made.other))
    (made.other / "gembatch.yaml").write_text(WORKSPACE, encoding="utf-8")
    git(made.other, "checkout", "--quiet", "-b", "main")
    git(made.other, "add", "--all")
    git(made.other, "commit", "--quiet", "--message", "Begin")
    git(made.other, "push", "--quiet", "origin", "main")
    # As actions/checkout leaves it: the tip alone, and no credentials.
    git(tmp_path, "clone", "--quiet", "--depth=1", "--branch=main", f"file://{made.remote}", str(made.job))
    monkeypatch.chdir(made.job)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    step(contents="write")
    return made


def test_a_new_lockfile_is_committed(repositories: Repositories, gembatch: Command):
    repositories.write("{}\n")

    result = gembatch("github", "commit", "-e", "prod")
    assert (0, "locks/prod.lock.json is on `main`\n") == (result.code, result.err)
    assert {"locks/prod.lock.json": "{}\n"} == repositories.files()
    told = git(repositories.remote, "log", "-1", "--format=%an <%ae>%n%B", "main")
    assert "github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com>\n" in told
    assert "Record the jobs of prod\n" in told
    assert "Written by gembatch in https://github.com/acme/reviews/actions/runs/9000\n" in told


def test_nothing_but_the_lockfile_is_committed(repositories: Repositories, gembatch: Command):
    repositories.write("{}\n")
    (repositories.job / "gha-creds-1234.json").write_text("secret", encoding="utf-8")
    (repositories.job / "gembatch.yaml").write_text(WORKSPACE + "# edited\n", encoding="utf-8")

    gembatch("github", "commit", "-e", "prod")
    assert {"locks/prod.lock.json": "{}\n"} == repositories.files()


def test_a_lockfile_that_has_not_changed_is_left_alone(repositories: Repositories, gembatch: Command):
    repositories.write("{}\n")
    gembatch("github", "commit", "-e", "prod")
    before = git(repositories.remote, "rev-parse", "main")

    result = gembatch("github", "commit", "-e", "prod")
    assert (0, "locks/prod.lock.json has not changed\n") == (result.code, result.err)
    assert before == git(repositories.remote, "rev-parse", "main")


@pytest.mark.parametrize(
    ("environment", "lockfile"), [("cloud", "gs://acme-state/prod.lock.json"), ("prod", "locks/prod.lock.json")]
)
def test_where_there_is_no_file_there_is_nothing_to_commit(
    repositories: Repositories, gembatch: Command, environment: str, lockfile: str
):
    result = gembatch("github", "commit", "-e", environment)

    assert (0, f"nothing to commit: the lockfile of {environment} is {lockfile}\n") == (result.code, result.err)


def test_what_others_pushed_meanwhile_stays(repositories: Repositories, gembatch: Command):
    repositories.push_other("specs/new.yaml", "displayName: new\n")
    repositories.write("{}\n")

    assert 0 == gembatch("github", "commit", "-e", "prod").code
    assert {"specs/new.yaml": "displayName: new\n", "locks/prod.lock.json": "{}\n"} == repositories.files()


def test_a_lockfile_that_somebody_else_changed_is_not_written_over(repositories: Repositories, gembatch: Command):
    repositories.write('{"serial": 2}\n')
    repositories.push_other("locks/prod.lock.json", '{"serial": 3}\n')

    result = gembatch("github", "commit", "-e", "prod", "--rescue", "../rescued")
    assert 1 == result.code
    assert "the lockfile is kept in ../rescued\n" in result.err
    assert "error: somebody else changed prod.lock.json on `main`\nhint: nothing is lost: the next apply" in result.err
    assert {"locks/prod.lock.json": '{"serial": 3}\n'} == repositories.files()
    assert '{"serial": 2}\n' == (repositories.job.parent / "rescued" / "prod.lock.json").read_text(encoding="utf-8")


def test_a_push_that_is_refused_says_why(repositories: Repositories, gembatch: Command):
    hook = repositories.remote / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho 'Changes must be made through a pull request.' >&2\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    repositories.write("{}\n")

    result = gembatch("github", "commit", "-e", "prod")
    assert 1 == result.code
    why = "remote: Changes must be made through a pull request."
    assert f"error: cannot push prod.lock.json to `main`: {why}\n" in result.err


def test_a_branch_that_moves_on_and_on_ends_the_attempts(
    repositories: Repositories, gembatch: Command, monkeypatch: pytest.MonkeyPatch
):
    """A hook of the remote pushes in between, each time."""
    monkeypatch.setattr("gembatch.github.git.ATTEMPTS", 2)
    hook = repositories.remote / "hooks" / "pre-receive"
    busy = "git update-ref refs/heads/main $(git commit-tree -p main -m busy main^{tree})"
    hook.write_text(
        f"#!/bin/sh\nunset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES\n{busy}\nexit 1\n",
        encoding="utf-8",
    )
    hook.chmod(0o755)
    repositories.write("{}\n")

    result = gembatch("github", "commit", "-e", "prod")
    assert "error: cannot push prod.lock.json to `main` in 2 attempts\n" in result.err


def test_hooks_of_the_repository_are_not_run(repositories: Repositories, gembatch: Command, tmp_path: Path):
    hook = repositories.job / ".git" / "hooks" / "pre-commit"
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path / 'ran'}\n", encoding="utf-8")
    hook.chmod(0o755)
    repositories.write("{}\n")

    assert 0 == gembatch("github", "commit", "-e", "prod").code
    assert not (tmp_path / "ran").exists()


def test_the_token_is_left_nowhere(repositories: Repositories, gembatch: Command):
    repositories.write("{}\n")
    gembatch("github", "commit", "-e", "prod")

    token = os.environ["GITHUB_TOKEN"]
    secrets = {token.encode(), base64.b64encode(f"x-access-token:{token}".encode())}
    for path in repositories.job.rglob("*"):
        if path.is_file():
            assert not any(secret in path.read_bytes() for secret in secrets), path
