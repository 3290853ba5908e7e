"""Options are a command's: whoever gives them before it is told where they belong."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from gembatch.cli.main import cli


@pytest.mark.parametrize("option", ["-C", "-e", "--date"])
def test_an_option_before_the_command_is_told_its_place(option: str):
    result = CliRunner().invoke(cli, [option, "x", "plan"])

    assert 2 == result.exit_code
    assert f"Error: No such option '{option}'. Options stand after the command: gembatch plan -C DIR." in result.output
