from __future__ import annotations

import os
from pathlib import Path

import pytest

from gembatch.load.discover import find_files, find_workspace, relative_to
from gembatch.model.diagnostics import Diagnostic, Location, Severity

_FILES = (
    "gembatch.yaml",
    "specs/a.yaml",
    "specs/b.yml",
    "specs/notes.md",
    "specs/deep/er/c.yaml",
    "specs/deep/d[1].yaml",
    "specs/.hidden/e.yaml",
    "specs/.f.yaml",
    "other/g.yaml",
    "empty/readme.md",
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    workspace = tmp_path / "workspace"
    for path in _FILES:
        (workspace / path).parent.mkdir(parents=True, exist_ok=True)
        (workspace / path).write_text("a: 1\n")
    return workspace


def _only_finding(root: Path, pattern: str) -> Diagnostic:
    files, findings = find_files(root, [pattern])

    assert files == ()
    assert len(findings) == 1
    return findings[0]


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        (["specs/a.yaml"], ["specs/a.yaml"]),
        (["./specs//a.yaml"], ["specs/a.yaml"]),
        (["specs/deep/../a.yaml"], ["specs/a.yaml"]),
        (["specs/notes.md"], ["specs/notes.md"]),
        (["specs/.f.yaml"], ["specs/.f.yaml"]),
        (["gembatch.yaml"], ["gembatch.yaml"]),
        (["specs/*.yaml"], ["specs/a.yaml"]),
        (["specs/*"], ["specs/a.yaml", "specs/b.yml"]),
        (["specs/?.y*ml"], ["specs/a.yaml", "specs/b.yml"]),
        (["specs/[ab].yaml"], ["specs/a.yaml"]),
        (["specs/deep/d[1].yaml"], ["specs/deep/d[1].yaml"]),
        (["specs/**/*.yaml"], ["specs/a.yaml", "specs/deep/d[1].yaml", "specs/deep/er/c.yaml"]),
        (["specs/**"], ["specs/a.yaml", "specs/b.yml", "specs/deep/d[1].yaml", "specs/deep/er/c.yaml"]),
        (["specs/**/**/er/*"], ["specs/deep/er/c.yaml"]),
        (["**/d*.yaml"], ["specs/deep/d[1].yaml"]),
        (["*/*.yaml"], ["other/g.yaml", "specs/a.yaml"]),
        (["specs"], ["specs/a.yaml", "specs/b.yml", "specs/deep/d[1].yaml", "specs/deep/er/c.yaml"]),
        (["specs/deep/"], ["specs/deep/d[1].yaml", "specs/deep/er/c.yaml"]),
        (["specs/.hidden"], ["specs/.hidden/e.yaml"]),
        (["other", "specs/*.yaml", "specs/a.yaml", "./other/g.yaml"], ["other/g.yaml", "specs/a.yaml"]),
        ([], []),
    ],
)
def test_patterns_mean_files_each_once_and_sorted(root: Path, patterns: list[str], expected: list[str]) -> None:
    assert (tuple(expected), ()) == find_files(root, patterns)


def test_the_workspace_folder_means_everything_but_gembatch_yaml(root: Path) -> None:
    files, findings = find_files(root, ["."])

    assert findings == ()
    assert files == ("other/g.yaml", "specs/a.yaml", "specs/b.yml", "specs/deep/d[1].yaml", "specs/deep/er/c.yaml")


@pytest.mark.parametrize(
    ("pattern", "rule", "message", "hint"),
    [
        ("specs/aa.yaml", "load.missing", "`specs/aa.yaml` does not exist", "did you mean `specs/a.yaml`?"),
        ("nowhere/x.yaml", "load.missing", "`nowhere/x.yaml` does not exist", None),
        ("nowhere/*.yaml", "load.missing", "`nowhere` does not exist", None),
        (
            "specs/*.json",
            "load.no-match",
            "no .yaml or .yml file matches `specs/*.json`",
            "write a job there, or correct the path",
        ),
        (
            "specs/*/x/*.yaml",
            "load.no-match",
            "no .yaml or .yml file matches `specs/*/x/*.yaml`",
            "write a job there, or correct the path",
        ),
        ("empty", "load.no-match", "`empty` holds no .yaml or .yml file", "write a job there, or correct the path"),
        ("", "load.name", "'' cannot be a file's name", None),
        ("a\0b", "load.name", "'a\\x00b' cannot be a file's name", None),
        ("a\nb/*.yaml", "load.name", "'a\\nb/*.yaml' cannot be a file's name", None),
        ("specs/a.yaml/*", "load.unreadable", "`specs/a.yaml` cannot be read: not a directory", None),
        ("x" * 300, "load.unreadable", f"`{'x' * 300}` cannot be read: file name too long", None),
    ],
)
def test_a_pattern_without_a_file_is_a_finding(
    root: Path, pattern: str, rule: str, message: str, hint: str | None
) -> None:
    assert Diagnostic(rule, message, hint=hint) == _only_finding(root, pattern)


@pytest.mark.parametrize(
    "pattern", ["..", "../other.yaml", "../*.yaml", "specs/../../*.yaml", "/etc/*.yaml", "/etc/hostname", "up", "up/*"]
)
def test_a_pattern_that_leads_out_of_the_workspace_is_a_finding(root: Path, pattern: str) -> None:
    (root / "up").symlink_to("..")
    finding = _only_finding(root, pattern)

    assert f"`{os.path.normpath(pattern)}` leads out of the workspace" == finding.message
    assert finding.rule == "load.outside"


def test_a_finding_stands_where_the_pattern_is_written(root: Path) -> None:
    places = [Location("gembatch.yaml", 3, 9), Location("gembatch.yaml", 3, 20), Location("gembatch.yaml", 3, 30)]
    files, findings = find_files(root, ["nope", "specs/*.yaml", "*.md"], places)

    assert files == ("specs/a.yaml",)
    assert [finding.location for finding in findings] == [places[0], places[2]]


def test_a_broken_symlink_is_said(root: Path) -> None:
    (root / "b.yaml").symlink_to("nowhere")

    assert _only_finding(root, "b.yaml").message == "`b.yaml` is a symlink to something that does not exist"


def test_a_folder_behind_a_symlink_is_not_entered_and_that_is_said(root: Path) -> None:
    (root / "specs/loop").symlink_to("..")
    files, findings = find_files(root, ["specs/**/*.yaml"])

    assert files == ("specs/a.yaml", "specs/deep/d[1].yaml", "specs/deep/er/c.yaml")
    assert findings == (
        Diagnostic(
            "load.symlink",
            "`specs/loop` is a symlink to a folder and is not searched",
            severity=Severity.WARNING,
            hint="name that folder itself if its files are meant",
        ),
    )


def test_a_folder_behind_a_symlink_is_searched_when_it_is_named(root: Path) -> None:
    (root / "link").symlink_to("other")

    assert find_files(root, ["link", "link/*.yaml"]) == (("link/g.yaml",), ())


def test_a_folder_with_a_files_name_is_left_for_the_reader_to_refuse(root: Path) -> None:
    (root / "other/x.yaml").mkdir()
    (root / "other/x.yaml/y.yaml").write_text("a: 1\n")

    assert find_files(root, ["other/*.yaml"]) == (("other/g.yaml", "other/x.yaml"), ())


@pytest.mark.parametrize(
    ("name", "shown"), [("a\nb.yaml", r"'other/a\nb.yaml'"), (os.fsdecode(b"\xff.yaml"), r"'other/\udcff.yaml'")]
)
def test_a_name_that_cannot_be_shown_is_a_finding(root: Path, name: str, shown: str) -> None:
    (root / "other" / name).write_text("a: 1\n")
    files, findings = find_files(root, ["other"])

    message = f"the file's name {shown} has characters that cannot be shown"
    assert files == ("other/g.yaml",)
    assert (Diagnostic("load.name", message, hint="rename the file"),) == findings


def test_the_workspace_is_the_nearest_folder_with_a_gembatch_yaml(root: Path) -> None:
    assert root == find_workspace(root)
    assert root == find_workspace(root / "specs/deep")
    assert find_workspace(root.parent) is None


def test_a_folder_called_gembatch_yaml_makes_no_workspace(root: Path) -> None:
    (root / "specs/gembatch.yaml").mkdir()

    assert root == find_workspace(root / "specs")


def test_a_relative_start_is_taken_from_the_current_folder(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root / "specs")

    assert root == find_workspace(Path("deep"))


@pytest.mark.parametrize(
    ("start", "path", "expected"),
    [
        ("specs", "a.yaml", "specs/a.yaml"),
        ("specs", "../other", "other"),
        (".", "specs/*.yaml", "specs/*.yaml"),
        ("specs", "../../x", "../x"),
        ("specs", "/etc/hostname", None),
    ],
)
def test_a_path_of_the_command_line_is_taken_from_its_folder(
    root: Path, start: str, path: str, expected: str | None
) -> None:
    found = relative_to(root, root / start, path)

    assert found == expected if expected else found.startswith("../")


def test_an_absolute_path_into_the_workspace_is_relative_to_it(root: Path) -> None:
    assert relative_to(root, root / "specs", str(root / "other/g.yaml")) == "other/g.yaml"
