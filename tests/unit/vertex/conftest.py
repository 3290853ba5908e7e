"""A server on loopback that answers as a test tells it to: for what goes wrong on the wire, and only for that."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from gembatch.vertex.google import GoogleGateway
from gembatch.wire.retries import Patience

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Wire:
    """What is answered, in turn, the last answer for ever; and what was asked."""

    url: str = ""
    answers: list[Answer] = field(default_factory=list)
    requests: list[tuple[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    test_is_over: threading.Event = field(default_factory=threading.Event)

    def will(self, *answers: Answer) -> None:
        self.answers[:] = answers

    @property
    def methods(self) -> list[str]:
        return [method for method, _ in self.requests]

    def says(self, status: int, body: object = None, *, text: str | None = None, **headers: str) -> Answer:
        """An answer with a JSON body, or with any text. A header `Retry_After` is sent as `Retry-After`."""
        content = (json.dumps(body or {}) if text is None else text).encode()
        sent = {"Content-Length": str(len(content))} | {key.replace("_", "-"): value for key, value in headers.items()}

        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response_only(status)
            for name, value in sent.items():
                handler.send_header(name, value)
            handler.end_headers()
            handler.wfile.write(content)

        return answer

    def refuses(self, status: int, word: str, message: str = "no", **headers: str) -> Answer:
        """The API's error envelope."""
        return self.says(status, {"error": {"code": status, "message": message, "status": word}}, **headers)

    def drops(self, handler: BaseHTTPRequestHandler) -> None:
        """Closes the connection without a word."""

    def hangs(self, _handler: BaseHTTPRequestHandler) -> None:
        """Says nothing until the test is over."""
        self.test_is_over.wait()

    def trickles(self, handler: BaseHTTPRequestHandler) -> None:
        """Sends a byte of a head that never ends, every few milliseconds."""
        while not self.test_is_over.wait(0.005):
            handler.wfile.write(b"H")

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        self.requests.append((handler.command, handler.path))
        self.headers.append(dict(handler.headers))
        self.bodies.append(handler.rfile.read(int(handler.headers.get("Content-Length") or 0)))
        give = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        give(handler)


@pytest.fixture
def wire() -> Iterator[Wire]:
    wire = Wire()

    class Handler(BaseHTTPRequestHandler):
        # Headers and body leave in one piece, and each answer ends its connection.
        wbufsize = 0

        def do_GET(self) -> None:
            wire.answer(self)

        def do_POST(self) -> None:
            wire.answer(self)

        def log_message(self, *args: object) -> None:
            """Keeps quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None  # a client that left
    wire.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield wire
    finally:
        wire.test_is_over.set()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def pauses() -> list[float]:
    """How long the gateway would have waited between its tries."""
    return []


@pytest.fixture
def gateway(wire: Wire, pauses: list[float]) -> GoogleGateway:
    return GoogleGateway(
        "demo",
        "us-central1",
        clock=lambda: datetime(2026, 11, 22, tzinfo=UTC),
        endpoint=wire.url,
        read_timeout=5,
        patience=Patience(pauses=(0.5, 1.0), sleep=pauses.append),
        max_pages=20,
    )


@pytest.fixture
def job_json() -> dict[str, object]:
    """A job as the service shows it, with enums as numbers."""
    return {
        "name": "projects/7/locations/us-central1/batchPredictionJobs/1",
        "displayName": "reviews-de",
        "state": 2,
        "createTime": "2026-11-22T10:00:00.123456Z",
    }
