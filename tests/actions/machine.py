"""The machine of one job: it runs steps with bash, real files and what GitHub puts into their environment."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from actions.expressions import Scope, Sparse
from actions.runs import Finished
from actions.stand_ins import STAND_INS, Step
from actions.step_files import annotations_in, values_in
from actions.workflow_files import Yaml, inputs_of, read_action
from fake_github import REPOSITORY

if TYPE_CHECKING:
    from actions.runner import Workflow

SUMMARY_LIMIT = 1024 * 1024
"""Bytes of a step's summary."""


@dataclass
class Machine:
    """One job on its machine."""

    workflow: Workflow
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
            inputs = inputs_of(called.get("inputs", {}), given, Scope(shared))
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
