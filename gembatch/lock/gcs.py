"""A lockfile that is an object in a bucket. Its version is the object's generation.

Every write carries the generation that it replaces, 0 for none, so that sending it again can only ever do the same.
Google's client sends nothing again by itself: what is lost, and for how long it is tried, is decided here.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from google.api_core.exceptions import NotFound, PreconditionFailed
from google.auth.exceptions import GoogleAuthError

from gembatch.errors import CredentialsError, LockfileError
from gembatch.lock.codec import content_of, read_lockfile, refuse_oversize
from gembatch.lock.conflict import NOTHING_WRITTEN, moved_error
from gembatch.lock.lockfile import Lockfile
from gembatch.lock.store import ABSENT, Version
from gembatch.model.permissions import ON_LOCKFILE
from gembatch.wire.deadline import within
from gembatch.wire.failures import FORBIDDEN, is_transient, reason_of, status_of
from gembatch.wire.retries import Patience, TransientError, with_patience
from gembatch.wire.storage_client import storage_client

T = TypeVar("T")

_SCHEME = "gs://"
_NO_GENERATION = 0
_MARK = "gembatch-write"
_TRY_SECONDS, _EMULATOR_TRY_SECONDS = 60.0, 5.0
_SECONDS_BETWEEN_WRITES = 1.0
"""Cloud Storage takes one write a second to an object, and answers 429 to more."""

_LONGEST_PAUSE = 16.0
_EMULATOR_PAUSES = (0.1, 0.2, 0.4, 0.8)
"""Before reads are tried again. An emulator on this machine answers at once, or not at all."""

_PERMISSION_HINT = "the credentials need `roles/storage.objectUser` on the bucket"
_BUCKET_HINT = "make the bucket, or correct the environment's `lockfile`"
_PERHAPS_WRITTEN = "an answer was lost, so ours may have come before; run `gembatch plan` again"


@dataclass(frozen=True, slots=True)
class _Draft:
    """One write, however often it is sent.

    Attributes:
        content: The document.
        mark: Random, kept with the object: two runs may well write the same bytes.
    """

    content: bytes
    mark: str


@dataclass(frozen=True, slots=True)
class _Found:
    """The object at one moment."""

    draft: _Draft
    version: Version


class BucketLockfile:
    """A `LockfileStore` on Cloud Storage, or on an emulator of it."""

    def __init__(
        self,
        project: str,
        uri: str,
        *,
        endpoint: str | None,
        write_seconds: float,
        monotonic: Callable[[], float],
        sleep: Callable[[float], None],
        try_seconds: float | None = None,
    ) -> None:
        """Names the object and finds credentials; asks the service nothing yet.

        Args:
            project: Project id.
            uri: `gs://BUCKET/OBJECT`.
            endpoint: The URL of an emulator, which gets no credentials; None for Google with Application Default
                Credentials.
            write_seconds: For how long a write is tried again; the lease must outlast it.
            monotonic: Seconds that never go back.
            sleep: Waits for so many seconds.
            try_seconds: Deadline of one try; None for 60, or 5 of an emulator.

        Raises:
            CredentialsError: No credentials are found.
        """
        self._uri = uri
        bucket, _, self._name = uri.removeprefix(_SCHEME).partition("/")
        self._client = storage_client(project, endpoint)
        self._bucket = self._client.bucket(bucket)
        self._write_seconds = write_seconds
        self._try_seconds = try_seconds or (_EMULATOR_TRY_SECONDS if endpoint else _TRY_SECONDS)
        self._patience = Patience(_EMULATOR_PAUSES, sleep) if endpoint else Patience(sleep=sleep)
        self._monotonic = monotonic
        self._sleep = sleep
        self._next_write = float("-inf")

    @property
    def location(self) -> str:
        """The URI of the object."""
        return self._uri

    def read(self) -> tuple[Lockfile | None, Version]:
        """Returns the lockfile and its version; see `LockfileStore.read`."""
        found = self._patiently(self._found)
        return (read_lockfile(found.draft.content, self._uri), found.version) if found else (None, ABSENT)

    def write(self, lockfile: Lockfile, expected: Version) -> Version:
        """Replaces the object if it is unchanged; see `LockfileStore.write`."""
        draft = _Draft(content_of(lockfile, self._uri), secrets.token_hex(16))
        self._sleep_until(self._next_write)
        until = self._monotonic() + self._write_seconds
        pause, hint = _SECONDS_BETWEEN_WRITES, NOTHING_WRITTEN
        while True:
            try:
                return self._put_once(draft, expected, min(self._try_seconds, until - self._monotonic()))
            except PreconditionFailed:
                return self._own_version(draft, expected, hint)
            except TransientError as error:
                if self._monotonic() + pause >= until:
                    raise self._error("write", f"{error}; whether it was written is not known") from error
            self._sleep(pause)
            pause, hint = min(2 * pause, _LONGEST_PAUSE), _PERHAPS_WRITTEN

    def obstacle(self) -> str | None:
        """Returns what a write would meet; see `LockfileStore.obstacle`."""

        def test() -> list[str]:
            granted = self._bucket.test_iam_permissions(list(ON_LOCKFILE), timeout=self._try_seconds, retry=None)
            return [permission for permission in ON_LOCKFILE if permission not in granted]

        missing = self._patiently(test)
        return f"lacks {', '.join(missing)} on the bucket" if missing else None

    def _sleep_until(self, moment: float) -> None:
        wait = moment - self._monotonic()
        if wait > 0:
            self._sleep(wait)

    def _put_once(self, draft: _Draft, expected: Version, seconds: float) -> Version:
        def put() -> Version:
            blob = self._bucket.blob(self._name)
            # Readers through a cache would see old versions.
            blob.cache_control = "no-store"
            blob.metadata = {_MARK: draft.mark}
            blob.upload_from_string(
                draft.content,
                content_type="application/json",
                if_generation_match=int(expected or _NO_GENERATION),
                timeout=seconds,
                retry=None,
            )
            return _version(blob)

        self._next_write = self._monotonic() + _SECONDS_BETWEEN_WRITES
        return self._once("write", put, seconds)

    def _own_version(self, draft: _Draft, expected: Version, hint: str) -> Version:
        """Returns the version of our own write, which an earlier try made although its answer was lost.

        A 412 alone does not tell: a write that is sent again meets the object that it made the first time.

        Raises:
            LockfileMovedError: The object is not ours.
        """

        def look() -> _Found | None:
            found = self._found()
            if (found.version if found else ABSENT) == expected:
                raise TransientError("it reads as unchanged, and was refused as changed")
            return found

        found = self._patiently(look)
        if found and found.draft == draft:
            return found.version
        raise moved_error(self._uri, found.draft.content if found else None, hint=hint)

    def _found(self) -> _Found | None:
        """Returns the object as it is, by two reads of which the second is pinned to the first; None without one."""
        blob = self._bucket.get_blob(self._name, timeout=self._try_seconds, retry=None)
        if blob is None:
            self._refuse_missing_bucket()
            return None
        refuse_oversize(blob.size, self._uri)
        pinned = self._bucket.blob(self._name, generation=blob.generation)
        try:
            # Raw: what was compressed by somebody is no lockfile, and is not unpacked to find out.
            content = pinned.download_as_bytes(raw_download=True, timeout=self._try_seconds, retry=None)
        except NotFound as error:
            raise TransientError("it was replaced while it was read") from error
        return _Found(_Draft(content, (blob.metadata or {}).get(_MARK, "")), _version(blob))

    def _refuse_missing_bucket(self) -> None:
        # To both the answer is 404, and nobody should plan on a slip of the pen as if nothing had been submitted yet.
        objects = self._client.list_blobs(
            self._bucket, prefix=self._name, max_results=1, timeout=self._try_seconds, retry=None
        )
        next(iter(objects), None)

    def _patiently(self, read: Callable[[], T]) -> T:
        try:
            return with_patience(lambda: self._once("read", read, self._try_seconds), self._patience)
        except TransientError as error:
            raise self._error("read", str(error)) from error

    def _once(self, verb: str, call: Callable[[], T], seconds: float) -> T:
        """Returns what one try gives.

        Raises:
            PreconditionFailed: The object has another generation.
            TransientError: It did not work, and may work a little later.
            LockfileError: It will not work.
        """
        try:
            return within(seconds, call)
        except (PreconditionFailed, TransientError, LockfileError):
            raise
        except NotFound as error:
            raise self._error(verb, "there is no such bucket", _BUCKET_HINT) from error
        except TimeoutError as error:
            raise TransientError(f"no answer within {seconds:g} s") from error
        except Exception as error:
            # Of any kind: an answer may be anything, and who writes must not take a lost one for a defect of ours.
            if is_transient(error):
                raise TransientError(reason_of(error)) from error
            raise self._error(verb, reason_of(error), _hint(error)) from error

    def _error(self, verb: str, reason: str, hint: str | None = None) -> LockfileError:
        return LockfileError(f"cannot {verb} the lockfile {self._uri}: {reason}", hint=hint)


def _version(blob: Any) -> Version:  # noqa: ANN401 - Google's blob is not typed
    if blob.generation is None:
        raise TransientError("the answer names no generation")
    return Version(str(blob.generation))


def _hint(error: Exception) -> str | None:
    if isinstance(error, GoogleAuthError):
        return CredentialsError.hint
    return _PERMISSION_HINT if status_of(error) == FORBIDDEN else None
