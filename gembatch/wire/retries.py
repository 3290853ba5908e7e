"""How long a read is tried again. Nothing here is for creates."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

_LONGEST_PAUSE = 30.0


class TransientError(Exception):
    """A try that did not work, though the next one may.

    Attributes:
        retry_after: Seconds to wait as the server asks; None when it does not say.
    """

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Patience:
    """The pauses between tries.

    Attributes:
        pauses: Seconds before the second, third, … try; there is one try more than pauses.
        sleep: Waits for so many seconds.
    """

    pauses: tuple[float, ...] = (0.5, 1, 2, 4, 8)
    sleep: Callable[[float], None] = time.sleep


def with_patience(call: Callable[[], T], patience: Patience) -> T:
    """Returns what the call returns, tried again after each `TransientError` until patience ends.

    A pause is longer where the server asks for it, up to 30 s.

    Raises:
        TransientError: The last one.
    """
    for pause in patience.pauses:
        try:
            return call()
        except TransientError as error:
            patience.sleep(max(pause, min(error.retry_after or 0, _LONGEST_PAUSE)))
    return call()
