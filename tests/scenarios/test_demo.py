"""A newcomer's first two commands: `make demo` in a fresh clone, and once more.

It installs gembatch as pip is configured on this machine, and fails where pip reaches no index: a demo that cannot be
installed is broken.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from example_workspace import ALL, DATE, Workspace
from readme import REPOSITORY

pytestmark = pytest.mark.slow

MINUTES = 10

# What a run inside `make test` inherits and a newcomer's shell does not have.
FOREIGN = re.compile("GEMBATCH_|MAKE|MFLAGS|PYTHON|COV_|VIRTUAL_ENV|GOOGLE_|CLOUDSDK_")


@dataclass(frozen=True)
class Demo:
    """What two demos and a clean printed and left.

    Attributes:
        first: Everything that the first one printed.
        second: Everything that the second one printed.
        recorded: The jobs in the lockfile after the first.
        ledger: The emulator's jobs after the first.
        ledger_again: The emulator's jobs after the second.
        left: Files that remain after `make clean` and were not in the clone.
    """

    first: str
    second: str
    recorded: list[dict[str, object]]
    ledger: list[dict[str, object]]
    ledger_again: list[dict[str, object]]
    left: set[str]


def clone(folder: Path) -> None:
    """Copies what git would clone, as it stands in the checkout now: changes that are not committed are tested too."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    for name in filter(None, listed.split("\0")):
        if (REPOSITORY / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(REPOSITORY / name, folder / name)


def files_in(folder: Path) -> set[str]:
    files = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
    return {str(path) for path in files if "__pycache__" not in path.parts}


def make(target: str, folder: Path) -> str:
    """Runs make as a newcomer would; returns what the terminal would show."""
    environment = {name: value for name, value in os.environ.items() if not FOREIGN.match(name)}
    done = subprocess.run(
        ["make", target, f"PYTHON={sys.executable}"],
        cwd=folder,
        env={**environment, "GEMBATCH_DATE": DATE},  # or midnight might come between two commands
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=MINUTES * 60,
        check=False,
    )
    assert 0 == done.returncode, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    # A space in a path is nothing unusual, and much breaks of it.
    root = tmp_path_factory.mktemp("home") / "my clone"
    clone(root)
    cloned, workspace = files_in(root), Workspace(root)
    first, recorded, ledger = make("demo", root), workspace.recorded(), workspace.ledger()
    second, ledger_again = make("demo", root), workspace.ledger()
    make("clean", root)
    return Demo(first, second, recorded, ledger, ledger_again, files_in(root) - cloned)


def test_the_demo_submits_every_job_and_waits_for_its_end(demo: Demo):
    assert "Plan: 6 to submit, 0 unchanged." in demo.first
    assert "Applied: 6 submitted." in demo.first
    assert "6 jobs succeeded" in demo.first


@pytest.mark.parametrize("name", ALL)
def test_the_demos_table_says_where_each_jobs_output_is(demo: Demo, name: str):
    output = next(entry["output"] for entry in demo.recorded if entry["displayName"] == name)

    assert re.search(
        rf"^{name} +succeeded +\d+\w +\d+ ok +current +{re.escape(str(output))}$", demo.first, re.MULTILINE
    )


def test_the_demo_shows_three_predictions_and_who_made_them(demo: Demo):
    _, _, predictions = demo.first.partition("First predictions by gemini-3.8-flash@gembatch-emulator\n")

    assert 3 == len(re.findall(r"^  id=prov-.*\n    → \{", predictions, re.MULTILINE))


def test_the_demo_shows_nothing_that_a_newcomer_cannot_understand(demo: Demo):
    """Neither what pip thinks of this machine, nor how a program broke."""
    assert [] == re.findall(r"(?i)warning|notice|traceback|error", demo.first)


@pytest.mark.parametrize("name", ALL)
def test_the_demos_lockfile_remembers_each_job(demo: Demo, name: str):
    entry = next(entry for entry in demo.recorded if entry["displayName"] == name)

    assert re.fullmatch(r"projects/\d+/locations/us-central1/batchPredictionJobs/\d+", str(entry["name"]))
    assert re.fullmatch(r"1:[0-9a-f]{64}", str(entry["digest"]))
    assert re.fullmatch(r"[0-9a-f]{32}", str(entry["attempt"]))
    assert (REPOSITORY / str(entry["spec"])).is_file()
    assert "JOB_STATE_SUCCEEDED" == entry["state"]
    assert re.match(r"gs://demo-bucket/predictions/.*/prediction-model-", str(entry["output"]))


def test_the_lockfile_and_the_emulator_know_the_same_jobs(demo: Demo):
    assert sorted(str(job["name"]) for job in demo.ledger) == sorted(str(entry["name"]) for entry in demo.recorded)
    assert len(ALL) == len(demo.recorded)


def test_a_second_demo_says_that_nothing_needs_to_be_done(demo: Demo):
    assert "Nothing to do: 0 to submit, 6 unchanged." in demo.second
    assert "submitted   " not in demo.second


def test_a_second_demo_installs_and_submits_nothing(demo: Demo):
    assert "pip install" not in demo.second
    assert json.dumps(demo.ledger) == json.dumps(demo.ledger_again)


def test_clean_leaves_what_was_cloned(demo: Demo):
    assert set() == demo.left
