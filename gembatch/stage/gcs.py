"""`ObjectStore` on Google's own storage client, for Cloud Storage and for an emulator."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

import google_crc32c
from google.api_core.exceptions import Forbidden, NotFound, PreconditionFailed, RequestRangeNotSatisfiable
from google.auth.exceptions import GoogleAuthError
from google.cloud.storage.retry import DEFAULT_RETRY

from gembatch.errors import CredentialsError, StorageError
from gembatch.model.jobs import Input, StagedFile
from gembatch.model.survey import Bucket
from gembatch.stage.objects import is_one_object, split_uri
from gembatch.stage.rows import EnoughError, RowCounter
from gembatch.wire.failures import FORBIDDEN, GOOGLE_ERRORS, reason_of, status_of
from gembatch.wire.storage_client import storage_client

_PATIENCE, _PATIENCE_WITH_AN_EMULATOR = 60.0, 3.0
_ABSENT = 0
_PIECE = 1 << 20
_FIRST_READ = 64 << 10
_LONGEST_READ = 16 << 20
_PERMISSION_HINT = "the credentials need `roles/storage.objectUser` on the bucket"


class CloudStorage:
    """The buckets that a project's credentials reach; see `ObjectStore` for what each method promises."""

    def __init__(
        self, project: str, *, endpoint: str | None = None, timeout: float = 60, patience: float | None = None
    ) -> None:
        """Finds credentials; asks the service nothing yet.

        Args:
            project: Project id.
            endpoint: The URL of an emulator, which gets no credentials; None for Google with Application Default
                Credentials.
            timeout: Of one request, in seconds without a byte.
            patience: For how many seconds a request that is safe to repeat is tried again; None for 60, or 3 of an
                emulator.

        Raises:
            CredentialsError: No credentials are found.
        """
        self._client = storage_client(project, endpoint)
        if patience is None:
            patience = _PATIENCE_WITH_AN_EMULATOR if endpoint else _PATIENCE
        self._asking: dict[str, Any] = {"timeout": timeout, "retry": DEFAULT_RETRY.with_timeout(patience)}

    def upload_once(self, file: StagedFile, root: Path) -> Input:
        """Uploads a staged file unless it is there, and returns the object as it is then."""
        path = root / file.path
        try:
            with path.open("rb") as content:
                crc32c = _checksum(content, file)
                return self._present(file, crc32c) or self._create(file, content, crc32c)
        except OSError as error:
            raise StorageError(f"`{file.path}` cannot be read: {error.strerror or error}") from error

    def stat(self, uri: str) -> Input | None:
        """Returns an object as it is now; None if there is none, or `uri` means several."""
        if not is_one_object(uri):
            return None
        bucket, name = split_uri(uri)
        with _explained("read", uri):
            blob = self._client.bucket(bucket).get_blob(name, **self._asking)
        return None if blob is None else _as_input(blob)

    def objects_under(self, prefix: str) -> tuple[Input, ...]:
        """Returns the objects whose URI begins with `prefix`, by name."""
        bucket, name = split_uri(prefix)
        with _explained("list", prefix):
            return tuple(_as_input(blob) for blob in self._client.list_blobs(bucket, prefix=name, **self._asking))

    def content(self, uri: str, most: int) -> bytes | None:
        """Returns an object's whole content; None if it has more than `most` bytes."""
        content = self._head(uri, most + 1)
        return None if len(content) > most else content

    def first_lines(self, uri: str, count: int) -> tuple[str, ...]:
        """Returns the first lines of a text object."""
        size = _FIRST_READ
        while True:
            head = self._head(uri, size)
            *lines, rest = head.split(b"\n")
            if len(head) < size and rest:
                lines.append(rest)
            if len(lines) >= count or len(head) < size or size >= _LONGEST_READ:
                return tuple(line.decode(errors="replace").removesuffix("\r") for line in lines[:count])
            size *= 4

    def count_rows(self, item: Input, most: int) -> int:
        """Returns how many lines of an object are not blank, or some number above `most`."""
        bucket, name = split_uri(item.uri)
        blob = self._client.bucket(bucket).blob(name, generation=item.generation)
        counter = RowCounter(most)
        with _explained("read", item.uri), suppress(EnoughError):
            blob.download_to_file(counter, raw_download=True, **self._asking)
        return counter.rows

    def bucket(self, name: str, permissions: Sequence[str]) -> Bucket | None:
        """Returns a bucket, with those of some permissions that the caller has; None if there is none."""
        bucket = self._client.bucket(name)
        with _explained("look at", f"gs://{name}"):
            try:
                granted = frozenset(bucket.test_iam_permissions(list(permissions), **self._asking))
            except NotFound:
                return None
            try:
                bucket.reload(**self._asking)
            except Forbidden:  # no role for objects alone has `storage.buckets.get`
                return Bucket(name, granted)
        return Bucket(name, granted, bucket.location or "", str(bucket.project_number or ""))

    def _head(self, uri: str, size: int) -> bytes:
        bucket, name = split_uri(uri)
        blob = self._client.bucket(bucket).blob(name)
        with _explained("read", uri):
            try:
                # A checksum is of the whole object, so a part has none to compare.
                head: bytes = blob.download_as_bytes(start=0, end=size - 1, checksum=None, **self._asking)
            except RequestRangeNotSatisfiable:
                return b""  # the object is empty
        return head

    def _present(self, file: StagedFile, crc32c: str) -> Input | None:
        found = self.stat(file.uri)
        if found is not None and (found.size, found.crc32c) != (file.size, crc32c):
            message = f"`{file.uri}` is there with another content than `{file.path}`"
            raise StorageError(message, hint="somebody else wrote under the staging prefix; delete that object")
        return found

    def _create(self, file: StagedFile, content: BinaryIO, crc32c: str) -> Input:
        bucket, name = split_uri(file.uri)
        blob = self._client.bucket(bucket).blob(name)
        # The server compares this with what it receives, should the file change while it is sent.
        blob.crc32c = crc32c
        try:
            with _explained("write", file.uri):
                blob.upload_from_file(
                    content,
                    rewind=True,
                    size=file.size,
                    content_type="application/jsonl",
                    if_generation_match=_ABSENT,
                    checksum=None,
                    **self._asking,
                )
        except _TakenError:
            # Somebody was faster, or an earlier try of our own whose answer was lost.
            found = self._present(file, crc32c)
            if found is None:
                raise StorageError(f"`{file.uri}` was there and is gone again") from None
            return found
        return _as_input(blob)


class _TakenError(Exception):
    """The object exists already."""


def _checksum(content: BinaryIO, file: StagedFile) -> str:
    """Returns the CRC32C of a file as Cloud Storage writes it.

    Raises:
        StorageError: Its content is not the one that was fingerprinted.
    """
    crc32c, sha256 = 0, hashlib.sha256()
    while piece := content.read(_PIECE):
        crc32c = google_crc32c.extend(crc32c, piece)
        sha256.update(piece)
    if sha256.hexdigest() != file.sha256:
        raise StorageError(f"`{file.path}` has changed since it was planned", hint="run plan again")
    return base64.b64encode(crc32c.to_bytes(4, "big")).decode()


def _as_input(blob: Any) -> Input:  # noqa: ANN401 - Google's blob is not typed
    return Input(
        uri=f"gs://{blob.bucket.name}/{blob.name}",
        generation=None if blob.generation is None else str(blob.generation),
        size=blob.size,
        crc32c=blob.crc32c,
    )


@contextmanager
def _explained(verb: str, uri: str) -> Iterator[None]:
    """Turns whatever Google's client raises into our errors."""
    try:
        yield
    except PreconditionFailed as error:
        raise _TakenError from error
    except NotFound as error:
        raise StorageError(f"cannot {verb} `{uri}`: there is no such bucket or object") from error
    except GoogleAuthError as error:
        raise CredentialsError(f"the credentials cannot be refreshed: {error}") from error
    except GOOGLE_ERRORS as error:
        hint = _PERMISSION_HINT if status_of(error) == FORBIDDEN else None
        raise StorageError(f"cannot {verb} `{uri}`: {reason_of(error)}", hint=hint) from error
