"""`--format FORMAT[=FILE]`: what may be asked for, and what a command gets."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from gembatch.cli.destinations import Destination, deliver, formats_option


@click.command()
@formats_option("text", "markdown", "json", sized={"markdown": 50})
def command(destinations: tuple[Destination, ...]) -> None:
    for destination in destinations:
        deliver(destination, f"as {destination.form} of {destination.size}")


def run(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(command, [*arguments], env=environment)


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_first_format_goes_to_stdout_where_none_is_asked_for() -> None:
    assert "as text of None\n" == run().output


def test_a_format_goes_to_stdout() -> None:
    assert "as json of None\n" == run("--format", "json").output


def test_several_formats_go_to_files_and_the_first_one_still_to_stdout() -> None:
    result = run("--format", "json=plan.json", "--format", "markdown:60000=a=b.md")

    assert "as text of None\n" == result.output
    assert "as json of None\n" == Path("plan.json").read_text(encoding="utf-8")
    assert "as markdown of 60000\n" == Path("a=b.md").read_text(encoding="utf-8")


def test_a_format_may_be_kept_to_a_size_on_stdout() -> None:
    assert "as markdown of 65\n" == run("--format", "markdown:65").output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["xml"], "'xml' is not one of 'text', 'markdown', 'json'."),
        (["json="], "'json=' names no file."),
        (["json:5"], "'json' cannot be kept to a size."),
        (["markdown:"], "'' is not a number of characters."),
        (["markdown:49"], "'markdown' needs at least 50 characters, not 49."),
        ([f"markdown:{'9' * 5000}"], "is not a number of characters."),
        (["markdown:-1"], "'-1' is not a number of characters."),
        (["text", "json"], "only one format can go to stdout; write the others to files: FORMAT=FILE"),
        (["markdown=a", "json=a"], "two formats cannot go to one file"),
    ],
)
def test_what_cannot_be_meant_is_wrong_usage(arguments: list[str], says: str) -> None:
    result = run(*(word for argument in arguments for word in ("--format", argument)))

    assert 2 == result.exit_code
    assert says in result.output


@pytest.mark.parametrize(("wish", "told"), [("json", "as json of None\n"), ("curl", "as text of None\n")])
def test_the_shells_wish_holds_where_the_command_has_it(wish: str, told: str) -> None:
    assert told == run(GEMBATCH_FORMAT=wish).output


def test_a_file_that_cannot_be_written_is_an_error() -> None:
    result = run("--format", "json=no/such/folder")

    assert "cannot write json to no/such/folder: No such file or directory" == str(result.exception)
