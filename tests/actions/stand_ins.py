"""What stands in for actions of others: faithful in what our workflows rely on, and no more."""

from __future__ import annotations

import io
import os
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from actions.machine import Machine
    from actions.runner import Workflow


@dataclass(frozen=True)
class Step:
    """One use of an action."""

    workflow: Workflow
    job: Machine
    given: dict[str, str]


def _git(folder: Path, *arguments: str) -> None:
    env = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": os.devnull, "HOME": str(folder)}
    subprocess.run(["git", *arguments], cwd=folder, env=env, check=True, capture_output=True)


def checkout(step: Step) -> None:
    assert step.given.keys() <= {"path", "ref", "fetch-depth", "persist-credentials"}
    assert "false" == step.given["persist-credentials"], "the token stays in the checkout"
    assert step.job.permissions.get("contents") in {"read", "write"}, "the repository cannot be read"
    folder = step.job.folder / "workspace" / step.given["path"]
    folder.mkdir()
    depth, ref = step.given.get("fetch-depth", "1"), step.given.get("ref", "")
    _git(folder, "init", "--quiet", "--initial-branch=none")
    _git(folder, "remote", "add", "origin", f"file://{step.workflow.runner.remote}")
    _git(folder, "fetch", "--quiet", f"--depth={depth}", "origin", ref or step.workflow.event.commit)
    branch = ref.removeprefix("refs/heads/")
    _git(folder, "checkout", "--quiet", *(["-B", branch] if branch else ["--detach"]), "FETCH_HEAD")


def setup_python(step: Step) -> None:
    assert {"python-version"} == step.given.keys()


def upload_artifact(step: Step) -> None:
    assert step.given.keys() <= {"name", "path", "archive", "if-no-files-found", "overwrite"}
    assert "true" == step.given["overwrite"], "a job that is run again could not leave it"
    path, runner = Path(step.given["path"]), step.workflow.runner
    files = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
    if not files or not files[0].exists():
        assert "ignore" == step.given["if-no-files-found"]
    elif step.given.get("archive") == "false":
        # It is called as its file is, and can be opened in a browser.
        runner.fake.upload(step.workflow.run_id, path.name, path.read_bytes())
    else:
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
            for file in files:
                made.writestr(str(file.relative_to(path)), file.read_bytes())
        runner.fake.upload(step.workflow.run_id, step.given["name"], archive.getvalue())


def google_auth(step: Step) -> None:
    assert step.given.keys() <= {"workload_identity_provider", "service_account"}
    assert "write" == step.job.permissions.get("id-token"), "GitHub gives this job no identity"
    credentials = step.job.folder / "workspace" / "gha-creds-0123.json"
    credentials.write_text("{}", encoding="utf-8")
    step.job.variables["GOOGLE_APPLICATION_CREDENTIALS"] = str(credentials)
    step.job.finished.identities.append(step.given["service_account"])


STAND_INS: dict[str, Callable[[Step], None]] = {
    "actions/checkout": checkout,
    "actions/setup-python": setup_python,
    "actions/upload-artifact": upload_artifact,
    "google-github-actions/auth": google_auth,
}
