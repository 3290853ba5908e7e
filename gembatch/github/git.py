"""A file of the checkout, committed and pushed to the branch. Git is called as a program; it knows the remote."""

from __future__ import annotations

import base64
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gembatch.errors import GitHubError

ATTEMPTS = 5
"""Pushes that are tried: each that fails because somebody else pushed is followed by a rebase."""

_AUTHOR = "github-actions[bot]"
_EMAIL = "41898282+github-actions[bot]@users.noreply.github.com"


@dataclass(frozen=True, slots=True)
class Checkout:
    """A checkout of a branch.

    Attributes:
        root: A folder in it.
        branch: What is checked out, and pushed to.
        server: Of the remote: `https://github.com`.
        token: Sent there; it is kept neither in the checkout nor on a command line.
    """

    root: Path
    branch: str
    server: str
    token: str = field(repr=False)

    def push(self, path: Path, message: str) -> bool:
        """Commits and pushes a file; returns False where it has not changed.

        Raises:
            GitHubError: It cannot be pushed. The commit is there, or the file as it was.
        """
        self._must("add", "--", str(path))
        if self._git("diff", "--cached", "--quiet", "--", str(path)).returncode == 0:
            return False
        self._must("commit", "--quiet", "--message", message, "--", str(path))
        for _ in range(ATTEMPTS):
            pushed = self._git("push", "--quiet", "origin", f"HEAD:refs/heads/{self.branch}")
            if pushed.returncode == 0:
                return True
            self._must("fetch", "--quiet", "origin", f"refs/heads/{self.branch}")
            if self._git("merge-base", "--is-ancestor", "FETCH_HEAD", "HEAD").returncode == 0:
                # Nobody has pushed meanwhile: it is the push itself that is refused.
                raise GitHubError(f"cannot push {path.name} to `{self.branch}`: {_reason(pushed)}", hint=_HINT)
            if self._git("rebase", "--quiet", "FETCH_HEAD").returncode != 0:
                self._git("rebase", "--abort")
                raise GitHubError(f"somebody else changed {path.name} on `{self.branch}`", hint=_HINT)
        raise GitHubError(f"cannot push {path.name} to `{self.branch}` in {ATTEMPTS} attempts", hint=_HINT)

    def _must(self, *arguments: str) -> None:
        done = self._git(*arguments)
        if done.returncode != 0:
            raise GitHubError(f"git {arguments[0]}: {_reason(done)}", hint=_HINT)

    def _git(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        # No hook of the repository is run, and git asks nobody for a password.
        command = ["git", "-c", "core.hooksPath=/dev/null", "-c", "credential.helper=", *arguments]
        return subprocess.run(  # noqa: S603, no shell, and what may begin with a dash stands after one
            command,
            cwd=self.root,
            env={**os.environ, **self._variables()},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def _variables(self) -> Mapping[str, str]:
        secret = base64.b64encode(f"x-access-token:{self.token}".encode()).decode()
        return {
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_AUTHOR_NAME": _AUTHOR,
            "GIT_AUTHOR_EMAIL": _EMAIL,
            "GIT_COMMITTER_NAME": _AUTHOR,
            "GIT_COMMITTER_EMAIL": _EMAIL,
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": f"http.{self.server}/.extraheader",
            "GIT_CONFIG_VALUE_0": f"AUTHORIZATION: basic {secret}",
        }


_HINT = "nothing is lost: the next apply finds the jobs by their labels, and records them"


def _reason(done: subprocess.CompletedProcess[str]) -> str:
    lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
    # The first line says why; what follows is advice for a person at a keyboard.
    return next((line for line in lines if line.startswith(("remote:", "!", "fatal:", "error:"))), "git says no more")
