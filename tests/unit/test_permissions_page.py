"""The page on permissions is that of the program."""

from __future__ import annotations

import re
from pathlib import Path

import click

from gembatch.cli.main import cli
from gembatch.model import permissions

PAGE = (Path(__file__).parents[2] / "docs" / "permissions.md").read_text(encoding="utf-8")
_PERMISSION = re.compile(r"`((?:aiplatform|storage|bigquery)(?:\.[a-zA-Z]+)+)`")


def permissions_of(place: str) -> set[str]:
    """What the table of places says of one of them, up to what it is for."""
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| {place} |"))
    return set(_PERMISSION.findall(row.split("|")[2]))


def test_each_place_needs_what_is_tested_there() -> None:
    assert set(permissions.ON_PROJECT) == permissions_of("the project")
    assert set(permissions.ON_LOCKFILE) == permissions_of("the bucket of the lockfile")
    assert set(permissions.ON_STAGING) == permissions_of("the bucket of `staging`")
    assert set(permissions.ON_INPUT) == permissions_of("buckets of inputs")
    assert set(permissions.ON_OUTPUT) == permissions_of("buckets of outputs")


def test_every_command_is_in_the_table() -> None:
    table = PAGE.partition("## Places")[0]
    named = {words.split()[0] for words in re.findall(r"`([a-z][a-z -]*)`", table)}

    assert set(cli.list_commands(click.Context(cli))) <= named
