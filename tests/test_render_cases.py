"""Golden cases: a folder under `cases/render/` is a workspace, beside what `gembatch render` prints of it.

`arguments.txt` is what the command is given. `--update-goldens` writes the transcripts anew; read the difference.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from example_workspace import Result

CASES = Path(__file__).parent / "cases" / "render"


@pytest.mark.parametrize("name", sorted(path.name for path in CASES.iterdir()))
def test_render_prints_what_is_expected(
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    gembatch: Callable[..., Result],
) -> None:
    case, root = CASES / name, tmp_path / "workspace"
    shutil.copytree(case, root, ignore=shutil.ignore_patterns("expected.txt", "arguments.txt"))
    monkeypatch.chdir(root)
    monkeypatch.setenv("GEMBATCH_VAR_share", '{"top": 0.5}')
    arguments = (case / "arguments.txt").read_text(encoding="utf-8").split()

    result = gembatch("render", *arguments)
    said = f"$ {' '.join(['gembatch', 'render', *arguments])}\n{result.out}{result.err}exit {result.code}\n"

    if request.config.getoption("--update-goldens"):
        (case / "expected.txt").write_text(said, encoding="utf-8")
    assert (case / "expected.txt").read_text(encoding="utf-8") == said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--explain", "--diff", "test", "prod"), "`--explain` is about one environment, and `--diff` about two"),
        (("--explain", "--format", "json"), "`--explain` prints text, not bodies"),
        (("--diff", "test", "prod", "--format", "curl"), "`--diff` prints text, not bodies"),
        (("--diff", "test", "prd"), "there is no environment `prd`"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    arguments: tuple[str, ...], message: str, monkeypatch: pytest.MonkeyPatch, gembatch: Callable[..., Result]
) -> None:
    monkeypatch.chdir(CASES / "diff")

    result = gembatch("render", *arguments)

    assert 2 == result.code
    assert message in result.err
