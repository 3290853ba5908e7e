"""Equal inputs give equal bytes in any time zone, language, folder, hash seed and version of Python."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from example_workspace import DATE, Workspace

pytestmark = pytest.mark.slow

REPOSITORY = Path(__file__).resolve().parents[2]

ODD = """\
displayName: größe-日本-{{ lang }}-{{ number }}
model: gemini-3.8-flash
input: gs://demo-bucket/proverbs/maxims.jsonl
output: gs://demo-bucket/predictions/odd/{{ lang }}/{{ number }}/{{ ds }}/
modelParameters: {temperature: 0.1, topP: 0.30000000000000004, seed: 123456789012345, "ä": 1.0, "ß": [ä, z, a]}
matrix: {lang: [tr, de], number: [2, 10]}
labels: {zone: "{{ lang }}"}
lifecycle: {allowRedated: true}
"""


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with awkward values, on an emulator whose objects have their generations, and its plan."""
    workspace = Workspace(tmp_path_factory.mktemp("canonical") / "workspace")
    shutil.copytree(REPOSITORY / "specs", workspace.root / "specs")
    shutil.copy(REPOSITORY / "gembatch.yaml", workspace.root)
    (workspace.root / "specs" / "odd.yaml").write_text(ODD, encoding="utf-8")
    workspace.run("plan", "--date", DATE, "--out", "plan.json")
    return workspace


ENVIRONMENTS: dict[str, Mapping[str, str]] = {
    "far in the east": {"TZ": "Pacific/Kiritimati"},
    "far in the west": {"TZ": "Etc/GMT+12"},
    "no time zone": {"TZ": "Nowhere/Nothing"},
    "C": {"LC_ALL": "C", "LANG": "C"},
    "C, and taken at its word": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "Turkish": {"LC_ALL": "tr_TR.UTF-8", "LANGUAGE": "tr"},
    "German, Latin-1": {"LC_ALL": "de_DE.ISO-8859-1", "PYTHONIOENCODING": "latin-1"},
    "other hashes": {"PYTHONHASHSEED": "1"},
    "still other hashes": {"PYTHONHASHSEED": "4294967295"},
    "optimised": {"PYTHONOPTIMIZE": "2"},
    "in development": {"PYTHONDEVMODE": "1", "PYTHONWARNINGS": "ignore"},
}


def plan_bytes(
    workspace: Workspace,
    environment: Mapping[str, str] | None = None,
    *,
    python: str = sys.executable,
    cwd: Path | None = None,
    umask: int = -1,
) -> tuple[bytes, bytes]:
    """The bytes of the saved plan, and those on stdout."""
    out = workspace.root.parent / "again.json"
    out.unlink(missing_ok=True)
    done = subprocess.run(
        [python, "-m", "gembatch", "plan", "-C", str(workspace.root), "--date", DATE, "--format", "json", "--out", out],
        cwd=cwd or workspace.root,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), **(environment or {})},
        umask=umask,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert 0 == done.returncode, done.stderr.decode()
    return out.read_bytes(), done.stdout


@pytest.mark.parametrize("environment", ENVIRONMENTS.values(), ids=ENVIRONMENTS.keys())
def test_a_plan_is_the_same_bytes_in_any_environment(planned: Workspace, environment: Mapping[str, str]) -> None:
    expected = (planned.root / "plan.json").read_bytes()

    assert (expected, expected) == plan_bytes(planned, environment)


def test_a_plan_is_the_same_bytes_from_any_folder_under_any_mask(planned: Workspace, tmp_path: Path) -> None:
    expected = (planned.root / "plan.json").read_bytes()

    assert (expected, expected) == plan_bytes(planned, cwd=tmp_path, umask=0o377)


def test_a_plan_is_the_same_bytes_of_a_copy_elsewhere_whose_files_were_written_in_another_order(
    planned: Workspace, tmp_path: Path
) -> None:
    root = tmp_path / "ein Ordner, ü"
    for path in sorted(planned.root.rglob("*"), reverse=True):
        if path.is_file():
            copy = root / path.relative_to(planned.root)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)
            os.utime(copy, (0, 0))

    assert (planned.root / "plan.json").read_bytes() == plan_bytes(Workspace(root))[0]


OTHERS = [f"python3.{minor}" for minor in range(11, 16) if minor != sys.version_info.minor]


@pytest.mark.parametrize("name", OTHERS)
def test_a_plan_is_the_same_bytes_in_another_version_of_python(planned: Workspace, name: str) -> None:
    """Skipped where that version, or what gembatch needs, is not installed."""
    python = shutil.which(name)
    if python is None or _lacks_something(python):
        pytest.skip(f"{name} with what gembatch needs is not installed")

    expected = (planned.root / "plan.json").read_bytes()
    assert (expected, expected) == plan_bytes(planned, python=python)


def _lacks_something(python: str) -> bool:
    needed = "import click, fastjsonschema, google.cloud.storage, jinja2, jsonschema, rich, yaml"
    return subprocess.run([python, "-c", needed], capture_output=True, check=False).returncode != 0
