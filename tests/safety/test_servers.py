"""A server that is hostile, or that somebody stands in for: where the answer comes from is no reason to trust it."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread

import pytest
from safety.conftest import CANARY, WORKSPACE, Hostile

pytestmark = pytest.mark.slow

Answer = Callable[[int], bytes]
"""The bytes of an answer, by its number."""


def said(body: object, status: str = "200 OK", *headers: str) -> bytes:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/json", f"Content-Length: {len(text)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + text


def job(**fields: object) -> dict[str, object]:
    name = "projects/1/locations/us-central1/batchPredictionJobs/1"
    return {"name": name, "displayName": "daily", "state": "JOB_STATE_RUNNING", "createTime": "2026-11-22T00:00:00Z",
            "model": "publishers/google/models/gemini-3.8-flash", **fields}  # fmt: skip


OBEYED = "\x1b[2J\u202e\r\n::error::x\n##[error]y\u2028"

ANSWERS: dict[str, Answer] = {
    "no end": lambda _: b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + b" " * 70_000_000,
    "pages without end": lambda number: said({"batchPredictionJobs": [], "nextPageToken": str(number)}),
    "pages in a circle": lambda number: said({"batchPredictionJobs": [], "nextPageToken": str(number % 3)}),
    "brackets": lambda _: said(b"[" * 200_000),
    "a number without end": lambda _: said(b'{"batchPredictionJobs": ' + b"9" * 100_000 + b"}"),
    "no JSON": lambda _: said(b"\x1b[2J::error::x\n"),
    "no HTTP": lambda _: b"\x1b[2J\n::error::x\n" * 1000,
    "headers without end": lambda _: b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100_000 + b"\r\n",
    "a header without end": lambda _: b"HTTP/1.1 200 OK\r\nX: " + b"y" * 10_000_000 + b"\r\n\r\n",
    "an error that is obeyed": lambda _: said({"error": {"code": 400, "message": OBEYED}}, "400 Bad"),
    "an error of 10 MB": lambda _: said({"error": {"code": 400, "message": "x" * 10_000_000}}, "400 Bad"),
    "a page of the web": lambda _: said(b"<script>alert(1)</script>" * 100_000, "502 Bad Gateway"),
    "a job whose name is obeyed": lambda _: said({"batchPredictionJobs": [job(name=OBEYED)]}),
    "a job whose error is obeyed": lambda _: said({"batchPredictionJobs": [job(error={"code": 1, "message": OBEYED})]}),
    "a job of another project": lambda _: said({"batchPredictionJobs": [job(name="projects/2/x/../../etc/passwd")]}),
    "a job of no known state": lambda _: said({"batchPredictionJobs": [job(state="JOB_STATE_\x1b[2J")]}),
    "a thousand labels": lambda _: said({"batchPredictionJobs": [job(labels={f"l{n}": "x" for n in range(1_000)})]}),
    "jobs that are none": lambda _: said({"batchPredictionJobs": [None, 1, "x", [], {}]}),
}


@contextmanager
def server(answer: Answer) -> Iterator[str]:
    """Yields the address of a server that says what it likes to everybody, for as long as the block takes."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            number = 0
            with suppress(OSError):  # the listener is closed
                while True:
                    connection, _ = listener.accept()
                    with connection, suppress(OSError):
                        while connection.recv(65536):
                            connection.sendall(answer(number))
                            number += 1

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.parametrize("name", ANSWERS)
def test_its_answer_ends_in_a_sentence(hostile: Hostile, name: str) -> None:
    with server(ANSWERS[name]) as url:
        hostile.write({"gembatch.yaml": WORKSPACE.replace("endpoint: embedded", f'endpoint: "{url}"')})

        for command in ("plan", "status"):
            done = hostile.run(command)

            assert done.code in {0, 1}, done.err
            assert done.out or done.err.startswith("error: "), done.err


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"])
def test_nobody_is_sent_elsewhere(hostile: Hostile, status: str) -> None:
    """The listener stands for where a redirect leads, and is not called."""
    elsewhere = f"Location: http://127.0.0.1:{hostile.port}/{CANARY[:3]}"
    with server(lambda _: said({}, status, elsewhere)) as url:
        hostile.write({"gembatch.yaml": WORKSPACE.replace("endpoint: embedded", f'endpoint: "{url}"')})

        done = hostile.run("plan")

    assert (1, True) == (done.code, f"answered {status[:3]}" in done.err)
