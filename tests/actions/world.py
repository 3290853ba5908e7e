"""A repository on GitHub whose workspace `init --github` has written, and a cloud for it: all on this machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from actions.runner import Runner
from actions.runs import Cancel, Event, Finished
from fake_github import FORK_ID, REPOSITORY_ID, FakeGitHub

from gembatch.emulator.server import Emulator
from gembatch.emulator.settings import Settings

WORKFLOW = ".github/workflows/gembatch.yml"
COLLECTION = "/v1/projects/demo-project/locations/us-central1/batchPredictionJobs"

PROD = """\
  prod:
    endpoint: {url}
    project: demo-project
    region: us-central1
    staging: gs://demo-bucket/staging
    lockfile: gs://state-bucket/gembatch/reviews.lock.json
    protected: true
    limits: {{maxSubmissions: 10}}
    variables: {{bucket: demo-bucket}}
"""

SPEC = """\
displayName: {name}
model: gemini-3.8-flash
input: ./data/reviews.jsonl
output: gs://{{{{ bucket }}}}/predictions/{name}/
"""

VARIABLES = {
    "GEMBATCH_WORKLOAD_IDENTITY_PROVIDER": "projects/1/locations/global/workloadIdentityPools/github/providers/main",
    "GEMBATCH_PLAN_SERVICE_ACCOUNT": "plan@acme.iam.gserviceaccount.com",
    "GEMBATCH_APPLY_SERVICE_ACCOUNT": "apply@acme.iam.gserviceaccount.com",
    "GEMBATCH_STATUS_SERVICE_ACCOUNT": "status@acme.iam.gserviceaccount.com",
}

_ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "GIT_CONFIG_GLOBAL": os.devnull,
    **dict.fromkeys(("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"), "Ada"),
    **dict.fromkeys(("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"), "ada@example.com"),
    **dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), "2026-11-22T09:00:00Z"),
}


@dataclass
class World:
    """All of it.

    Attributes:
        fake: GitHub.
        emulator: The cloud.
        remote: The repository as GitHub has it.
        desk: A developer's clone.
        runner: Runs its workflows.
        branches: The branch of each pull request, by number.
    """

    fake: FakeGitHub
    emulator: Emulator
    remote: Path
    desk: Path
    runner: Runner
    branches: dict[int, str] = field(default_factory=dict)

    # What developers do.

    def git(self, *arguments: str) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=self.desk, env={**_ENVIRONMENT, "HOME": str(self.desk)}, check=False,
            capture_output=True, text=True,
        )  # fmt: skip
        assert 0 == done.returncode, done.stderr
        return done.stdout.strip()

    def write(self, path: str, text: str) -> None:
        file = self.desk / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def edit(self, path: str, old: str, new: str) -> None:
        text = (self.desk / path).read_text(encoding="utf-8")
        assert old in text, path
        self.write(path, text.replace(old, new))

    def begin(self, branch: str) -> None:
        """Begins a branch at the tip of `main`."""
        self.git("fetch", "--quiet", "origin", "main")
        self.git("checkout", "--quiet", "-B", branch, "FETCH_HEAD")

    def push(self) -> str:
        """Commits all, and pushes the branch; its new commit."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "Work")
        self.git("push", "--quiet", "--force", "origin", "HEAD")
        return self.git("rev-parse", "HEAD")

    def push_to_main(self, path: str, text: str) -> None:
        """Changes a file without a pull request."""
        self.begin("direct")
        self.write(path, text)
        self.push()
        self.git("push", "--quiet", "origin", "HEAD:refs/heads/main")

    def open_pull(self, *, is_from_fork: bool = False) -> int:
        """Pushes the branch and opens a pull request with it."""
        head = self.push()
        branch, repository = self.git("branch", "--show-current"), FORK_ID if is_from_fork else REPOSITORY_ID
        number = self.fake.open_pull(head, head_repository=repository, branch=branch)
        self.branches[number] = branch
        return number

    def push_again(self, number: int) -> None:
        self.fake.push(number, self.push())

    def merge(self, number: int) -> None:
        self.git("fetch", "--quiet", "origin", "main", self.branches[number])
        self.git("checkout", "--quiet", "-B", "merging", "origin/main")
        self.git("merge", "--quiet", "--no-ff", "--message", f"Merge #{number}", f"origin/{self.branches[number]}")
        self.git("push", "--quiet", "origin", "HEAD:refs/heads/main")
        self.fake.merge(number)

    # What GitHub does then.

    def planned(self, number: int, cancel: Cancel | None = None) -> dict[str, Finished]:
        """Runs the workflow as for a push to a pull request."""
        pull = self.fake.pulls[number]
        head, repository = pull["head"]["sha"], pull["head"]["repo"]["id"]  # type: ignore[index]
        self.git("fetch", "--quiet", "origin", "main")
        self.git("checkout", "--quiet", "--detach", "origin/main")
        self.git("merge", "--quiet", "--no-ff", "--message", "Test merge", head)
        merged = self.git("rev-parse", "HEAD")
        self.git("push", "--quiet", "--force", "origin", f"HEAD:refs/pull/{number}/merge")
        self.git("checkout", "--quiet", self.branches[number])
        payload = {"action": "synchronize", "number": number, "pull_request": pull}
        ref, branch = f"refs/pull/{number}/merge", self.branches[number]
        event = Event("pull_request", ref, merged, head, payload, repository, branch)
        return self.runner.run(WORKFLOW, event, cancel)

    def applied(self, name: str = "push", cancel: Cancel | None = None) -> dict[str, Finished]:
        """Runs the workflow as for a push to the branch, on a schedule or by hand."""
        self.git("fetch", "--quiet", "origin", "main")
        tip = self.git("rev-parse", "origin/main")
        return self.runner.run(WORKFLOW, Event(name, "refs/heads/main", tip, tip, {}, REPOSITORY_ID, "main"), cancel)

    # What there is.

    def comment_on(self, number: int) -> str:
        """The one comment on a pull request; empty for none."""
        comments = self.fake.comments_on(number)
        assert len(comments) <= 1, comments
        return comments[0] if comments else ""

    def state_of(self, number: int) -> str:
        return self.comment_on(number).split("state=")[1].split()[0]

    def jobs(self) -> Counter[str]:
        """How many jobs the cloud has under each display name."""
        found = json.loads(_get(f"{self.emulator.url}{COLLECTION}?pageSize=1000"))
        return Counter(str(job["displayName"]) for job in found.get("batchPredictionJobs", []))

    def wait(self) -> None:
        """Until the cloud's jobs have ended."""
        self.begin("watching")
        command = [sys.executable, "-m", "gembatch", "wait", "-e", "prod"]
        subprocess.run(command, cwd=self.desk, check=True, capture_output=True)

    def lockfile(self) -> dict[str, object]:
        """The lockfile in the bucket."""
        path = "/storage/v1/b/state-bucket/o/gembatch%2Freviews.lock.json?alt=media"
        return json.loads(_get(f"{self.emulator.url}{path}"))


def _get(url: str) -> bytes:
    with urllib.request.urlopen(url) as answer:  # noqa: S310, loopback
        return answer.read()


@contextmanager
def new_world(root: Path, settings: Settings | None = None) -> Iterator[World]:
    """A world whose `main` has the workspace, and nothing was applied yet."""
    remote, desk = root / "remote.git", root / "reviews"
    buckets = ["demo-bucket", "state-bucket"]
    with (
        FakeGitHub().serving() as fake,
        Emulator(root / "cloud", buckets=buckets, settings=settings or Settings()) as emulator,
    ):
        runner = Runner(fake, remote, root / "runner", dict(VARIABLES))
        world = World(fake, emulator, remote, desk, runner)
        desk.mkdir()
        world.git("init", "--quiet", "--bare", "--initial-branch=main", str(remote))
        world.git("--git-dir", str(remote), "config", "uploadpack.allowAnySHA1InWant", "true")
        world.git("init", "--quiet", "--initial-branch=main")
        world.git("remote", "add", "origin", str(remote))
        subprocess.run(
            [sys.executable, "-m", "gembatch", "init", "--github"], cwd=desk, check=True, capture_output=True
        )
        config = (desk / "gembatch.yaml").read_text(encoding="utf-8")
        world.write("gembatch.yaml", config[: config.index("  prod:\n")] + PROD.format(url=emulator.url))
        (desk / "specs" / "reviews-mood.yaml").unlink()
        world.write("specs/README.md", "One file a job.\n")
        world.push()
        yield world


def spec(name: str) -> str:
    return SPEC.format(name=name)
