"""Runs workflows on this machine as GitHub would: their own bash, real files, tokens with the job's permissions.

What it does not know it refuses: a key, an expression, an action. Third-party actions have stand-ins.
"""

from __future__ import annotations

import itertools
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from actions.expressions import Scope, Sparse
from actions.machine import Machine
from actions.runs import Cancel, Event, Finished
from actions.workflow_files import Yaml, inputs_of, read_workflow
from fake_github import REPOSITORY, REPOSITORY_ID, FakeGitHub

from gembatch import __version__

_RIGHTS = {"none": 0, "read": 1, "write": 2}


@dataclass
class Runner:
    """Runs the workflows of one repository.

    Attributes:
        fake: GitHub.
        remote: The repository, bare.
        folder: Where jobs get their workspaces.
        variables: Those of the repository, `vars`.
    """

    fake: FakeGitHub
    remote: Path
    folder: Path
    variables: dict[str, str] = field(default_factory=dict)
    _jobs: Iterator[int] = field(default_factory=itertools.count)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    @property
    def programs(self) -> Path:
        """A folder with a `python` for the action that sets gembatch up: what it installs is what is under test."""
        folder = self.folder / "programs"
        if not folder.exists():
            folder.mkdir(parents=True)
            for name, text in _PROGRAMS.items():
                (folder / name).write_text(text, encoding="utf-8")
                (folder / name).chmod(0o755)
        return folder

    def run(self, workflow: str, event: Event, cancel: Cancel | None = None) -> dict[str, Finished]:
        """Runs a workflow to its end; its jobs by name."""
        with self._guard:
            run = self.fake.add_run(
                event.head, event=event.name, head_repository=event.head_repository, branch=event.branch
            )
            files = self._files_of(event.commit)
        return Workflow(self, event, run, files, cancel).run(read_workflow(files / workflow))

    def _files_of(self, commit: str) -> Path:
        """The files of a commit: what `$/` means in it."""
        folder = self.folder / "commits" / commit
        if not folder.exists():
            folder.mkdir(parents=True)
            archive = subprocess.run(["git", "archive", commit], cwd=self.remote, check=True, capture_output=True)
            subprocess.run(["tar", "-x"], cwd=folder, input=archive.stdout, check=True)
        return folder

    def new_folder(self) -> Path:
        folder = self.folder / "jobs" / f"{next(self._jobs):03}"
        folder.mkdir(parents=True)
        return folder


_PROGRAMS = {
    # The `python` of the machine makes environments, and nothing else.
    "python": """\
#!/bin/bash -e
[ "$1 $2" = "-m venv" ] || { echo "python $*" >&2; exit 1; }
mkdir -p "$3/bin"
cp "$(dirname "$0")/environment-python" "$3/bin/python"
cp "$(dirname "$0")/environment-gembatch" "$3/bin/gembatch"
""",
    # That of an environment installs one package, and nothing else.
    "environment-python": """\
#!/bin/bash -e
[ "$*" = "-m pip install --quiet --disable-pip-version-check gembatch==VERSION" ] || { echo "pip $*" >&2; exit 1; }
""".replace("VERSION", __version__),
    "environment-gembatch": f'#!/bin/bash\nexec "{sys.executable}" -m gembatch "$@"\n',
}


@dataclass(frozen=True)
class Workflow:
    """One workflow in a run.

    Attributes:
        runner: Runs it.
        event: What it runs for.
        run_id: Of the run.
        files: The files of the commit that runs.
        cancel: When somebody cancels the run; None for never.
        inputs: Of a called workflow.
        most: The permissions of the job that calls it, which it may not pass; None for nobody's.
    """

    runner: Runner
    event: Event
    run_id: int
    files: Path
    cancel: Cancel | None
    inputs: Mapping[str, object] = field(default_factory=dict)
    most: Mapping[str, str] | None = None

    def run(self, file: Yaml) -> dict[str, Finished]:
        """Runs the jobs of a workflow, each after what it needs."""
        default = file.get("permissions", self.most)
        finished: dict[str, Finished] = {}
        done: dict[str, dict[str, object]] = {}
        for key, job in file["jobs"].items():
            needs = [job["needs"]] if isinstance(job.get("needs"), str) else job.get("needs", [])
            assert set(needs) <= done.keys(), f"{key} stands before what it needs"
            permissions = self._allowed(key, job.get("permissions", default))
            made = list(self._job(key, job, permissions, {name: done[name] for name in needs}))
            results = {each.result for each in made} or {"skipped"}
            worst = next(each for each in ("failure", "cancelled", "success", "skipped") if each in results)
            done[key] = {"result": worst, "outputs": made[-1].outputs if made else Sparse()}
            finished.update((each.name, each) for each in made)
        return finished

    def _job(
        self, key: str, job: Yaml, permissions: dict[str, str], needed: dict[str, dict[str, object]]
    ) -> Iterator[Finished]:
        results = {each["result"] for each in needed.values()}
        # After a job that was skipped, neither of `success()`, `failure()` and `cancelled()` holds.
        status = next((each for each in ("failure", "cancelled", "skipped") if each in results), "success")
        contexts = {
            "github": self.github(),
            "needs": needed,
            "vars": Sparse(self.runner.variables),
            "inputs": dict(self.inputs),
        }
        if not Scope(contexts, status).holds(job.get("if")):
            return
        for matrix in _combinations(job, Scope(contexts)):
            here = Scope({**contexts, "matrix": matrix} if matrix else contexts)
            if "uses" in job:
                yield from self._called(job, permissions, here)
            else:
                machine = Machine(self, job, here.contexts, self._granted(permissions))
                yield machine.run(here.text(job.get("name", key)))

    def _called(self, job: Yaml, permissions: dict[str, str], here: Scope) -> Iterator[Finished]:
        assert job["uses"].startswith("$/"), job["uses"]
        called = read_workflow(self.files / job["uses"].removeprefix("$/"))
        given = inputs_of(called["on"]["workflow_call"].get("inputs", {}), job.get("with", {}), here)
        yield from replace(self, inputs=given, most=permissions).run(called).values()

    def _allowed(self, key: str, permissions: object) -> dict[str, str]:
        assert isinstance(permissions, dict), f"{key} has the permissions that the repository happens to give"
        for name, level in permissions.items():
            assert self.most is None or _RIGHTS[level] <= _RIGHTS[self.most.get(name, "none")], (
                f"{key} asks for {name}: {level}, and who calls it does not have that: GitHub refuses to begin"
            )
        return permissions

    def _granted(self, permissions: Mapping[str, str]) -> dict[str, str]:
        """What a job really gets: for what a fork asks to merge, no more than reading, and no identity."""
        if self.event.head_repository == REPOSITORY_ID:
            return dict(permissions)
        return {name: "read" for name, level in permissions.items() if level != "none" and name != "id-token"}

    def github(self) -> dict[str, object]:
        return {
            "event": self.event.payload,
            "event_name": self.event.name,
            "ref": self.event.ref,
            "ref_name": self.event.ref.removeprefix("refs/heads/").removeprefix("refs/pull/"),
            "repository": REPOSITORY,
            "run_id": str(self.run_id),
            "sha": self.event.commit,
        }


def _combinations(job: Yaml, scope: Scope) -> list[dict[str, object]]:
    strategy = job.get("strategy")
    if strategy is None:
        return [{}]
    assert {"fail-fast", "matrix"} == strategy.keys()
    axes = {name: scope.filled(values) for name, values in strategy["matrix"].items()}
    for name, values in axes.items():
        assert isinstance(values, list), name
        assert values, f"GitHub fails on the empty axis {name}"
    return [dict(zip(axes, values, strict=True)) for values in itertools.product(*axes.values())]  # type: ignore[arg-type]
