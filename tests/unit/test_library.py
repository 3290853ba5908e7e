"""`import gembatch` is the library: cheap, whole, typed, and as docs/library.md says."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import gembatch

REPOSITORY = Path(__file__).resolve().parents[2]
PAGE = (REPOSITORY / "docs" / "library.md").read_text(encoding="utf-8")
NAMES = [name for name in gembatch.__all__ if name != "__version__"]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_offered_is_what_its_room_has_and_is_described(name: str) -> None:
    offered = getattr(gembatch, name)

    assert offered is getattr(importlib.import_module(gembatch._ROOMS[name]), name)
    assert inspect.isclass(offered) or callable(offered)
    assert name in dir(gembatch)
    assert inspect.getdoc(offered) or name in {"JobName", "Version"}  # text to Python: a NewType has no docstring


def test_the_stub_names_what_is_offered_from_the_same_rooms() -> None:
    stub = ast.parse((REPOSITORY / "gembatch" / "__init__.pyi").read_text(encoding="utf-8"))
    imported = {
        alias.asname: node.module for node in stub.body if isinstance(node, ast.ImportFrom) for alias in node.names
    }

    assert gembatch._ROOMS == imported


def test_what_is_not_offered_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'gembatch' has no attribute 'plan_everything'"):
        gembatch.plan_everything  # noqa: B018


def test_to_import_it_imports_nothing_more() -> None:
    """Neither a room of ours, nor a package, nor a module of Python that its own start does not need."""
    code = (
        "import sys; before = set(sys.modules); import gembatch;"
        "print(*sorted(set(sys.modules) - before - {'gembatch', '__future__'}), gembatch.__version__)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True)

    assert f"{gembatch.__version__}\n" == done.stdout


def test_one_name_imports_its_room_and_no_cloud() -> None:
    code = (
        "import sys, gembatch; before = set(sys.modules); gembatch.desired_jobs;"
        "cloud = {'google', 'requests', 'click', 'rich'};"
        "print(*(name for name in set(sys.modules) - before if name.partition('.')[0] in cloud))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True)

    assert "\n" == done.stdout


def test_every_name_on_the_page_is_offered() -> None:
    table = "\n".join(line for line in PAGE.splitlines() if line.startswith("|"))
    named = {*re.findall(r"`(\w+)`", table), *re.findall(r"gembatch\.(\w+)\(", PAGE)}

    assert set() == named - set(NAMES)


EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def workspace_of_examples(tmp_path: Path) -> Path:
    shutil.copytree(REPOSITORY / "specs", tmp_path / "specs")
    shutil.copy(REPOSITORY / "gembatch.yaml", tmp_path)
    return tmp_path


def test_the_examples_of_the_page_run(workspace_of_examples: Path) -> None:
    """The second against an emulator in place of Google."""
    offline, online = EXAMPLES
    online = "".join(f"    {line}" for line in online.splitlines(keepends=True))
    program = f"""\
{offline}
from dataclasses import replace
from gembatch.emulator.server import Emulator
with Emulator(root / ".gembatch" / "emulator", buckets=["demo-bucket"], seed=root / "specs" / "buckets") as emulator:
    environment = replace(environment, endpoint=emulator.url)
    run = replace(run, environment=environment)
{online.replace("store=store,", "store=store, data_id=emulator.data_id,")}
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=workspace_of_examples, capture_output=True, text=True, check=False
    )

    assert 0 == done.returncode, done.stderr
    assert "create proverbs-themes new\n" in done.stdout
    assert "proverbs-themes submitted gs://demo-bucket/predictions/proverbs/" in done.stdout


@pytest.mark.slow
def test_the_examples_of_the_page_are_typed(tmp_path: Path) -> None:
    program = tmp_path / "example.py"
    program.write_text("\n".join(EXAMPLES) + "\nreveal_type(gembatch.desired_jobs(run))\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-incremental", str(program)],
        cwd=REPOSITORY, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert 'Revealed type is "gembatch.pipeline.desire.Desired"' in done.stdout
    assert 0 == done.returncode, done.stdout
