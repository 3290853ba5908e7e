"""A proxy between Google's clients and the emulator, which does to some requests what networks and servers do.

What is passed on really happens in the emulator; what is then answered is for the test to say. On loopback only.
"""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TypeAlias
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def is_upload(self) -> bool:
        """Whether it writes an object of Cloud Storage."""
        return self.method in {"POST", "PUT"} and "/upload/" in self.path

    @property
    def is_create(self) -> bool:
        """Whether it submits a job."""
        return self.method == "POST" and self.path.partition("?")[0].endswith("/batchPredictionJobs")


@dataclass(frozen=True)
class Answer:
    """What is answered."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


Forward: TypeAlias = Callable[[], Answer]
Fault: TypeAlias = Callable[[Forward], Answer | None]
"""Says what is answered to a request, None for nothing; `Forward` passes it on, and waits for the answer."""

Which: TypeAlias = Callable[[Asked], bool]


def loses(forward: Forward) -> None:
    """The request arrives; its answer does not."""
    forward()


def drops(_forward: Forward) -> None:
    """The request does not arrive."""


def says(status: int, text: str = "", *, after_commit: bool = False) -> Fault:
    """Answers with a status, before or after the request has done its work."""
    body = text or json.dumps({"error": {"code": status, "message": "so it is", "errors": []}})

    def fault(forward: Forward) -> Answer:
        if after_commit:
            forward()
        return Answer(status, {"Content-Type": "application/json"}, body.encode())

    return fault


def after(happens: Callable[[], object], fault: Fault | None = None) -> Fault:
    """Something happens before the request goes the way of another fault, or is passed on."""

    def both(forward: Forward) -> Answer | None:
        happens()
        return fault(forward) if fault else forward()

    return both


@dataclass
class GoBetween:
    """The proxy.

    Attributes:
        server_url: The emulator's.
        url: Its own.
        seen: Every request, in order.
        ahead: By how much the server's clock is ahead, as its answers tell.
    """

    server_url: str
    url: str = ""
    seen: list[Asked] = field(default_factory=list)
    ahead: timedelta = timedelta()
    _faults: list[tuple[Which, list[Fault]]] = field(default_factory=list)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def will(self, which: Which, *faults: Fault) -> None:
        """The next requests of a kind meet these faults, one each; those after them are passed on."""
        self._faults.append((which, list(faults)))

    def has_met_all(self) -> bool:
        """Whether every fault has happened: a test of one that did not is green for nothing."""
        return not any(faults for _, faults in self._faults)

    def answer(self, asked: Asked) -> Answer | None:
        with self._guard:
            self.seen.append(asked)
            faults = next((faults for which, faults in self._faults if faults and which(asked)), None)
            fault = faults.pop(0) if faults else None

        def forward() -> Answer:
            return self._forward(asked)

        return fault(forward) if fault else forward()

    def _forward(self, asked: Asked) -> Answer:
        connection = http.client.HTTPConnection(urlsplit(self.server_url).netloc, timeout=30)
        try:
            connection.request(asked.method, asked.path, asked.body, asked.headers)
            response = connection.getresponse()
            headers = dict(response.getheaders())
            if self.ahead and "Date" in headers:
                moment = parsedate_to_datetime(headers["Date"]).replace(tzinfo=UTC) + self.ahead
                headers["Date"] = format_datetime(moment, usegmt=True)
            return Answer(response.status, headers, response.read())
        finally:
            connection.close()


@contextmanager
def between(server_url: str) -> Iterator[GoBetween]:
    """Runs a proxy in front of a server."""
    proxy = GoBetween(server_url)

    class Handler(BaseHTTPRequestHandler):
        wbufsize = -1

        def pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer = proxy.answer(Asked(self.command, self.path, dict(self.headers), body))
            if answer is None:
                return
            self.send_response_only(answer.status)
            for name, value in answer.headers.items():
                if name.lower() not in {"connection", "content-length", "transfer-encoding"}:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = pass_on  # noqa: N815, the base class's names

        def log_message(self, *args: object) -> None:
            """Keeps quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None  # a client that left
    proxy.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
