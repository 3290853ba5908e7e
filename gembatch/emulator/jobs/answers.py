"""From a row of the input to a line of the output. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from gembatch.emulator.http import Json
from gembatch.emulator.jobs.content_shape import GENERATE_CONTENT_REQUEST
from gembatch.emulator.jobs.model import generate
from gembatch.emulator.jobs.tables import Column, come_back
from gembatch.emulator.jobs.wire import ShapeError, read_message

_ROLES = {"user", "model"}


class RefusedRowError(ValueError):
    """The API would refuse the row's request.

    Attributes:
        kind: What goes before the error in the row's status.
        error: The error as the API words it.
    """

    def __init__(
        self, message: str, *, kind: str = "Bad Request", code: int = 400, name: str = "INVALID_ARGUMENT"
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.error = {"code": code, "message": message, "status": name}

    @property
    def status(self) -> str:
        """The row's status: text with JSON inside."""
        return f"{self.kind}: {json.dumps({'error': self.error}, ensure_ascii=False)}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a row.

    Attributes:
        line: The line of the output, with its end.
        is_success: Whether there is a response.
    """

    line: bytes
    is_success: bool


def answer_row(row: Mapping[str, Json], table: Column, model: str, processed: datetime) -> Answer:
    """Returns the answer to a row.

    A row that comes from an earlier job's output and has its response is not asked again: that is how a job is
    resumed.

    Args:
        row: As it was read.
        table: The column of all rows, whose fields the output has, too.
        model: The model's short name.
        processed: What the output calls `processed_time`.
    """
    echo = cast("dict[str, Json]", come_back(row, table))
    if row.get("status") == "" and row.get("response"):
        return _answer({**echo, "response": row["response"]}, is_success=True)
    status, response = _respond(row.get("request"), model)
    own: dict[str, Json] = {
        "status": status,
        "processed_time": _processed_time(processed),
        "request": echo.get("request"),
        "response": response,
    }
    # The caller's own keys come last; those that an earlier job's output has give way.
    return _answer(own | {name: value for name, value in echo.items() if name not in own}, is_success=not status)


def _respond(request: Json, model: str) -> tuple[str, Json]:
    """Returns the status, empty if all is well, and the response, empty if not."""
    try:
        return "", generate(_accept(request), model)
    except RefusedRowError as refusal:
        return refusal.status, {}


def _accept(request: Json) -> Mapping[str, Json]:
    """Returns a request in canonical form.

    Raises:
        RefusedRowError: The API would not take it.
    """
    if request is None:
        raise RefusedRowError("The row has no `request`.")
    try:
        fields = read_message(GENERATE_CONTENT_REQUEST, request)
    except ShapeError as error:
        raise RefusedRowError(str(error)) from error
    if "cachedContent" in fields:
        raise _cached_content(fields["cachedContent"])
    _check_contents(cast("list[Mapping[str, Json]]", fields.get("contents", [])))
    return fields


def _check_contents(contents: list[Mapping[str, Json]]) -> None:
    if not contents:
        raise RefusedRowError("Unable to submit request because at least one contents field is required.")
    for content in contents:
        if content.get("role", "user") not in _ROLES:
            raise RefusedRowError("Please use a valid role: user, model.")
        if not content.get("parts"):
            raise RefusedRowError(
                "Unable to submit request because it must include at least one parts field, "
                "which describes the prompt input."
            )


def _cached_content(name: Json) -> RefusedRowError:
    return RefusedRowError(
        f"Not found: cached content metadata for {name}.",
        kind="Internal error occurred. Failed to get generateContentResponse",
        code=404,
        name="NOT_FOUND",
    )


def _answer(fields: Mapping[str, Json], *, is_success: bool) -> Answer:
    # Half a surrogate pair is legal in JSON's escapes and in no file.
    return Answer(json.dumps(fields, ensure_ascii=False).encode("utf-8", "replace") + b"\n", is_success)


def _processed_time(moment: datetime) -> str:
    """Returns `2024-11-01T18:13:16.85+00:00`: milliseconds without the zeros at their end, as the service has it."""
    moment = moment.astimezone(UTC)
    fraction = f".{moment.microsecond // 1000:03}".rstrip("0").rstrip(".")
    return f"{moment:%Y-%m-%dT%H:%M:%S}{fraction}+00:00"
