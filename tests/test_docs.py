"""The README is true: its commands run, its first job works as printed, its tables are those of the program."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from example_workspace import DATE, Workspace
from readme import FIRST_JOB, README, REPOSITORY, commands, table, write_first_workspace

from gembatch.cli.main import cli
from gembatch.cli.plan import CHANGES_PENDING
from gembatch.errors import GembatchError
from gembatch.load.schemas import read_schema

AT_GOOGLE = ["gcloud auth application-default login", "gembatch plan -e prod"]

CONTEXT = click.Context(cli)

COMMANDS = cli.list_commands(CONTEXT)


def options_of(name: str) -> list[click.Option]:
    command = cli.get_command(CONTEXT, name)
    assert command is not None
    return [parameter for parameter in command.params if isinstance(parameter, click.Option)]


def names_in(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def subclasses(error: type[GembatchError]) -> Iterator[type[GembatchError]]:
    yield error
    for child in error.__subclasses__():
        yield from subclasses(child)


@pytest.fixture(scope="module")
def first_job(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Follows the section word for word in an empty folder; the output of each command by what was typed.

    `apply` asks on a terminal, and here there is none: it is told `--yes`.
    """
    root = tmp_path_factory.mktemp("first-job")
    write_first_workspace(root)
    told = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GEMBATCH_DATE", DATE)  # or midnight might come between two commands
        for command in commands(FIRST_JOB):
            program, *arguments = shlex.split(command)
            assert "gembatch" == program
            result = Workspace(root).run(*arguments, *(["--yes"] if arguments == ["apply"] else []))
            told[command] = result.out + result.err
    return told


def test_every_command_that_the_readme_prints_is_run_by_a_test():
    """Those of the first job are run below, `make` in test_demo, and Google's after them."""
    run = [*commands(FIRST_JOB), *AT_GOOGLE]

    assert ["make demo", "make test"] == [command for command in commands() if command not in run]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("gembatch validate", "1 job, no errors in 1 file"),
        ("gembatch plan", "Plan: 1 to submit, 0 unchanged."),
        ("gembatch apply", "Applied: 1 submitted."),
        ("gembatch wait", "1 job succeeded"),
        ("gembatch status", "succeeded"),
    ],
)
def test_the_first_job_works_as_printed(first_job: dict[str, str], command: str, expected: str):
    assert expected in first_job[command]


def test_the_first_jobs_output_is_where_its_spec_says(first_job: dict[str, str]):
    assert re.search(rf"1 ok +current +gs://demo-bucket/hello/{DATE}/prediction-model-", first_job["gembatch status"])


def test_at_google_without_credentials_the_readmes_command_says_which_to_run_first(tmp_path: Path):
    shutil.copy(REPOSITORY / "gembatch.yaml", tmp_path)
    shutil.copytree(REPOSITORY / "specs", tmp_path / "specs")
    login, plan = commands("Point it at Google")
    nobody = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "NO_GCE_CHECK": "true"}

    done = subprocess.run(
        [sys.executable, "-m", *shlex.split(plan)],
        cwd=tmp_path, env=nobody, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert (1, "") == (done.returncode, done.stdout)
    assert f"`{login}`" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_table_of_exit_codes_is_that_of_the_errors():
    known = {error.exit_code for error in subclasses(GembatchError)} | {0, CHANGES_PENDING}

    assert sorted(known) == [int(code) for code, _ in table("exit code")]


def test_the_table_of_commands_is_that_of_the_program():
    told = [names_in(command)[0].split()[1] for command, _ in table("command")]

    assert COMMANDS == list(dict.fromkeys(told))


def test_every_option_that_the_readme_names_exists():
    known = {name for command in COMMANDS for option in options_of(command) for name in option.opts}
    named = {word for span in names_in(README) for word in re.findall(r"(?<!\S)--?[a-zA-Z][\w-]*", span)}

    assert set() == named - known - {"--help"}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_every_option_has_a_help_text(name: str):
    command = cli.get_command(CONTEXT, name)

    assert command is not None
    assert command.help
    assert [] == [option.name for option in options_of(name) if not option.help]


def test_every_key_of_the_workspace_file_and_of_its_environments_is_in_the_table():
    schema = read_schema("workspace")
    parts = [schema, *(schema["definitions"][name] for name in ("environment", "submit", "limits"))]
    keys = {key for part in parts for key in part["properties"]}
    named = {name for row in table("in `gembatch.yaml`") for cell in row for name in names_in(cell)}

    assert set() == keys - named


def test_every_key_that_a_spec_has_beyond_the_api_is_in_the_table():
    own = {"input", "output", "matrix", "lifecycle", "rerun"}
    schema = read_schema("job")
    keys = own | {*schema["definitions"]["lifecycle"]["properties"]}
    named = " ".join(name for row in table("in a spec") for cell in row for name in names_in(cell))

    assert own <= {*schema["properties"]}
    assert [] == [key for key in sorted(keys) if not re.search(rf"\b{key}\b", named)]


def test_the_changelog_names_every_command():
    changelog = (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8")

    assert [] == [name for name in COMMANDS if f"`{name}`" not in changelog]
