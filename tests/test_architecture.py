"""The architecture: the import contracts hold, each is seen to fail when broken, and the house keeps its sizes."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "gembatch"
MODULES = sorted(PACKAGE.rglob("*.py"))
ROOMS = sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))

LONGEST_MODULE = 400
LONGEST_FUNCTION = 60

LAYERS = "Rooms import downwards only"
PURE = "The core is pure"
YAML = "YAML is read in load and written in report.as_yaml"
ADAPTERS = "Adapters are chosen in cli.wiring only"
EMULATOR = "The emulator imports nothing of ours, so it cannot share a mistake with the client it judges"

# Each contract with lines that break it: the module, and what it should not import.
OFFENCES = [
    (LAYERS, "model/jobs.py", "import gembatch.errors"),
    (LAYERS, "lock/store.py", "import gembatch.vertex.gateway"),
    (LAYERS, "wire/retries.py", "import gembatch.lock.store"),
    (LAYERS, "plan/case.py", "import gembatch.apply.state"),
    (LAYERS, "report/words.py", "import gembatch.pipeline"),
    (LAYERS, "cellar/__init__.py", ""),
    (PURE, "plan/decide.py", "import os"),
    (PURE, "model/digests.py", "import threading"),
    (PURE, "render/dates.py", "import time"),
    (PURE, "apply/machine.py", "import random"),
    (PURE, "verify/inputs.py", "import gembatch.stage.rows"),
    (PURE, "report/words.py", "import google.auth"),
    (PURE, "validate/rules.py", "import gembatch.load.files"),
    # Not a pure room by name, but reached from one.
    (PURE, "lock/fields.py", "import pathlib"),
    (PURE, "github/comments.py", "import os"),
    (PURE, "apply/answers.py", "import logging"),
    (PURE, "judge/schemas.py", "import subprocess"),
    (YAML, "plan/planfile.py", "import yaml"),
    (YAML, "emulator/server.py", "import yaml"),
    (YAML, "judge/findings.py", "import yaml"),
    (ADAPTERS, "apply/driver.py", "import gembatch.vertex.google"),
    (ADAPTERS, "pipeline/plan.py", "import gembatch.lock.local"),
    (ADAPTERS, "pipeline/watch.py", "import gembatch.lock.gcs"),
    (ADAPTERS, "pipeline/verify.py", "import gembatch.stage.bigquery"),
    (ADAPTERS, "pipeline/plan.py", "import gembatch.stage.gcs"),
    (ADAPTERS, "pipeline/run.py", "import gembatch.emulator.server"),
    (ADAPTERS, "pipeline/run.py", "import gembatch.github.transport"),
    (EMULATOR, "emulator/server.py", "import gembatch.model.jobs"),
    (EMULATOR, "emulator/server.py", "import gembatch.vertex.requests"),
]

# `gembatch.vertex.google_project` begins as `gembatch.vertex.google` does.
ADAPTER_MODULES = (
    "gembatch.vertex.google",
    "gembatch.lock.local",
    "gembatch.lock.gcs",
    "gembatch.stage.gcs",
    "gembatch.stage.bigquery",
    "gembatch.emulator",
)


def contracts() -> list[str]:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return [contract["name"] for contract in config["tool"]["importlinter"]["contracts"]]


def lint_imports(folder: Path) -> tuple[int, str]:
    """Exit code and report of the linter on the package in `folder`, by our configuration."""
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(
        [sys.executable, "-c", command, "--no-cache", "--config", str(ROOT / "pyproject.toml")],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    # The report breaks long names over lines.
    return done.returncode, " ".join(done.stdout.split()) + done.stderr


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported_by(path: Path) -> Iterator[str]:
    for node in ast.walk(parsed(path)):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(module), names=names):
                yield from (f"{module}.{alias.name}" for alias in names)


def test_the_import_contracts_hold() -> None:
    code, report = lint_imports(ROOT)

    assert 0 == code, report
    assert "0 broken" in report


@pytest.mark.slow
@pytest.mark.parametrize(("contract", "module", "line"), OFFENCES, ids=lambda value: value.replace(" ", "-")[:40])
def test_a_contract_fails_when_it_is_broken(tmp_path: Path, contract: str, module: str, line: str) -> None:
    shutil.copytree(PACKAGE, tmp_path / "gembatch", ignore=shutil.ignore_patterns("__pycache__"))
    broken = tmp_path / "gembatch" / module
    if line:
        assert broken.is_file(), f"{module} has moved: choose another module of its room"
    broken.parent.mkdir(exist_ok=True)
    with broken.open("a") as file:
        file.write(f"\n{line}\n")

    code, report = lint_imports(tmp_path)
    assert 1 == code
    assert f"{contract} BROKEN" in report


def test_every_contract_is_broken_by_one_of_these() -> None:
    assert set(contracts()) == {contract for contract, _, _ in OFFENCES}


def test_within_the_command_line_only_wiring_chooses_adapters() -> None:
    """The contract covers the rooms below; `cli` itself may reach the adapters, but through one module."""
    offenders = [
        shown(path)
        for path in (PACKAGE / "cli").glob("*.py")
        if path.name != "wiring.py" and any(name.startswith(ADAPTER_MODULES) for name in imported_by(path))
    ]

    assert [] == offenders


def test_no_module_is_past_400_lines() -> None:
    lengths = {shown(path): len(path.read_text().splitlines()) for path in MODULES}

    assert {} == {path: length for path, length in lengths.items() if length > LONGEST_MODULE}


def test_no_function_is_past_60_lines() -> None:
    long = {
        f"{shown(path)}:{node.lineno} {node.name}": length
        for path in MODULES
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > LONGEST_FUNCTION
    }

    assert {} == long


def test_nothing_is_printed_outside_the_command_line() -> None:
    offenders = [
        f"{shown(path)}:{node.lineno}"
        for path in MODULES
        if "cli" not in path.relative_to(PACKAGE).parts
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]

    assert [] == offenders


@pytest.mark.parametrize("name", ["utils", "util", "helpers", "helper", "common", "base", "manager", "misc"])
def test_no_module_has_a_name_that_says_nothing(name: str) -> None:
    assert [] == [shown(path) for path in MODULES if name in path.relative_to(PACKAGE).with_suffix("").parts]


def test_every_room_is_introduced_by_the_package() -> None:
    docstring = ast.get_docstring(parsed(PACKAGE / "__init__.py")) or ""

    assert [] == [room for room in ROOMS if f"`{room}`" not in docstring and f"    {room} " not in docstring]


def test_every_module_says_what_lives_in_it() -> None:
    assert [] == [shown(path) for path in MODULES if not ast.get_docstring(parsed(path))]
