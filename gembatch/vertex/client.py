"""Google's client of the job service as plain calls: REST JSON in, REST JSON out, every failure one of three.

All that is peculiar to Google's classes ends here. Which failure means what is for `google` to decide.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import requests
from google.api_core.exceptions import GoogleAPICallError
from google.api_core.gapic_v1.client_info import ClientInfo
from google.auth.credentials import AnonymousCredentials
from google.protobuf import field_mask_pb2, json_format

from gembatch import __version__
from gembatch.credentials import CLOUD_PLATFORM, Credentials, default_credentials
from gembatch.errors import GembatchError
from gembatch.model.document import Json
from gembatch.vertex.lean_client import lean_imports
from gembatch.vertex.refusals import Refusal, refusal_of
from gembatch.vertex.server_clock import ServerClock
from gembatch.vertex.session import OnceSession, RedirectRefusedError
from gembatch.wire.answers import AnswerTooLargeError

with lean_imports():
    from google.cloud.aiplatform_v1.services.job_service import JobServiceClient
    from google.cloud.aiplatform_v1.services.job_service.transports import JobServiceRestTransport
    from google.cloud.aiplatform_v1.types.batch_prediction_job import BatchPredictionJob

T = TypeVar("T")

_PAGE_SIZE = 100
_LONGEST = 200


class RefusedError(Exception):
    """The server answered with an error.

    Attributes:
        refusal: What it said.
    """

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal


class LostError(Exception):
    """There is no answer, or none that can be read; what was asked for may have happened."""


class UnsendableError(Exception):
    """The body is no `BatchPredictionJob`; nothing was sent."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a listing: jobs in REST form, and the next page's token, empty on the last."""

    jobs: tuple[dict[str, Json], ...]
    next_token: str


class JobServiceCalls:
    """One request for each call, with no deadline but the sockets' and nothing tried again."""

    def __init__(self, url: str, clock: ServerClock, *, is_emulator: bool) -> None:
        """Loads Google's client (about 0.3 s) and finds credentials; an emulator gets none.

        Args:
            url: Scheme, host and port of the service.
            clock: Told the date of each answer.
            is_emulator: Whether `url` is an emulator's.

        Raises:
            CredentialsError: No credentials are found.
        """
        credentials = AnonymousCredentials() if is_emulator else default_credentials(CLOUD_PLATFORM)
        session = OnceSession(credentials, on_date=clock.hear, is_local=is_emulator)
        self._client = _client(url, credentials, session)

    def create(self, parent: str, body: Mapping[str, Json], *, timeout: float) -> dict[str, Json]:
        """Returns the job that one POST made."""
        request = {"parent": parent, "batch_prediction_job": _to_proto(body)}
        return _answer(lambda: _to_rest(self._client.create_batch_prediction_job(request, timeout=timeout)))

    def get(self, name: str, *, timeout: float) -> dict[str, Json]:
        """Returns one job."""
        return _answer(lambda: _to_rest(self._client.get_batch_prediction_job(name=name, timeout=timeout)))

    def cancel(self, name: str, *, timeout: float) -> None:
        """Asks for a job's cancellation."""
        _answer(lambda: self._client.cancel_batch_prediction_job(name=name, timeout=timeout))

    def page(
        self, parent: str, filter_text: str, *, fields: tuple[str, ...] | None, token: str, timeout: float
    ) -> Page:
        """Returns the page that begins at a token; the empty one means the first."""
        request: dict[str, Any] = {
            "parent": parent,
            "filter": filter_text,
            "page_size": _PAGE_SIZE,
            "page_token": token,
        }
        if fields is not None:
            request["read_mask"] = field_mask_pb2.FieldMask()
            request["read_mask"].FromJsonString(",".join(fields))
        return _answer(lambda: self._page(request, timeout))

    def _page(self, request: dict[str, Any], timeout: float) -> Page:
        # The pager would go on by itself, without a check of the tokens; its first page is at hand already.
        page = next(self._client.list_batch_prediction_jobs(request, timeout=timeout).pages)
        return Page(tuple(_to_rest(job) for job in page.batch_prediction_jobs), page.next_page_token)


def _client(url: str, credentials: Credentials, session: OnceSession) -> Any:  # noqa: ANN401 - untyped, stays in here
    info = ClientInfo(user_agent=f"gembatch/{__version__}", rest_version=requests.__version__)
    transport = JobServiceRestTransport(host=url, credentials=credentials, client_info=info)
    # There is no public way to give the transport a session. Its methods keep the session that they were made with,
    # so they are made again. A test that counts requests would notice if a new version did this in another way.
    transport._session.close()  # noqa: SLF001
    transport._session = session  # noqa: SLF001
    transport._prep_wrapped_messages(info)  # noqa: SLF001
    return JobServiceClient(transport=transport)


def _to_proto(body: Mapping[str, Json]) -> Any:  # noqa: ANN401 - untyped, stays in here
    job = BatchPredictionJob()
    try:
        json_format.ParseDict(dict(body), BatchPredictionJob.pb(job))
    except json_format.ParseError as error:
        raise UnsendableError(str(error)) from error
    return job


def _to_rest(job: Any) -> dict[str, Json]:  # noqa: ANN401 - untyped, stays in here
    rest: dict[str, Json] = json_format.MessageToDict(BatchPredictionJob.pb(job))
    return rest


def _answer(call: Callable[[], T]) -> T:
    try:
        return call()
    except GoogleAPICallError as error:
        raise RefusedError(refusal_of(error.response)) from error
    except (GembatchError, UnsendableError):
        raise
    except Exception as error:
        # Whatever it is, the request may have left: only a status that says no is a no.
        raise LostError(_words(error)) from error


def _words(error: Exception) -> str:
    """Says what became of an answer, without the nested texts of the libraries in between."""
    match error:
        case RedirectRefusedError() | AnswerTooLargeError():
            return str(error)
        case requests.Timeout():
            return "no answer in time"
        case requests.RequestException():
            return f"the connection failed: {_cause_of(error)}"
        case json_format.ParseError() | ValueError() | RecursionError():
            return f"the answer cannot be read: {str(error)[:_LONGEST]}"
        case _:
            return f"{type(error).__name__}: {error}"


def _cause_of(error: BaseException) -> str:
    """Returns the innermost words: those of the system or the protocol."""
    while (earlier := error.__cause__ or error.__context__) is not None:
        error = earlier
    words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return words[:_LONGEST] or type(error).__name__
