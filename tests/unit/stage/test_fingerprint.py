"""A file of the workspace gets a place by its content; anything else gets a reason."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from gembatch.model.jobs import StagedFile
from gembatch.stage import Fingerprints, StageProblem

STAGING = "gs://demo/staging"


@pytest.fixture
def root(tmp_path):
    root = tmp_path / "workspace"
    (root / "data").mkdir(parents=True)
    (root / "data" / "x.jsonl").write_bytes(b'{"request": {}}\n')
    (tmp_path / "secret.jsonl").write_bytes(b"secret")
    return root


@pytest.mark.parametrize("path", ["data/x.jsonl", "./data/x.jsonl", "data/./x.jsonl"])
@pytest.mark.parametrize("staging", [STAGING, f"{STAGING}/"])
def test_a_file_is_uploaded_under_its_hash(root, path, staging):
    sha256 = hashlib.sha256(b'{"request": {}}\n').hexdigest()

    expected = StagedFile("data/x.jsonl", f"gs://demo/staging/{sha256}/x.jsonl", sha256, size=16)
    assert expected == Fingerprints(root, staging).of(path)


def test_another_content_has_another_place(root):
    before = Fingerprints(root, STAGING).of("data/x.jsonl")
    (root / "data" / "x.jsonl").write_bytes(b'{"request": {"a": 1}}\n')

    assert before != Fingerprints(root, STAGING).of("data/x.jsonl")


def test_a_file_is_read_once_in_a_run_whatever_leads_to_it(root):
    files = Fingerprints(root, STAGING)
    (root / "link.jsonl").symlink_to("data/x.jsonl")
    before = files.of("data/x.jsonl")
    (root / "data" / "x.jsonl").write_bytes(b'{"request": {"a": 1}}\n')

    assert before == files.of("data/x.jsonl")
    assert before.sha256 == files.of("link.jsonl").sha256


def test_of_many_missing_files_only_the_first_are_searched_for(root):
    files = Fingerprints(root, STAGING)

    hints = [files.of(f"data/x{number}.jsonl").hint for number in range(30)]

    assert 20 == hints.count("did you mean `./data/x.jsonl`?")


def test_a_link_inside_the_workspace_is_followed(root):
    (root / "link.jsonl").symlink_to("data/x.jsonl")

    staged = Fingerprints(root, STAGING).of("link.jsonl")

    assert isinstance(staged, StagedFile)
    assert staged.uri.endswith("/link.jsonl")


def test_a_workspace_that_is_itself_behind_a_link_is_no_way_out(root, tmp_path):
    (tmp_path / "here").symlink_to(root)

    assert isinstance(Fingerprints(tmp_path / "here", STAGING).of("data/x.jsonl"), StagedFile)


def rule_of(root: Path, path: str) -> str:
    problem = Fingerprints(root, STAGING).of(path)
    assert isinstance(problem, StageProblem)
    assert problem.message
    assert problem.hint
    return problem.rule


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("../secret.jsonl", "stage.path"),
        ("data/../data/x.jsonl", "stage.path"),
        ("/etc/passwd", "stage.path"),
        ("data\\x.jsonl", "stage.path"),
        ("data/y.jsonl", "stage.missing"),
        ("nowhere/x.jsonl", "stage.missing"),
        ("a/" * 2048 + "x.jsonl", "stage.missing"),
        ("data", "stage.kind"),
        ("", "stage.kind"),
        ("data/*.jsonl", "stage.name"),
        ("data/x\n.jsonl", "stage.name"),
        ("data/x\0.jsonl", "stage.name"),
        ("da\0ta/x.jsonl", "stage.unreadable"),
        ("x" * 300, "stage.unreadable"),
        ("data/x.jsonl/y", "stage.unreadable"),
    ],
)
def test_what_is_no_file_of_the_workspace_says_why(root, path, rule):
    assert rule == rule_of(root, path)


def test_a_link_out_of_the_workspace_is_refused(root, tmp_path):
    (root / "out.jsonl").symlink_to(tmp_path / "secret.jsonl")
    (root / "folder").symlink_to(tmp_path)

    assert rule_of(root, "out.jsonl") == "stage.path"
    assert rule_of(root, "folder/secret.jsonl") == "stage.path"


def test_links_in_a_circle_are_unreadable(root):
    (root / "a").symlink_to("b")
    (root / "b").symlink_to("a")

    assert rule_of(root, "a") == "stage.unreadable"


def test_a_pipe_is_refused_without_waiting_for_a_writer(root):
    os.mkfifo(root / "pipe")

    assert rule_of(root, "pipe") == "stage.kind"


def test_a_file_that_cannot_be_opened_says_so(root, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)

    problem = Fingerprints(root, STAGING).of("data/x.jsonl")

    assert isinstance(problem, StageProblem)
    assert problem.message == "`data/x.jsonl` cannot be read: permission denied"


ROW = b'{"request": {"contents": []}}\n'
CACHED = b'{"request": {"cachedContent" : "cachedContents/1"}}\n'


@pytest.mark.parametrize(
    ("expected", "content"),
    [
        (None, b""),
        (None, ROW),
        (None, b'{"text": "say \\"cachedContent\\": x"}\n'),
        (None, b'{"cachedContentTokenCount": 1, "cached": true}\n'),
        (1, CACHED),
        (3, ROW + b"\n" + CACHED + CACHED),
        (2, ROW + b'{"cached_content": "x"}'),
        (2, b"x" * ((1 << 20) - 8) + b"\n" + CACHED),
        (1, b" " * ((1 << 20) - 20) + CACHED),
        (200_001, ROW * 200_000 + CACHED),
    ],
)
def test_the_first_row_with_explicit_caching_is_found(root, expected, content):
    (root / "data" / "x.jsonl").write_bytes(content)
    files = Fingerprints(root, STAGING)

    file = files.of("./data/x.jsonl")

    assert (expected, hashlib.sha256(content).hexdigest()) == (files.cached_row(file), file.sha256)
