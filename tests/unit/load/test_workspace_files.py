"""What stands in the place of a file: refused without being opened, or read."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from gembatch.load.files import MAX_BYTES
from gembatch.load.yaml_reader import read_file
from gembatch.model.diagnostics import Diagnostic, Location


def _finding(root: Path, path: str) -> Diagnostic:
    read = read_file(root, path)

    assert read.documents == ()
    assert len(read.diagnostics) == 1
    return read.diagnostics[0]


def _said(root: Path, path: str) -> str:
    finding = _finding(root, path)
    return f"{finding.location}: {finding.message} [{finding.rule}]"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "outside.yaml").write_text("a: 1\n")
    workspace = tmp_path / "workspace"
    (workspace / "specs").mkdir(parents=True)
    (workspace / "specs/a.yaml").write_text("a: 1\n")
    return workspace


def test_a_file_is_read(root: Path) -> None:
    read = read_file(root, "specs/a.yaml")

    assert read.diagnostics == ()
    assert read.documents[0].source.path == "specs/a.yaml"


def test_a_symlink_within_the_workspace_is_read(root: Path) -> None:
    (root / "b.yaml").symlink_to("specs/a.yaml")
    (root / "linked").symlink_to("specs")

    assert read_file(root, "b.yaml").documents[0].data == {"a": 1}
    assert read_file(root, "linked/a.yaml").documents[0].data == {"a": 1}


def test_a_symlink_out_of_the_workspace_is_refused(root: Path) -> None:
    (root / "b.yaml").symlink_to("../outside.yaml")
    (root / "up").symlink_to("..")

    assert _said(root, "b.yaml") == "b.yaml: this leads out of the workspace [load.outside]"
    assert _said(root, "up/outside.yaml") == "up/outside.yaml: this leads out of the workspace [load.outside]"


def test_the_workspace_may_itself_be_a_symlink(root: Path) -> None:
    (root / "b.yaml").symlink_to("specs/a.yaml")
    (root.parent / "link").symlink_to(root)

    assert read_file(root.parent / "link", "b.yaml").documents[0].data == {"a": 1}


@pytest.mark.parametrize("path", ["../outside.yaml", "specs/../../outside.yaml", "/etc/hostname"])
def test_a_path_out_of_the_workspace_is_refused(root: Path, path: str) -> None:
    assert _finding(root, path).rule == "load.outside"


def test_a_missing_file_is_said(root: Path) -> None:
    assert _said(root, "no.yaml") == "no.yaml: the file does not exist [load.missing]"


def test_a_broken_symlink_is_said(root: Path) -> None:
    (root / "b.yaml").symlink_to("nowhere")

    assert _said(root, "b.yaml") == "b.yaml: the file is a symlink to something that does not exist [load.missing]"


def test_a_symlink_to_itself_cannot_be_read(root: Path) -> None:
    (root / "b.yaml").symlink_to("b.yaml")

    assert _said(root, "b.yaml").startswith("b.yaml: the file cannot be read: too many levels of symbolic links")


def test_a_file_below_a_file_cannot_be_read(root: Path) -> None:
    assert _said(root, "specs/a.yaml/b.yaml").endswith("cannot be read: not a directory [load.unreadable]")


def test_a_folder_is_no_file(root: Path) -> None:
    assert _said(root, "specs") == "specs: this is a folder, not a file [load.not-a-file]"


def test_a_pipe_is_no_file_and_is_not_waited_for(root: Path) -> None:
    os.mkfifo(root / "b.yaml")

    assert _said(root, "b.yaml") == "b.yaml: this is a pipe, not a file [load.not-a-file]"


def test_a_socket_is_no_file(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)  # the address of a socket has room for about a hundred characters
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("b.yaml")

    assert _said(root, "b.yaml") == "b.yaml: this is a socket, not a file [load.not-a-file]"


def test_a_device_is_no_file() -> None:
    assert _said(Path("/dev"), "null") == "null: this is a device, not a file [load.not-a-file]"


def test_a_file_too_large_is_not_read(root: Path) -> None:
    with (root / "b.yaml").open("wb") as file:
        file.truncate(MAX_BYTES + 1)

    assert _said(root, "b.yaml") == (
        "b.yaml: the file has 10,000,001 bytes, more than the 10,000,000 allowed [yaml.limit]"
    )


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a: 1\nb: \xc3\xa9\xff\n", Location("b.yaml", 2, 5, 1, "b: é�")),
        (b"\xff", Location("b.yaml", 1, 1, 1, "�")),
        (b"a: \xc3", Location("b.yaml", 1, 4, 1, "a: �")),
        (b"a: 1\n\xed\xa0\x80", Location("b.yaml", 2, 1, 1, "���")),
        (b"\xef\xbb\xbfa: \xff", Location("b.yaml", 1, 4, 1, "a: �")),
    ],
)
def test_a_file_that_is_not_utf_8_is_refused_with_the_place(root: Path, content: bytes, expected: Location) -> None:
    (root / "b.yaml").write_bytes(content)

    finding = _finding(root, "b.yaml")

    assert (finding.rule, finding.location, finding.hint) == ("yaml.encoding", expected, "save the file as UTF-8")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_named(root: Path, encoding: str) -> None:
    text = "a: 1\n" if encoding == "utf-16" else "\ufeffa: 1\n"
    (root / "b.yaml").write_bytes(text.encode(encoding))

    assert _said(root, "b.yaml") == "b.yaml: the file is in UTF-16 [yaml.encoding]"
