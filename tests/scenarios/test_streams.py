"""Whoever stops listening stops no work, and changes no exit code."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from example_workspace import ALL, DATE, Workspace

pytestmark = pytest.mark.slow


def test_an_apply_whose_stderr_was_closed_records_every_job(workspace: Workspace) -> None:
    with workspace.start("apply", "--yes", "--date", DATE) as process:
        process.stderr.close()
        out = process.stdout.read()

    assert 0 == process.returncode
    assert "Applied: 6 submitted" in out
    assert sorted(ALL) == sorted(str(entry["displayName"]) for entry in workspace.recorded())


def test_an_apply_whose_stdout_was_closed_records_every_job(workspace: Workspace) -> None:
    with workspace.start("apply", "--yes", "-q", "--date", DATE) as process:
        process.stdout.close()
        err = process.stderr.read()

    assert (0, "") == (process.returncode, err)
    assert sorted(ALL) == sorted(str(entry["displayName"]) for entry in workspace.recorded())


def test_a_plan_that_is_read_in_part_still_tells_by_its_exit_code(workspace: Workspace) -> None:
    with workspace.start("plan", "--detailed-exitcode", "--date", DATE) as process:
        process.stdout.close()

    assert 3 == process.returncode


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")  # noqa: PTH110
def test_a_full_disk_behind_stdout_is_an_error_and_no_traceback(workspace: Workspace) -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:  # noqa: PTH123
        command = workspace.command("render", "--date", DATE)
        done = subprocess.run(command, cwd=workspace.root, stdout=full, stderr=subprocess.PIPE, text=True, check=False)

    assert (1, "error: cannot write to stdout: No space left on device\n") == (done.returncode, done.stderr)


@pytest.mark.parametrize("language", ["ascii", "latin-1", "utf-16"])
def test_what_is_printed_is_utf_8_whatever_language_the_shell_has(workspace: Workspace, language: str) -> None:
    workspace.edit("specs/proverbs-themes.yaml", "displayName: proverbs-themes", "displayName: Größe ✓ 日本")
    command = workspace.command("plan", "--offline", "--date", DATE)
    environment = {**os.environ, "PYTHONIOENCODING": language}

    done = subprocess.run(command, cwd=workspace.root, env=environment, capture_output=True, check=False)

    assert (0, b"") == (done.returncode, done.stderr)
    assert "Größe ✓ 日本" in done.stdout.decode()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names are text")
def test_a_file_may_have_a_name_that_is_not_utf_8(workspace: Workspace) -> None:
    plan = os.fsdecode(b"plan \xff.json")

    saved = workspace.run("plan", "--out", plan, "--date", DATE)

    assert "saved to plan \\udcff.json; carry it out with: gembatch apply 'plan \\udcff.json'\n" == saved.err
    assert "Applied: 6 submitted" in workspace.run("apply", plan).out


@pytest.mark.parametrize("closed", [">&-", "2>&-"])
def test_streams_may_be_closed_from_the_start(workspace: Workspace, closed: str) -> None:
    command = f"exec {' '.join(workspace.command('plan', '--detailed-exitcode', '--date', DATE))} {closed}"
    done = subprocess.run(["sh", "-c", command], cwd=workspace.root, capture_output=True, text=True, check=False)

    assert (3, "") == (done.returncode, done.stderr)
