"""A program behind walls: it gets a text on stdin, and is heard as long and as far as it may be."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from subprocess import PIPE, Popen
from time import monotonic
from types import FrameType
from typing import IO

MOST_OUTPUT = 1_000_000
"""Bytes that a program may print."""

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_KEPT_ENVIRONMENT = ("PATH", "HOME", "LANG")
_LAST_WORDS = 2_000  # bytes of stderr that are kept
_PIECE = 65_536


class ProgramFaultError(Exception):
    """The program gave no answer; `str()` says why, as the rest of a sentence about it."""


def run_program(command: Sequence[str], *, folder: Path, text: str, seconds: float) -> str:
    """Returns what a program prints that ends with 0.

    It sees nothing of this process's environment but PATH, HOME and LANG, and it and its children end with this.

    Args:
        command: The program and its arguments.
        folder: In which it runs.
        text: What it can read from stdin.
        seconds: How long it may take.

    Raises:
        ProgramFaultError: It cannot be started, takes too long, prints too much or what is not UTF-8, or ends with
            another code.
    """
    # A file, not a pipe: whether and when the program reads it does not matter then.
    with tempfile.TemporaryFile() as given, _ended_by_signals() as ended_by_signals:
        # Half of a surrogate pair, which a server may have sent, is written as JSON writes it.
        given.write(text.encode(errors="backslashreplace"))
        given.seek(0)
        process = _started(command, folder, given)
        ended_by_signals(process)
        with process:
            try:
                said, told = _heard(process, monotonic() + seconds)
            except TimeoutError:
                raise ProgramFaultError(f"did not end within {seconds:g} seconds") from None
            finally:
                _end(process)
    if process.returncode:
        raise ProgramFaultError(f"ended with {_end_of(process.returncode)}{_last_line(told)}")
    try:
        return said.decode()
    except UnicodeDecodeError as error:
        raise ProgramFaultError(f"printed what is not UTF-8: byte {error.start}") from None


@contextmanager
def _ended_by_signals() -> Iterator[Callable[[Popen[bytes]], None]]:
    """Lets a signal that ends this process end a program first, whenever it comes; then it does what it always does.

    Yields what is to be told of the program once it runs.
    """
    seen: list[int] = []
    running: list[Popen[bytes]] = []

    def on_signal(number: int, _frame: FrameType | None) -> None:
        seen.append(number)
        for process in running:
            _end(process)

    def watch(process: Popen[bytes]) -> None:
        running.append(process)
        if seen:
            _end(process)

    is_main = threading.current_thread() is threading.main_thread()  # others hear no signals
    heard = [number for number in _SIGNALS if is_main and signal.getsignal(number) not in {None, signal.SIG_IGN}]
    former = {number: signal.signal(number, on_signal) for number in heard}
    try:
        yield watch
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
        if seen:
            signal.raise_signal(seen[0])


def _started(command: Sequence[str], folder: Path, given: IO[bytes]) -> Popen[bytes]:
    environment = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
    try:
        # In a session of its own: what it starts can be ended with it, and Ctrl-C is for us to hear.
        return Popen(  # noqa: S603  what runs is the workspace's choice, and reviewed like it
            command, cwd=folder, env=environment, stdin=given, stdout=PIPE, stderr=PIPE, start_new_session=True
        )
    except OSError as error:
        raise ProgramFaultError(f"cannot be started: {(error.strerror or str(error)).lower()}") from error


def _heard(process: Popen[bytes], deadline: float) -> tuple[bytes, bytes]:
    """Returns what a program writes to stdout and, cut to the end of it, to stderr.

    Raises:
        TimeoutError: It has not ended by the deadline.
        ProgramFaultError: It writes too much.
    """
    said, told = bytearray(), bytearray()
    with selectors.DefaultSelector() as selector:
        for stream, heard in ((process.stdout, said), (process.stderr, told)):
            if stream:
                selector.register(stream, selectors.EVENT_READ, heard)
        while selector.get_map():
            for key, _ in selector.select(_left(deadline)):
                piece = os.read(key.fd, _PIECE)
                key.data.extend(piece)
                if not piece:
                    selector.unregister(key.fileobj)
            if len(said) > MOST_OUTPUT:
                raise ProgramFaultError(f"printed more than {MOST_OUTPUT:,} bytes")
            del told[:-_LAST_WORDS]
    try:
        process.wait(_left(deadline))
    except subprocess.TimeoutExpired:
        raise TimeoutError from None
    return bytes(said), bytes(told)


def _left(deadline: float) -> float:
    left = deadline - monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _end(process: Popen[bytes]) -> None:
    """Ends a program, and what it has left behind."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _end_of(code: int) -> str:
    if code > 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


def _last_line(told: bytes) -> str:
    lines = told.decode(errors="replace").split("\n")
    last = next((line.strip() for line in reversed(lines) if line.strip()), "")
    return f": {last}" if last else ""
