"""Golden cases: a folder under `cases/validate/` is a workspace, beside what `gembatch validate` says of it.

A case has `expected.txt`, a transcript; and `arguments.txt` where the command is given any. After a message changed,
`pytest tests/test_cases.py --update-goldens` writes the transcripts anew; read the difference like code.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from example_workspace import DATE, Result

from gembatch.validate.catalogue import CATALOGUE

CASES = Path(__file__).parent / "cases" / "validate"

NAMES = sorted(path.name for path in CASES.iterdir())

_TOLD = re.compile(r" \[([a-z]+\.[a-z-]+)\]$", re.MULTILINE)


@pytest.mark.parametrize("name", NAMES)
def test_validate_says_what_is_expected(
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    gembatch: Callable[..., Result],
) -> None:
    case, root = CASES / name, tmp_path / "workspace"
    shutil.copytree(case, root, symlinks=True, ignore=shutil.ignore_patterns("expected.txt", "arguments.txt"))
    monkeypatch.chdir(root)
    monkeypatch.setenv("GEMBATCH_DATE", DATE)
    arguments = _arguments(case)

    said = _transcript(arguments, gembatch("validate", *arguments))

    if request.config.getoption("--update-goldens"):
        (case / "expected.txt").write_text(said, encoding="utf-8")
    assert _expected(case) == said


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("ok-")])
def test_what_is_right_passes_in_silence(name: str) -> None:
    """But for the closing line, which tells how many jobs there are."""
    command, count, code = _expected(CASES / name).splitlines()

    assert command.startswith("$ gembatch validate")
    assert re.fullmatch(r"\d+ jobs?, no errors in \d+ files?", count)
    assert "exit 0" == code


def test_every_rule_has_a_case() -> None:
    told = {rule for name in NAMES for rule in _TOLD.findall(_expected(CASES / name))}

    assert set(CATALOGUE) == told


def _arguments(case: Path) -> list[str]:
    file = case / "arguments.txt"
    return file.read_text(encoding="utf-8").split() if file.exists() else []


def _expected(case: Path) -> str:
    return (case / "expected.txt").read_text(encoding="utf-8")


def _transcript(arguments: list[str], result: Result) -> str:
    """What a terminal shows: the command, its output, and its exit code."""
    return f"$ {' '.join(['gembatch', 'validate', *arguments])}\n{result.out}{result.err}exit {result.code}\n"
