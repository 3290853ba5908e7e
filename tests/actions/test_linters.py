"""Workflows and actions, ours and those that `init --github` writes, are clean by the linters that know GitHub."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from actions.stand_ins import STAND_INS
from actions.workflow_files import read_action, read_workflow
from example_workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module", params=["ours", "written by init"])
def github(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder `.github`."""
    if request.param == "ours":
        return ROOT / ".github"
    root = tmp_path_factory.mktemp("repository")
    Workspace(root).run("init", "--github")
    return root / ".github"


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*map(str, command)], capture_output=True, text=True, check=False, timeout=120)


def files(github: Path) -> tuple[list[Path], list[Path]]:
    workflows, actions = sorted(github.glob("workflows/*.yml")), sorted(github.rglob("action.yml"))
    assert {"setup", "plan", "apply", "status"} == {path.parent.name for path in actions}
    assert len(workflows) >= 4
    return workflows, actions


def scripts(github: Path) -> list[str]:
    workflows, actions = files(github)
    jobs = [job for path in workflows for job in read_workflow(path)["jobs"].values()]
    steps = [step for job in jobs for step in job.get("steps", ())]
    steps += [step for path in actions for step in read_action(path.parent)["runs"]["steps"]]
    return [step["run"] for step in steps if "run" in step]


def test_zizmor_finds_nothing(github: Path):
    options = ["--offline", "--pedantic", "--strict-collection", "--collect=all", "--format=json"]
    done = run(BIN / "zizmor", *options, github)

    assert [] == [f"{each['ident']}: {each['desc']}" for each in json.loads(done.stdout)], done.stderr


def test_what_zizmor_is_told_to_ignore_is_little_and_has_its_reason(github: Path):
    workflows, actions = files(github)
    text = "".join(path.read_text(encoding="utf-8") for path in (*workflows, *actions))
    ignored = [line.partition("zizmor: ")[2] for line in text.splitlines() if "zizmor:" in line]

    assert 5 == len(ignored)
    assert [] == [each for each in ignored if not each.partition("] ")[2]]


def test_workflows_and_actions_fit_githubs_schemas(github: Path):
    workflows, actions = files(github)
    kinds = {"vendor.github-workflows": workflows, "vendor.github-actions": actions}
    done = [run(BIN / "check-jsonschema", "--builtin-schema", kind, *paths) for kind, paths in kinds.items()]

    assert [0, 0] == [each.returncode for each in done], done


def test_scripts_are_clean_by_shellcheck(github: Path, tmp_path: Path):
    if shutil.which("shellcheck") is None:
        pytest.skip("shellcheck is not installed")
    for number, script in enumerate(scripts(github)):
        (tmp_path / f"{number}.sh").write_text(script, encoding="utf-8")

    done = run("shellcheck", "--shell=bash", *sorted(tmp_path.glob("*.sh")))
    assert "" == done.stdout


def test_nothing_that_others_may_word_is_filled_into_a_script(github: Path):
    assert [] == [script for script in scripts(github) if "${{" in script]


def test_an_action_of_others_is_pinned_to_one_commit_everywhere(github: Path):
    workflows, actions = files(github)
    text = "".join(path.read_text(encoding="utf-8") for path in (*workflows, *actions))
    used = [line.partition("uses: ")[2] for line in text.splitlines() if "uses: " in line]
    pins = {each for each in used if not each.startswith("$/")}

    assert sorted(STAND_INS) == sorted(each.partition("@")[0] for each in pins), "each name once"


def test_every_job_has_an_end(github: Path):
    workflows, _ = files(github)
    jobs = {f"{path.name}: {key}": job for path in workflows for key, job in read_workflow(path)["jobs"].items()}

    assert [] == [name for name, job in jobs.items() if "uses" not in job and "timeout-minutes" not in job]


PYTHON = """\
#!/bin/bash -e
if [ "$1 $2" = "-m venv" ]; then
  mkdir -p "$3/bin"
  cp "$0" "$3/bin/python"
  printf '#!/bin/bash\\n' > "$3/bin/gembatch"
  chmod +x "$3/bin/gembatch"
else
  realpath "${@: -1}"
fi
"""
"""Makes environments of itself, and says what it would install."""


def test_the_action_that_sets_up_installs_what_it_came_with(tmp_path: Path):
    """Ours, to which `init` gives a version: who calls our workflows at a commit gets gembatch of that commit."""
    action = ROOT / ".github" / "actions" / "setup"
    (script,) = [step["run"] for step in read_action(action)["runs"]["steps"] if "run" in step]
    (tmp_path / "python").write_text(PYTHON, encoding="utf-8")
    (tmp_path / "python").chmod(0o755)
    env = {
        "PATH": f"{tmp_path}:/usr/bin:/bin",
        "PACKAGE": "",
        "RUNNER_TEMP": str(tmp_path / "temp"),
        "GITHUB_ACTION_PATH": str(action),
        "GITHUB_PATH": str(tmp_path / "path"),
    }

    command = ["bash", "-eo", "pipefail", "-c", script]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert f"{ROOT}\n" == done.stdout
    assert f"{tmp_path}/temp/gembatch/bin\n" == (tmp_path / "path").read_text(encoding="utf-8")
