"""What is built from the checkout, and from the source archive, works without the checkout."""

from __future__ import annotations

import email
import os
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from readme import REPOSITORY

import gembatch
from gembatch.load.schemas import NAMES

pytestmark = pytest.mark.slow

SCHEMAS = [f"gembatch/schemas/{name}.schema.json" for name in NAMES]
PAGES = [f"gembatch/rules/{path.name}" for path in REPOSITORY.glob("docs/rules/*.md")]
SCAFFOLD = [str(path.relative_to(REPOSITORY)) for path in REPOSITORY.glob("gembatch/scaffold/**/*") if path.is_file()]
PLAN_PAGE = [f"gembatch/page/{path.name}" for path in REPOSITORY.glob("gembatch/page/*")]
GITHUB = [
    f"gembatch/actions_and_workflows/{path.relative_to(REPOSITORY / '.github')}"
    for path in (*REPOSITORY.glob(".github/actions/*/action.yml"), *REPOSITORY.glob(".github/workflows/*.yml"))
    if path.name != "ci.yml"
]
CARRIED = {*GITHUB, *SCHEMAS, *PAGES, *SCAFFOLD, *PLAN_PAGE, "gembatch/py.typed", "gembatch/__init__.pyi"}
"""What a wheel carries besides modules."""


def build(kind: str, source: Path, folder: Path) -> Path:
    """Builds `sdist` or `wheel` of a source tree, without a network; returns the one file that was made."""
    command = [sys.executable, "-m", "build", f"--{kind}", "--no-isolation", "--outdir", str(folder), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    (made,) = folder.iterdir()
    return made


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of the checkout."""
    return build("wheel", REPOSITORY, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def unpacked_sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source archive of the checkout, unpacked."""
    archive = build("sdist", REPOSITORY, tmp_path_factory.mktemp("sdist"))
    folder = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(archive) as files:
        files.extractall(folder, filter="data")
    (root,) = folder.iterdir()
    return root


@dataclass(frozen=True)
class Installed:
    """The wheel, installed into a folder, beside the dependencies of this environment."""

    folder: Path

    def run(self, *arguments: str, cwd: Path) -> str:
        """Runs an interpreter that knows the installed package and its dependencies, and of the checkout nothing.

        `-S` leaves out the file by which an editable installation puts the checkout on the path.
        """
        path = os.pathsep.join([str(self.folder), sysconfig.get_path("purelib"), sysconfig.get_path("platlib")])
        done = subprocess.run(
            [sys.executable, "-S", *arguments],
            cwd=cwd, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert 0 == done.returncode, done.stderr
        return done.stdout + done.stderr


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("installed")
    options = ["--no-deps", "--no-index", "--disable-pip-version-check", "--target", str(folder)]
    subprocess.run([sys.executable, "-m", "pip", "install", *options, str(wheel)], check=True, capture_output=True)
    return Installed(folder)


def content_of(wheel: Path) -> dict[str, int]:
    """Returns the checksum of every file in a wheel, but for the list of them that it carries itself."""
    with zipfile.ZipFile(wheel) as files:
        return {item.filename: item.CRC for item in files.infolist() if not item.filename.endswith("/RECORD")}


def test_the_wheel_carries_what_commands_read_and_the_mark_that_it_is_typed(wheel: Path):
    assert set() == CARRIED - set(content_of(wheel))


def test_the_wheel_carries_every_module_and_nothing_besides(wheel: Path):
    files = {name for name in content_of(wheel) if ".dist-info/" not in name}
    modules = {str(path.relative_to(REPOSITORY)) for path in REPOSITORY.glob("gembatch/**/*.py")}

    assert modules | CARRIED == files


def test_the_source_archive_builds_the_same_wheel(wheel: Path, unpacked_sdist: Path, tmp_path: Path):
    assert content_of(wheel) == content_of(build("wheel", unpacked_sdist, tmp_path))


def test_the_wheel_names_its_version_its_licence_and_its_command(wheel: Path):
    with zipfile.ZipFile(wheel) as files:
        folder = next(name for name in files.namelist() if name.endswith("/METADATA")).rpartition("/")[0]
        metadata = email.message_from_bytes(files.read(f"{folder}/METADATA"))
        commands = files.read(f"{folder}/entry_points.txt").decode().split("\n")

    assert gembatch.__version__ == metadata["Version"]
    assert "Apache-2.0" == metadata["License-Expression"]
    assert ">=3.11" == metadata["Requires-Python"]
    assert "gembatch = gembatch.cli.main:main" in commands


def test_installed_the_package_is_found_without_the_checkout(installed: Installed, elsewhere: Path):
    told = installed.run("-c", "import gembatch, sys; print(gembatch.__file__, *sys.path, sep='\\n')", cwd=elsewhere)

    assert str(installed.folder / "gembatch" / "__init__.py") == told.splitlines()[0]
    assert str(REPOSITORY) not in told.splitlines()


@pytest.mark.parametrize("name", NAMES)
def test_installed_it_reads_the_schemas_that_it_carries(installed: Installed, elsewhere: Path, name: str):
    code = (
        "import gembatch, pathlib; from gembatch.load.schemas import read_schema, schema_folder;"
        f"print(schema_folder(pathlib.Path(gembatch.__file__).parent), read_schema({name!r})['$schema'])"
    )

    told = installed.run("-c", code, cwd=elsewhere)

    assert f"{installed.folder / 'gembatch' / 'schemas'} http://json-schema.org/draft-07/schema#\n" == told


def test_installed_it_explains_rules_from_the_pages_that_it_carries(installed: Installed, elsewhere: Path):
    told = installed.run("-m", "gembatch", "explain", "labels.key", cwd=elsewhere)

    assert (REPOSITORY / "docs/rules/labels.key.md").read_text(encoding="utf-8") == told


def test_installed_it_makes_a_page_of_the_files_that_it_carries(installed: Installed, elsewhere: Path):
    told = installed.run("-c", "from gembatch.load.page import page_files; print(*page_files())", cwd=elsewhere)

    assert sorted(Path(name).name for name in PLAN_PAGE) == told.split()


def test_installed_it_writes_the_workflows_that_it_carries(installed: Installed, tmp_path: Path):
    installed.run("-m", "gembatch", "init", "--github", cwd=tmp_path)

    ours = (REPOSITORY / ".github" / "actions" / "apply" / "action.yml").read_bytes()
    assert ours == (tmp_path / ".github" / "actions" / "gembatch" / "apply" / "action.yml").read_bytes()
    assert (tmp_path / ".github" / "workflows" / "gembatch.yml").is_file()


def test_installed_it_goes_the_whole_way(installed: Installed, elsewhere: Path):
    day = ("--date", "2026-11-22")

    assert f"gembatch {gembatch.__version__}\n" == installed.run("-m", "gembatch", "--version", cwd=elsewhere)
    assert "1 job, no errors in 1 file\n" == installed.run("-m", "gembatch", "validate", *day, cwd=elsewhere)
    assert "Applied: 1 submitted." in installed.run("-m", "gembatch", "apply", "--yes", *day, cwd=elsewhere)
    assert "1 job succeeded" in installed.run("-m", "gembatch", "wait", *day, cwd=elsewhere)
