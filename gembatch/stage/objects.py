"""What gembatch asks of a bucket, and at what price."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from gembatch.errors import StorageError
from gembatch.model.jobs import Input, StagedFile
from gembatch.model.survey import Bucket

_SCHEME = "gs://"


class ObjectStore(Protocol):
    """Objects under `gs://` URIs.

    Every call is idempotent, has time-outs, is tried again by itself for a while, and may be made from several
    threads. What goes wrong is a `StorageError` that names the URI; without valid credentials, `CredentialsError`.
    """

    def upload_once(self, file: StagedFile, root: Path) -> Input:
        """Uploads a staged file unless it is there, and returns the object as it is then.

        The object is created only if there is none (`ifGenerationMatch=0`), so nothing is ever overwritten. Cost: one
        read; one write and the file's bytes if it is not there.

        Args:
            file: As fingerprinted; its URI holds its hash.
            root: The workspace's folder.

        Raises:
            StorageError: The file has changed since it was fingerprinted, or another content has its URI.
        """
        ...

    def stat(self, uri: str) -> Input | None:
        """Returns an object's generation, size and checksum; None if there is none, or `uri` means several.

        Cost: one read.
        """
        ...

    def objects_under(self, prefix: str) -> tuple[Input, ...]:
        """Returns the objects whose URI begins with `prefix`, by name. Cost: one read for each 1,000."""
        ...

    def content(self, uri: str, most: int) -> bytes | None:
        """Returns an object's whole content; None if it has more than `most` bytes.

        Cost: one read of at most one byte more than `most`.

        Args:
            uri: Of one object.
            most: Bytes, from 1.

        Raises:
            StorageError: There is no such object, or it cannot be read.
        """
        ...

    def first_lines(self, uri: str, count: int) -> tuple[str, ...]:
        """Returns the first lines of a text object without their ends: fewer than `count` if it has no more.

        Cost: one read of 64 KiB, and more only if the lines are longer; at most 16 MiB in all, beyond which a line
        counts as not there.
        """
        ...

    def count_rows(self, item: Input, most: int) -> int:
        """Returns how many lines of an object are not blank; some number above `most` where there are more than that.

        Cost: its bytes, once, or as many as it takes to see that there are more.

        Args:
            item: The object, of which this generation is read.
            most: Above which nobody wants to know.
        """
        ...

    def bucket(self, name: str, permissions: Sequence[str]) -> Bucket | None:
        """Returns a bucket, with those of some permissions that the caller has; None if there is none.

        Cost: two reads. Where it may not be read, its location is empty.
        """
        ...


def split_uri(uri: str) -> tuple[str, str]:
    """Returns bucket and object name of a `gs://` URI; the name may be empty.

    Raises:
        StorageError: It is none.
    """
    bucket, _, name = uri.removeprefix(_SCHEME).partition("/")
    if not uri.startswith(_SCHEME) or not bucket:
        raise StorageError(f"`{uri}` is not a `gs://BUCKET/OBJECT` URI")
    return bucket, name


def is_one_object(uri: str) -> bool:
    """Whether a URI can mean one object: it has a name, is no folder and has no wildcard."""
    _, name = split_uri(uri)
    return bool(name) and not name.endswith("/") and "*" not in name
