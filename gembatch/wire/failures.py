"""What the many kinds of errors of Google's storage and BigQuery clients say of a request."""

from __future__ import annotations

import requests
from google.api_core.exceptions import GoogleAPICallError, GoogleAPIError, RetryError
from google.auth.exceptions import GoogleAuthError, TransportError
from google.cloud.storage.exceptions import DataCorruption, InvalidResponse

_TRIPPED = (AttributeError, KeyError, TypeError)
"""What a client trips over in an answer of a shape that it does not expect."""

GOOGLE_ERRORS = (
    *_TRIPPED,
    GoogleAPIError,
    GoogleAuthError,
    InvalidResponse,
    DataCorruption,
    requests.RequestException,
    OSError,
    ValueError,  # an answer that is not JSON, or not the JSON it should be
)
"""Whatever a client raises when a request does not work."""

FORBIDDEN = 403

_TIMED_OUT, _THROTTLED, _SERVER_ERROR = 408, 429, 500


def status_of(error: BaseException) -> int | None:
    """Returns the HTTP status of the answer that an error is about; None where there was no answer."""
    error = _last_try(error)
    response = getattr(error, "response", None)
    if isinstance(response, requests.Response):
        return response.status_code
    return int(error.code) if isinstance(error, GoogleAPICallError) and error.code else None


def is_transient(error: BaseException) -> bool:
    """Whether the same request may work a little later."""
    if isinstance(error, GoogleAuthError):
        return isinstance(error, TransportError) or bool(error.retryable)
    status = status_of(error)
    # Without a status the answer was lost on its way, or is damaged.
    return status is None or status < 400 or status in {_TIMED_OUT, _THROTTLED} or status >= _SERVER_ERROR  # noqa: PLR2004


def reason_of(error: BaseException) -> str:
    """Returns the server's own words, or the system's: what is around them only repeats the URL."""
    error = _last_try(error)
    if isinstance(error, _TRIPPED):
        return "the answer cannot be read"
    response = getattr(error, "response", None)
    if isinstance(response, requests.Response):
        try:
            return f"{response.json()['error']['message']} ({response.status_code})"
        except (ValueError, KeyError, TypeError):
            return f"the answer was {response.status_code} {response.reason}"
    words = str(error)
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.strerror:
            words = cause.strerror
        cause = cause.__cause__ or cause.__context__
    return words or type(error).__name__


def _last_try(error: BaseException) -> BaseException:
    return error.cause if isinstance(error, RetryError) and error.cause else error
