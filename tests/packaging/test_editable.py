"""From an editable installation, which the Makefile makes, everything works in any folder."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import pytest
from readme import REPOSITORY

import gembatch
from gembatch.load.schemas import NAMES


def run(*command: str, cwd: Path) -> str:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=True, timeout=60).stdout


def test_the_package_is_the_checkouts(elsewhere: Path):
    told = run(sys.executable, "-c", "import gembatch; print(gembatch.__file__)", cwd=elsewhere)

    assert f"{REPOSITORY / 'gembatch' / '__init__.py'}\n" == told


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_found_beside_the_package(elsewhere: Path, name: str):
    code = f"import json; from gembatch.load.schemas import read_schema; print(json.dumps(read_schema({name!r})))"

    told = run(sys.executable, "-c", code, cwd=elsewhere)

    assert json.loads((REPOSITORY / "schemas" / f"{name}.schema.json").read_bytes()) == json.loads(told)


def test_the_command_stands_beside_the_interpreter_and_works(elsewhere: Path):
    command = str(Path(sys.executable).with_name("gembatch"))

    assert f"gembatch {gembatch.__version__}\n" == run(command, "--version", cwd=elsewhere)
    assert "displayName: hello-20261122" in run(command, "render", "--date", "2026-11-22", cwd=elsewhere)


def test_the_metadata_has_the_packages_version():
    assert gembatch.__version__ == distribution("gembatch").version
