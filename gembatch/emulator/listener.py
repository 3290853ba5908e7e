"""The socket side: threads that read requests off connections and write the answers. Loopback only."""

from __future__ import annotations

import contextlib
import errno
import logging
import socket
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from typing import Any, cast

from gembatch.emulator.bodies import TruncatedError, read_body
from gembatch.emulator.http import ApiError, Request, Response, StreamedBody, json_response

LOOPBACK = "127.0.0.1"
_WITHOUT_LENGTH = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
"""They have no body, and RFC 9110 section 8.6 wants no word of its length."""

_GRACE_SECONDS = 5.0
_POLL_SECONDS = 0.02
"""How long `stop` may have to wait for the thread that accepts."""

_log = logging.getLogger(__name__)


class Listener(ThreadingMixIn, TCPServer):
    """Accepts connections; each has a thread and stays open for further requests.

    Raises:
        OSError: The port is in use, or may not be used.
    """

    allow_reuse_address = True
    # Two emulators on one port would answer in turns.
    allow_reuse_port = False
    daemon_threads = True
    block_on_close = False
    # With the usual 5, clients that start together wait a second for a second try.
    request_queue_size = 128

    def __init__(self, port: int, dispatch: Callable[[Request], Response]) -> None:
        self.dispatch = dispatch
        self._connections: dict[socket.socket, threading.Thread] = {}
        self._guard = threading.Lock()
        try:
            super().__init__((LOOPBACK, port), _Connection)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise OSError(error.errno, f"port {port} of {LOOPBACK} is in use") from error
        self._acceptor = threading.Thread(target=self.serve_forever, args=(_POLL_SECONDS,), daemon=True)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self.server_address[1])

    def start(self) -> None:
        """Accepts connections until `stop`."""
        self._acceptor.start()

    def stop(self) -> None:
        """Frees the port, once the requests under way are answered or 5 seconds have passed."""
        if self._acceptor.ident is not None:  # else nobody would answer the call to shut down
            self.shutdown()
            self._acceptor.join()
        self.server_close()
        with self._guard:
            connections = dict(self._connections)
        # A connection that waits for its client's next request reads the end of the stream, and ends.
        for connection in connections:
            _shut_down(connection, socket.SHUT_RD)
        deadline = time.monotonic() + _GRACE_SECONDS
        for connection, thread in connections.items():
            thread.join(max(0.0, deadline - time.monotonic()))
            if thread.is_alive():
                _shut_down(connection, socket.SHUT_RDWR)

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401  # socketserver's own types
        """Starts a connection's thread, and remembers it."""
        thread = threading.Thread(target=self.process_request_thread, args=(request, client_address), daemon=True)
        with self._guard:
            self._connections[request] = thread
        thread.start()

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401  # socketserver's own type
        """Ends a connection, and forgets it."""
        with self._guard:
            self._connections.pop(request, None)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401, ARG002  # socketserver's own
        """Notes what broke a connection; nearly always its client went away."""
        _log.debug("connection.broken client=%s", client_address, exc_info=True)


class _Connection(BaseHTTPRequestHandler):
    """One connection: request after request until either side closes it."""

    protocol_version = "HTTP/1.1"
    # An answer leaves in one write, and at once. Else Nagle's algorithm and delayed acknowledgements
    # together cost every request on a kept connection 40 ms.
    disable_nagle_algorithm = True
    wbufsize = 64 * 1024

    def answer(self) -> None:
        """Reads one request and writes its answer."""
        try:
            body = read_body(self.headers, self.rfile)
        except TruncatedError:
            self.close_connection = True
        except ApiError as error:
            self.close_connection = True
            self._write(json_response(error.envelope(), error.code))
        else:
            self._write(self._dispatch(body))

    # The base class looks handlers up by these names.
    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = answer  # noqa: N815

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """Answers what the base class refuses, such as a broken request line, in the envelope of the API."""
        self.close_connection = True
        error = ApiError(code, "INVALID_ARGUMENT", message or "The request is malformed.")
        self._write(json_response(error.envelope(), code))

    def version_string(self) -> str:
        """Returns the `Server` header."""
        return "gembatch-emulator"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
        """Logs a request instead of printing it."""
        _log.debug(format, *args)

    def _dispatch(self, body: bytes) -> Response:
        method = "GET" if self.command == "HEAD" else self.command
        request = Request.parse(method, self.path, dict(self.headers.items()), body)
        return cast("Listener", self.server).dispatch(request)

    def _write(self, response: Response) -> None:
        length = response.body.length if isinstance(response.body, StreamedBody) else len(response.body)
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, _header_text(value))
        if response.status not in _WITHOUT_LENGTH:
            self.send_header("Content-Length", str(length))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self._write_body(response.body)

    def _write_body(self, body: bytes | StreamedBody) -> None:
        if isinstance(body, bytes):
            self.wfile.write(body)
            return
        for chunk in body.chunks:
            self.wfile.write(chunk)


def _header_text(value: str) -> str:
    """Returns a header's value without what would break the headers: some values are the users' own."""
    return "".join(character if " " <= character <= "~" else "?" for character in value)


def _shut_down(connection: socket.socket, how: int) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(how)
