"""A server that never stops talking is not listened to for ever."""

from __future__ import annotations

import gzip
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Thread

import pytest
import requests

from gembatch.wire.answers import AnswerTooLargeError, BoundedAdapter

MOST = 1 << 20

Speak = Callable[[socket.socket], None]


@pytest.fixture
def ask() -> Iterator[Callable[[Speak, bool], requests.Response]]:
    """Asks a server of this machine that answers as it likes."""
    with socket.create_server(("127.0.0.1", 0)) as listener, requests.Session() as session:
        session.trust_env = False
        session.mount("http://", BoundedAdapter(most_bytes=MOST))

        def ask_it(speak: Speak, stream: bool = False) -> requests.Response:  # noqa: FBT001, FBT002
            def answer() -> None:
                connection, _ = listener.accept()
                with connection, suppress(OSError):
                    connection.recv(65536)
                    speak(connection)

            thread = Thread(target=answer)
            thread.start()
            try:
                return session.get(f"http://127.0.0.1:{listener.getsockname()[1]}/", timeout=30, stream=stream)
            finally:
                if not stream:
                    thread.join()

        yield ask_it


def head(length: int | None, *more: str) -> bytes:
    lines = ["HTTP/1.1 200 OK", *more, f"Content-Length: {length}" if length is not None else "Connection: close"]
    return "\r\n".join([*lines, "", ""]).encode()


def endless(connection: socket.socket) -> None:
    connection.sendall(head(None))
    while True:
        connection.sendall(b" " * 65536)


def packed(connection: socket.socket) -> None:
    content = gzip.compress(b" " * (8 * MOST))
    connection.sendall(head(len(content), "Content-Encoding: gzip") + content)


def full(connection: socket.socket) -> None:
    connection.sendall(head(MOST) + b"x" * MOST)


def over(connection: socket.socket) -> None:
    connection.sendall(head(MOST + 1) + b"x" * (MOST + 1))


@pytest.mark.parametrize("speak", [endless, packed, over])
def test_an_answer_past_the_limit_is_refused(ask: Callable[..., requests.Response], speak: Speak) -> None:
    with pytest.raises(AnswerTooLargeError, match=r"^the answer has more than 1 MiB$"):
        ask(speak)


def test_an_answer_within_the_limit_is_whole(ask: Callable[..., requests.Response]) -> None:
    assert b"x" * MOST == ask(full).content


def test_what_is_streamed_is_for_its_reader(ask: Callable[..., requests.Response]) -> None:
    with ask(over, stream=True) as answer:
        assert MOST + 1 == sum(map(len, answer.iter_content(65536)))
