"""The emulator as a server: HTTP as clients speak it, start and stop, seed, and a folder that outlives it."""

from __future__ import annotations

import gzip
import http.client
import json
import os
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from gembatch.emulator import bodies
from gembatch.emulator import listener as listener_module
from gembatch.emulator.http import Request, Response, Router, StreamedBody, json_response
from gembatch.emulator.listener import Listener
from gembatch.emulator.server import Emulator

UPLOAD = "/upload/storage/v1/b/demo-bucket/o?uploadType=media&name=a"
OBJECT = "/storage/v1/b/demo-bucket/o/a"


@pytest.fixture
def connection(emulator: Emulator) -> Iterator[http.client.HTTPConnection]:
    with connected(emulator) as opened:
        yield opened


def connected(emulator: Emulator) -> closing[http.client.HTTPConnection]:
    return closing(http.client.HTTPConnection("127.0.0.1", port_of(emulator), timeout=10))


def port_of(emulator: Emulator) -> int:
    port = urlsplit(emulator.url).port
    assert port is not None
    return port


def ask(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
) -> tuple[int, bytes]:
    connection.request(method, path, body, headers or {})
    answer = connection.getresponse()
    return answer.status, answer.read()


def raw(emulator: Emulator, text: bytes, *, shut: bool = False) -> bytes:
    """Sends bytes, perhaps ends the sending side, and returns all that comes until the server closes."""
    with socket.create_connection(("127.0.0.1", port_of(emulator)), timeout=10) as sent:
        sent.sendall(text)
        if shut:
            sent.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: sent.recv(65536), b""))


def test_one_connection_serves_many_requests(connection: http.client.HTTPConnection) -> None:
    ask(connection, "POST", UPLOAD, b"content")
    local = connection.sock.getsockname()
    answers = {ask(connection, "GET", f"{OBJECT}?alt=media") for _ in range(100)}

    assert {(200, b"content")} == answers
    assert local == connection.sock.getsockname()


def test_only_this_machine_is_listened_to(emulator: Emulator) -> None:
    assert "127.0.0.1" == urlsplit(emulator.url).hostname


@pytest.mark.parametrize("path", ["/", "/nowhere", "/storage/v1", "/storage/v1/b/demo-bucket/o/a/b", "//", "/%FF"])
def test_an_unknown_path_is_not_found(connection: http.client.HTTPConnection, path: str) -> None:
    status, body = ask(connection, "GET", path)

    assert 404 == status
    assert (404, "NOT_FOUND") == (json.loads(body)["error"]["code"], json.loads(body)["error"]["status"])


def test_a_method_that_a_path_does_not_have_is_refused(connection: http.client.HTTPConnection) -> None:
    status, body = ask(connection, "PATCH", "/storage/v1/b")

    assert 405 == status
    assert "PATCH is not supported on /storage/v1/b" == json.loads(body)["error"]["message"]


def test_a_name_that_is_not_utf8_is_refused(connection: http.client.HTTPConnection) -> None:
    status, body = ask(connection, "GET", "/storage/v1/b/demo-bucket/o/%FF")

    assert 400 == status
    assert "The path is not valid UTF-8." == json.loads(body)["error"]["message"]


@pytest.mark.parametrize(
    "path",
    [
        f"{OBJECT}?generation=x",
        f"{OBJECT}?ifGenerationMatch=-1",
        f"{OBJECT}?ifGenerationMatch=",
        f"{OBJECT}?generation=",
    ],
)
def test_a_number_that_is_none_is_refused(connection: http.client.HTTPConnection, path: str) -> None:
    ask(connection, "POST", UPLOAD, b"content")

    assert 400 == ask(connection, "GET", path)[0]


def test_a_number_beyond_64_bits_is_no_generation(connection: http.client.HTTPConnection) -> None:
    ask(connection, "POST", UPLOAD, b"content")

    assert 404 == ask(connection, "GET", f"{OBJECT}?generation={2**64}")[0]
    assert 412 == ask(connection, "DELETE", f"{OBJECT}?ifGenerationMatch={2**64}")[0]
    assert 400 == ask(connection, "GET", f"{OBJECT}?generation={'9' * 5000}")[0]


def test_an_answer_without_a_body_says_nothing_of_its_length(connection: http.client.HTTPConnection) -> None:
    ask(connection, "POST", UPLOAD, b"content")
    connection.request("DELETE", OBJECT)
    answer = connection.getresponse()

    assert (204, None, b"") == (answer.status, answer.getheader("Content-Length"), answer.read())


def test_head_gives_the_headers_of_get(connection: http.client.HTTPConnection) -> None:
    ask(connection, "POST", UPLOAD, b"content")
    connection.request("HEAD", f"{OBJECT}?alt=media")
    answer = connection.getresponse()

    assert (200, "7", b"") == (answer.status, answer.getheader("Content-Length"), answer.read())
    assert (200, b"content") == ask(connection, "GET", f"{OBJECT}?alt=media")


def test_a_body_in_chunks_is_put_together(connection: http.client.HTTPConnection) -> None:
    connection.request("POST", UPLOAD, iter([b"one ", b"two ", b"three"]), encode_chunked=True)
    connection.getresponse().read()

    assert b"one two three" == ask(connection, "GET", f"{OBJECT}?alt=media")[1]


def test_a_body_in_gzip_is_unpacked(connection: http.client.HTTPConnection) -> None:
    ask(connection, "POST", UPLOAD, gzip.compress(b"packed", mtime=0), {"Content-Encoding": "gzip"})

    assert b"packed" == ask(connection, "GET", f"{OBJECT}?alt=media")[1]


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"not gzip", {"Content-Encoding": "gzip"}, 400),
        (gzip.compress(b"x" * 1000, mtime=0)[:-9], {"Content-Encoding": "gzip"}, 400),
        (b"", {"Content-Encoding": "br"}, 415),
        (b"", {"Content-Length": "-1"}, 400),
        (b"", {"Content-Length": "many"}, 400),
        (b"", {"Content-Length": str(bodies.MAX_BODY + 1)}, 413),
        (b"zz\r\n", {"Transfer-Encoding": "chunked"}, 400),
        (b"3\r\nabcd\r\n0\r\n\r\n", {"Transfer-Encoding": "chunked"}, 400),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(
    emulator: Emulator, body: bytes, headers: dict[str, str], status: int
) -> None:
    lines = {"Host": "x", "Content-Length": str(len(body)), **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    answer = raw(emulator, f"POST {UPLOAD} HTTP/1.1\r\n{head}\r\n".encode() + body)

    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
    assert status == json.loads(answer.partition(b"\r\n\r\n")[2])["error"]["code"]


def test_a_small_body_that_unpacks_to_a_huge_one_is_refused(
    connection: http.client.HTTPConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "MAX_BODY", 1000)

    assert (
        413 == ask(connection, "POST", UPLOAD, gzip.compress(b"x" * 100_000, mtime=0), {"Content-Encoding": "gzip"})[0]
    )


@pytest.mark.parametrize(
    "cut_short",
    [
        f"POST {UPLOAD} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nonly a part".encode(),
        f"POST {UPLOAD} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nonly \r\n".encode(),
        f"POST {UPLOAD} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\non".encode(),
    ],
)
def test_a_request_that_is_cut_short_changes_nothing(
    emulator: Emulator, connection: http.client.HTTPConnection, cut_short: bytes
) -> None:
    assert b"" == raw(emulator, cut_short, shut=True)
    assert 404 == ask(connection, "GET", OBJECT)[0]


def test_what_is_not_http_is_refused_in_the_same_envelope(emulator: Emulator) -> None:
    answer = raw(emulator, b"HELLO\r\n\r\n")

    assert b'"code": 400' in answer


def test_a_line_end_in_a_description_does_not_make_a_header(connection: http.client.HTTPConnection) -> None:
    ask(connection, "POST", UPLOAD, b"content")
    description = json.dumps({"contentDisposition": "attachment\r\nX-Injected: yes"}).encode()
    assert 200 == ask(connection, "PATCH", OBJECT, description)[0]
    connection.request("GET", f"{OBJECT}?alt=media")
    answer = connection.getresponse()
    answer.read()

    assert "attachment??X-Injected: yes" == answer.getheader("Content-Disposition")
    assert answer.getheader("X-Injected") is None


def answered_by(listener: Listener, path: str) -> tuple[int, bytes]:
    with closing(http.client.HTTPConnection("127.0.0.1", listener.port, timeout=10)) as connection:
        return ask(connection, "GET", path)


def broken(request: Request, match: object) -> Response:
    raise ZeroDivisionError


def test_a_bug_is_an_answer_and_says_nothing_on_stderr(capfd: pytest.CaptureFixture[str]) -> None:
    """The trace goes to the log, which is silent unless somebody listens."""
    router = Router()
    router.add("GET", "/bug", broken)
    listener = Listener(0, router.dispatch)
    listener.start()
    try:
        status, body = answered_by(listener, "/bug")
    finally:
        listener.stop()

    assert 500 == status
    assert {"code": 500, "message": "Internal error encountered.", "status": "INTERNAL"} == json.loads(body)["error"]
    assert ("", "") == capfd.readouterr()


def test_a_body_that_breaks_off_ends_the_connection(capfd: pytest.CaptureFixture[str]) -> None:
    """So the client sees that it is not whole."""

    def half() -> Iterator[bytes]:
        yield b"half"
        raise OSError

    listener = Listener(0, lambda _: Response(200, {}, StreamedBody(8, half())))
    listener.start()
    try:
        with pytest.raises(http.client.IncompleteRead):
            answered_by(listener, "/")
    finally:
        listener.stop()

    assert ("", "") == capfd.readouterr()


def test_a_request_under_way_is_answered_before_the_stop() -> None:
    entered, leave = threading.Event(), threading.Event()

    def slow(_: Request) -> Response:
        entered.set()
        leave.wait(10)
        return json_response({"done": True})

    listener = Listener(0, slow)
    listener.start()
    answers: list[tuple[int, bytes]] = []
    client = threading.Thread(target=lambda: answers.append(answered_by(listener, "/")))
    client.start()
    assert entered.wait(10)
    stopping = threading.Thread(target=listener.stop)
    stopping.start()
    leave.set()
    stopping.join(10)
    client.join(10)

    assert [(200, b'{"done": true}\n')] == answers


def test_a_connection_that_only_waits_does_not_delay_the_stop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener_module, "_GRACE_SECONDS", 120.0)
    with Emulator(tmp_path, buckets=["demo-bucket"]) as emulator:
        connection = http.client.HTTPConnection("127.0.0.1", port_of(emulator), timeout=10)
        ask(connection, "GET", "/storage/v1/b")
        began = time.monotonic()
    with closing(connection):
        assert time.monotonic() - began < 60
        assert b"" == connection.sock.recv(1)


def test_a_port_in_use_is_said_to_be_in_use(emulator: Emulator, tmp_path: Path) -> None:
    port = port_of(emulator)

    with pytest.raises(OSError, match=f"port {port} of 127.0.0.1 is in use"):
        Emulator(tmp_path / "other", port=port).start()


def test_a_listener_that_never_started_frees_its_port() -> None:
    listener = Listener(0, lambda _: Response(200))
    listener.stop()
    again = Listener(listener.port, lambda _: Response(200))
    again.stop()

    assert listener.port == again.port


def test_a_port_is_free_again_after_the_stop(emulator: Emulator, tmp_path: Path) -> None:
    port = port_of(emulator)
    emulator.stop()

    with Emulator(tmp_path / "other", port=port) as again:
        assert port == port_of(again)


def test_it_can_be_stopped_twice_and_started_again(emulator: Emulator) -> None:
    data_id = emulator.data_id
    emulator.stop()
    emulator.stop()
    with pytest.raises(RuntimeError, match="not running"):
        _ = emulator.url
    emulator.start()

    assert data_id == emulator.data_id


def test_everything_is_still_there_after_a_restart(tmp_path: Path) -> None:
    with Emulator(tmp_path, buckets=["demo-bucket"]) as first:
        data_id = first.data_id
        with connected(first) as connection:
            written = json.loads(ask(connection, "POST", UPLOAD, b"kept")[1])
    with Emulator(tmp_path, buckets=["demo-bucket"]) as second:
        with connected(second) as connection:
            found = json.loads(ask(connection, "GET", OBJECT)[1])
            content = ask(connection, "GET", f"{OBJECT}?alt=media")[1]

        assert data_id == second.data_id
    links = {"selfLink", "mediaLink"}
    assert {key: value for key, value in written.items() if key not in links} == {
        key: value for key, value in found.items() if key not in links
    }
    assert b"kept" == content


def test_another_folder_has_another_identity(emulator: Emulator, tmp_path: Path) -> None:
    with Emulator(tmp_path / "other") as other:
        assert emulator.data_id != other.data_id


def test_two_emulators_on_one_folder_show_the_same(emulator: Emulator, tmp_path: Path) -> None:
    with Emulator(tmp_path / "emulator") as second:
        for one, other in ((emulator, second), (second, emulator)):
            with connected(one) as connection:
                ask(connection, "POST", UPLOAD, one.url.encode())
            with connected(other) as connection:
                assert one.url.encode() == ask(connection, "GET", f"{OBJECT}?alt=media")[1]
        assert emulator.data_id == second.data_id


def test_a_seed_is_put_where_it_is_absent_or_different(tmp_path: Path) -> None:
    seed = tmp_path / "seed"
    (seed / "demo-bucket" / "deep" / "er").mkdir(parents=True)
    (seed / "empty-bucket").mkdir()
    (seed / "README").write_text("not in a bucket", encoding="utf-8")
    (seed / "demo-bucket" / "deep" / "er" / "same.jsonl").write_text("{}\n", encoding="utf-8")
    changed = seed / "demo-bucket" / "changed.txt"
    changed.write_text("before", encoding="utf-8")
    before = seeded_generations(tmp_path / "data", seed)
    changed.write_text("after!", encoding="utf-8")
    after = seeded_generations(tmp_path / "data", seed)

    assert {"deep/er/same.jsonl", "changed.txt"} == before.keys() == after.keys()
    assert before["deep/er/same.jsonl"] == after["deep/er/same.jsonl"]
    assert before["changed.txt"] < after["changed.txt"]


def seeded_generations(folder: Path, seed: Path) -> dict[str, int]:
    with Emulator(folder, seed=seed) as emulator, connected(emulator) as connection:
        assert 200 == ask(connection, "GET", "/storage/v1/b/empty-bucket")[0]
        listing = json.loads(ask(connection, "GET", "/storage/v1/b/demo-bucket/o")[1])
    return {item["name"]: int(item["generation"]) for item in listing["items"]}


def test_a_seed_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="seed"):
        Emulator(tmp_path / "data", seed=tmp_path / "seed").start()


def test_a_bucket_that_cannot_be_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Invalid bucket name: 'NO'"):
        Emulator(tmp_path, buckets=["NO"]).start()


def test_a_folder_that_cannot_be_used_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "emulator.sqlite").write_text("this is no database at all", encoding="utf-8")

    for name in ("file", "broken"):
        with pytest.raises(OSError, match=f"cannot use .*{name} for the emulator's data"):
            Emulator(tmp_path / name).start()


def test_a_folder_of_another_version_is_refused(tmp_path: Path) -> None:
    with Emulator(tmp_path):
        pass
    with closing(sqlite3.connect(tmp_path / "emulator.sqlite")) as database:
        database.execute("PRAGMA user_version = 99")

    with pytest.raises(OSError, match="format 99, not 1"):
        Emulator(tmp_path).start()


def test_files_that_a_killed_process_left_are_removed_once_they_are_old(tmp_path: Path) -> None:
    with Emulator(tmp_path, buckets=["demo-bucket"]) as emulator, connected(emulator) as connection:
        ask(connection, "POST", UPLOAD, b"kept")
    blobs = tmp_path / "blobs"
    (blobs / "old").write_bytes(b"left behind")
    (blobs / "new").write_bytes(b"perhaps being written")
    for path in blobs.iterdir():
        if path.name != "new":
            os.utime(path, (0, 0))
    with Emulator(tmp_path) as emulator, connected(emulator) as connection:
        assert b"kept" == ask(connection, "GET", f"{OBJECT}?alt=media")[1]

    assert not (blobs / "old").exists()
    assert (blobs / "new").exists()
