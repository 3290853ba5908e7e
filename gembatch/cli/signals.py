"""SIGINT, SIGTERM and SIGHUP as a wish to end: what is in flight is waited for and recorded."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from gembatch.cli.output import tell_at_once

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Signals:
    """What a signal does at the moment.

    Attributes:
        is_interrupted: Whether there was one.
    """

    def __init__(self) -> None:
        """Begins where a signal ends what is under way."""
        self.is_interrupted = False
        self._action: Callable[[], None] | None = None

    def end_it(self) -> None:
        """From now on a signal ends what is under way, by a `KeyboardInterrupt`: it is nothing that this could harm."""
        self._action = None

    def call(self, action: Callable[[], None]) -> None:
        """From now on a signal calls `action`, which must be safe in a signal handler."""
        self._action = action

    def remember(self) -> None:
        """From now on a signal is only remembered."""
        self._action = _nothing

    def on_signal(self, number: int, _frame: FrameType | None) -> None:
        """Hears a signal."""
        self.is_interrupted = True
        tell_at_once(f"{signal.Signals(number).name}: no new submission; waiting for those in flight")
        if self._action is None:
            raise KeyboardInterrupt
        self._action()


def _nothing() -> None:
    pass


@contextmanager
def interruptible() -> Iterator[Signals]:
    """Yields what hears signals; the former handlers are back after the block."""
    signals = Signals()
    # Whoever began it with `nohup` means it to go on without a terminal.
    heard = [number for number in _SIGNALS if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN]
    former = {number: signal.signal(number, signals.on_signal) for number in heard}
    try:
        yield signals
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
