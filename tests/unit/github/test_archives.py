"""Artifacts that somebody made by hand: only what a plan's archive holds is read, and never more than its size."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest

from gembatch.errors import GitHubError
from gembatch.github.archives import texts_in

NAMES = {"plan.json", "plan.md"}


def archive(*entries: tuple[str | zipfile.ZipInfo, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as made:
        for name, content in entries:
            made.writestr(name, content)
    return file.getvalue()


def entry(name: str, mode: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return info


def test_the_texts_are_read_by_name():
    texts = {"plan.json": '{"é": 1}', "plan.md": ""}

    assert texts == texts_in(archive(*texts.items()), NAMES)
    assert {} == texts_in(archive(), NAMES)


@pytest.mark.parametrize(
    "name",
    [
        "../plan.json",
        "/plan.json",
        "a/plan.json",
        "plan.json/",
        "..\\plan.json",
        "C:plan.json",
        "PLAN.JSON",
        "evil",
    ],
)
def test_any_other_name_is_refused(name: str):
    with pytest.raises(GitHubError, match="which belongs to no plan"):
        texts_in(archive((name, "x")), NAMES)


def test_a_name_that_ends_early_is_refused():
    """What zipfile cuts at a NUL byte is not what others would see."""
    data = archive(("plan.jsonXevil", "x")).replace(b"plan.jsonXevil", b"plan.json\0evil")

    with pytest.raises(GitHubError, match=r"plan\.json\\x00evil"):
        texts_in(data, NAMES)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_stands_twice_is_refused():
    with pytest.raises(GitHubError, match=r"plan\.json twice"):
        texts_in(archive(("plan.json", "1"), ("plan.json", "2")), NAMES)


@pytest.mark.parametrize("mode", [0o120777, 0o010644, 0o040755, 0o060644], ids=["link", "fifo", "folder", "device"])
def test_what_is_no_ordinary_file_is_refused(mode: int):
    with pytest.raises(GitHubError, match=r"plan\.json in the artifact is no ordinary file"):
        texts_in(archive((entry("plan.json", mode), "/etc/passwd")), NAMES)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_packing_that_github_does_not_use_is_refused(method: int):
    with pytest.raises(GitHubError, match="is no ordinary file"):
        texts_in(archive(("plan.json", "x"), method=method), NAMES)


def test_what_grows_beyond_measure_is_refused():
    bomb = archive(("plan.json", b" " * 600), ("plan.md", b" " * 600))

    assert 2 == len(texts_in(bomb, NAMES, largest=1200))
    with pytest.raises(GitHubError, match="the artifact is larger than 1199 bytes"):
        texts_in(bomb, NAMES, largest=1199)


def test_a_size_that_lies_does_not_help():
    data = bytearray(archive(("plan.json", b" " * 10_000)))
    for place in range(len(data)):
        # The size in the file's own header and in the directory at the end.
        if data[place : place + 4] == struct.pack("<L", 10_000):
            data[place : place + 4] = struct.pack("<L", 10)

    with pytest.raises(GitHubError):
        texts_in(bytes(data), NAMES)


DAMAGED = archive(("plan.json", "abc"), method=zipfile.ZIP_STORED).replace(b"abc", b"abd")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK",
        b"<html>",
        archive(("plan.json", "x" * 100))[:-30],
        DAMAGED,
    ],
    ids=["empty", "short", "html", "cut", "damaged"],
)
def test_what_is_no_archive_is_one_sentence(data: bytes):
    with pytest.raises(GitHubError, match="the artifact cannot be read: "):
        texts_in(data, NAMES)


def test_a_file_under_a_password_is_one_sentence():
    data = bytearray(archive(("plan.json", "x")))
    for signature, flag in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.index(signature) + flag] |= 1

    with pytest.raises(GitHubError, match="the artifact cannot be read: "):
        texts_in(bytes(data), NAMES)


def test_what_is_no_text_is_one_sentence():
    with pytest.raises(GitHubError, match=r"plan\.md in the artifact: byte 1 is not UTF-8"):
        texts_in(archive(("plan.md", b"a\xff")), NAMES)
