"""Archives of artifacts. Whoever can change the workflow of a pull request can put anything into one."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Collection, Mapping

from gembatch.errors import ArtifactError

LARGEST = 64 * 1024 * 1024
"""Bytes of an archive, and of all that is in it: ten times a plan of ten thousand jobs."""

_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_HINT = "it was not written by gembatch's own workflow: plan again"


def texts_in(archive: bytes, names: Collection[str], largest: int = LARGEST) -> Mapping[str, str]:
    """Returns the texts of an archive by name. Nothing is ever unpacked to disk.

    Args:
        archive: A zip file.
        names: All that may be in it.
        largest: Bytes of all texts together.

    Raises:
        ArtifactError: It is no zip file, holds anything else or something twice, is larger unpacked, or is no text.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as files:
            return _texts(files, names, largest)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        # Of damaged, encrypted or strange files zipfile raises all of these.
        raise ArtifactError(f"the artifact cannot be read: {error}", hint=_HINT) from error


def _texts(files: zipfile.ZipFile, names: Collection[str], largest: int) -> Mapping[str, str]:
    texts: dict[str, str] = {}
    left = largest
    for entry in files.infolist():
        _refuse_strange(entry, names, texts)
        # What the entry says of its size is what its maker says: only so much is read.
        with files.open(entry) as stream:
            content = stream.read(left + 1)
        left -= len(content)
        if left < 0:
            raise ArtifactError(f"the artifact is larger than {largest} bytes", hint=_HINT)
        texts[entry.filename] = _text(entry.filename, content)
    return texts


def _refuse_strange(entry: zipfile.ZipInfo, names: Collection[str], texts: Mapping[str, str]) -> None:
    # A name that is one of ours has no folder, no `..` and no drive in it.
    if entry.filename not in names or entry.orig_filename != entry.filename:
        raise ArtifactError(f"the artifact holds {entry.orig_filename[:80]!r}, which belongs to no plan", hint=_HINT)
    if entry.filename in texts:
        raise ArtifactError(f"the artifact holds {entry.filename} twice", hint=_HINT)
    mode = entry.external_attr >> 16
    if stat.S_IFMT(mode) not in {0, stat.S_IFREG} or entry.compress_type not in _METHODS:
        raise ArtifactError(f"{entry.filename} in the artifact is no ordinary file", hint=_HINT)


def _text(name: str, content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise ArtifactError(f"{name} in the artifact: byte {error.start} is not UTF-8", hint=_HINT) from error
