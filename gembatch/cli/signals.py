"""SIGINT and SIGTERM as a wish to end: what is in flight is waited for and recorded."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from gembatch.cli.output import tell

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def interruptible() -> Iterator[Callable[[Callable[[], None]], None]]:
    """Yields a function that takes what to call on a signal; the former handlers are back after the block."""
    actions: list[Callable[[], None]] = []

    def on_signal(number: int, _frame: FrameType | None) -> None:
        tell(f"{signal.Signals(number).name}: no new submission; waiting for those in flight")
        for action in actions:
            action()

    former = {number: signal.signal(number, on_signal) for number in _SIGNALS}
    try:
        yield actions.append
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
