"""TAB offers commands, options, environments and jobs, by the protocol that the shells' scripts speak."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from builders import entry, job_spec
from builders import lockfile as lockfile_of

from gembatch.lock.local import LocalLockfile
from gembatch.lock.lockfile import LockEntry
from gembatch.lock.store import ABSENT

WORKSPACE = """\
version: 1
name: reviews
specs: ["specs/*.yaml"]
environments:
  dev: {endpoint: embedded, project: demo-project, region: us-central1}
  prod: {project: acme-prod, region: global, lockfile: locks/prod.lock.json}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "gembatch.yaml").write_text(WORKSPACE, encoding="utf-8")
    return tmp_path


def offered(root: Path, *words: str) -> list[str]:
    """What is offered for the last of the words after `gembatch`, as `type,value` lines."""
    asked = {
        "COMP_WORDS": " ".join(("gembatch", *words)),
        "COMP_CWORD": str(len(words)),
        "_GEMBATCH_COMPLETE": "bash_complete",
    }
    done = subprocess.run(
        [sys.executable, "-m", "gembatch"],
        cwd=root,
        env={**os.environ, **asked},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert not done.stderr
    return [line for line in done.stdout.splitlines() if line]


def remember(root: Path, environment: str, *jobs: LockEntry, retired: tuple[LockEntry, ...] = ()) -> None:
    LocalLockfile(root, f"locks/{environment}.lock.json").write(lockfile_of(*jobs, retired=retired), ABSENT)


def test_commands_are_offered_in_the_order_of_the_help(root: Path):
    assert ["plain,schema", "plain,status"] == sorted(offered(root, "s"))
    assert "plain,init" == offered(root, "")[0]


def test_offering_commands_imports_none_of_them(root: Path):
    program = (
        "import sys; from gembatch.cli.main import main\ntry: main()\nfinally: print(*sys.modules, file=sys.stderr)"
    )
    asked = {"COMP_WORDS": "gembatch ", "COMP_CWORD": "1", "_GEMBATCH_COMPLETE": "bash_complete"}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **asked},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert "plain,apply" in done.stdout
    assert set() == {"gembatch.cli.apply", "gembatch.pipeline", "yaml"}.intersection(done.stderr.split())


def test_options_are_offered(root: Path):
    assert ["plain,--detailed-exitcode"] == offered(root, "plan", "--det")


def test_environments_are_offered_in_the_order_of_the_file(root: Path):
    assert ["plain,dev", "plain,prod"] == offered(root, "plan", "-e", "")
    assert ["plain,prod"] == offered(root, "status", "--environment", "p")


def test_environments_are_those_of_the_workspace_that_is_named(root: Path, tmp_path_factory: pytest.TempPathFactory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")

    assert [] == offered(elsewhere, "plan", "-e", "")
    assert ["plain,dev", "plain,prod"] == offered(elsewhere, "plan", "-C", str(root), "-e", "")


def test_jobs_are_those_of_the_lockfile_of_the_environment(root: Path):
    remember(root, "dev", entry(job_spec("reviews-fr")), entry(job_spec("reviews-de")), entry(job_spec("daily")))
    remember(root, "prod", retired=(entry(job_spec("reviews-it")),))

    assert ["plain,reviews-de", "plain,reviews-fr"] == offered(root, "status", "-e", "dev", "rev")
    assert ["plain,reviews-it"] == offered(root, "cancel", "-e", "prod", "rev")


def test_nobody_is_asked_for_a_lockfile_in_a_bucket(root: Path):
    workspace = root / "gembatch.yaml"
    text = workspace.read_text(encoding="utf-8")
    workspace.write_text(text.replace("lockfile: locks/prod.lock.json", "lockfile: gs://acme-state/prod.lock.json"))
    assert "gs://acme-state" in workspace.read_text(encoding="utf-8")
    remember(root, "prod", entry(job_spec("reviews-it")))

    assert [] == offered(root, "cancel", "-e", "prod", "rev")


def test_a_name_that_a_shell_would_read_as_more_than_a_word_is_not_offered(root: Path):
    names = ("plain", "two words", "$(touch here)", "`id`", "a;b", "-rf", "a\nb", "*")
    remember(root, "dev", *(entry(job_spec(name)) for name in names))

    assert ["plain,plain"] == offered(root, "status", "-e", "dev", "")


def test_paths_are_left_to_the_shell(root: Path):
    assert ["file,sp"] == offered(root, "validate", "sp")


@pytest.mark.parametrize("content", ["", "][", "version: 1", "environments: 3"])
def test_a_broken_workspace_offers_nothing_and_says_nothing(root: Path, content: str):
    (root / "gembatch.yaml").write_text(content, encoding="utf-8")

    assert [] == offered(root, "plan", "-e", "")
    assert [] == offered(root, "status", "")


def test_a_broken_lockfile_offers_nothing_and_says_nothing(root: Path):
    (root / "locks").mkdir()
    (root / "locks" / "dev.lock.json").write_text("<<<<<<<", encoding="utf-8")

    assert [] == offered(root, "status", "-e", "dev", "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_is_one_that_its_shell_reads(shell: str, gembatch):
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    result = gembatch("completion", shell)

    read = subprocess.run([shell, "-n"], input=result.out, capture_output=True, text=True, check=False)

    assert (0, "") == (read.returncode, read.stderr)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_asks_by_the_variable_that_gembatch_answers_to(shell: str, gembatch):
    result = gembatch("completion", shell)

    assert 0 == result.code
    assert f"_GEMBATCH_COMPLETE={shell}_complete" in result.out


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_bash_completes_with_the_script(root: Path, gembatch):
    script = gembatch("completion", "bash").out
    (root / "gembatch").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m gembatch "$@"\n', encoding="utf-8")
    (root / "gembatch").chmod(0o755)
    pressed = (
        f"{script}\nCOMP_WORDS=(gembatch plan -e p); COMP_CWORD=3; _gembatch_completion ./gembatch; echo $COMPREPLY"
    )

    done = subprocess.run(
        ["bash", "-c", f"{script}\n{pressed}"], cwd=root, capture_output=True, text=True, timeout=60, check=True
    )

    assert "prod" == done.stdout.strip()


def test_a_shell_that_is_not_known_is_refused_with_those_that_are(gembatch):
    result = gembatch("completion", "powershell")

    assert 2 == result.code
    assert "'bash', 'zsh', 'fish'" in result.err
