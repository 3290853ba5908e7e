"""Answers of a server are read whole, and so they have a limit: one that never ends must not fill the memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import requests
from requests.adapters import HTTPAdapter

MOST_BYTES = 64 << 20
"""Bytes that an answer may have once it is unpacked: far more than a page of jobs or objects."""


class AnswerTooLargeError(requests.RequestException):
    """The answer has more bytes than anybody wants to keep. What was asked for may have happened."""


class BoundedAdapter(HTTPAdapter):
    """Sends requests as `HTTPAdapter` does, and reads no answer without end. What is streamed is for its reader."""

    def __init__(self, *, most_bytes: int = MOST_BYTES, **settings: Any) -> None:  # noqa: ANN401 - the library's own
        """Prepares an adapter.

        Args:
            most_bytes: The limit.
            settings: Those of `HTTPAdapter`.
        """
        super().__init__(**settings)
        self._most_bytes = most_bytes

    def send(self, request: requests.PreparedRequest, *arguments: Any, **settings: Any) -> requests.Response:  # noqa: ANN401 - the library's own
        """Sends one request; see `HTTPAdapter.send`."""
        response = super().send(request, *arguments, **settings)
        if not settings.get("stream"):
            response.raw = _Bounded(response.raw, self._most_bytes)
        return response


class _Bounded:
    """The raw answer under a response, which is asked for a stream of its bytes, and for other things as it may be."""

    def __init__(self, raw: Any, most_bytes: int) -> None:  # noqa: ANN401 - urllib3's
        self._raw = raw
        self._most_bytes = most_bytes

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - urllib3's
        return getattr(self._raw, name)

    def stream(self, *arguments: Any, **settings: Any) -> Iterator[bytes]:  # noqa: ANN401 - urllib3's
        left = self._most_bytes
        for piece in self._raw.stream(*arguments, **settings):
            left -= len(piece)
            if left < 0:
                self._raw.close()
                raise AnswerTooLargeError(f"the answer has more than {self._most_bytes >> 20} MiB")
            yield piece
