"""Runs workflows on this machine as GitHub would: their own bash, real files, tokens with the job's permissions.

What it does not know it refuses: a key, an expression, an action. Third-party actions have stand-ins.
"""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from actions.expressions import Scope, Sparse
from actions.stand_ins import STAND_INS, Step
from actions.step_files import Annotation, annotations_in, values_in
from actions.workflow_files import Yaml, read_action, read_workflow
from fake_github import REPOSITORY, REPOSITORY_ID, FakeGitHub

from gembatch import __version__

SUMMARY_LIMIT = 1024 * 1024
"""Bytes of a step's summary."""

_RIGHTS = {"none": 0, "read": 1, "write": 2}


@dataclass(frozen=True)
class Event:
    """What makes a workflow run.

    Attributes:
        name: `pull_request`, `push`, `schedule`, `workflow_dispatch`.
        ref: The branch, or the merge of a pull request.
        commit: What runs: its workflows and its actions.
        head: The commit it is about: of a pull request the last one of the branch.
        payload: What GitHub tells of it.
        head_repository: Where the head is; another repository than ours is a fork.
        branch: Of the head.
    """

    name: str
    ref: str
    commit: str
    head: str
    payload: dict[str, object]
    head_repository: int
    branch: str


@dataclass(frozen=True)
class Cancel:
    """A person cancels the run, once a step has printed something.

    Attributes:
        step: The step's name.
        after: What it has printed then.
    """

    step: str
    after: str


@dataclass
class Finished:
    """What a job left.

    Attributes:
        name: As it stands on the page of the run.
        result: `success`, `failure`, `cancelled` or `skipped`.
        permissions: Of its token.
        outputs: Its outputs.
        log: What its steps printed.
        summary: What its steps wrote into the summary.
        annotations: What its steps put beside lines.
        group: Of its concurrency; empty for none.
        environment: Whose reviewers were asked; empty for none.
        identities: The service accounts that it was.
    """

    name: str
    result: str = "success"
    permissions: dict[str, str] = field(default_factory=dict)
    outputs: Sparse = field(default_factory=Sparse)
    log: str = ""
    summary: str = ""
    annotations: list[Annotation] = field(default_factory=list)
    group: str = ""
    environment: str = ""
    identities: list[str] = field(default_factory=list)


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
        return _Workflow(self, event, run, files, cancel).run(read_workflow(files / workflow))

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


@dataclass
class _Workflow:
    """One run."""

    runner: Runner
    event: Event
    run_id: int
    files: Path
    cancel: Cancel | None

    def run(
        self, workflow: Yaml, inputs: Mapping[str, object] | None = None, most: Mapping[str, str] | None = None
    ) -> dict[str, Finished]:
        """Runs the jobs of a workflow, each after what it needs.

        Args:
            workflow: The file.
            inputs: Of a called workflow.
            most: The permissions of the job that calls it, which it may not pass.
        """
        default = workflow.get("permissions", most)
        finished: dict[str, Finished] = {}
        done: dict[str, object] = {}
        for key, job in workflow["jobs"].items():
            needs = [job["needs"]] if isinstance(job.get("needs"), str) else job.get("needs", [])
            assert set(needs) <= done.keys(), f"{key} stands before what it needs"
            made = list(self._job(key, job, needs, done, inputs, default, most))
            results = {each.result for each in made} or {"skipped"}
            worst = next(each for each in ("failure", "cancelled", "success", "skipped") if each in results)
            outputs = made[-1].outputs if made else Sparse()
            done[key] = {"result": worst, "outputs": outputs}
            finished.update((each.name, each) for each in made)
        return finished

    def _job(  # noqa: PLR0917, what GitHub looks at
        self,
        key: str,
        job: Yaml,
        needs: list[str],
        done: Mapping[str, object],
        inputs: Mapping[str, object] | None,
        default: object,
        most: Mapping[str, str] | None,
    ) -> Iterator[Finished]:
        needed = {name: done[name] for name in needs}
        results = {result["result"] for result in needed.values() if isinstance(result, dict)}
        # After a job that was skipped, neither of `success()`, `failure()` and `cancelled()` holds.
        status = next((each for each in ("failure", "cancelled", "skipped") if each in results), "success")
        contexts = {
            "github": self.github(),
            "needs": needed,
            "vars": Sparse(self.runner.variables),
            "inputs": dict(inputs or {}),
        }
        if not Scope(contexts, status).holds(job.get("if")):
            return
        permissions = job.get("permissions", default)
        assert isinstance(permissions, dict), f"{key} has the permissions that the repository happens to give"
        allowed = self._allowed(key, permissions, most)
        for matrix in _combinations(job, Scope(contexts)):
            here = {**contexts, "matrix": matrix} if matrix else contexts
            if "uses" in job:
                assert job["uses"].startswith("$/"), job["uses"]
                called = read_workflow(self.files / job["uses"].removeprefix("$/"))
                given = _inputs(called["on"]["workflow_call"].get("inputs", {}), job.get("with", {}), Scope(here))
                yield from self.run(called, given, allowed).values()
            else:
                yield _Job(self, job, here, self._granted(allowed)).run(Scope(here).text(job.get("name", key)))

    def _allowed(self, key: str, permissions: Mapping[str, str], most: Mapping[str, str] | None) -> dict[str, str]:
        for name, level in permissions.items():
            assert most is None or _RIGHTS[level] <= _RIGHTS[most.get(name, "none")], (
                f"{key} asks for {name}: {level}, and who calls it does not have that: GitHub refuses to begin"
            )
        return dict(permissions)

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


def _inputs(declared: Mapping[str, Yaml], given: Mapping[str, str], scope: Scope) -> dict[str, object]:
    assert given.keys() <= declared.keys(), f"there are no inputs {sorted(given.keys() - declared.keys())}"
    missing = [name for name, item in declared.items() if item.get("required") == "true" and name not in given]
    assert not missing, f"the inputs {missing} are not given"
    return {
        name: scope.text(given[name]) if name in given else scope.text(item.get("default", ""))
        for name, item in declared.items()
    }


@dataclass
class _Job:
    """One job on its machine."""

    workflow: _Workflow
    job: Yaml
    contexts: Mapping[str, object]
    permissions: dict[str, str]
    variables: dict[str, str] = field(default_factory=dict)
    path: list[str] = field(default_factory=list)

    def run(self, name: str) -> Finished:
        runner, fake = self.workflow.runner, self.workflow.runner.fake
        scope = Scope(self.contexts)
        self.finished = Finished(name, permissions=self.permissions)
        if "concurrency" in self.job:
            self.finished.group = scope.text(self.job["concurrency"]["group"])
        self.finished.environment = scope.text(self.job.get("environment", ""))
        self.folder = runner.new_folder()
        for part in ("workspace", "temp", "home", "files"):
            (self.folder / part).mkdir()
        (self.folder / "event.json").write_text(json.dumps(self.workflow.event.payload), encoding="utf-8")
        self.token = fake.token(**{key.replace("-", "_"): level for key, level in self.permissions.items()})
        github = {**self.workflow.github(), "token": self.token, "workspace": str(self.folder / "workspace")}
        runner_context = {"temp": str(self.folder / "temp"), "os": "Linux"}
        contexts = {**self.contexts, "github": github, "runner": runner_context}
        status, outcomes = self._steps(self.job["steps"], contexts, "success", None)
        self.finished.result = status
        outputs = self.job.get("outputs", {})
        at_end = Scope({**contexts, "steps": outcomes})
        self.finished.outputs = Sparse({name: at_end.text(text) for name, text in outputs.items()})
        secrets = [token for token in fake.tokens if token in self.finished.log + self.finished.summary]
        assert [] == secrets, "a token is in the log"
        return self.finished

    def _steps(
        self, steps: list[Yaml], contexts: Mapping[str, object], status: str, action: Path | None
    ) -> tuple[str, dict[str, object]]:
        """Runs steps of a job or of an action; returns the state after them and what they said."""
        outcomes: dict[str, object] = {}
        for step in steps:
            scope = Scope({**contexts, "steps": outcomes}, status)
            outputs, outcome = Sparse(), "skipped"
            if scope.holds(step.get("if")):
                outcome = self._step(step, scope, outputs, action)
            if "id" in step:
                outcomes[step["id"]] = {"outputs": outputs, "outcome": outcome}
            if outcome in {"failure", "cancelled"} and status != "cancelled":
                status = outcome
        return status, outcomes

    def _step(self, step: Yaml, scope: Scope, outputs: Sparse, action: Path | None) -> str:
        if "run" in step:
            assert "${{" not in step["run"], "what others may word is filled into a script"
            return self._script(step, scope, outputs, action)
        given = {name: scope.text(text) for name, text in step.get("with", {}).items()}
        if step["uses"].startswith("$/"):
            folder = self.workflow.files / step["uses"].removeprefix("$/")
            called = read_action(folder)
            # What an action sees besides: not `vars`, `needs`, `matrix` or `secrets`.
            shared = {name: scope.contexts[name] for name in ("github", "runner")}
            inputs = _inputs(called.get("inputs", {}), given, Scope(shared))
            contexts = {**shared, "inputs": inputs}
            status, _ = self._steps(called["runs"]["steps"], contexts, scope.status, folder)
            return status
        name, _, pin = step["uses"].partition("@")
        assert len(pin) == 40, f"{step['uses']} is not pinned"
        STAND_INS[name](Step(self.workflow, self, given))
        return "success"

    def _script(self, step: Yaml, scope: Scope, outputs: Sparse, action: Path | None) -> str:
        files = {name: self.folder / "files" / name for name in ("GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH")}
        summary = self.folder / "files" / "GITHUB_STEP_SUMMARY"
        for path in (*files.values(), summary):
            path.write_bytes(b"")
        script = self.folder / "temp" / "script.sh"
        script.write_text(step["run"], encoding="utf-8")
        shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail"] if step.get("shell") == "bash" else ["bash", "-e"]
        own = {name: scope.text(text) for name, text in step.get("env", {}).items()}
        given = {name: str(path) for name, path in {**files, "GITHUB_STEP_SUMMARY": summary}.items()}
        env = {**self._environment(), **({"GITHUB_ACTION_PATH": str(action)} if action else {}), **given, **own}
        code, log, is_cancelled = self._bash([*shell, str(script)], env, step.get("name", ""))
        self.finished.log += log
        self.finished.annotations += annotations_in(log)
        content = summary.read_bytes()
        assert len(content) <= SUMMARY_LIMIT, "GitHub refuses a summary of more than 1 MiB"
        self.finished.summary += content.decode()
        outputs.update(values_in(files["GITHUB_OUTPUT"].read_text(encoding="utf-8")))
        assert "" == files["GITHUB_ENV"].read_text(encoding="utf-8"), "a step sets variables of later ones"
        self.path = [*files["GITHUB_PATH"].read_text(encoding="utf-8").split(), *self.path]
        return "cancelled" if is_cancelled else "failure" if code else "success"

    def _environment(self) -> dict[str, str]:
        event, fake = self.workflow.event, self.workflow.runner.fake
        path = [*self.path, str(self.workflow.runner.programs), "/usr/bin", "/bin"]
        return {
            **self.variables,
            "PATH": os.pathsep.join(path),
            "HOME": str(self.folder / "home"),
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": fake.url,
            "GITHUB_EVENT_NAME": event.name,
            "GITHUB_EVENT_PATH": str(self.folder / "event.json"),
            "GITHUB_REF": event.ref,
            "GITHUB_REF_NAME": str(self.workflow.github()["ref_name"]),
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_RUN_ID": str(self.workflow.run_id),
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_SHA": event.commit,
            "GITHUB_WORKSPACE": str(self.folder / "workspace"),
            "RUNNER_TEMP": str(self.folder / "temp"),
        }

    def _bash(self, command: list[str], env: dict[str, str], step: str) -> tuple[int, str, bool]:
        """Runs a script; its exit code, its log, and whether it was cancelled meanwhile."""
        process = subprocess.Popen(
            command, cwd=self.folder / "workspace", env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, encoding="utf-8", start_new_session=True,
        )  # fmt: skip
        cancel = self.workflow.cancel
        log, is_cancelled = "", False
        with process:
            assert process.stdout is not None
            for line in process.stdout:
                log += line
                if cancel and cancel.step == step and cancel.after in line and not is_cancelled:
                    is_cancelled = True
                    _end_as_github_does(process)
        return process.returncode, log, is_cancelled


def _end_as_github_does(process: subprocess.Popen[str]) -> None:
    """Signals the entry process alone, twice, and in the end kills all that it has begun."""
    for number, patience in ((signal.SIGINT, 7.5), (signal.SIGTERM, 2.5)):
        process.send_signal(number)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            continue
        return
    os.killpg(process.pid, signal.SIGKILL)
