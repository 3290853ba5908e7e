"""Requests, responses and the table of routes, as plain values: nothing here touches a socket."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, cast
from urllib.parse import parse_qsl, unquote

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"

_log = logging.getLogger(__name__)


class ApiError(Exception):
    """An answer other than success, in the envelope of Google's APIs (AIP-193).

    Attributes:
        code: HTTP status.
        status: Name of the `google.rpc.Code`, such as `INVALID_ARGUMENT`.
        message: For people.
    """

    def __init__(self, code: int, status: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.message = message

    def envelope(self) -> Mapping[str, Json]:
        """Returns the body of the answer."""
        return {"error": {"code": self.code, "message": self.message, "status": self.status}}


@dataclass(frozen=True, slots=True)
class StreamedBody:
    """A body too large to hold.

    Attributes:
        length: Bytes in all.
        chunks: The bytes, in order. Nothing is opened before the first is asked for.
    """

    length: int
    chunks: Iterable[bytes]


@dataclass(frozen=True, slots=True)
class Request:
    """A request that was read whole.

    Attributes:
        method: In capitals. A HEAD arrives as GET; the server drops the body.
        path: As sent: without the query and still percent-encoded, so that an encoded slash is not a separator.
        query: The values of each parameter, decoded, in the order sent.
        headers: Names in lower case.
        body: After transfer and content encodings were undone.
    """

    method: str
    path: str
    query: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @classmethod
    def parse(cls, method: str, target: str, headers: Mapping[str, str], body: bytes = b"") -> Request:
        """Returns the request for a request line's target, which may be of the absolute form."""
        origin_form = re.sub(r"^https?://[^/?]*", "", target)
        path, _, query = origin_form.partition("?")
        return cls(
            method=method,
            path=path or "/",
            query=_multi_dict(parse_qsl(query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in headers.items()},
            body=body,
        )

    def parameter(self, name: str, default: str = "") -> str:
        """Returns the last value of a query parameter, or the default when it was not sent."""
        values = self.query.get(name)
        return values[-1] if values else default

    def json_object(self) -> Mapping[str, Json]:
        """Returns the body as a JSON object; an empty body is an empty object.

        Raises:
            ApiError: 400, when it is anything else.
        """
        return parse_json_object(self.body)


@dataclass(frozen=True, slots=True)
class Response:
    """An answer. The server adds `Content-Length`, `Date` and `Server`."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | StreamedBody = b""


Handler: TypeAlias = Callable[[Request, re.Match[str]], Response]


class Router:
    """Methods and paths, each with its handler. The first route that fits answers."""

    def __init__(self) -> None:
        self._routes: list[tuple[str, re.Pattern[str], Handler]] = []

    def add(self, method: str, pattern: str, handler: Handler) -> None:
        """Adds a route.

        Args:
            method: In capitals.
            pattern: Regular expression that the whole path, still percent-encoded, must match.
            handler: Answers; its second argument is the match, whose groups `decode_segment` makes readable.
        """
        self._routes.append((method, re.compile(pattern), handler))

    def dispatch(self, request: Request) -> Response:
        """Returns the answer to a request, whatever happens: an error of any kind is an answer, too."""
        try:
            return self._handle(request)
        except ApiError as error:
            return json_response(error.envelope(), error.code)
        except Exception:  # noqa: BLE001  # a bug here is the emulator's, and the client must see it as a 500
            _log.exception("request.failed method=%s path=%s", request.method, request.path)
            return internal_error()

    def _handle(self, request: Request) -> Response:
        path_is_known = False
        for method, pattern, handler in self._routes:
            match = pattern.fullmatch(request.path)
            if match and method == request.method:
                return handler(request, match)
            path_is_known = path_is_known or match is not None
        if path_is_known:
            raise ApiError(405, "UNIMPLEMENTED", f"{request.method} is not supported on {request.path}")
        raise ApiError(404, "NOT_FOUND", f"The requested URL {request.path} was not found on this server.")


def json_response(value: Json, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Returns a response whose body is the value as JSON, UTF-8; half a surrogate pair becomes a question mark."""
    body = json.dumps(value, ensure_ascii=False, allow_nan=False).encode(errors="replace") + b"\n"
    return Response(status, {"Content-Type": "application/json; charset=UTF-8", **(headers or {})}, body)


def internal_error() -> Response:
    """Returns the answer to a request that met a bug of the emulator."""
    return json_response(ApiError(500, "INTERNAL", "Internal error encountered.").envelope(), 500)


def decode_segment(text: str) -> str:
    """Returns a part of a path with its percent-encoding undone.

    Raises:
        ApiError: 400, when what was encoded is not UTF-8.
    """
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError as error:
        raise ApiError(400, "INVALID_ARGUMENT", "The path is not valid UTF-8.") from error


def parse_json_object(text: bytes) -> Mapping[str, Json]:
    """Returns a JSON object; empty text is an empty object.

    Raises:
        ApiError: 400, when it is anything else.
    """
    try:
        value = json.loads(text, parse_constant=_refuse_constant) if text.strip() else {}
    except (ValueError, RecursionError) as error:
        raise ApiError(400, "INVALID_ARGUMENT", f"Invalid JSON payload received. {error}") from error
    if not isinstance(value, dict):
        raise ApiError(400, "INVALID_ARGUMENT", "Invalid JSON payload received. Root element must be a message.")
    return cast("Mapping[str, Json]", value)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _multi_dict(pairs: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
    values: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        values[name] = (*values.get(name, ()), value)
    return values
