"""What gembatch asks of Vertex AI, and at what price. Implementations choose the wire."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from gembatch.model.document import Json
from gembatch.model.jobs import JobName, RemoteJob


class JobGateway(Protocol):
    """The batch prediction jobs of one project and region.

    Every call has a deadline and may be made from several threads at once. What goes wrong is a `GatewayError`:
    without valid credentials any method raises `CredentialsError`.
    """

    def create(self, body: Mapping[str, Json], *, timeout: float) -> RemoteJob:
        """Submits a job, by exactly one request.

        Cost: one of the 60 creates and deletes a minute; the job is billed. Not idempotent, and never sent twice
        by anything below: who gets `UncertainError` looks the attempt up instead of asking again.

        Args:
            body: The REST body, with the attempt's label.
            timeout: Deadline of the whole call in seconds, whatever the server does.

        Raises:
            CredentialsError: Nothing was sent.
            RejectedError: A definite no (4xx but for 408, 409, 429 and 499): nothing was made.
            ThrottledError: 429: nothing was made.
            UncertainError: Nobody knows: deadline, dropped connection, 5xx, 408, 409, 499, or an answer that cannot
                be read or has no name.
        """
        ...

    def get(self, name: JobName) -> RemoteJob | None:
        """Returns the whole job, or None when Vertex says that there is none of that name.

        Cost: one of the 600 reads a minute; more when it is retried. Idempotent.

        Raises:
            RejectedError: A definite no other than "not found".
            UnavailableError: It did not work after several tries.
        """
        ...

    def jobs(self, filter_text: str, *, fields: tuple[str, ...] | None) -> tuple[RemoteJob, ...]:
        """Returns all jobs that match, in the server's order; every page or an error, never a part.

        Cost: one read for each 100 jobs. Idempotent.

        Args:
            filter_text: In the listing's filter language, see `filters`; empty for all jobs.
            fields: The REST fields wanted (`displayName`); None for whole jobs.

        Raises:
            RejectedError: A definite no; status 400 when the filter is not understood.
            UnavailableError: A page did not come after several tries, a page token came twice, or there is no end.
        """
        ...

    def cancel(self, name: JobName) -> None:
        """Asks that a job stops. It may still end in any state; a job that has ended or is stopping is left alone.

        Cost: one of the 600 reads a minute. Idempotent.

        Raises:
            RejectedError: A definite no; status 404 when there is no such job.
            UnavailableError: It did not work after several tries.
        """
        ...

    def server_time(self) -> datetime:
        """Returns the server's clock in UTC, to the second, without asking it.

        It is the date of the last answer plus the time passed since; before the first answer, this machine's clock.
        Cost: none.
        """
        ...
