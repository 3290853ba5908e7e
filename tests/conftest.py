"""What every test may use: the real command in this process, and the flag that rewrites goldens."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from example_workspace import Result

from gembatch.cli.main import main

Command = Callable[..., Result]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-goldens", action="store_true", help="write what is printed now into expected.txt files")


@pytest.fixture
def gembatch(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs the command in this process and the current folder: `gembatch("plan", "--date", …)`."""

    def run(*arguments: str) -> Result:
        monkeypatch.setattr(sys, "argv", ["gembatch", *arguments])
        capsys.readouterr()
        code = 0
        try:
            main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0
        printed = capsys.readouterr()
        return Result(code, printed.out, printed.err)

    return run
