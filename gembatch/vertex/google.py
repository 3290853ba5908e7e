"""`JobGateway` on Google's own client, for Google and for an emulator: the same requests, down to the wire.

What is tried again, for how long, and what each failure means. Only `cli.wiring` imports this module.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar
from urllib.parse import urlsplit

from gembatch.errors import RejectedError, UnavailableError, UncertainError
from gembatch.model.document import Json
from gembatch.model.jobs import JobName, RemoteJob
from gembatch.vertex.client import JobServiceCalls, LostError, Page, RefusedError, UnsendableError
from gembatch.vertex.hosts import host_of
from gembatch.vertex.refusals import Call, error_of_create, error_of_read
from gembatch.vertex.requests import check_name, location_of, remote_job
from gembatch.vertex.server_clock import ServerClock, seconds_since_boot
from gembatch.wire.deadline import within
from gembatch.wire.retries import Patience, TransientError, with_patience

T = TypeVar("T")

_BAD_REQUEST = 400
# Of one try, in seconds. An emulator on this machine answers at once, or not at all: waiting long would only delay the
# message.
_READ_TIMEOUT, _EMULATOR_TIMEOUT = 30.0, 5.0
_FOR_AN_EMULATOR = Patience(pauses=(0.1, 0.2, 0.4, 0.8))


class GoogleGateway:
    """The batch prediction jobs of one project and region; see `JobGateway` for what each method promises."""

    def __init__(
        self,
        project: str,
        region: str,
        *,
        clock: Callable[[], datetime],
        endpoint: str | None = None,
        read_timeout: float | None = None,
        patience: Patience | None = None,
        max_pages: int = 1000,
    ) -> None:
        """Finds credentials; asks the service nothing yet.

        Args:
            project: Project id or number.
            region: Region, multi-region or `global`; decides the host.
            clock: This machine's time with its zone, for as long as the server's is not known.
            endpoint: The URL of an emulator, which gets no credentials; None for Google with Application Default
                Credentials.
            read_timeout: Deadline of one try of a read, in seconds; None for 30, or 5 of an emulator.
            patience: How often and for how long reads are tried again; None for six tries in 16 s, or
                five in 2 s of an emulator.
            max_pages: Of one listing, 100 jobs each; more are taken for a listing without an end.

        Raises:
            CredentialsError: No credentials are found.
        """
        url = endpoint or f"https://{host_of(region)}"
        self._host = urlsplit(url).netloc
        self._is_emulator = endpoint is not None
        self._region = region
        self._parent = location_of(project, region)
        self._read_timeout = read_timeout or (_EMULATOR_TIMEOUT if endpoint else _READ_TIMEOUT)
        self._patience = patience or (_FOR_AN_EMULATOR if endpoint else Patience())
        self._max_pages = max_pages
        self._clock = ServerClock(clock, seconds_since_boot)
        self._calls = JobServiceCalls(url, self._clock, is_emulator=endpoint is not None)

    def create(self, body: Mapping[str, Json], *, timeout: float) -> RemoteJob:
        """Submits a job by exactly one request."""
        call = self._call("create", str(body.get("displayName", "")))
        try:
            rest = within(timeout, lambda: self._calls.create(self._parent, body, timeout=timeout))
            return remote_job(rest)
        except RefusedError as error:
            raise error_of_create(call, error.refusal) from error
        except UnsendableError as error:
            raise RejectedError(f"{call} cannot be sent: {error}", status=_BAD_REQUEST) from error
        except TimeoutError as error:
            raise UncertainError(f"{call} has an unknown outcome: no answer within {timeout:g} s") from error
        except (LostError, ValueError) as error:
            raise UncertainError(f"{call} has an unknown outcome: {error}") from error

    def get(self, name: JobName) -> RemoteJob | None:
        """Returns the whole job, or None when there is none of that name."""
        check_name(name, self._region)
        call = self._call("get", name)
        try:
            return self._read(call, lambda: remote_job(self._calls.get(name, timeout=self._read_timeout)))
        except RefusedError as error:
            if error.refusal.says_not_found:
                return None
            raise error_of_read(call, error.refusal) from error

    def jobs(self, filter_text: str, *, fields: tuple[str, ...] | None) -> tuple[RemoteJob, ...]:
        """Returns all jobs that match."""
        call = self._call("list", self._parent)
        found: list[RemoteJob] = []
        tokens = {""}
        token = ""
        for _ in range(self._max_pages):
            jobs, token = self._page_of_jobs(call, filter_text, fields, token)
            found += jobs
            if not token:
                return tuple(found)
            if token in tokens:
                raise UnavailableError(f"{call} goes round in circles: a page token came twice")
            tokens.add(token)
        raise UnavailableError(f"{call} has no end: {self._max_pages} pages, and still a next one")

    def cancel(self, name: JobName) -> None:
        """Asks that a job stops."""
        check_name(name, self._region)
        call = self._call("cancel", name)
        try:
            self._read(call, lambda: self._calls.cancel(name, timeout=self._read_timeout))
        except RefusedError as error:
            # It has ended, or is stopping: perhaps by an earlier try of ours whose answer was lost.
            if error.refusal.word != "FAILED_PRECONDITION":
                raise error_of_read(call, error.refusal) from error

    def server_time(self) -> datetime:
        """Returns the server's clock in UTC, to the second, without asking it."""
        return self._clock.now()

    def _call(self, method: str, subject: str) -> Call:
        return Call(method, subject, self._host, self._region)

    def _page_of_jobs(
        self, call: Call, filter_text: str, fields: tuple[str, ...] | None, token: str
    ) -> tuple[list[RemoteJob], str]:
        def read() -> tuple[list[RemoteJob], str]:
            page: Page = self._calls.page(
                self._parent, filter_text, fields=fields, token=token, timeout=self._read_timeout
            )
            return [remote_job(rest) for rest in page.jobs], page.next_token

        try:
            return self._read(call, read)
        except RefusedError as error:
            raise error_of_read(call, error.refusal) from error

    def _read(self, call: Call, read: Callable[[], T]) -> T:
        """Returns what a read gives, tried again while that may help.

        Raises:
            RefusedError: The server refuses for good.
            UnavailableError: The last try did not work either.
        """

        def try_once() -> T:
            try:
                return within(self._read_timeout, read)
            except RefusedError as error:
                if not error.refusal.is_transient:
                    raise
                raise TransientError(str(error), retry_after=error.refusal.retry_after) from error
            except TimeoutError as error:
                raise TransientError(f"no answer within {self._read_timeout:g} s") from error
            except (LostError, ValueError) as error:
                raise TransientError(str(error)) from error

        try:
            return with_patience(try_once, self._patience)
        except TransientError as error:
            raise UnavailableError(f"{call} did not work: {error}", hint=self._advice()) from error

    def _advice(self) -> str:
        tried = f"tried {len(self._patience.pauses) + 1} times at `{self._host}`"
        return f"{tried}; is the emulator of the environment's `endpoint` running?" if self._is_emulator else tried
