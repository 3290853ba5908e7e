"""Workflows and actions as files: read strictly, so that no key is there that the runner does not honour."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from actions.expressions import Scope

Yaml = dict[str, Any]

_WORKFLOW = {"name", "on", "permissions", "concurrency", "jobs"}
_JOB = {
    "name", "needs", "if", "runs-on", "timeout-minutes", "permissions", "outputs", "strategy", "environment",
    "concurrency", "steps", "uses", "with",
}  # fmt: skip
_STEP = {"name", "id", "if", "uses", "with", "env", "run", "shell"}
_ACTION = {"name", "description", "inputs", "runs"}


def read_yaml(path: Path) -> Yaml:
    """The document in which every scalar is a text: YAML's own guesses, such as `on` for true, are not GitHub's."""
    value = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506, makes no objects
    assert isinstance(value, dict), path
    return value


def read_workflow(path: Path) -> Yaml:
    workflow = read_yaml(path)
    _known(path, workflow, _WORKFLOW)
    for job in workflow["jobs"].values():
        _known(path, job, _JOB)
        for step in job.get("steps", ()):
            _known(path, step, _STEP)
    return workflow


def read_action(folder: Path) -> Yaml:
    path = folder / "action.yml"
    action = read_yaml(path)
    _known(path, action, _ACTION)
    assert "composite" == action["runs"]["using"], path
    for step in action["runs"]["steps"]:
        _known(path, step, _STEP)
        assert "run" not in step or "shell" in step, f"{path}: a step of an action names its shell"
    return action


def _known(path: Path, part: Mapping[str, object], keys: set[str]) -> None:
    assert part.keys() <= keys, f"{path}: the runner knows no {sorted(part.keys() - keys)}"


def inputs_of(declared: Mapping[str, Yaml], given: Mapping[str, str], scope: Scope) -> dict[str, object]:
    """The inputs of what is called, as it declares them; what is missing or too much is an error."""
    assert given.keys() <= declared.keys(), f"there are no inputs {sorted(given.keys() - declared.keys())}"
    missing = [name for name, item in declared.items() if item.get("required") == "true" and name not in given]
    assert not missing, f"the inputs {missing} are not given"
    return {
        name: scope.text(given[name]) if name in given else scope.text(item.get("default", ""))
        for name, item in declared.items()
    }
