"""Contents that are compared when planning: of a staged object, and of the workspace file that takes its place."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from gembatch.errors import StorageError
from gembatch.model.jobs import StagedFile
from gembatch.stage.objects import ObjectStore

_STAGED = re.compile(r"(?P<prefix>.+)/(?P<sha256>[0-9a-f]{64})/(?P<name>[^/]+)")


def staged_name(uri: str) -> str | None:
    """Returns the file name of a URI that has the form of a staged file's; None for any other."""
    found = _STAGED.fullmatch(uri)
    return found["name"] if found else None


def staged_content(store: ObjectStore, uri: str, *, staging: str, most: int) -> bytes:
    """Returns the content of a file that was staged.

    The URI comes from a lockfile, which a pull request may have written, and what it names is shown to whoever reads
    the plan. So nothing is read but what lies under `staging` and has the content that its address says.

    Raises:
        StorageError: It cannot be read, has more than `most` bytes, or is not what was staged.
    """
    found = _STAGED.fullmatch(uri)
    if found is None or found["prefix"] != staging.rstrip("/"):
        raise StorageError(f"`{uri}` is not under the environment's `staging`")
    content = store.content(uri, most)
    if content is None:
        raise StorageError(f"`{uri}` has more than {_mebibytes(most)}")
    if hashlib.sha256(content).hexdigest() != found["sha256"]:
        raise StorageError(f"`{uri}` does not have the content that its address says")
    return content


def workspace_content(root: Path, file: StagedFile, most: int) -> bytes:
    """Returns the content of a workspace file as it was fingerprinted.

    Raises:
        StorageError: It cannot be read, has more than `most` bytes, or has changed since.
    """
    try:
        with (root / file.path).open("rb") as opened:
            content = opened.read(most + 1)
    except OSError as error:
        raise StorageError(f"`{file.path}` cannot be read: {error.strerror or error}") from error
    if len(content) > most:
        raise StorageError(f"`{file.path}` has more than {_mebibytes(most)}")
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise StorageError(f"`{file.path}` has changed since it was planned")
    return content


def _mebibytes(count: int) -> str:
    return f"{count >> 20} MiB"
