"""A deadline over a whole call."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


def within(seconds: float, call: Callable[[], T]) -> T:
    """Returns the result of a call, or raises what it raises, in at most `seconds`.

    A socket's time-out begins anew with every byte, and looking up a host has none: a server that trickles would hold
    the caller for ever. So the call runs beside, and is left behind when time is up. What is left behind goes on
    until its own time-outs end it; it does not keep the process alive.

    Raises:
        TimeoutError: Time was up; what the call has done, or will still do, is unknown.
    """
    result: Future[T] = Future()

    def run() -> None:
        try:
            result.set_result(call())
        except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
            result.set_exception(error)

    threading.Thread(target=run, name="gembatch-call", daemon=True).start()
    return result.result(timeout=seconds)
